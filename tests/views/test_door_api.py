"""The door API: what devices may do, and that whatever they send is answered in words."""

from datetime import timedelta

import pytest

from app.accounts.models import User
from app.core import clock, ids
from app.door import services
from app.door.models import Device, Scan
from app.registration.states import RegistrationState
from tests.factories import accounts
from tests.factories import door as make_door
from tests.factories import registration as make


@pytest.fixture
def summit(session):
    make.countries(session)
    return make.summit(session)


@pytest.fixture
def gate(app, session, summit):
    def made(name="Gate A"):
        return make_door.Gate(app.test_client(), make_door.token(session, summit.id, gate=name))

    return made


def test_a_device_enrols_once_with_a_code_and_learns_its_gate(app, session, summit):
    offered = make_door.offered(session, summit.id)
    client = app.test_client()
    typed = f"{offered.code[:8].lower()}-{offered.code[8:]}"
    answer = client.post("/api/door/v1/devices", json={"code": typed})
    assert answer.status_code == 201
    assert answer.json["device"]["gate"] == "Gate A"
    assert answer.json["summit"]["zone"] == "America/New_York"
    assert len(answer.json["token"]) >= 43
    again = client.post("/api/door/v1/devices", json={"code": typed})
    assert (again.status_code, again.json["error"]["code"]) == (422, "code_refused")
    kept = session.get_one(Device, offered.device_id)
    assert answer.json["token"] not in (kept.token_hash, kept.code_hash)


def test_a_code_is_too_old_after_half_an_hour(app, session, summit):
    offered = make_door.offered(session, summit.id)
    clock.advance(timedelta(minutes=31))
    assert app.test_client().post("/api/door/v1/devices", json={"code": offered.code}).status_code == 422


def test_codes_cannot_be_guessed_at_length(app, session, summit):
    client = app.test_client()
    answers = [client.post("/api/door/v1/devices", json={"code": f"WRONG{n}"}).status_code for n in range(12)]
    assert answers == [422] * 10 + [429] * 2


@pytest.mark.parametrize("path", ["device", "list", "changes"])
def test_without_a_living_token_nothing_is_told(app, session, summit, path):
    client = app.test_client()
    enrolled = make_door.enrolled(session, summit.id, days=2)
    mine = make_door.Gate(client, enrolled.token)
    assert mine.get(path).status_code == 200
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Basic {enrolled.token}"}):
        answer = client.get(f"/api/door/v1/{path}", headers=headers)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert answer.json["error"]["message"].endswith("Enrol it again.")
    clock.advance(timedelta(days=3))
    assert mine.get(path).status_code == 401


@pytest.mark.check("D9")
def test_ending_a_device_takes_effect_on_its_next_request(app, session, summit):
    enrolled = make_door.enrolled(session, summit.id)
    mine = make_door.Gate(app.test_client(), enrolled.token)
    services.end_device(session, summit.id, enrolled.device_id, actor_id=None, now=clock.now())
    session.flush()
    assert mine.get("device").status_code == 401
    assert mine.send().status_code == 401


def test_a_device_can_sign_itself_out(gate):
    mine = gate()
    assert mine.client.delete("/api/door/v1/device", headers=mine.headers).status_code == 204
    assert mine.get("list").status_code == 401


def test_the_token_opens_nothing_but_the_door_api(gate):
    mine = gate()
    for path in ("/door", "/door/devices", "/registrations", "/account"):
        answer = mine.client.get(path, headers=mine.headers)
        assert answer.status_code in (303, 401), path


def test_the_list_names_who_may_come_in_and_only_marks_who_may_not(session, summit, gate):
    comes = make.registration(session, person=accounts.user(session, name="Zoë Ångström"))
    gone = make.registration(session, state=RegistrationState.CANCELLED, badge_code="GONE", organization=None)
    make.registration(session, state=RegistrationState.SUBMITTED)
    found = {one["id"]: one for one in gate().get("list").json["people"]}
    assert set(found) == {str(comes.id), str(gone.id)}
    shown = found[str(comes.id)]
    assert (shown["name"], shown["country"], shown["standing"]) == ("Zoë Ångström", "Japan", "good")
    assert shown["role"] == "Foreign partner"
    assert comes.badge_code not in str(found)
    assert (found[str(gone.id)]["standing"], found[str(gone.id)]["name"]) == ("not_confirmed", "")


def test_the_list_comes_in_pages_of_a_hundred_and_is_not_sent_twice(session, summit, gate, monkeypatch):
    from app.door.queries import people

    monkeypatch.setattr(people, "MOST_AT_ONCE", 2)
    monkeypatch.setattr("app.door.queries.MOST_AT_ONCE", 2)
    for _ in range(3):
        make.registration(session)
    mine = gate()
    first = mine.get("list")
    second = mine.get(f"list?after={first.json['next']}")
    assert (len(first.json["people"]), len(second.json["people"]), second.json["next"]) == (2, 1, None)
    assert mine.get("list", **{"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_a_device_is_told_only_who_changed(app, session, summit, gate):
    here, there = gate("A"), gate("B")
    stays, moves = make.registration(session), make.registration(session)
    version = here.get("list").json["version"]
    assert here.get(f"changes?since={version}").json["people"] == []
    assert there.results(make_door.scan_of(moves.badge_code)) == ["admitted"]
    news = here.get(f"changes?since={version}").json
    assert [one["id"] for one in news["people"]] == [str(moves.id)]
    assert news["people"][0]["inside"]["gate"] == "B"
    assert news["version"] > version
    assert here.get(f"changes?since={news['version']}").json["people"] == []
    assert stays.id


def test_too_many_changes_are_answered_with_the_wish_for_a_new_list(session, summit, gate, monkeypatch):
    from app.door.queries import people

    mine = gate()
    version = mine.get("list").json["version"]
    monkeypatch.setattr(people, "MOST_AT_ONCE", 1)
    codes = [make.registration(session).badge_code for _ in range(2)]
    mine.results(*map(make_door.scan_of, codes))
    news = mine.get(f"changes?since={version}").json
    assert (news["reload"], news["people"]) == (True, [])


def test_each_scan_is_answered_and_sending_it_again_changes_nothing(session, summit, gate):
    person = make.registration(session)
    scan = make_door.scan_of(make_door.badge_token(session, person))
    mine = gate()
    first, again = mine.send(scan).json, mine.send(scan).json
    assert first["answers"] == again["answers"]
    answer = first["answers"][0]
    assert (answer["result"], answer["words"], answer["country"]) == ("admitted", "Let them in.", "Japan")
    other = mine.send(make_door.scan_of(person.badge_code)).json["answers"][0]
    assert (other["result"], other["earlier"]["gate"]) == ("already_inside", "Gate A")
    assert session.query(Scan).count() == 2


def test_a_scan_made_offline_counts_at_its_time_by_our_clock(session, summit, gate):
    person = make.registration(session)
    mine, now = gate(), clock.now()
    wrong_by = timedelta(hours=-7)
    scan = make_door.scan_of(person.badge_code, at=now + wrong_by - timedelta(minutes=90), told="admitted")
    answer = mine.send(scan, sent_at=now + wrong_by, waiting=4).json
    assert answer["answers"][0]["at"] == "2027-03-01T10:30:00.000Z"
    assert answer["offset_ms"] == 7 * 3_600_000
    device = session.query(Device).one()
    assert (device.waiting, device.skew_ms) == (4, 7 * 3_600_000)


def test_of_two_gates_that_let_the_same_badge_in_offline_the_second_is_flagged(session, summit, gate):
    person = make.registration(session)
    first, second = gate("A"), gate("B")
    now = clock.now()
    late = make_door.scan_of(person.badge_code, at=now - timedelta(minutes=5), told="admitted")
    early = make_door.scan_of(person.badge_code, at=now - timedelta(minutes=9), told="admitted")
    assert not first.send(late).json["answers"][0]["conflict"]
    assert not second.send(early).json["answers"][0]["conflict"]
    again = first.send(late).json["answers"][0]
    assert (again["result"], again["conflict"], again["earlier"]["gate"]) == ("already_inside", True, "B")
    assert first.get("device").json["flagged"] == 1
    assert second.get("device").json["flagged"] == 0


def test_an_answer_that_came_too_late_is_put_right_by_what_the_device_showed(session, summit, gate):
    person = make.registration(session)
    gate("A").results(make_door.scan_of(person.badge_code))
    mine = gate("B")
    scan = make_door.scan_of(person.badge_code)
    assert mine.results(scan) == ["already_inside"]
    assert mine.send({**scan, "told": "admitted"}).json["answers"][0]["conflict"]


def test_somebody_suspended_is_stopped(session, summit, gate):
    person = make.registration(session)
    session.get_one(User, person.user_id).suspended_at = clock.now()
    session.flush()
    mine = gate()
    assert mine.results(make_door.scan_of(person.badge_code)) == ["suspended"]
    assert mine.get("list").json["people"][0]["standing"] == "suspended"


def test_a_token_signed_by_somebody_else_is_unknown(session, summit, gate):
    good = make_door.badge_token(session, make.registration(session))
    bent = [good[:-1] + ("A" if good[-1] != "A" else "B"), "A" * 144, "7" * 144]
    assert gate().results(*map(make_door.scan_of, bent)) == ["unknown"] * 3


NONCE, AT = str(ids.new_id()), "2027-03-01T12:00:00Z"


@pytest.mark.check("E10")
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "must be a JSON object"),
        ({}, "sent_at must be a time"),
        ({"sent_at": 5}, "sent_at must be a time"),
        ({"sent_at": "2027-03-01T12:00:00"}, "sent_at must be a time"),
        ({"sent_at": AT}, "scans must be a list"),
        ({"sent_at": AT, "scans": {}}, "scans must be a list"),
        ({"sent_at": AT, "scans": [7]}, "scans must be a list"),
        ({"sent_at": AT, "scans": [{}] * 201}, "at most 200"),
        ({"sent_at": AT, "waiting": "3", "scans": []}, "waiting must be a whole number"),
        ({"sent_at": AT, "waiting": True, "scans": []}, "waiting must be a whole number"),
        ({"sent_at": AT, "scans": [{"nonce": NONCE}]}, "scans[0].at must be a time"),
        ({"sent_at": AT, "scans": [{"at": AT, "nonce": 5}]}, "scans[0].nonce must be a UUID"),
        ({"sent_at": AT, "scans": [{"at": AT, "nonce": NONCE, "code": []}]}, "scans[0].code must be a text"),
        ({"sent_at": AT, "scans": [{"at": AT, "nonce": NONCE, "code": "a\u0000b"}]}, "scans[0].code must be a text"),
        ({"sent_at": AT, "scans": [{"at": AT, "nonce": NONCE, "direction": "up"}]}, "must be one of in, out"),
        ({"sent_at": AT, "scans": [{"at": AT, "nonce": NONCE, "told": {}}]}, "told must be one of"),
        ({"sent_at": AT, "scans": [{"at": AT, "nonce": NONCE, "registration": "x"}]}, "registration must be a UUID"),
        ({"sent_at": AT, "scans": [{"at": "9999-12-31T23:59:59-23:00", "nonce": NONCE}]}, "at must be a time"),
    ],
)
def test_what_is_wrong_in_a_request_is_named(gate, body, words):
    mine = gate()
    answer = mine.client.post("/api/door/v1/scans", json=body, headers=mine.headers)
    assert answer.status_code == 422
    assert words in answer.json["error"]["message"]


@pytest.mark.check("E9")
def test_what_is_no_json_too_deep_or_too_large_is_refused(gate):
    mine = gate()

    def post(body, kind="application/json"):
        return mine.client.post("/api/door/v1/scans", data=body, headers=mine.headers, content_type=kind)

    assert post("{}", "text/plain").status_code == 415
    assert [post(body).status_code for body in ("", "{", "[" * 100_000, b"\xff{}")] == [422] * 4
    assert post('{"a": "' + "x" * 300_000 + '"}').status_code == 413


@pytest.mark.check("C8")
def test_no_other_site_may_read_the_door_api(gate):
    mine = gate()
    answer = mine.get("list", Origin="https://evil.example")
    assert not [name for name in dict(answer.headers) if name.startswith("Access-Control")]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
