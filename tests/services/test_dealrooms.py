"""Deal rooms on both databases: asking, giving, the agreement, what ends access, documents, questions."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import administer, belong, merging
from app.accounts.merge import Merging
from app.accounts.states import RecordKind
from app.core import clock, reference
from app.core.access import Role
from app.core.audit import AuditEntry, write_waiting
from app.core.errors import InvalidInput, NotFound, Refused, TransitionRefused
from app.dealrooms import queries, services
from app.dealrooms.models import Acceptance, Grant, GrantPerson, NdaVersion, Room
from app.dealrooms.queries import access as access_queries
from app.dealrooms.queries import questions as asked_queries
from app.dealrooms.queries import shelves
from app.dealrooms.rules.access import Closed
from app.dealrooms.states import Audience, GrantState, PersonStanding, QuestionState, RoomRole, RoomState
from app.directory import services as directory
from app.directory.states import Tier
from app.documents import services as files
from app.documents.services import MayNotEnter, NotAttested
from app.documents.states import FileState, Handling, Purpose
from app.interest.states import InterestState, Visibility
from app.notifications.models import OutboxMessage
from app.registration import services as registrations
from app.screening import queries as screening_queries
from tests.factories import accounts, documents
from tests.factories import dealrooms as make


def shut(session, of, user_id=None, folder_id=None):
    return queries.may_open(session, of.room.id, user_id or of.guest, folder_id=folder_id, now=clock.now())[1]


def mails(session) -> list[tuple[str, str]]:
    """Return subject and address of every mail of deal rooms, oldest first."""
    found = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail").order_by(OutboxMessage.number))
    return [
        (row.payload["context"]["subject"], row.payload["to"][0])
        for row in found if row.payload["template"] == "dealroom_notice"
    ]  # fmt: skip


def test_a_room_opens_with_folders_an_agreement_and_nobody_in_it(session):
    of = make.house(session)
    assert make.folders(session, of)[0].name == "Overview"
    assert session.scalars(select(NdaVersion)).one().number == 1
    assert shut(session, of) is Closed.STRANGER
    with pytest.raises(Refused, match="already"):
        services.open_room(session, of.entry.id, actor_id=of.owner, now=clock.now())


@pytest.mark.parametrize("who", ["officer", "guest"])
def test_only_owners_and_delegates_open_a_room(session, who):
    of = make.house(session)
    services.close_room(session, of.room.id, reason="", actor_id=of.owner, now=clock.now())
    with pytest.raises(NotFound):
        services.open_room(session, of.entry.id, actor_id=getattr(of, who), now=clock.now())


@pytest.mark.check("L2")
def test_a_partner_asks_is_given_access_and_enters_only_after_the_agreement(session):
    of = make.house(session)
    grant = make.requested(session, of)
    assert shut(session, of) is Closed.WAITS
    services.give_access(session, of.room.id, grant.id, actor_id=of.owner, now=clock.now())
    assert grant.state is GrantState.NDA_PENDING
    assert shut(session, of) is Closed.NDA
    acceptance = make.sign(session, of)
    assert grant.state is GrantState.GRANTED
    assert shut(session, of) is None
    text = session.scalars(select(NdaVersion)).one()
    assert (acceptance.typed_name, acceptance.address, acceptance.sha256) == ("Aiko Tanaka", "192.0.2.7", text.sha256)
    subjects = [subject for subject, _ in mails(session)]
    assert subjects == [
        "Kibo Trading asks for access to the deal room of Perigee Outpost",
        "Kibo Trading asks for access to the deal room of Perigee Outpost",
        "Read and accept the NDA to enter the deal room of Perigee Outpost",
        "The deal room of Perigee Outpost is open to you",
        "Kibo Trading accepted the NDA for Perigee Outpost",
        "Kibo Trading accepted the NDA for Perigee Outpost",
    ]


def test_an_agreement_that_is_not_ticked_older_or_signed_twice_is_refused(session):
    of = make.house(session)
    make.given(session, of)
    common = {"address": "192.0.2.7", "user_id": of.guest, "now": clock.now()}
    with pytest.raises(InvalidInput, match="Tick"):
        services.accept_nda(session, of.room.id, typed_name="Aiko Tanaka", agreed=False, number=1, **common)
    with pytest.raises(Refused, match="changed the text"):
        services.accept_nda(session, of.room.id, typed_name="Aiko Tanaka", agreed=True, number=2, **common)
    make.sign(session, of)
    with pytest.raises(Refused, match="already"):
        make.sign(session, of)


def test_each_person_accepts_for_themself_and_anew_for_a_new_text(session):
    of = make.house(session)
    make.inside(session, of)
    colleague, _ = make.guest(session, of.partner, name="Ren Sato")
    assert shut(session, of, colleague) is Closed.NDA
    make.sign(session, of, colleague)
    assert shut(session, of, colleague) is None
    services.write_nda(
        session, of.room.id, "A new text.", ask=make.ASK, actor_id=of.owner, now=clock.now()
    )  # fmt: skip
    assert shut(session, of) is Closed.NDA
    assert shut(session, of, colleague) is Closed.NDA
    make.sign(session, of)
    assert shut(session, of) is None
    assert {row.nda_number for row in session.scalars(select(Acceptance))} == {1, 2}
    assert [s for s, _ in mails(session)].count("The NDA of the deal room of Perigee Outpost has a new text") == 2


def test_who_only_watches_is_not_admitted_or_asks_twice_is_refused(session):
    of = make.house(session)
    of.interest.state = InterestState.WATCHING
    with pytest.raises(Refused, match="only watch"):
        make.requested(session, of)
    of.interest.state = InterestState.INTERESTED
    stranger = accounts.member(session, organization=of.partner).user_id
    with pytest.raises(Refused, match="admitted"):
        services.request_access(session, of.interest.id, note="", actor_id=stranger, now=clock.now())
    outsider = accounts.user(session).id
    with pytest.raises(NotFound):
        services.request_access(session, of.interest.id, note="", actor_id=outsider, now=clock.now())
    make.requested(session, of)
    with pytest.raises(Refused, match="already"):
        make.requested(session, of)


def test_a_nameless_partner_cannot_be_invited_but_may_ask(session):
    of = make.house(session, visibility=Visibility.SUMMARY_ONLY)
    with pytest.raises(Refused, match="only its country"):
        services.invite(session, of.room.id, of.interest.id, actor_id=of.owner, now=clock.now())
    assert make.requested(session, of).state is GrantState.REQUESTED
    named = make.second_partner(session, of)
    grant = services.invite(session, of.room.id, named.interest.id, actor_id=of.owner, now=clock.now())
    assert grant.state is GrantState.NDA_PENDING


def test_the_export_officer_approves_where_the_room_asks_for_it(session):
    of = make.house(session)
    services.lock_approval(session, of.room.id, True, actor_id=of.officer, now=clock.now())
    grant = make.given(session, of)
    assert grant.state is GrantState.APPROVAL_PENDING
    with pytest.raises(Refused, match="export officer"):
        services.approve(session, of.room.id, grant.id, True, reason="", actor_id=of.owner, now=clock.now())
    with pytest.raises(InvalidInput, match="why"):
        services.approve(session, of.room.id, grant.id, False, reason=" ", actor_id=of.officer, now=clock.now())
    services.approve(session, of.room.id, grant.id, True, reason="", actor_id=of.officer, now=clock.now())
    make.sign(session, of)
    assert shut(session, of) is None
    with pytest.raises(Refused, match="locked"):
        services.change_settings(
            session, of.room.id, downloads=False, expires_at=None, export_approval=False, question_quota=5,
            revision=of.room.revision, actor_id=of.owner, now=clock.now(),
        )  # fmt: skip


def test_locking_the_approval_puts_present_access_to_the_officer_at_once(session):
    of = make.house(session)
    grant = make.inside(session, of)
    services.lock_approval(session, of.room.id, True, actor_id=of.officer, now=clock.now())
    assert grant.state is GrantState.APPROVAL_PENDING
    assert shut(session, of) is Closed.WAITS
    services.approve(session, of.room.id, grant.id, True, reason="", actor_id=of.officer, now=clock.now())
    assert shut(session, of) is None, "they accepted the agreement before"


def test_widening_what_was_approved_goes_to_the_officer_again(session):
    of = make.house(session)
    services.lock_approval(session, of.room.id, True, actor_id=of.officer, now=clock.now())
    first, second, _ = make.folders(session, of)
    grant = make.given(session, of, folders=(first.id,))
    services.approve(session, of.room.id, grant.id, True, reason="", actor_id=of.officer, now=clock.now())
    make.sign(session, of)
    assert (shut(session, of, folder_id=first.id), shut(session, of, folder_id=second.id)) == (None, Closed.FOLDER)
    services.change_scope(
        session, of.room.id, grant.id, folder_ids=(), expires_at=None, for_everybody=True, actor_id=of.owner,
        now=clock.now(),
    )  # fmt: skip
    assert grant.state is GrantState.APPROVAL_PENDING


def test_access_to_folders_of_another_room_cannot_be_given(session):
    of, other = make.house(session), make.house(session)
    grant = make.requested(session, of)
    theirs = make.folders(session, other)[0].id
    with pytest.raises(InvalidInput):
        services.give_access(
            session, of.room.id, grant.id, folder_ids=(theirs,), actor_id=of.owner, now=clock.now()
        )  # fmt: skip
    with pytest.raises(NotFound):
        services.give_access(session, other.room.id, grant.id, actor_id=other.owner, now=clock.now())


@pytest.mark.check("D9")
def test_revoking_works_on_the_next_request_and_is_final(session):
    of = make.house(session)
    grant = make.inside(session, of)
    services.revoke(session, of.room.id, grant.id, reason="Done.", actor_id=of.owner, now=clock.now())
    assert shut(session, of) is Closed.ENDED
    with pytest.raises(TransitionRefused):
        services.revoke(session, of.room.id, grant.id, reason="", actor_id=of.owner, now=clock.now())
    assert mails(session)[-1] == ("Access to the deal room of Perigee Outpost has ended",
                                  make.user(session, of.guest).email)  # fmt: skip
    assert make.requested(session, of).state is GrantState.REQUESTED, "asking again is possible"


def test_the_officer_may_revoke_and_the_partner_may_give_back(session):
    of = make.house(session)
    grant = make.inside(session, of)
    services.revoke(session, of.room.id, grant.id, reason="", actor_id=of.officer, now=clock.now())
    again = make.inside(session, of) if not session.scalar(select(Acceptance.id)) else make.given(session, of)
    assert again.state is GrantState.GRANTED, "the agreement in force was accepted before"
    services.leave(session, of.room.id, again.id, actor_id=of.guest, now=clock.now())
    assert again.state is GrantState.REVOKED
    with pytest.raises(NotFound):
        services.leave(session, of.room.id, again.id, actor_id=of.owner, now=clock.now())


def test_one_person_can_be_shut_out_and_access_can_be_for_named_people_only(session):
    of = make.house(session)
    grant = make.inside(session, of)
    colleague, _ = make.guest(session, of.partner, name="Ren Sato")
    make.sign(session, of, colleague)
    common = {"actor_id": of.owner, "now": clock.now()}
    services.say_of_person(session, of.room.id, grant.id, colleague, PersonStanding.SHUT_OUT, **common)
    assert (shut(session, of), shut(session, of, colleague)) == (None, Closed.SHUT_OUT)
    services.change_scope(
        session, of.room.id, grant.id, folder_ids=(), expires_at=None, for_everybody=False, **common
    )  # fmt: skip
    assert shut(session, of) is Closed.SHUT_OUT
    services.say_of_person(session, of.room.id, grant.id, of.guest, PersonStanding.NAMED, **common)
    assert shut(session, of) is None
    with pytest.raises(NotFound):
        services.say_of_person(session, of.room.id, grant.id, of.owner, PersonStanding.NAMED, **common)


@pytest.mark.check("G5")
@pytest.mark.parametrize("what", ["missing", "reopened", "a newer list", "too old"])
def test_without_a_current_screening_the_room_is_shut_and_nothing_can_be_signed(session, what, monkeypatch):
    of = make.house(session)
    make.inside(session, of)
    case = screening_queries.case_for(session, "registration", of.admission.id)
    row = session.get_one(access_queries.Case, case.id)
    if what == "missing":
        row.subject_kind = "elsewhere"
    elif what == "reopened":
        row.state, row.decided_at = access_queries.CaseState.OPEN, None
    elif what == "a newer list":
        reference.load_rows(
            session, screening_queries.LIST_KIND, {"2": {"list_code": "SDN", "kind": "entity", "name": "Other"}},
            file_name="list.csv", sha256="1" * 64, as_of=clock.now().date(), now=clock.now(),
        )  # fmt: skip
    else:
        monkeypatch.setattr(access_queries, "list_age_limit", lambda: 30)
        clock.advance(timedelta(days=31))
    session.flush()
    assert shut(session, of) is Closed.NOT_SCREENED
    assert queries.tier_for(session, of.entry.id, of.guest, now=clock.now()) is None


@pytest.mark.check("G5")
def test_a_lookup_that_fails_opens_nothing(session, monkeypatch):
    of = make.house(session)
    make.inside(session, of)

    def fail() -> int:
        raise LookupError("the list cannot be read")

    monkeypatch.setattr(access_queries, "list_age_limit", fail)
    with pytest.raises(LookupError):
        shut(session, of)


@pytest.mark.check("D8")
@pytest.mark.parametrize("what", ["withdrawn", "suspended"])
def test_an_entry_that_goes_out_of_sight_closes_its_room_and_ends_all_access(session, what):
    of = make.house(session)
    grant = make.inside(session, of)
    if what == "withdrawn":
        directory.withdraw_entry(session, entry_id=of.entry.id, user_id=of.owner, now=clock.now())
    else:
        staff = accounts.staff(session, Role.REVIEWER).id
        directory.suspend_entry(session, entry_id=of.entry.id, actor_id=staff, reason="A check.", now=clock.now())
    assert (of.room.state, grant.state) == (RoomState.CLOSED, GrantState.REVOKED)
    assert shut(session, of) is not None


@pytest.mark.check("D8")
def test_leaving_the_summit_or_being_suspended_leaves_no_working_access(session):
    of = make.house(session)
    make.inside(session, of)
    colleague, _ = make.guest(session, of.partner, name="Ren Sato")
    make.sign(session, of, colleague)
    registrations.withdraw(session, of.admission.id, actor_id=of.guest, now=clock.now())
    administrator = accounts.staff(session, Role.ADMINISTRATOR).id
    administer.suspend_user(session, colleague, actor_id=administrator, reason="A check.", now=clock.now())
    assert shut(session, of) is Closed.SHUT_OUT
    administer.restore_user(session, colleague, actor_id=administrator, reason="Cleared.", now=clock.now())
    assert shut(session, of, colleague) is Closed.SHUT_OUT, "the company lets them in again, nobody else"


@pytest.mark.check("D8")
def test_who_no_longer_belongs_to_the_partner_is_a_stranger(session):
    of = make.house(session)
    make.inside(session, of)
    accounts.member(session, organization=of.partner)
    belong.remove_member(session, of.partner.id, of.guest, actor_id=of.guest, now=clock.now())
    assert shut(session, of) is Closed.STRANGER


@pytest.mark.check("D8")
def test_merging_organizations_hands_no_access_on(session):
    of = make.house(session)
    grant = make.inside(session, of)
    kept = make.second_partner(session, of)
    other = make.inside(session, kept)
    organizer = accounts.staff(session, Role.ORGANIZER).id
    newcomer, _ = make.guest(session, of.partner, name="Ren Sato")
    merging.merge_records(session, Merging(
        RecordKind.ORGANIZATION, kept.partner.id, of.partner.id, organizer, clock.now()))  # fmt: skip
    assert session.get_one(Grant, grant.id).state is GrantState.REVOKED
    assert session.get_one(Grant, other.id).state is GrantState.GRANTED
    assert shut(session, kept) is None
    assert shut(session, of) is Closed.SHUT_OUT
    assert shut(session, of, newcomer) is Closed.SHUT_OUT


@pytest.mark.check("D8")
def test_merging_people_hands_no_acceptance_on(session):
    of = make.house(session)
    make.inside(session, of)
    kept = accounts.user(session, name="Aiko T")
    organizer = accounts.staff(session, Role.ORGANIZER).id
    merging.merge_records(session, Merging(RecordKind.PERSON, kept.id, of.guest, organizer, clock.now()))
    assert shut(session, of, kept.id) is Closed.NDA
    assert shut(session, of) is Closed.STRANGER
    assert session.scalars(select(GrantPerson)).all() == []


def test_access_and_rooms_end_with_their_last_day_after_a_warning(session):
    of = make.house(session)
    grant = make.requested(session, of)
    until = clock.now() + timedelta(days=10)
    services.give_access(
        session, of.room.id, grant.id, expires_at=until, actor_id=of.owner, now=clock.now()
    )  # fmt: skip
    make.sign(session, of)
    assert services.expire_due(session, now=clock.now()) == 0
    assert services.expire_due(session, now=clock.advance(timedelta(days=4))) == 1
    assert mails(session)[-1][0] == "Access to the deal room of Perigee Outpost ends in a week"
    assert services.expire_due(session, now=clock.now()) == 0
    later = clock.advance(timedelta(days=6))
    assert shut(session, of) is Closed.ENDED, "at once, not when the job comes by"
    assert services.expire_due(session, now=later) == 1
    assert grant.state is GrantState.EXPIRED
    services.change_settings(
        session, of.room.id, downloads=True, expires_at=later + timedelta(days=1), export_approval=False,
        question_quota=5, revision=of.room.revision, actor_id=of.owner, now=later,
    )  # fmt: skip
    assert services.expire_due(session, now=clock.advance(timedelta(days=2))) == 1
    assert session.get_one(Room, of.room.id).state is RoomState.EXPIRED


def test_of_two_changes_of_the_settings_the_second_is_told(session):
    of = make.house(session)
    seen = of.room.revision
    common = {"expires_at": None, "export_approval": False, "question_quota": 5, "revision": seen, "now": clock.now()}
    services.change_settings(session, of.room.id, downloads=True, actor_id=of.owner, **common)
    with pytest.raises(Refused, match="since you opened"):
        services.change_settings(session, of.room.id, downloads=False, actor_id=of.delegate, **common)


@pytest.mark.check("G1")
@pytest.mark.check("G2")
def test_a_document_without_attestation_or_called_controlled_does_not_enter(session):
    of = make.house(session)
    checked = files.check(documents.text_pdf("Words."), name="a.pdf", purpose=Purpose.ROOM_DOCUMENT)
    folder = make.folders(session, of)[0].id
    common = {"label": "A", "actor_id": of.owner, "now": clock.now()}
    with pytest.raises(NotAttested):
        services.add_document(session, of.room.id, folder, checked, attested=None, **common)
    for handling in (Handling.UNSURE, Handling.CONTROLLED):
        said = documents.attested(of.owner, handling=handling)
        with pytest.raises(MayNotEnter):
            services.add_document(session, of.room.id, folder, checked, attested=said, **common)


def test_a_marked_document_is_held_and_partners_do_not_see_that_it_exists(session):
    of = make.house(session)
    make.inside(session, of)
    checked = files.check(documents.marked_pdf(), name="a.pdf", purpose=Purpose.ROOM_DOCUMENT)
    made = services.add_document(
        session, of.room.id, make.folders(session, of)[0].id, checked, label="Study",
        attested=documents.attested(of.owner), actor_id=of.owner, now=clock.now(),
    )  # fmt: skip
    assert shelves.document(session, of.room.id, made.id).state is FileState.HELD
    assert shelves.shown_documents(session, of.room.id, None) == []


def test_a_newer_file_takes_the_place_and_the_older_stays_for_the_company(session):
    of = make.house(session)
    made = make.document(session, of)
    checked = files.check(documents.text_pdf("Newer."), name="b.pdf", purpose=Purpose.ROOM_DOCUMENT)
    services.replace_document(
        session, of.room.id, made.id, checked, attested=documents.attested(of.owner), actor_id=of.delegate,
        now=clock.now(),
    )  # fmt: skip
    assert [row.number for row in shelves.shown_documents(session, of.room.id, None)] == [2]
    assert [row.number for row in shelves.versions(session, of.room.id, made.id)] == [2, 1]
    services.remove_document(session, of.room.id, made.id, actor_id=of.owner, now=clock.now())
    assert shelves.documents(session, of.room.id) == []
    assert {row.state for row in shelves.versions(session, of.room.id, made.id)} == {FileState.DROPPED}


def test_where_the_officer_approves_a_document_shows_only_when_cleared(session):
    of = make.house(session)
    services.lock_approval(session, of.room.id, True, actor_id=of.officer, now=clock.now())
    made = make.document(session, of)
    assert shelves.shown_documents(session, of.room.id, None) == []
    services.clear_document(session, of.room.id, made.id, 1, True, reason="", actor_id=of.officer, now=clock.now())
    assert len(shelves.shown_documents(session, of.room.id, None)) == 1
    with pytest.raises(Refused, match="already"):
        services.clear_document(
            session, of.room.id, made.id, 1, False, reason="x", actor_id=of.officer, now=clock.now()
        )


@pytest.mark.check("F1")
def test_a_room_takes_no_more_than_its_size(session, monkeypatch):
    from app.dealrooms.services import shelves as writing

    of = make.house(session)
    monkeypatch.setattr(writing, "LARGEST_ROOM_BYTES", 10)
    with pytest.raises(Refused, match="at most"):
        make.document(session, of)


def test_folders_are_added_moved_and_removed_only_when_empty(session):
    of = make.house(session)
    common = {"actor_id": of.owner}
    made = services.add_folder(session, of.room.id, name="Legal", note="Term sheet", now=clock.now(), **common)
    services.move_folder(session, of.room.id, made.id, up=True, **common)
    assert [one.name for one in make.folders(session, of)].index("Legal") == 2
    make.document(session, of, folder=made)
    with pytest.raises(Refused, match="Documents"):
        services.remove_folder(session, of.room.id, made.id, now=clock.now(), **common)
    services.remove_folder(session, of.room.id, make.folders(session, of)[0].id, now=clock.now(), **common)
    assert len(make.folders(session, of)) == 3


def test_a_question_goes_from_draft_to_answer_through_drafter_and_coordinator(session):
    of = make.house(session)
    make.inside(session, of)
    other = make.second_partner(session, of)
    make.inside(session, other)
    made = make.question(session, of)
    make.answer(session, of, made, audience=Audience.EVERYONE)
    with pytest.raises(Refused, match="coordinator"):
        services.approve_answer(session, of.room.id, made.id, actor_id=of.delegate, now=clock.now())
    services.approve_answer(session, of.room.id, made.id, actor_id=of.owner, now=clock.now())
    assert made.state is QuestionState.PUBLISHED
    seen = asked_queries.asked(session, of.room.id, other.partner.id).items[0]
    assert (seen.answer, seen.is_own, seen.asked_by) == ("Two of four.", False, "")
    assert "Kibo" not in repr(seen)
    assert "Aiko" not in repr(seen)
    told = [address for subject, address in mails(session) if subject.startswith("An answer")]
    assert sorted(told) == sorted(make.user(session, one).email for one in (of.guest, other.guest))


def test_a_coordinator_approves_their_own_answer_only_where_there_is_no_other(session):
    of = make.house(session)
    make.inside(session, of)
    services.name_role(session, of.room.id, of.delegate, RoomRole.COORDINATOR, actor_id=of.owner)
    first, second = make.question(session, of), make.question(session, of)
    make.answer(session, of, first)
    with pytest.raises(Refused, match="You wrote this draft"):
        services.approve_answer(session, of.room.id, first.id, actor_id=of.delegate, now=clock.now())
    make.user(session, of.owner).suspended_at = clock.now()
    session.flush()
    services.approve_answer(session, of.room.id, first.id, actor_id=of.delegate, now=clock.now())
    make.answer(session, of, second)
    make.user(session, of.owner).suspended_at = None
    session.flush()
    services.approve_answer(session, of.room.id, second.id, actor_id=of.owner, now=clock.now())
    assert (first.state, second.state) == (QuestionState.PUBLISHED, QuestionState.PUBLISHED)


def test_a_draft_that_was_written_anew_is_not_approved_unread(session):
    of = make.house(session)
    make.inside(session, of)
    made = make.question(session, of)
    make.answer(session, of, made)
    seen = asked_queries.question(session, of.room.id, made.id).draft_digest
    make.answer(session, of, made, audience=Audience.EVERYONE)
    with pytest.raises(Refused, match="changed since you opened"):
        services.approve_answer(session, of.room.id, made.id, actor_id=of.owner, seen=seen, now=clock.now())
    seen = asked_queries.question(session, of.room.id, made.id).draft_digest
    services.approve_answer(session, of.room.id, made.id, actor_id=of.owner, seen=seen, now=clock.now())
    assert made.state is QuestionState.PUBLISHED


def test_an_answer_for_the_asker_reaches_no_one_else_and_drafts_stay_their_writers(session):
    of = make.house(session)
    make.inside(session, of)
    other = make.second_partner(session, of)
    make.inside(session, other)
    made = make.question(session, of, asked=False)
    assert asked_queries.questions(session, of.room.id).total == 0, "the company does not see drafts"
    with pytest.raises(NotFound):
        services.submit_question(session, of.room.id, made.id, user_id=other.guest, now=clock.now())
    services.submit_question(session, of.room.id, made.id, user_id=of.guest, now=clock.now())
    make.answer(session, of, made)
    services.approve_answer(session, of.room.id, made.id, actor_id=of.owner, now=clock.now())
    assert asked_queries.asked(session, of.room.id, other.partner.id).total == 0


def test_where_the_officer_approves_an_answer_waits_or_goes_back(session):
    of = make.house(session)
    make.inside(session, of)
    made = make.question(session, of)
    make.answer(session, of, made)
    of.room.export_approval = True
    session.flush()
    services.approve_answer(session, of.room.id, made.id, actor_id=of.owner, now=clock.now())
    assert made.state is QuestionState.WITH_OFFICER
    services.clear_answer(
        session, of.room.id, made.id, False, reason="Say it in general.", actor_id=of.officer, now=clock.now()
    )  # fmt: skip
    assert made.state is QuestionState.SUBMITTED
    assert asked_queries.asked(session, of.room.id, of.partner.id).items[0].answer == ""
    make.answer(session, of, made)
    services.approve_answer(session, of.room.id, made.id, actor_id=of.owner, now=clock.now())
    services.clear_answer(session, of.room.id, made.id, True, reason="", actor_id=of.officer, now=clock.now())
    assert made.state is QuestionState.PUBLISHED


def test_questions_are_limited_for_each_organization(session):
    of = make.house(session)
    make.inside(session, of)
    of.room.question_quota = 1
    make.question(session, of)
    draft = make.question(session, of, asked=False)
    with pytest.raises(Refused, match="1 questions"):
        services.submit_question(session, of.room.id, draft.id, user_id=of.guest, now=clock.now())


@pytest.mark.check("G3")
def test_a_question_or_answer_that_carries_a_marking_is_not_kept(session):
    of = make.house(session)
    make.inside(session, of)
    with pytest.raises(MayNotEnter):
        make.question(session, of, text="CUI//SP-EXPT what is the thrust of the engine?")


def test_the_tier_for_the_directory_follows_the_access(session):
    of = make.house(session)

    def tier():
        return queries.tier_for(session, of.entry.id, of.guest, now=clock.now())

    grant = make.given(session, of)
    assert tier() is None
    make.sign(session, of)
    assert tier() is Tier.GRANTED
    services.change_scope(
        session, of.room.id, grant.id, folder_ids=(make.folders(session, of)[0].id,), expires_at=None,
        for_everybody=True, actor_id=of.owner, now=clock.now(),
    )  # fmt: skip
    assert tier() is Tier.NDA
    services.revoke(session, of.room.id, grant.id, reason="", actor_id=of.owner, now=clock.now())
    assert tier() is None


def test_every_step_of_access_is_on_the_record(session):
    of = make.house(session)
    grant = make.inside(session, of)
    services.revoke(session, of.room.id, grant.id, reason="Done.", actor_id=of.owner, now=clock.now())
    write_waiting(session)
    noted = [row.action for row in session.scalars(select(AuditEntry).order_by(AuditEntry.sequence))]
    wanted = ["deal_room.opened", "room_access.requested", "room_access.given", "nda.accepted",
              "room_access.nda_accepted", "room_access.revoked"]  # fmt: skip
    assert [action for action in noted if action in wanted] == wanted


def test_a_room_of_an_entry_that_went_to_another_company_is_nobodys(session):
    of = make.house(session)
    other = accounts.company(session, name="Other Works")
    theirs = accounts.member(session, organization=other, role=Role.COMPANY_OWNER).user_id
    make.inside(session, of)
    of.entry.organization_id = other.id
    session.flush()
    assert shut(session, of) is Closed.ENTRY_HIDDEN
    for actor in (of.owner, theirs):
        with pytest.raises(NotFound):
            services.close_room(session, of.room.id, reason="", actor_id=actor, now=clock.now())
