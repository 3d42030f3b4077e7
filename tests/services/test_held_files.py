"""Files with an attestation: what stops them, what holds them, who may release, condemn or take them down."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.core import audit, clock
from app.core.access import Principal, Role
from app.core.audit import AuditEntry
from app.core.errors import InvalidInput, NotFound, Refused, TransitionRefused
from app.core.states import advance
from app.documents import queries, services
from app.documents.gateway import store
from app.documents.models import File, FileMark, FileOpening, FileReview
from app.documents.rules.attest import VERSION, require_attested_text
from app.documents.states import (
    ATTESTED,
    GONE,
    TRANSITIONS,
    FileEvent,
    FileState,
    Handling,
    MarkKind,
    Opened,
    Purpose,
    ReviewStep,
)
from app.notifications import outbox
from app.notifications.models import MailboxMessage
from app.retention import apply_rules
from tests.factories import accounts, documents
from tests.scanner import scanner
from tests.stores import change_settings, either_store, s3  # noqa: F401 - fixtures

WHY = "It is a public study, the banner is an example."


def principal(user):
    return Principal(user.id, user.email, user.name, "UTC", user.id, "")


@pytest.fixture
def owner(session):
    return accounts.user(session, name="Ana Duarte", email="ana@example.org")


@pytest.fixture
def reviewers(session):
    return [accounts.staff(session, role) for role in (Role.REVIEWER, Role.ORGANIZER)]


def keep(session, owner, *, attested, purpose=Purpose.ROOM_DOCUMENT, content=None):
    return services.keep_file(
        session, content or documents.text_pdf("Radiator study"), name="study.pdf", purpose=purpose,
        owner_id=owner.id, now=clock.now(), attested=attested,
    )  # fmt: skip


def mails(session, owner):
    session.flush()
    outbox.deliver_due(clock.now())
    wanted = select(MailboxMessage.subject).where(MailboxMessage.recipients.contains(owner.email))
    return list(session.scalars(wanted.order_by(MailboxMessage.received_at, MailboxMessage.id)))


@pytest.mark.check("G1")
@pytest.mark.parametrize("purpose", sorted(ATTESTED))
def test_nothing_is_kept_without_the_attestation_of_today(session, owner, purpose):
    good = documents.attested(owner.id)
    for attested in (None, replace(good, version="2020-01")):
        with pytest.raises(services.NotAttested) as refusal:
            keep(session, owner, attested=attested, purpose=purpose)
        assert (refusal.value.status, refusal.value.code) == (422, "not_attested")
    assert session.scalars(select(File.id).where(File.owner_id == owner.id)).all() == []
    kept = keep(session, owner, attested=good, purpose=purpose)
    assert (kept.attested_by, kept.attested_at, kept.attestation) == (owner.id, clock.now(), VERSION)
    assert kept.handling is Handling.BUSINESS_CONFIDENTIAL


@pytest.mark.check("G1")
def test_the_database_itself_takes_no_room_document_without_attestation(session, owner):
    kept = keep(session, owner, attested=documents.attested(owner.id))
    wrong = (
        "attested_by = NULL, attested_at = NULL, attestation = '', handling = NULL", "handling = 'controlled'",
        "handling = 'unsure'",
    )  # fmt: skip
    for columns in wrong:
        with pytest.raises(DatabaseError), session.begin_nested():
            session.execute(text(f"UPDATE files SET {columns} WHERE purpose = 'room_document'"))
    assert kept.state is FileState.READY


@pytest.mark.check("G2")
@pytest.mark.parametrize("handling", Handling)
def test_unsure_and_controlled_stop_the_upload_and_say_whom_to_ask(session, owner, handling):
    attested = documents.attested(owner.id, handling=handling)
    if handling in (Handling.PUBLIC, Handling.BUSINESS_CONFIDENTIAL):
        assert keep(session, owner, attested=attested).handling is handling
        return
    with pytest.raises(services.MayNotEnter, match=r"Nothing was kept.*export desk at help@example\.org") as refusal:
        keep(session, owner, attested=attested)
    assert refusal.value.status == 422
    assert session.scalars(select(File.id).where(File.owner_id == owner.id)).all() == []


@pytest.mark.check("G1")
def test_a_long_text_needs_the_attestation_and_a_marked_one_is_refused_whatever_its_length(session, owner):
    ask = "help@example.org"
    require_attested_text("Short and harmless.", None, ask=ask)
    with pytest.raises(services.NotAttested):
        require_attested_text("Long. " * 200, None, ask=ask)
    require_attested_text("Long. " * 200, documents.attested(owner.id), ask=ask)
    with pytest.raises(services.MayNotEnter, match="looks like a marking"):
        require_attested_text("(CUI) Peak load is 4.4 kN.", documents.attested(owner.id), ask=ask)


@pytest.mark.check("G3", "G4")
def test_a_marked_file_is_held_and_opens_to_nobody_but_reviewers(session, owner, reviewers, either_store, monkeypatch):  # noqa: F811
    monkeypatch.setitem(services.may_read, Purpose.ROOM_DOCUMENT, lambda *_: True)
    held = documents.held(session, owner_id=owner.id)
    assert held.state is FileState.HELD
    other = accounts.user(session, name="Ben")
    with pytest.raises(NotFound):
        services.readable_file(session, held.id, principal(other))
    with pytest.raises(NotFound):
        services.readable_file(session, held.id, principal(owner))
    with pytest.raises(Refused, match="held for a reviewer"):
        services.open_file(session, held.id)
    _row, content = services.open_apart(
        session, held.id, actor_id=reviewers[0].id, address="192.0.2.7", now=clock.now()
    )
    assert content.startswith(b"%PDF-")
    assert mails(session, owner) == ["Your file study.pdf waits for a reviewer"]


@pytest.mark.check("G4")
def test_release_takes_two_different_people_and_neither_handed_the_file_in(session, owner, reviewers, monkeypatch):
    monkeypatch.setitem(services.may_read, Purpose.ROOM_DOCUMENT, lambda *_: True)
    first, second = reviewers
    held = documents.held(session, owner_id=owner.id)
    with pytest.raises(Refused, match="You handed this file in"):
        services.release(session, held.id, actor_id=owner.id, reason=WHY, now=clock.now())
    assert not services.release(session, held.id, actor_id=first.id, reason=WHY, now=clock.now())
    assert held.state is FileState.HELD
    with pytest.raises(Refused, match="second person"):
        services.release(session, held.id, actor_id=first.id, reason=WHY, now=clock.now())
    with pytest.raises(Refused, match="You handed this file in"):
        services.release(session, held.id, actor_id=owner.id, reason=WHY, now=clock.now())
    assert services.release(session, held.id, actor_id=second.id, reason=WHY, now=clock.now())
    assert services.readable_file(session, held.id, principal(accounts.user(session, name="Ben"))).id == held.id
    assert "Your file study.pdf was released" in mails(session, owner)
    assert steps(session, held) == [ReviewStep.HELD, ReviewStep.PROPOSED, ReviewStep.RELEASED]


def steps(session, file):
    wanted = select(FileReview.step).where(FileReview.file_id == file.id)
    return list(session.scalars(wanted.order_by(FileReview.number)))


def test_a_proposed_release_can_be_refused_and_begins_anew(session, owner, reviewers):
    first, second = reviewers
    held = documents.held(session, owner_id=owner.id)
    with pytest.raises(Refused, match="Nobody has proposed"):
        services.object_to_release(session, held.id, actor_id=second.id, reason=WHY, now=clock.now())
    services.release(session, held.id, actor_id=first.id, reason=WHY, now=clock.now())
    services.object_to_release(session, held.id, actor_id=second.id, reason=WHY, now=clock.now())
    assert not services.release(session, held.id, actor_id=second.id, reason=WHY, now=clock.now())
    assert held.state is FileState.HELD


@pytest.mark.check("F9")
def test_condemning_removes_content_name_and_quoted_words_at_once(session, owner, reviewers, either_store):  # noqa: F811
    held = documents.held(session, owner_id=owner.id)
    assert all(session.scalars(select(FileMark.words).where(FileMark.file_id == held.id)))
    services.condemn(session, held.id, actor_id=reviewers[0].id, reason="It is controlled.", now=clock.now())
    session.flush()
    outbox.deliver_due(clock.now())
    session.expire_all()
    gone = session.get_one(File, held.id)
    assert (gone.state, gone.name) == (FileState.CONDEMNED, "")
    assert not any(session.scalars(select(FileMark.words).where(FileMark.file_id == held.id)))
    with suppress(NotFound):
        pytest.fail(f"still there: {len(store.get(gone.key))} bytes")
    assert "Your file study.pdf was removed" in mails(session, owner)


@pytest.mark.check("F9")
def test_dropping_a_document_removes_its_content_and_what_was_quoted_within_a_minute(session, owner, either_store):  # noqa: F811
    held = documents.held(session, owner_id=owner.id)
    key = held.key
    assert key in store.keys(before=clock.now() + timedelta(days=36_500))
    services.drop_file(session, held.id, actor_id=owner.id, now=clock.now())
    session.flush()
    outbox.deliver_due(clock.now() + timedelta(seconds=60))
    session.expire_all()
    assert key not in store.keys(before=clock.now() + timedelta(days=36_500))
    assert not any(session.scalars(select(FileMark.words).where(FileMark.file_id == held.id)))


@pytest.mark.check("G6")
def test_a_file_that_is_taken_down_is_hidden_with_the_next_request_and_says_who_had_opened_it(
    session, owner, reviewers, monkeypatch
):
    monkeypatch.setitem(services.may_read, Purpose.ROOM_DOCUMENT, lambda *_: True)
    kept = keep(session, owner, attested=documents.attested(owner.id))
    ben = accounts.member(session)
    opened = {"user_id": ben.user_id, "organization_id": ben.organization_id, "address": "198.51.100.4"}
    services.note_opening(session, kept.id, how=Opened.VIEW, page=3, now=clock.now(), **opened)
    services.take_down(session, kept.id, actor_id=reviewers[0].id, reason="A reader reported it.", now=clock.now())
    for reader in (owner, accounts.user(session, name="Cem")):
        with pytest.raises((NotFound, Refused)):
            services.readable_file(session, kept.id, principal(reader))
    with pytest.raises(Refused, match="taken down"):
        services.open_file(session, kept.id)
    (row,) = queries.openings_of(session, [kept.id]).items
    assert (row.user_id, row.at, row.address, row.page) == (ben.user_id, clock.now(), "198.51.100.4", 3)
    assert row.organization
    assert "Your file study.pdf was taken down" in mails(session, owner)
    first, second = reviewers
    services.release(session, kept.id, actor_id=second.id, reason=WHY, now=clock.now())
    services.release(session, kept.id, actor_id=first.id, reason=WHY, now=clock.now())
    assert kept.state is FileState.READY


def test_a_reason_must_be_a_sentence(session, owner, reviewers):
    held = documents.held(session, owner_id=owner.id)
    for act in (services.release, services.condemn, services.take_down):
        with pytest.raises(InvalidInput, match="Give the reason"):
            act(session, held.id, actor_id=reviewers[0].id, reason=" ok ", now=clock.now())


@pytest.mark.parametrize(("state", "event"), list(product(FileState, FileEvent)))
def test_every_move_of_a_file_is_in_the_table_or_refused(state, event):
    if (state, event) in TRANSITIONS:
        assert advance(TRANSITIONS, state, event, thing="file") is TRANSITIONS[state, event]
        assert state not in GONE
    else:
        with pytest.raises(TransitionRefused):
            advance(TRANSITIONS, state, event, thing="file")


@pytest.mark.check("F5")
def test_a_marked_file_waits_for_the_scanner_first_and_is_held_after_it(session, owner, change_settings):  # noqa: F811
    with scanner() as made:
        change_settings(scanner_url=made.url)
        held = documents.held(session, owner_id=owner.id)
        assert held.state is FileState.WAITING
        session.flush()
        outbox.deliver_due(clock.now())
    session.expire_all()
    assert session.get_one(File, held.id).state is FileState.HELD


@pytest.mark.check("F7")
def test_the_owner_can_be_told_what_was_removed(session, owner):
    kept = keep(session, owner, attested=documents.attested(owner.id))
    row = queries.file_row(session, kept.id)
    assert row is not None
    assert row.removed == "author, title and program"


def test_what_reviewers_did_is_on_the_record(session, owner, reviewers):
    held = documents.held(session, owner_id=owner.id)
    for who in reviewers:
        services.release(session, held.id, actor_id=who.id, reason=WHY, now=clock.now())
    services.take_down(session, held.id, actor_id=reviewers[0].id, reason=WHY, now=clock.now())
    services.condemn(session, held.id, actor_id=reviewers[0].id, reason=WHY, now=clock.now())
    audit.write_waiting(session)
    wanted = select(AuditEntry.action).where(AuditEntry.subject_id == str(held.id)).order_by(AuditEntry.sequence)
    assert list(session.scalars(wanted)) == [
        "file.kept", "file.held", "file.release_proposed", "file.released", "file.taken_down", "file.condemned",
    ]  # fmt: skip


@pytest.mark.check("F8")
def test_the_log_of_openings_is_paged_searched_and_never_changed(session, owner):
    kept = keep(session, owner, attested=documents.attested(owner.id))
    for number in range(30):
        who = accounts.user(session, name=f"Reader {number:02}")
        services.note_opening(session, kept.id, user_id=who.id, address="192.0.2.1", how=Opened.VIEW, page=number + 1,
                              now=clock.now() + timedelta(seconds=number))  # fmt: skip
    session.flush()
    page = queries.openings_of(session, [kept.id], number=2)
    assert (page.total, len(page.items), page.items[0].person) == (30, 5, "Reader 04")
    assert [row.person for row in queries.openings_of(session, [kept.id], search="reader 07").items] == ["Reader 07"]
    assert queries.openings_of(session, [kept.id], sort="person").items[0].person == "Reader 00"
    with pytest.raises(DatabaseError), session.begin_nested():
        session.execute(text("UPDATE file_openings SET address = 'elsewhere'"))


def test_openings_go_after_five_years(session, owner):
    kept = keep(session, owner, attested=documents.attested(owner.id))
    for age in (timedelta(days=5 * 365 + 3), timedelta(days=4 * 365)):
        services.note_opening(session, kept.id, user_id=owner.id, address="192.0.2.1", how=Opened.VIEW, page=1,
                              now=clock.now() - age)  # fmt: skip
    session.flush()
    apply_rules(session, now=clock.now(), dry_run=False)
    assert len(session.scalars(select(FileOpening.id)).all()) == 1


def test_reviewers_find_what_was_held_by_name_and_owner(session, owner):
    held = documents.held(session, owner_id=owner.id)
    documents.held(session, owner_id=accounts.user(session, name="Ben Osei").id)
    assert queries.held_files(session, states=[FileState.HELD]).total == 2
    (row,) = queries.held_files(session, states=[FileState.HELD], search="duarte").items
    assert (row.id, row.marks, row.owner) == (held.id, (MarkKind.CUI,), "Ana Duarte")
    assert queries.held_files(session, states=[FileState.READY]).total == 0
    found = queries.held_file(session, held.id)
    assert found is not None
    assert {mark.place for mark in found.marks} == {"page 1", "page 2"}
