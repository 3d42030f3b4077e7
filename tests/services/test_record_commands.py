"""The commands that others script against, as they answer."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.core import audit, audit_chain
from app.core.audit_chain import Anchor
from app.notifications.states import MessageState
from tests.factories import notifications as make


@pytest.fixture
def run(app, session):
    """Run a command in the test's own transaction; return exit code, output and errors."""
    audit_chain.anchor_file().unlink(missing_ok=True)

    def command(*arguments: str) -> tuple[int, str, str]:
        session.flush()
        done = app.test_cli_runner().invoke(args=list(arguments))
        session.expire_all()
        return done.exit_code, done.stdout, done.stderr

    yield command
    audit_chain.anchor_file().unlink(missing_ok=True)


def record(session, count=3):
    for number in range(count):
        audit.record(session, "case.opened", ("case", str(number)), actor_id=None)
    audit.write_waiting(session)


def test_audit_verify_says_what_it_verified(session, run):
    record(session)
    audit.erase_details(session, [2], actor_id=None, reason="")
    audit.write_waiting(session)
    code, said, _ = run("audit", "verify")
    assert code == 0
    assert "4 entries verified; details of 1 erased; no signed head was kept yet." in said
    assert run("audit", "export-head")[0] == 0
    assert "signed head at entry 4" in run("audit", "verify")[1]


@pytest.mark.check("K3")
def test_audit_verify_exits_1_and_names_the_first_fault(session, run):
    record(session)
    audit_chain._write(Anchor(5, "f" * 64), audit_chain.anchor_file())
    code, said, why = run("audit", "verify")
    assert (code, said) == (1, "")
    assert "Entry 4 is missing: a head signed at entry 5 was kept outside." in why
    assert run("audit", "export-head")[0] == 1


def test_audit_verify_exits_1_when_the_kept_head_is_not_ours(session, run):
    audit_chain.anchor_file().write_text('{"sequence": 1, "hash": "x", "at": "now", "signature": "forged"}')
    code, _, why = run("audit", "verify")
    assert code == 1
    assert "signature" in why


def test_outbox_status_counts_and_says_what_waits_and_what_is_parked(session, now, run):
    make.message(session, "mail", next_attempt_at=now - timedelta(minutes=2))
    make.message(session, "mail", next_attempt_at=now + timedelta(minutes=2))
    make.message(session, "charge", state=MessageState.PARKED, attempts=10)
    code, said, _ = run("outbox", "status")
    assert code == 0
    assert "queued            2" in said
    assert "parked            1" in said
    assert "has waited 120 seconds" in said
    assert "1 parked of kind charge: see /outbox" in said


def test_outbox_retry_and_send_test_do_as_they_say(session, run):
    parked = make.message(session, "mail", state=MessageState.PARKED, attempts=10)
    assert run("outbox", "retry")[:2] == (0, "1 parked messages will be tried again.\n")
    assert make.state_of(session, parked.id).state is MessageState.QUEUED
    code, said, _ = run("outbox", "send-test", "a@example.org")
    assert (code, said[:9]) == (0, "Queued as")
    code, said, why = run("outbox", "send-test", "not an address")
    assert (code, said) == (2, "")
    assert "ADDRESS" in why


def test_retention_run_counts_first_and_removes_when_asked(session, now, run):
    make.received(session, received_at=now - timedelta(days=31))
    code, said, _ = run("retention", "run", "--dry-run")
    assert code == 0
    assert "       1  Mails in the demo's mailbox, 30 days: " in said
    assert "Nothing was removed" in said
    assert session.scalar(text("SELECT count(*) FROM mailbox_messages")) == 1
    assert "       1  Mails" in run("retention", "run")[1]
    assert session.scalar(text("SELECT count(*) FROM mailbox_messages")) == 0
    assert "       0  Mails" in run("retention", "run")[1]
