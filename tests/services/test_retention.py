"""What is removed, when, and what never is."""

from datetime import timedelta

from sqlalchemy import func, select

from app.accounts.models import EmailToken, LoginSession
from app.accounts.states import LinkPurpose
from app.core import audit
from app.core.audit import AuditEntry
from app.core.db import Base
from app.notifications.models import MailboxMessage, OutboxMessage
from app.notifications.states import MessageState
from app.retention import RULES, apply_rules
from tests.factories import accounts, notifications

DAY = timedelta(days=1)


def token(session, hash_, expires_at):
    session.add(
        EmailToken(purpose=LinkPurpose.VERIFY, token_hash=hash_, email="a@example.org",
                   user_id=accounts.user(session).id, created_at=expires_at - DAY, expires_at=expires_at)
    )  # fmt: skip
    session.flush()


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def removed(session, now):
    return {o.rule.table: o.rows for o in apply_rules(session, now=now, dry_run=False) if o.rows}


def test_every_rule_names_a_table_and_gives_a_reason():
    for rule in RULES:
        assert rule.table in Base.metadata.tables
        assert rule.why.endswith(".")


def test_links_go_a_week_after_they_expired(session, now):
    token(session, "a" * 64, now - 7 * DAY)
    token(session, "b" * 64, now - 7 * DAY - timedelta(seconds=1))
    token(session, "c" * 64, now + DAY)
    assert removed(session, now) == {"email_tokens": 1}
    assert set(session.scalars(select(EmailToken.token_hash))) == {"a" * 64, "c" * 64}


def test_ended_sessions_go_after_a_month_and_living_ones_stay(session, now):
    person = accounts.user(session)
    for number, ended in enumerate([None, now - 29 * DAY, now - 31 * DAY]):
        session.add(
            LoginSession(user_id=person.id, token_hash=str(number) * 64, created_at=now - 60 * DAY,
                         authenticated_at=now - 60 * DAY, last_seen_at=now, expires_at=now + DAY, device="test",
                         address="127.0.0.1", ended_at=ended)
        )  # fmt: skip
    session.flush()
    assert removed(session, now) == {"login_sessions": 1}
    assert count(session, LoginSession) == 2


def test_delivered_messages_and_mails_go_after_a_month_and_parked_ones_never(session, now):
    old = now - 31 * DAY
    for state in MessageState:
        closed = state in (MessageState.DONE, MessageState.CANCELLED)
        notifications.message(session, state=state, created_at=old, next_attempt_at=old,
                              finished_at=old if closed else None,
                              lease_until=old if state is MessageState.SENDING else None)  # fmt: skip
    notifications.received(session, received_at=old)
    notifications.received(session, received_at=now)
    assert removed(session, now) == {"outbox_messages": 2, "mailbox_messages": 1}
    assert set(session.scalars(select(OutboxMessage.state))) == {
        MessageState.QUEUED, MessageState.SENDING, MessageState.PARKED,
    }  # fmt: skip


def test_a_dry_run_counts_and_removes_nothing(session, now):
    notifications.received(session, received_at=now - 31 * DAY)
    outcomes = apply_rules(session, now=now, dry_run=True)
    assert {o.rule.table: o.rows for o in outcomes if o.rows} == {"mailbox_messages": 1}
    assert count(session, MailboxMessage) == 1


def test_a_second_run_finds_nothing_and_leaves_no_second_record(session, now):
    notifications.received(session, received_at=now - 31 * DAY)
    assert removed(session, now)
    assert not removed(session, now)
    audit.write_waiting(session)
    assert count(session, select(AuditEntry).where(AuditEntry.action == "retention.applied").subquery()) == 1
