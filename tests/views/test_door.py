"""The pages of the badge and of the door."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import LoginSession
from app.core import clock, ids
from app.core.access import Role
from app.core.audit import AuditEntry
from app.door.models import Device
from app.notifications import outbox
from app.registration.states import ParticipantType, RegistrationState
from tests.factories import accounts
from tests.factories import door as make_door
from tests.factories import registration as make


@pytest.fixture
def summit(session):
    make.countries(session)
    return make.summit(session)


@pytest.fixture
def staff(session, signed_in):
    return lambda *roles: signed_in(accounts.staff(session, *roles).id)


def test_a_badge_shows_the_person_and_a_code_of_our_own_drawing(session, summit, signed_in):
    made = make.registration(session, summit=summit)
    page = signed_in(made.user_id).get("/badge")
    assert made.badge_code in page.text.replace(" ", "")
    assert "<svg" in page.html
    assert "Japan" in page.text


def test_a_badge_is_scanned_admitted_and_then_refused_with_time_and_door(session, summit, staff):
    made = make.registration(session, summit=summit)
    door = staff(Role.DOOR_STAFF)
    assert "autofocus" in door.get("/door").html
    first = door.post("/door", {"code": made.badge_code, "gate": "A", "direction": "in", "nonce": str(ids.new_id())})
    assert "Admitted" in door.get(first.path).text
    second = door.post("/door", {"code": made.badge_code, "gate": "B", "direction": "in", "nonce": str(ids.new_id())})
    page = door.get(second.path)
    assert "Already inside" in page.text
    assert "07:00 EST" in page.text
    assert "at A." in page.text
    assert "1 person is inside" in page.text


def test_the_same_form_sent_twice_goes_to_the_same_answer(session, summit, staff):
    made = make.registration(session, summit=summit)
    door = staff(Role.DOOR_STAFF)
    form = {"code": made.badge_code, "gate": "A", "direction": "in", "nonce": str(ids.new_id())}
    assert door.post("/door", form).path == door.post("/door", form).path


@pytest.mark.parametrize(
    ("form", "words"), [({}, "Scan a badge"), ({"code": "X", "gate": ""}, "Name the gate."), ({"nonce": "1"}, "")]
)
def test_an_empty_scan_says_what_to_do(session, summit, staff, form, words):
    usual = {"code": "", "gate": "A", "direction": "in", "nonce": str(ids.new_id())}
    assert words in staff(Role.DOOR_STAFF).post("/door", {**usual, **form}, status=422).text


@pytest.mark.check("J7")
def test_somebody_without_a_code_is_found_by_name_without_the_name_in_an_address(session, summit, staff):
    made = make.registration(session, summit=summit, person=accounts.user(session, name="Zoë Ångström"))
    door = staff(Role.DOOR_STAFF)
    door.get("/door")
    page = door.post("/door/people", {"search": "ångst", "gate": "C"}, status=200)
    assert "Zoë Ångström" in page.text
    form = {"registration_id": str(made.id), "nonce": str(ids.new_id()), "gate": "C", "direction": "in"}
    assert "Admitted: Zoë Ångström" in door.get(door.post("/door", form).path).text
    assert "Nobody found" in door.post("/door/people", {"search": "nobody"}, status=200).text
    door.post("/door/people", {"search": ""}, status=422)
    door.get(f"/door/scans/{ids.new_id()}", status=404)


def test_a_person_says_how_their_badge_names_them_and_saves_it_as_pdf(session, summit, signed_in):
    made = make.registration(session, summit=summit, person=accounts.user(session, name="Aiko Tanaka"))
    mine = signed_in(made.user_id)
    mine.get("/badge")
    page = mine.post("/badge", {"preferred": "Ai", "native": "田中 愛子"}, follow=True)
    assert "田中 愛子" in page.text
    answer = mine.client.get("/badge/paper")
    assert (answer.mimetype, answer.data[:5]) == ("application/pdf", b"%PDF-")
    assert answer.headers["Cache-Control"] == "no-store"
    mine.post("/badge", {"preferred": "x" * 61, "native": ""}, status=422)


def test_who_is_not_confirmed_has_no_badge_to_save(session, summit, signed_in):
    waiting = make.registration(session, summit=summit, state=RegistrationState.PAYMENT_DUE)
    mine = signed_in(waiting.user_id)
    mine.get("/badge/paper", status=404)
    mine.post("/badge", {"preferred": "A", "native": ""}, status=404)


def test_an_organizer_prints_a_batch_and_the_log_says_so(session, summit, staff):
    make.registration(session, summit=summit)
    make.registration(session, summit=summit, participant_type=ParticipantType.MEDIA)
    desk = staff(Role.ORGANIZER)
    assert "2 of 2 badges are not printed yet" in desk.get("/door/badges").html
    form = {"types": ["media"], "market": "", "unprinted": "y", "order": "name", "layout": "letter"}
    job = desk.post("/door/badges", form).path
    assert job.startswith("/outbox/jobs/")
    assert "Being made" in desk.get("/door/badges").text
    outbox.deliver_due(clock.now())
    page = desk.get("/door/badges")
    assert "Media, not printed yet, by name" in page.text
    assert "1 of 2 badges" in page.html
    sheet = desk.client.get(next(to for words, to in page.links().items() if words.startswith("Save the PDF")))
    assert sheet.data[:5] == b"%PDF-"
    assert "No badge fits" in desk.post("/door/badges", form, status=422).text
    desk.post("/door/badges", {**form, "layout": "a0"}, status=422)


def test_the_desk_prints_one_badge_makes_it_anew_and_stops_it(session, summit, staff):
    made = make.registration(session, summit=summit, person=accounts.user(session, name="Aiko Tanaka"))
    desk = staff(Role.DOOR_STAFF)
    desk.get("/door/badges")
    found = desk.post("/door/badges/people", {"search": "tanak"}, status=200)
    assert "Not printed" in found.text
    assert "Nobody found" in desk.post("/door/badges/people", {"search": "nobody"}, status=200).text
    path = f"/door/badges/{made.id}"
    sent = {"csrf_token": desk.csrf_token}
    assert desk.client.post(f"{path}/print", data=sent).data[:5] == b"%PDF-"
    assert desk.client.post(f"{path}/print", data=sent).status_code == 409
    desk.post(f"{path}/replace", {"words": ""}, status=422)
    anew = desk.client.post(f"{path}/replace", data={**sent, "reason": "lost", "words": "Taxi"})
    assert anew.data[:5] == b"%PDF-"
    page = desk.get(path)
    assert [words in page.text for words in ("First print", "Lost")] == [True, True]
    desk.post(f"{path}/name", {"preferred": "Ai", "native": ""})
    stopped = desk.post(f"{path}/stop", {"reason": "misused", "words": ""}, follow=True)
    assert "This badge is stopped" in stopped.text
    desk.get(f"/door/badges/{ids.new_id()}", status=404)


def test_a_device_code_is_shown_once_and_opens_the_scanner_without_a_secret_in_a_query(session, summit, staff):
    desk = staff(Role.ORGANIZER)
    desk.get("/door/devices")
    form = {"name": "Phone 1", "gate": "Gate A", "help": "555 0100", "last_day": "2027-04-01"}
    page = desk.post("/door/devices", form, status=200)
    assert re.search(r"Code: [A-Z2-7]{4}(-[A-Z2-7]{4}){3}", page.text)
    listed = desk.get("/door/devices")
    assert "Waiting for its code" in listed.text
    assert not re.search(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", listed.text)
    assert "from today to 60 days" in desk.post("/door/devices", {**form, "last_day": "2028-01-01"}, status=422).text
    device = session.scalars(select(Device.id)).one()
    desk.post(f"/door/devices/{device}/code", status=200)
    desk.post(f"/door/devices/{device}/end")
    assert "Ended" in desk.get("/door/devices").text
    desk.post(f"/door/devices/{device}/end", status=409)
    desk.post(f"/door/devices/{device}/code", status=409)


def test_attendance_counts_by_gate_type_and_market_and_draws_arrivals(session, summit, staff):
    person = make.registration(session, summit=summit)
    make.registration(session, summit=summit, participant_type=ParticipantType.MEDIA)
    make_door.conflict(session, person)
    page = staff(Role.ORGANIZER).get("/door/attendance")
    for words in ("Inside now 1", "Came so far 1 of 2 confirmed", "Not here yet 1", "1 conflict waits", "Gate A 1 1",
                  "Foreign partner 1 1 1 1", "Media 1 0 0 0", "Japan 2 1 1 1"):  # fmt: skip
        assert words in " ".join(re.sub(r"<[^>]+>", " ", page.html).split()), words
    assert page.html.count("<rect") == 1


@pytest.mark.check("B3")
def test_attendance_that_renews_itself_keeps_nobody_signed_in(session, summit, staff):
    desk = staff(Role.ORGANIZER)
    part = desk.client.get("/door/attendance", headers={"HX-Request": "true"})
    assert 'hx-trigger="every' in part.text
    assert "<html" not in part.text
    seen = session.scalars(select(LoginSession.last_seen_at)).one()
    clock.advance(timedelta(minutes=20))
    desk.client.get("/door/attendance", headers={"HX-Request": "true"})
    session.expire_all()
    assert session.scalars(select(LoginSession.last_seen_at)).one() == seen


def test_who_is_expected_is_listed_by_type_and_market(session, summit, staff):
    make.registration(session, summit=summit, person=accounts.user(session, name="Late Comer"))
    media = accounts.user(session, name="Media Person")
    make.registration(session, summit=summit, participant_type=ParticipantType.MEDIA, person=media)
    desk = staff(Role.DOOR_STAFF)
    assert "Late Comer" in desk.get("/door/expected").text
    page = desk.get("/door/expected?type=media&market=JP")
    assert "Media Person" in page.text
    assert "Late Comer" not in page.text
    assert "Nobody is missing" in desk.get("/door/expected?type=speaker&market=FR").text
    desk.get("/door/expected?type=x&market=%00&page=-1")


@pytest.mark.check("E6")
def test_the_export_of_attendance_runs_nothing_in_a_spreadsheet_and_is_on_the_record(session, summit, staff):
    make.registration(session, summit=summit, person=accounts.user(session, name="=HYPERLINK(1)"))
    desk = staff(Role.ORGANIZER)
    desk.get("/door/attendance")
    answer = desk.client.post("/door/attendance/export", data={"csrf_token": desk.csrf_token})
    assert answer.mimetype == "text/csv"
    assert "'=HYPERLINK(1),Kibo Trading,Japan,Foreign partner,,,no" in answer.data.decode("utf-8-sig")
    assert session.scalar(select(AuditEntry.sequence).where(AuditEntry.action == "attendance.exported"))


def test_the_scanner_page_is_open_holds_nobody_and_names_its_worker_and_manifest(visitor, app):
    page = visitor.get("/door/scanner")
    answer = visitor.client.get("/door/scanner")
    assert "worker-src 'self'; manifest-src 'self'" in answer.headers["Content-Security-Policy"]
    assert page.heading == "Door scanner"
    manifest = visitor.client.get("/door/scanner/manifest.webmanifest")
    assert manifest.mimetype == "application/manifest+json"
    assert (manifest.json["start_url"], manifest.json["display"]) == ("/door/scanner", "standalone")
    worker = visitor.client.get("/door/scanner/worker.js")
    assert worker.headers["Service-Worker-Allowed"] == "/door/scanner"
    kept = json.loads(re.search(r"const FILES = (\[.*\]);", worker.text)[1])
    for path in [*kept, *(icon["src"].split("?")[0] for icon in manifest.json["icons"])]:
        assert visitor.client.get(path, buffered=True).status_code == 200, path
