"""The door admits each badge once, says why not, and does not mind a repeated scan."""

from datetime import timedelta

import pytest

from app.accounts.models import User
from app.core import clock, ids
from app.core.access import Role
from app.core.errors import InvalidInput
from app.door import queries, services
from app.door.states import Direction, ScanResult
from app.registration.queries import summit_view
from app.registration.services.badges import new_badge_code
from app.registration.states import RegistrationState
from tests.factories import accounts
from tests.factories import registration as make


@pytest.fixture
def scan(session):
    summit = make.summit(session)
    staff = accounts.staff(session, Role.DOOR_STAFF)

    def scanned(code, *, nonce=None, gate="A", direction=Direction.IN):
        scan_id = services.scan_badge(
            session, summit.id, nonce=nonce or ids.new_id(), gate=gate, actor_id=staff.id, now=clock.now(), code=code,
            direction=direction,
        )  # fmt: skip
        return queries.scan(session, summit.id, scan_id)

    return scanned


def test_a_confirmed_badge_is_admitted_once_and_then_told_when_and_where(session, scan, now):
    code = make.registration(session).badge_code
    assert scan(code, gate="A").result is ScanResult.ADMITTED
    clock.advance(timedelta(minutes=5))
    again = scan(code, gate="B")
    assert (again.result, again.earlier_at, again.earlier_gate) == (ScanResult.ALREADY_INSIDE, now, "A")


def test_the_same_scan_sent_again_gets_the_same_answer(session, scan):
    code, nonce = make.registration(session).badge_code, ids.new_id()
    first, second = scan(code, nonce=nonce), scan(code, nonce=nonce)
    assert (first.id, second.result) == (second.id, ScanResult.ADMITTED)


def test_who_left_may_come_in_again(session, scan):
    registration = make.registration(session)
    assert scan(registration.badge_code, direction=Direction.OUT).result is ScanResult.NOT_INSIDE
    answers = [
        scan(registration.badge_code, direction=way).result for way in (Direction.IN, Direction.OUT, Direction.IN)
    ]
    assert answers == [ScanResult.ADMITTED, ScanResult.LEFT, ScanResult.ADMITTED]
    assert queries.inside_count(session, summit_view(session, registration.summit_id), now=clock.now()) == 1


@pytest.mark.parametrize("state", ["withdrawn", "cancelled", "substituted"])
def test_a_badge_whose_place_is_gone_is_not_admitted(session, scan, state):
    code = new_badge_code()
    make.registration(session, state=RegistrationState(state), badge_code=code)
    assert scan(code).result is ScanResult.NOT_CONFIRMED


def test_somebody_suspended_is_not_admitted_until_restored_but_may_leave(session, scan, now):
    registration = make.registration(session)
    person = session.get_one(User, registration.user_id)
    scan(registration.badge_code)
    person.suspended_at = now
    assert scan(registration.badge_code, direction=Direction.OUT).result is ScanResult.LEFT
    assert scan(registration.badge_code).result is ScanResult.SUSPENDED
    person.suspended_at = None
    assert scan(registration.badge_code).result is ScanResult.ADMITTED


def test_a_code_nobody_has_is_unknown_and_kept(session, scan):
    answer = scan("no such code")
    assert (answer.result, answer.name) == (ScanResult.UNKNOWN, None)


def test_a_code_may_be_typed_in_small_letters_with_gaps(session, scan):
    code = new_badge_code()
    make.registration(session, badge_code=code)
    typed = f"{code[:4].lower()} {code[4:]}-"
    assert scan(typed).result is ScanResult.ADMITTED


def test_a_badge_of_another_summit_is_unknown(session, scan):
    other = make.summit(session, key="leo-2028")
    code = make.registration(session, summit=other).badge_code
    assert scan(code).result is ScanResult.UNKNOWN


def test_a_gate_has_a_name(session, scan):
    with pytest.raises(InvalidInput, match="which gate"):
        scan("x", gate=" ")


def test_badge_codes_hold_128_random_bits_and_do_not_repeat():
    codes = {new_badge_code() for _ in range(200)}
    assert len(codes) == 200
    assert {len(code) for code in codes} == {26}


def test_people_are_found_by_name_or_organization_if_they_hold_a_place(session):
    summit = make.summit(session)
    person = accounts.user(session, name="Zoë Ångström")
    make.registration(session, summit=summit, person=person)
    make.registration(session, summit=summit, state=RegistrationState.DECLINED)
    assert [row.name for row in queries.find_by_name(session, summit.id, "ångst")] == ["Zoë Ångström"]
    assert len(queries.find_by_name(session, summit.id, "kibo")) == 1
    assert queries.find_by_name(session, summit.id, " % ") == []
