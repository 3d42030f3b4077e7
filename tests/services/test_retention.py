"""What is removed, when, and what never is."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import EmailToken, LoginSession
from app.accounts.states import LinkPurpose
from app.core import audit, audit_chain, clock
from app.core.audit import AuditEntry
from app.core.db import Base
from app.core.errors import NotFound
from app.documents import services as documents
from app.documents.states import Purpose
from app.notifications import jobs, outbox
from app.notifications.models import MailboxMessage, OutboxMessage
from app.notifications.states import MessageState
from app.questionnaires import services as questionnaires
from app.questionnaires.states import QuestionType
from app.registration.change_states import PartKey
from app.registration.queries.application import asked_of
from app.registration.queries.changes import facts_by_part
from app.registration.services.changing import change_application
from app.registration.services.inputs import save_inputs
from app.registration.services.leave import withdraw
from app.registration.services.travel import save_travel
from app.registration.states import RegistrationState
from app.retention import DAILY, RULES, apply_rules
from tests.databases import everything_stored
from tests.factories import accounts, notifications
from tests.factories import documents as factory
from tests.factories import questionnaires as designed
from tests.factories import registration as registrations

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


def answers(session, registration, page, **said):
    """Change the answers of a submitted application, as its owner does."""
    asked = asked_of(session, registration)
    wanted = {PartKey.QUESTIONS: {**facts_by_part(registration, asked)[PartKey.QUESTIONS], **said}}
    return change_application(
        session, registration.id, wanted, page=page, seen_edits=0, actor_id=registration.user_id, now=clock.now()
    )


def much_is_said(session):
    """Two who type, apply, change, propose and travel, with a word of their own at each step; return the file."""
    summit = registrations.summit(session)
    content = designed.definition(
        designed.question("health", is_personal=True), designed.question("paper", QuestionType.FILE, is_personal=True)
    )
    asked = designed.published(session, summit.id, content)
    gone = registrations.registration(session, state=RegistrationState.DRAFT, summit=summit)
    mine = {"actor_id": gone.user_id, "now": clock.now()}
    save_inputs(session, gone.id, "questions", {"q_health": ["typed-word"]}, seen_edits=0, **mine)
    withdraw(session, gone.id, **mine)
    guest = registrations.registration(session, summit=summit)
    by = {"actor_id": guest.user_id, "now": clock.now()}
    file = documents.keep_file(
        session, documents.check(factory.pdf(), name="file-word.pdf", purpose=Purpose.APPLICATION_ANSWER),
        purpose=Purpose.APPLICATION_ANSWER, owner_id=guest.user_id, now=clock.now(),
    )  # fmt: skip
    first = {"health": "answered-word", "paper": {"file": str(file.id), "name": "file-word.pdf"}}
    questionnaires.save_answers(session, asked, "registration", guest.id, first, **by)
    answers(session, guest, "changed", health="changed-word")
    save_travel(session, guest.id, TRAVEL, actor_id=guest.user_id, seen_edits=0, now=clock.now())
    with clock.stopped(summit.settings.closes_at + DAY):
        answers(session, guest, "proposed", health="proposed-word")
    return file.id


TRAVEL = {"arrival": "2027-05-03", "departure": "2027-05-07", "visa": False, "hotel": "hotel-word",
          "emergency_name": "friend-word"}  # fmt: skip
WORDS = {f"{word}-word" for word in ("typed", "file", "answered", "changed", "proposed", "hotel", "friend")}


@pytest.mark.answers("ask 14")
def test_personal_answers_go_by_themselves_and_no_table_holds_them_afterwards(session, now):
    file_id = much_is_said(session)
    session.commit()
    outbox.deliver_due(clock.now())
    stored = everything_stored(session)
    assert {word for word in WORDS if word in stored} == WORDS
    clock.advance(500 * DAY)
    outbox.queue(session, DAILY, {}, now=clock.now())
    session.commit()
    outbox.deliver_due(clock.now())
    session.expire_all()
    stored = everything_stored(session)
    assert {word for word in WORDS if word in stored} == set()
    with pytest.raises(NotFound):
        documents.open_file(session, file_id)
    assert not removed(session, clock.now())
    assert audit_chain.verify(session).fault is None


def test_the_workers_apply_the_rules_every_day(app):
    assert DAILY in jobs.DAILY
    assert DAILY in outbox.handlers
