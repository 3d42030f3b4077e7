"""Questions to the export desk, from asking to a public answer, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import audit, clock
from app.core.access import Role
from app.core.errors import InvalidInput, NotFound, Refused, TransitionRefused
from app.directory.states import EntryState
from app.enquiries import queries, services
from app.enquiries.models import EnquiryNote
from app.enquiries.queries.desk import DeskFilter, overdue_count
from app.enquiries.rules import ATTESTATION
from app.enquiries.services import Question
from app.enquiries.services.keep import today_of
from app.enquiries.states import EnquiryState, NoteKind
from app.notifications.models import OutboxMessage
from tests.factories import accounts as people
from tests.factories import directory
from tests.factories import enquiries as make

S = EnquiryState
DAY = timedelta(days=1)


def mails(session, template):
    found = session.scalars(select(OutboxMessage.payload).where(OutboxMessage.kind == "mail"))
    return [mail for mail in found if mail["template"] == template]


def email_of(session, user_id):
    return session.get_one(people.User, user_id).email


def test_a_new_question_has_a_due_day_and_both_sides_are_told(session, now):
    organizer = make.desk_person(session)
    enquiry = make.asked(session)
    assert enquiry.state is S.NEW
    assert (enquiry.due_on - enquiry.asked_on).days == 7
    assert [mail["to"] for mail in mails(session, "enquiry_received")] == [[email_of(session, enquiry.asker_id)]]
    assert [mail["to"] for mail in mails(session, "enquiry_new")] == [[email_of(session, organizer)]]


@pytest.mark.check("G1")
def test_no_question_is_kept_without_the_statement_on_controlled_data(session, now):
    make.asked(session)
    with pytest.raises(InvalidInput):
        services.ask(session, Question("May I?", "JP"), asker_id=people.user(session).id, attestation="", now=now)


def test_no_mail_holds_a_word_of_question_or_answer(session, now):
    make.desk_person(session)
    enquiry, _owner = make.answered(session, words="Plutonium-lined gyroscope")
    said = str(session.scalars(select(OutboxMessage.payload)).all())
    assert "gyroscope" not in said
    assert enquiry.answer not in said


def test_a_question_about_an_entry_one_may_not_see_is_about_nothing_that_exists(session, now):
    hidden = directory.entry(session, state=EntryState.DRAFT, confirmed=False)
    with pytest.raises(NotFound):
        make.asked(session, entry=hidden)


def test_an_owner_is_of_the_desk_and_not_the_asker(session, now):
    asker = people.staff(session, Role.ORGANIZER).id
    enquiry = make.asked(session, asker_id=asker)
    with pytest.raises(InvalidInput):
        services.assign(session, enquiry.id, people.user(session).id, actor_id=asker, now=now)
    with pytest.raises(Refused):
        services.assign(session, enquiry.id, asker, actor_id=asker, now=now)
    with pytest.raises(Refused):
        services.answer(session, enquiry.id, "Yes.", "", actor_id=asker, now=now)


def test_a_question_given_to_another_owner_tells_the_new_one(session, now):
    enquiry, owner = make.owned(session)
    other = make.desk_person(session, Role.REVIEWER, name="Sam Oduya")
    services.assign(session, enquiry.id, other, actor_id=owner, now=now)
    assert enquiry.owner_id == other
    assert mails(session, "enquiry_owner")[-1]["to"] == [email_of(session, other)]


def test_while_the_asker_is_asked_back_the_clock_stands_still(session, now):
    enquiry, owner = make.owned(session)
    due = enquiry.due_on
    services.ask_more(session, enquiry.id, "Which module?", actor_id=owner, now=clock.now())
    assert mails(session, "enquiry_question")
    clock.advance(7 * DAY)
    assert services.remind_overdue(session, now=clock.now()) == 0
    services.inform(
        session, enquiry.id, "The second.", asker_id=enquiry.asker_id, attestation=ATTESTATION, now=clock.now()
    )
    assert enquiry.state is S.ASSIGNED
    assert enquiry.due_on == due + 7 * DAY


def test_an_answer_that_did_not_help_starts_the_clock_anew_and_keeps_the_first_time(session, now):
    enquiry, owner = make.answered(session)
    first = enquiry.first_answered_on
    clock.advance(14 * DAY)
    services.say_whether_it_helped(
        session, enquiry.id, False, words="And the tank?", asker_id=enquiry.asker_id, attestation=ATTESTATION,
        now=clock.now(),
    )  # fmt: skip
    assert (enquiry.state, enquiry.helped) == (S.ASSIGNED, False)
    assert enquiry.due_on > today_of(session, clock.now())[0]
    services.answer(session, enquiry.id, "The tank, too.", "", actor_id=owner, now=clock.now())
    assert enquiry.first_answered_on == first
    services.say_whether_it_helped(session, enquiry.id, True, asker_id=enquiry.asker_id, now=clock.now())
    assert (enquiry.state, enquiry.helped) == (S.CLOSED, True)


def test_a_withdrawn_question_cannot_be_answered(session, now):
    enquiry, owner = make.owned(session)
    services.withdraw(session, enquiry.id, asker_id=enquiry.asker_id, now=now)
    with pytest.raises(TransitionRefused):
        services.answer(session, enquiry.id, "Yes.", "", actor_id=owner, now=now)


def test_only_the_asker_adds_withdraws_or_judges(session, now):
    enquiry, owner = make.answered(session)
    with pytest.raises(NotFound):
        services.say_whether_it_helped(session, enquiry.id, True, asker_id=owner, now=now)
    with pytest.raises(NotFound):
        services.withdraw(session, enquiry.id, asker_id=owner, now=now)


def test_owner_and_organizers_are_reminded_once_a_business_day(session, now):
    organizer = make.desk_person(session)
    enquiry, owner = make.owned(session)
    asked = make.asked(session)
    clock.advance(14 * DAY)
    while today_of(session, clock.now())[0].weekday() > 3:
        clock.advance(DAY)
    assert services.remind_overdue(session, now=clock.now()) == 2
    assert services.remind_overdue(session, now=clock.now()) == 0
    told = {mail["to"][0]: mail["context"]["count"] for mail in mails(session, "enquiry_overdue")}
    assert told == {email_of(session, organizer): 2, email_of(session, owner): 1}
    clock.advance(DAY)
    assert services.remind_overdue(session, now=clock.now()) == 2
    assert overdue_count(session, today_of(session, clock.now())[0]) == 2
    assert {enquiry.state, asked.state} == {S.ASSIGNED, S.NEW}


def test_on_a_weekend_nobody_is_reminded(session, now):
    make.desk_person(session)
    make.asked(session)
    clock.advance(14 * DAY)
    while today_of(session, clock.now())[0].weekday() != 5:
        clock.advance(DAY)
    assert services.remind_overdue(session, now=clock.now()) == 0


def test_the_asker_sees_neither_the_desks_notes_nor_the_companys_words(session, now):
    made = make.for_company(session)
    asker = session.scalar(select(EnquiryNote.actor_id).where(EnquiryNote.enquiry_id == made.enquiry_id).limit(1))
    desk = make.desk_person(session)
    services.note(session, made.enquiry_id, "Ask legal.", actor_id=desk, now=now)
    services.contribute(
        session, made.enquiry_id, "We hold a licence.", actor_id=made.officer_id, attestation=ATTESTATION, now=now
    )
    page = queries.my_enquiry(session, made.enquiry_id, asker)
    assert {note.kind for note in page.notes} == {NoteKind.STEP}
    shown = {note.words for note in queries.desk_page(session, made.enquiry_id).notes}
    assert {"Ask legal.", "We hold a licence."} <= shown


@pytest.mark.parametrize("shows", [True, False])
def test_the_export_officer_sees_the_asker_only_where_the_asker_allowed_it(session, now, shows):
    made = make.for_company(session, shows_asker=shows)
    row, said = queries.for_us_page(session, made.enquiry_id, made.officer_id)
    assert (row.asker, said) == ("Aiko Tanaka" if shows else None, [])


def test_an_officer_of_another_company_or_one_not_asked_finds_nothing(session, now):
    made = make.for_company(session)
    other = people.member(session, organization=people.company(session), role=Role.EXPORT_OFFICER).user_id
    not_asked = make.asked(session, entry=made.entry)
    with pytest.raises(NotFound):
        queries.for_us_page(session, made.enquiry_id, other)
    with pytest.raises(NotFound):
        services.contribute(session, made.enquiry_id, "x", actor_id=other, attestation=ATTESTATION, now=now)
    with pytest.raises(NotFound):
        queries.for_us_page(session, not_asked.id, made.officer_id)


def test_an_unclaimed_entry_has_nobody_to_ask(session, now):
    enquiry, owner = make.owned(session, entry=directory.entry(session))
    with pytest.raises(Refused):
        services.ask_officer(session, enquiry.id, actor_id=owner, now=now)


def publish(session, enquiry, actor, places, now):
    return services.publish(
        session, enquiry.id, "Does a module need a licence?", "Yes, usually.", "https://www.bis.gov", places,
        actor_id=actor, now=now,
    )  # fmt: skip


def test_a_published_answer_stands_where_it_was_put_and_nowhere_else(session, now):
    entry = directory.entry(session)
    enquiry, owner = make.answered(session, entry=entry)
    publish(session, enquiry, owner, ["entry", "topic"], now)
    assert [row.question for row in queries.public_answers(session, entry_id=entry.id)] == [
        "Does a module need a licence?"
    ]
    assert len(queries.public_answers(session, topic_key="ear_9x515")) == 1
    assert queries.public_answers(session, country="JP") == []
    with pytest.raises(Refused):
        publish(session, enquiry, owner, ["country"], now)
    services.retract(session, enquiry.id, actor_id=owner, now=now)
    assert queries.public_answers(session, entry_id=entry.id) == []
    publish(session, enquiry, owner, ["country"], now)
    assert len(queries.public_answers(session, country="JP")) == 1


def test_only_an_answered_question_is_published_and_only_somewhere(session, now):
    enquiry, owner = make.owned(session)
    with pytest.raises(Refused):
        publish(session, enquiry, owner, ["country"], now)
    services.answer(session, enquiry.id, "Yes.", "", actor_id=owner, now=now)
    with pytest.raises(InvalidInput):
        publish(session, enquiry, owner, ["entry"], now)


def test_the_desk_narrows_its_list(session, now):
    _enquiry, owner = make.owned(session)
    make.asked(session, words="Another one about tanks", topic_key="")
    today = today_of(session, clock.now())[0]

    def count(**wanted):
        return queries.desk_list(session, DeskFilter(**wanted), today=today).total

    assert count() == count(is_open=True) == 2
    assert count(owner=owner) == count(unowned=True) == count(topic_key="ear_9x515") == count(search="TANKS") == 1
    assert count(country="FR") == count(overdue=True) == count(state=S.ANSWERED) == 0
    assert queries.desk_list(session, DeskFilter(overdue=True), today=today + 30 * DAY).total == 2


def test_every_change_of_state_is_on_the_record(session, now):
    enquiry, _owner = make.answered(session)
    services.say_whether_it_helped(session, enquiry.id, True, asker_id=enquiry.asker_id, now=now)
    audit.write_waiting(session)
    wanted = select(audit.AuditEntry.action).where(audit.AuditEntry.subject_id == str(enquiry.id))
    assert list(session.scalars(wanted.order_by(audit.AuditEntry.sequence))) == [
        "enquiry.asked", "enquiry.assigned", "enquiry.answered", "enquiry.helped",
    ]  # fmt: skip
