"""The travel form: open while a place is held and the summit lies ahead, remembered when it is forgotten."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.core import clock
from app.core.access import Role
from app.core.errors import InvalidInput, NotFound, Refused
from app.notifications import outbox
from app.notifications.models import MailboxMessage
from app.questionnaires.services import AnsweredMeanwhile
from app.registration.queries import travel as reads
from app.registration.queries.travel import Wanted
from app.registration.rules.travel import stage_due
from app.registration.rules.travel import starts_at as begins
from app.registration.services import travel
from app.registration.states import RegistrationState
from tests.factories import accounts, registration, regulatory

PLANS = {"arrival": "2027-05-03", "departure": "2027-05-07", "visa": True, "consulate": "Tokyo"}
DAY = timedelta(days=1)
S = RegistrationState


def comes(session, **columns):
    return registration.registration(session, state=S.CONFIRMED, **columns)


def save(session, guest, *, seen=None, **answers):
    edits = reads.travel_reply(session, guest.summit_id, guest.id).edits if seen is None else seen
    travel.save_travel(session, guest.id, answers, actor_id=guest.user_id, seen_edits=edits, now=clock.now())
    session.flush()


def starts_at(session, guest):
    _version, rules = travel.settings_in_force(session, guest.summit_id)
    return begins(rules)


@pytest.mark.answers("ask 7")
def test_plans_are_saved_and_changed_as_often_as_they_change(session):
    guest = comes(session)
    save(session, guest, **PLANS)
    save(session, guest, arrival="2027-05-04")
    reply = reads.travel_reply(session, guest.summit_id, guest.id)
    assert (reply.answers["arrival"], reply.answers["consulate"], reply.edits) == ("2027-05-04", "Tokyo", 2)


def test_of_two_who_save_at_once_the_second_is_told(session):
    guest = comes(session)
    save(session, guest, seen=0, **PLANS)
    with pytest.raises(AnsweredMeanwhile):
        save(session, guest, seen=0, arrival="2027-05-05")


@pytest.mark.answers("ask 7")
@pytest.mark.parametrize("state", [S.IN_REVIEW, S.WAITLISTED, S.OFFERED, S.DECLINED, S.WITHDRAWN])
def test_the_form_opens_with_the_approval_and_closes_with_the_place(session, state):
    made = registration.registration(session, state=state)
    with pytest.raises(Refused, match="once your application is approved"):
        save(session, made, **PLANS)


def test_the_form_closes_when_the_summit_begins_at_the_venue(session):
    guest = comes(session)
    clock.advance(starts_at(session, guest) - clock.now() - timedelta(seconds=1))
    save(session, guest, **PLANS)
    clock.advance(timedelta(seconds=1))
    with pytest.raises(Refused, match="summit has begun"):
        save(session, guest, **PLANS)


def test_nobody_leaves_before_they_arrive_or_speaks_for_another(session):
    guest = comes(session)
    with pytest.raises(InvalidInput, match="before the day of arrival"):
        save(session, guest, **PLANS | {"departure": "2027-05-01"})
    with pytest.raises(NotFound):
        travel.save_travel(
            session, guest.id, PLANS, actor_id=accounts.user(session).id, seen_edits=0, now=clock.now()
        )  # fmt: skip


def reminded(session):
    outbox.deliver_due(clock.now())
    wanted = select(func.count()).where(MailboxMessage.subject.startswith("Your travel plans"))
    return session.scalar(wanted)


def test_who_says_nothing_is_reminded_a_week_later_and_twice_before_the_summit(session):
    guest, silent = comes(session), comes(session)
    save(session, guest, **PLANS)
    began = starts_at(session, silent)
    counted = []
    for at in (6 * DAY, 7 * DAY, 8 * DAY):
        clock.advance(at - (clock.now() - silent.confirmed_at))
        travel.remind_travellers(session, silent.summit_id, now=clock.now())
        counted.append(reminded(session))
    for before in (22 * DAY, 21 * DAY, 20 * DAY, 7 * DAY, timedelta()):
        clock.advance(began - before - clock.now())
        travel.remind_travellers(session, silent.summit_id, now=clock.now())
        counted.append(reminded(session))
    assert counted == [0, 1, 1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize(
    ("confirmed_days_before", "days_before", "stage"),
    [(60, 59, None), (60, 53, "first"), (60, 21, "three_weeks"), (60, 7, "one_week"), (60, 0, None),
     (10, 8, None), (10, 7, "one_week"), (10, 3, "first"), (5, 4, None)],
)  # fmt: skip
def test_the_reminder_that_came_last_counts(confirmed_days_before, days_before, stage):
    starts = datetime(2027, 5, 4, 4, tzinfo=UTC)
    assert stage_due(starts - confirmed_days_before * DAY, starts, starts - days_before * DAY) == stage


def names(session, guest, **wanted):
    version = reads.travel_version(session, guest.summit_id)
    return [row.name for row in reads.travellers(session, guest.summit_id, version, Wanted(**wanted)).items]


def test_organizers_cut_the_list_down_by_form_answer_and_words(session):
    ana, ben, cem = (comes(session, person=accounts.user(session, name=name)) for name in ("Ana", "Ben", "Cem"))
    save(session, ana, **PLANS, diet="vegan")
    save(session, ben, **PLANS | {"visa": False}, diet="halal")
    assert names(session, ana) == ["Ana", "Ben", "Cem"]
    assert names(session, ana, answered=False) == ["Cem"]
    assert names(session, ana, question="visa", value="yes") == ["Ana"]
    assert names(session, ana, question="visa", value="no") == ["Ben"]
    assert names(session, ana, question="diet", value="halal") == ["Ben"]
    assert names(session, ana, question="no_such", value="x") == ["Ana", "Ben", "Cem"]
    assert names(session, ana, search="cem") == ["Cem"]
    assert reads.counts(session, cem.summit_id) == (3, 2)


def test_the_export_holds_every_answer_and_no_formula(session, signed_in):
    regulatory.load_shipped(session, "countries")
    ana = comes(session, person=accounts.user(session, name="=cmd|' /C calc'!A0"))
    save(session, ana, **PLANS, hotel="+1 Hotel", access_more="@SUM(A1)")
    organizer = signed_in(accounts.staff(session, Role.ORGANIZER).id)
    organizer.get("/travel")
    answer = organizer.client.post("/travel/export", data={"csrf_token": organizer.csrf_token})
    assert answer.status_code == 200
    header, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    row = dict(zip(header, rows[0], strict=True))
    assert row["Name"].startswith("'=cmd")
    assert row["Hotel, if it is booked already"] == "'+1 Hotel"
    assert row["Anything else that helps you take part"] == "'@SUM(A1)"
    assert row["Do you need a visa for the United States?"] == "Yes"


def test_an_export_wants_a_recent_sign_in(session, signed_in):
    comes(session)
    organizer = signed_in(accounts.staff(session, Role.ORGANIZER).id)
    organizer.get("/travel")
    clock.advance(timedelta(minutes=11))
    answer = organizer.client.post("/travel/export", data={"csrf_token": organizer.csrf_token})
    assert answer.status_code == 303
    assert "confirm" in answer.headers["Location"]


def test_a_person_fills_the_form_in_and_is_led_to_the_letter(session, signed_in):
    regulatory.load_shipped(session, "countries")
    guest = comes(session)
    visits = signed_in(guest.user_id)
    page = visits.get("/apply/travel")
    assert "You can change it as often as your plans change" in page.text or "as often" in page.html
    shown = "arrival departure hotel visa"
    wrong = visits.post(
        "/apply/travel", {"q_arrival": "2027-05-03", "seen_edits": "0", "shown_before": shown}, status=422
    )
    assert "Day of departure" in wrong.text
    sent = {"q_arrival": "2027-05-03", "q_departure": "2027-05-07", "q_visa": "yes", "q_consulate": "Tokyo",
            "seen_edits": "0",
            "shown_before": f"{shown} consulate access access_more diet emergency_name emergency_phone"}  # fmt: skip
    news = visits.post("/apply/travel", sent | {"shown_before": shown}, status=200)
    assert "There is more to answer" in news.text
    assert visits.post("/apply/travel", sent).path == "/apply/visa-letter"
    page = visits.get("/apply/visa-letter")
    assert 'value="Tokyo"' in page.html
    organizer = signed_in(accounts.staff(session, Role.ORGANIZER).id)
    assert "3 May 2027" in organizer.get(f"/travel/{guest.id}").text
    assert "1 of 1" in organizer.get("/travel").html
