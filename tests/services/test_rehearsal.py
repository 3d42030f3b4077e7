"""A rehearsal: the same seed ends the same on both databases, and what must hold is really looked at."""

from pathlib import Path

import pytest
from sqlalchemy import update

from app.cli.rehearsal import report
from app.cli.rehearsal.house import House, built
from app.cli.rehearsal.report import Report
from app.cli.rehearse import BEGINS, play
from app.core import clock, ids
from app.core.db import db, transaction
from app.payments.models import Attempt
from app.registration.models import Pool
from app.registration.queries import current_summit
from app.scheduling.models import Meeting
from app.scheduling.states import MeetingState
from tests.conftest import settings_for
from tests.databases import fresh_database, postgres_answers

PARTNERS, PROJECTS, SEED = 14, 6, 3


def rehearsed(kind: str, folder: Path, then: object = None) -> tuple[Report, list[str]]:
    """Play a small summit; return what it came to and what `then(house)` made of it."""
    with fresh_database(kind, folder) as url:
        near = settings_for(url, folder)
        with built(near, seed=SEED, keep=None) as house, clock.stopped(BEGINS), ids.repeatable(SEED):
            played = play(house, PARTNERS, PROJECTS, SEED)
            return played, then(house) if callable(then) else []


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, list[str]]:
    return rehearsed("sqlite", tmp_path_factory.mktemp("rehearsal"), tamper)


def tamper(_house: House) -> list[str]:
    """Break one thing of each kind after the rehearsal and return the faults that are then found."""
    summit = current_summit(db())
    assert summit is not None
    with transaction() as session:
        session.execute(update(Pool).where(Pool.kind == "total").values(taken=Pool.taken - 1))
        seated = Meeting.state == MeetingState.SCHEDULED
        first = session.query(Meeting.slot_id).where(seated).order_by(Meeting.number).first()
        assert first is not None
        session.execute(
            update(Meeting)
            .where(seated)
            .values(state=MeetingState.HELD, slot_id=first[0], table_number=Meeting.number + 10_000)
        )
        session.execute(update(Attempt).where(Attempt.state == "succeeded").values(state="failed", intent_ref=None))
    return report.faults(summit.id)


@pytest.mark.answers("ask 18")
def test_a_whole_summit_plays_and_everything_that_must_hold_holds(on_sqlite: tuple[Report, list[str]]):
    played, _ = on_sqlite
    assert played.faults == []
    assert played.outcome["applied"] == PARTNERS + PROJECTS
    assert played.outcome["charged"] == played.outcome["applications"]["confirmed"] > PARTNERS
    assert played.outcome["share seated"] == 1.0
    assert played.outcome["meetings"]["scheduled"] > PARTNERS
    assert played.outcome["match value"] == played.outcome["match bound"]


def test_the_checks_of_a_rehearsal_find_what_is_wrong(on_sqlite: tuple[Report, list[str]]):
    _, found = on_sqlite
    for words in ("hold a place", "meetings at once", "differ"):
        assert any(words in fault for fault in found), f"nobody noticed: {words}, only {found}"


def test_the_same_seed_ends_the_same_on_postgresql(on_sqlite: tuple[Report, list[str]], tmp_path: Path):
    if not postgres_answers():
        pytest.skip("PostgreSQL does not answer at TEST_POSTGRES_URL")
    played, _ = rehearsed("postgresql", tmp_path)
    assert played.faults == []
    assert played.outcome == on_sqlite[0].outcome
