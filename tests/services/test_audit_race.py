"""Many writers, one chain: nobody forks it, and without the lock on its head they do collide."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app import create_app
from app.core import audit, audit_chain
from app.core.audit import AuditHead
from app.core.db import transaction
from app.core.snapshot import snapshot
from tests.conftest import settings_for
from tests.databases import empty_tables, postgres_answers

WRITERS, EACH = 8, 15


@pytest.fixture(params=["sqlite", "postgresql"])
def committed(request, tmp_path):
    """An application on a database of its own, where threads really commit."""
    if request.param == "postgresql" and not postgres_answers():
        pytest.skip("PostgreSQL does not answer at TEST_POSTGRES_URL")
    with empty_tables(request.param, tmp_path) as url:
        app = create_app(settings_for(url, tmp_path))
        database = app.extensions["database"]
        yield app
        database.engine.dispose()


def race(app) -> int:
    """Let every writer record in transactions of its own; return how many transactions failed."""

    def write(writer: int) -> int:
        failed = 0
        with app.app_context():
            for number in range(EACH):
                try:
                    with transaction() as session:
                        audit.record(session, "case.opened", ("case", f"{writer}-{number}"), actor_id=None)
                        audit.record(session, "case.cleared", ("case", f"{writer}-{number}"), actor_id=None)
                except DBAPIError:
                    failed += 1
        return failed

    with ThreadPoolExecutor(WRITERS) as pool:
        return sum(pool.map(write, range(WRITERS)))


def verified(app) -> audit_chain.Verified:
    with app.app_context(), snapshot() as session:
        return audit_chain.verify(session)


@pytest.mark.check("K3")
def test_writers_at_the_same_time_make_one_unbroken_chain(committed):
    assert race(committed) == 0
    found = verified(committed)
    assert found.sound, found.fault
    assert found.entries == WRITERS * EACH * 2


@pytest.mark.parametrize("committed", ["postgresql"], indirect=True)  # SQLite has one writer and no lock to take away
def test_without_the_lock_on_the_head_the_same_writers_collide(committed, monkeypatch):
    def unlocked(session):
        head = session.execute(select(AuditHead.sequence, AuditHead.hash)).one()
        return head.sequence, head.hash

    monkeypatch.setattr(audit, "_locked_head", unlocked)
    assert race(committed) > 0 or not verified(committed).sound


def test_verifying_while_others_write_finds_no_fault(committed):
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(race, committed)
        rounds = 0
        while not writing.done() or rounds == 0:
            found = verified(committed)
            assert found.sound, found.fault
            rounds += 1
        assert writing.result() == 0
