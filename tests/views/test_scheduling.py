"""The pages of meetings, agenda and timetable, and the calendar that leaves the building."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import icalendar
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.core import clock
from app.core.access import Role
from app.notifications import outbox
from app.scheduling import services
from app.scheduling.models import CalendarFeed, Meeting, MeetingAbsence
from app.scheduling.states import MeetingState
from tests.factories import accounts
from tests.factories import matching as rounds
from tests.factories import scheduling as make
from tests.pages import Visitor

SignedIn = Callable[[UUID], Visitor]


def test_a_suggestion_is_accepted_in_one_click_by_each_side(
    session: Session, signed_in: SignedIn, now: datetime
) -> None:
    made = rounds.round_of(session, 1, 1)
    rounds.published_run(session, made)
    meeting = session.scalars(select(Meeting)).one()
    for user in (made.partners[0].user_id, made.owners[0]):
        visitor = signed_in(user)
        assert "Accept" in visitor.get("/meetings").text
        visitor.post(f"/meetings/{meeting.id}/accept", {"back": "list"})
    session.refresh(meeting)
    assert meeting.state is MeetingState.ACCEPTED


def test_declining_asks_for_a_reason_and_shows_it_to_the_other_side(
    session: Session, signed_in: SignedIn, now: datetime
) -> None:
    made = rounds.round_of(session, 1, 1)
    meeting = make.meeting(session, made, state=MeetingState.SUGGESTED)
    owner = signed_in(made.owners[0])
    owner.get(f"/meetings/{meeting.id}")
    page = owner.post(f"/meetings/{meeting.id}/decline", {"reason": ""}, status=422)
    assert "Give a reason in a few words." in page.text
    owner.post(f"/meetings/{meeting.id}/decline", {"reason": "We are not raising now."})
    other = signed_in(made.partners[0].user_id).get(f"/meetings/{meeting.id}")
    assert "We are not raising now." in other.text


@pytest.mark.check("D3")
def test_a_meeting_of_others_answers_like_one_that_does_not_exist(
    session: Session, signed_in: SignedIn, now: datetime
) -> None:
    made = rounds.round_of(session, 2, 2)
    meeting = make.meeting(session, made, 0, 0, state=MeetingState.SCHEDULED, slot=0)
    for user in (made.partners[1].user_id, made.owners[1]):
        visitor = signed_in(user)
        visitor.get(f"/meetings/{meeting.id}", status=404)
        visitor.post(f"/meetings/{meeting.id}/decline", {"reason": "No."}, status=404)
        visitor.post(f"/meetings/{meeting.id}/accept", {}, status=404)


def test_a_partner_asks_and_the_company_counters(session: Session, signed_in: SignedIn, now: datetime) -> None:
    made = rounds.round_of(session, 1, 1)
    partner, owner = signed_in(made.partners[0].user_id), signed_in(made.owners[0])
    assert "Say in a sentence" in partner.post("/meetings/request/programme-000", {"text": ""}, status=422).text
    partner.post("/meetings/request/programme-000", {"text": "We bring a robotic arm."})
    meeting = session.scalars(select(Meeting)).one()
    assert "We bring a robotic arm." in owner.get(f"/meetings/{meeting.id}").text
    owner.post(f"/meetings/{meeting.id}/counter", {"change": "Bring your engineer."})
    assert "Bring your engineer." in partner.get(f"/meetings/{meeting.id}").text
    twice = owner.post(f"/meetings/request/programme-000/{made.partners[0].id}", {"text": "Again?"}, status=422)
    assert "meeting of you two already" in twice.text


def test_the_export_officer_finds_decline_but_no_accept(session: Session, signed_in: SignedIn, now: datetime) -> None:
    made = rounds.round_of(session, 1, 1)
    company = session.get_one(Organization, made.programmes[0].organization_id)
    officer = signed_in(accounts.member(session, organization=company, role=Role.EXPORT_OFFICER).user_id)
    meeting = make.meeting(session, made, state=MeetingState.SCHEDULED, slot=0)
    page = officer.get(f"/meetings/{meeting.id}")
    assert "Call the meeting off" in page.text
    assert "Take this time" not in page.text
    officer.post(f"/meetings/{meeting.id}/decline", {"reason": "No licence."})
    session.refresh(meeting)
    assert meeting.state is MeetingState.CANCELLED


def test_the_agenda_shows_the_venues_time_and_the_readers_own(
    session: Session, signed_in: SignedIn, now: datetime
) -> None:
    made = rounds.round_of(session, 1, 1)
    make.meeting(session, made, state=MeetingState.SCHEDULED, slot=13, table=4)
    page = signed_in(made.partners[0].user_id).get("/agenda")
    assert "America/New York" in page.text
    assert "Asia/Tokyo" in page.text
    assert "16:30 to 17:00" in page.text
    assert "Wed 05:30 to 06:00" in page.text


def test_an_empty_agenda_says_what_comes_first(session: Session, signed_in: SignedIn, now: datetime) -> None:
    made = rounds.round_of(session, 1, 1)
    assert "No meeting has a table yet" in signed_in(made.partners[0].user_id).get("/agenda").text


def events(content: bytes) -> list[icalendar.Event]:
    return [e for e in icalendar.Calendar.from_ical(content).walk() if e.name == "VEVENT"]


def feed_of(session: Session, visitor: Visitor) -> str:
    """Make a calendar address as a person does and return its path."""
    visitor.post("/agenda/address", {})
    page = visitor.get("/agenda")
    start = page.text.index("/calendars/")
    return page.text[start:].split()[0]


@pytest.mark.check("E7")
def test_a_calendar_address_is_secret_shown_once_revocable_and_only_the_owners(
    session: Session, signed_in: SignedIn, visitor: Visitor, now: datetime
) -> None:
    made = rounds.round_of(session, 2, 1)
    make.meeting(session, made, 0, 0, state=MeetingState.SCHEDULED, slot=0)
    make.meeting(session, made, 1, 0, state=MeetingState.SCHEDULED, slot=1, table=1)
    owner = signed_in(made.partners[0].user_id)
    path = feed_of(session, owner)
    token = path.removeprefix("/calendars/").removesuffix(".ics")
    assert len(token) >= 32
    assert token not in session.scalars(select(CalendarFeed.token_digest)).one()
    assert token not in owner.get("/agenda").html
    response = visitor.client.get(path)
    assert response.headers["Cache-Control"] == "no-store"
    assert [str(e["SUMMARY"]) for e in events(response.data)] == ["Meeting: Works 000 (Programme 000)"]
    newer = feed_of(session, owner)
    assert visitor.client.get(path).status_code == 404
    owner.post("/agenda/address/end", {})
    assert visitor.client.get(newer).status_code == 404
    assert visitor.client.get("/calendars/unknown.ics").status_code == 404


@pytest.mark.check("E7")
def test_calendar_entries_keep_their_id_grow_their_sequence_and_are_cancelled(
    session: Session, signed_in: SignedIn, visitor: Visitor, now: datetime
) -> None:
    made = rounds.round_of(session, 1, 1)
    meeting = make.meeting(session, made, state=MeetingState.SCHEDULED, slot=0)
    path = feed_of(session, signed_in(made.partners[0].user_id))
    first = events(visitor.client.get(path).data)[0]
    slots = make.slots(session, made)
    services.choose_slot(session, meeting.id, slots[2].id, actor_id=made.owners[0], now=now)
    session.commit()
    moved = events(visitor.client.get(path).data)[0]
    services.answer_meeting(session, meeting.id, "decline", actor_id=made.owners[0], reason="Ill.", now=now)
    session.commit()
    off = events(visitor.client.get(path).data)[0]
    assert first["UID"] == moved["UID"] == off["UID"]
    assert first["SEQUENCE"] < moved["SEQUENCE"] < off["SEQUENCE"]
    assert (str(moved["STATUS"]), str(off["STATUS"])) == ("CONFIRMED", "CANCELLED")
    assert moved["DTSTART"].dt == slots[2].starts_at


@pytest.mark.check("E7")
def test_a_meeting_whose_table_is_taken_away_is_cancelled_in_calendars_until_it_has_another(
    session: Session, signed_in: SignedIn, visitor: Visitor, now: datetime
) -> None:
    made = rounds.round_of(session, 1, 1)
    meeting = make.meeting(session, made, state=MeetingState.SCHEDULED, slot=0)
    path = feed_of(session, signed_in(made.partners[0].user_id))
    first = events(visitor.client.get(path).data)[0]
    organizer = accounts.staff(session, Role.ORGANIZER).id
    services.free_slot(session, meeting.id, actor_id=organizer, now=now)
    session.commit()
    [gone] = events(visitor.client.get(path).data)
    assert (str(gone["STATUS"]), gone["UID"], gone["DTSTART"].dt) == ("CANCELLED", first["UID"], first["DTSTART"].dt)
    assert gone["SEQUENCE"] > first["SEQUENCE"]
    assert signed_in(made.partners[0].user_id).get("/agenda").text.count("Programme 000") == 0
    slots = make.slots(session, made)
    services.choose_slot(session, meeting.id, slots[1].id, actor_id=made.owners[0], now=now)
    session.commit()
    [back] = events(visitor.client.get(path).data)
    assert (str(back["STATUS"]), back["DTSTART"].dt) == ("CONFIRMED", slots[1].starts_at)
    assert back["SEQUENCE"] > gone["SEQUENCE"]


@pytest.mark.check("E7")
def test_long_and_hostile_names_are_folded_and_escaped_in_calendars(
    session: Session, signed_in: SignedIn, visitor: Visitor, now: datetime
) -> None:
    made = rounds.round_of(session, 1, 1)
    person = session.get_one(User, made.partners[0].user_id)
    person.name = "Zoë; X-EVIL:1, \\ back" + " ü" * 60
    make.meeting(session, made, state=MeetingState.SCHEDULED, slot=0)
    content = visitor.client.get(feed_of(session, signed_in(made.owners[0]))).data
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert not [line for line in content.split(b"\r\n") if line.startswith(b"X-EVIL")]
    assert str(events(content)[0]["SUMMARY"]).startswith(f"Meeting: {person.name}, House 000")


def test_a_download_is_the_same_calendar_as_an_attachment(session: Session, signed_in: SignedIn, now: datetime) -> None:
    made = rounds.round_of(session, 1, 1)
    make.meeting(session, made, state=MeetingState.SCHEDULED, slot=0)
    response = signed_in(made.partners[0].user_id).client.get("/agenda.ics")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert len(events(response.data)) == 1


def test_times_at_which_one_cannot_meet_are_kept(session: Session, signed_in: SignedIn, now: datetime) -> None:
    made = rounds.round_of(session, 1, 1)
    slots = make.slots(session, made)
    visitor = signed_in(made.partners[0].user_id)
    visitor.get("/agenda/absences")
    visitor.post("/agenda/absences", {"slots": [str(slots[0].id), str(slots[3].id)]})
    assert set(session.scalars(select(MeetingAbsence.slot_id))) == {slots[0].id, slots[3].id}
    assert visitor.get("/agenda/absences").html.count(" checked") == 2


def test_an_organizer_seats_all_and_reads_the_grid(session: Session, signed_in: SignedIn, now: datetime) -> None:
    made = rounds.round_of(session, 2, 2)
    for partner in range(2):
        for programme in range(2):
            make.meeting(session, made, partner, programme)
    organizer = signed_in(accounts.staff(session, Role.ORGANIZER).id)
    assert "Compute the timetable" in organizer.get("/timetable").text
    assert "House 000" in organizer.get("/timetable/without-table").text
    organizer.post("/timetable/seat", {"mode": "keep"})
    outbox.deliver_due(clock.now())
    grids = [organizer.get(f"/timetable?day=2027-05-0{day}").text for day in (4, 5)]
    assert sum(grid.count("Programme 00") for grid in grids) == 4
    meeting = session.scalars(select(Meeting).order_by(Meeting.number)).first()
    assert meeting is not None
    organizer.get(f"/meetings/{meeting.id}")
    organizer.post(f"/meetings/{meeting.id}/free", {})
    session.refresh(meeting)
    assert (meeting.state, meeting.slot_id) == (MeetingState.ACCEPTED, None)
    organizer.post(f"/meetings/{meeting.id}/decline", {"reason": "Both asked for it."})
    session.refresh(meeting)
    assert meeting.state is MeetingState.CANCELLED


def test_a_person_chooses_among_the_times_when_all_are_free(
    session: Session, signed_in: SignedIn, now: datetime
) -> None:
    made = rounds.round_of(session, 1, 2)
    slots = make.slots(session, made)
    make.meeting(session, made, 0, 0, state=MeetingState.SCHEDULED, slot=0)
    meeting = make.meeting(session, made, 0, 1)
    partner = signed_in(made.partners[0].user_id)
    page = partner.get(f"/meetings/{meeting.id}")
    assert str(slots[0].id) not in page.html
    assert partner.post(f"/meetings/{meeting.id}/time", {"slot": str(slots[0].id)}, status=422)
    partner.post(f"/meetings/{meeting.id}/time", {"slot": str(slots[1].id)})
    session.refresh(meeting)
    assert meeting.slot_id == slots[1].id


def test_after_its_time_a_meeting_is_marked_as_held(session: Session, signed_in: SignedIn, now: datetime) -> None:
    made = rounds.round_of(session, 1, 1)
    meeting = make.meeting(session, made, state=MeetingState.SCHEDULED, slot=0)
    begins = make.slots(session, made)[0].starts_at
    clock.advance(begins - now + timedelta(minutes=40))
    visitor = signed_in(made.partners[0].user_id)
    assert "Did it take place?" in visitor.get(f"/meetings/{meeting.id}").text
    visitor.post(f"/meetings/{meeting.id}/outcome", {"held": "yes"})
    session.refresh(meeting)
    assert meeting.state is MeetingState.HELD
    assert begins.tzinfo is UTC
