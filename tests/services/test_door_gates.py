"""Gates without a network: whatever order their scans arrive in, one record comes of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select

from app.core import clock, ids
from app.core.access import Role
from app.core.errors import InvalidInput, TransitionRefused
from app.door import queries, services
from app.door.models import Admission, Conflict, Scan
from app.door.rules.stays import Pass, replay
from app.door.services import Shown, Taker
from app.door.states import ConflictState, Direction, ScanResult, Standing
from app.registration.models import RegistrationStep
from app.registration.states import RegistrationState
from tests.factories import accounts
from tests.factories import door as make_door
from tests.factories import registration as make

GATES, PEOPLE, ORDERS = "ABC", 2, 2


@dataclass(frozen=True)
class Made:
    """A scan that a gate made alone: of whom, when, and what it told them by what it knew itself."""

    index: int
    person: int
    gate: str
    minutes: int
    direction: Direction
    told: ScanResult


def day_of_scans(seed: int) -> list[Made]:
    """Let gates that know only their own scans judge a day of people coming and going, some of them twice."""
    draw = Random(seed)
    scans: list[Made] = []
    for index in range(12):
        person, gate = draw.randrange(PEOPLE), draw.choice(GATES)
        direction = Direction.IN if draw.random() < 0.7 else Direction.OUT
        minutes = draw.randrange(1, 300)
        scans.append(Made(index, person, gate, minutes, direction, ScanResult.ADMITTED))
    return [one_told(scan, scans) for scan in scans]


def one_told(scan: Made, scans: list[Made]) -> Made:
    known = [one for one in scans if (one.person, one.gate) == (scan.person, scan.gate)]
    at = {one.index: clock.now() + timedelta(minutes=one.minutes, microseconds=one.index) for one in known}
    passes = {one.index: Pass(ids.new_id(), ids.new_id(), at[one.index], one.gate, one.direction, Standing.GOOD)
              for one in known}  # fmt: skip
    told = replay(passes.values(), "America/New_York")[0][passes[scan.index].id].result
    return Made(scan.index, scan.person, scan.gate, scan.minutes, scan.direction, told)


def record(session, summit, scans: list[Made], order: Random) -> tuple[object, object, object]:
    """Send the scans to us in batches, in some order, and return the record that comes of it."""
    people = [make.registration(session, summit=summit).id for _ in range(PEOPLE)]
    devices = {gate: make_door.enrolled(session, summit.id, gate=gate).device_id for gate in GATES}
    nonces = {scan.index: ids.new_id() for scan in scans}
    start, now = clock.now(), clock.now() + timedelta(hours=8)
    waiting = [scan for scan in scans for _ in range(2)]  # every scan is sent twice, as after a lost answer
    order.shuffle(waiting)
    while waiting:
        gate = waiting[0].gate
        batch = [scan for scan in waiting if scan.gate == gate][: order.randrange(1, 5)]
        for scan in batch:
            waiting.remove(scan)
        shown = [
            Shown(
                nonces[scan.index], scan.gate, at_of(scan, start), scan.direction, registration_id=people[scan.person],
                told=scan.told, device_at=at_of(scan, start),
            )
            for scan in batch
        ]  # fmt: skip
        services.take_scans(session, summit, shown, by=Taker(device_id=devices[gate]), now=now)
    session.flush()
    return outcome(session, people, {nonce: index for index, nonce in nonces.items()})


def at_of(scan: Made, start: datetime) -> datetime:
    return start + timedelta(minutes=scan.minutes, microseconds=scan.index)


def outcome(session, people, index_of):
    wanted = select(Admission).where(Admission.registration_id.in_(people)).order_by(Admission.admitted_at)
    stays = [(people.index(row.registration_id), row.gate, row.admitted_at, row.left_at)
             for row in session.scalars(wanted)]  # fmt: skip
    kept = session.scalars(select(Scan).where(Scan.registration_id.in_(people))).all()
    results = {index_of[scan.nonce]: (scan.result, scan.told, scan.earlier_gate) for scan in kept}
    conflicts = select(Scan.nonce).join(Conflict, Conflict.scan_id == Scan.id).where(
        Scan.registration_id.in_(people), Conflict.state == ConflictState.OPEN
    )  # fmt: skip
    return sorted(stays, key=str), results, sorted(index_of[nonce] for nonce in session.scalars(conflicts))


@pytest.fixture
def summit(session):
    return make.summit(session)


@pytest.mark.parametrize("seed", range(2))
def test_several_gates_agree_after_sync_whatever_order_they_come_back_in(session, summit, seed):
    scans = day_of_scans(seed)
    outcomes = [record(session, summit, scans, Random(f"{seed} {number}")) for number in range(ORDERS)]
    stays, results, conflicts = outcomes[0]
    assert outcomes == [outcomes[0]] * ORDERS
    assert set(results) == {scan.index for scan in scans}, "every scan is kept"
    open_for = [person for person, _gate, _since, until in stays if until is None]
    assert len(open_for) == len(set(open_for)), "nobody is inside twice"
    flagged = [scan.index for scan in scans if scan.told is ScanResult.ADMITTED
               and results[scan.index][0] is not ScanResult.ADMITTED]  # fmt: skip
    assert conflicts == sorted(flagged)


def shown(person, *, minutes=0, gate="A", told=ScanResult.ADMITTED, direction=Direction.IN) -> Shown:
    at = clock.now() - timedelta(minutes=minutes)
    return Shown(ids.new_id(), gate, at, direction, registration_id=person.id, told=told, device_at=at)


@pytest.fixture
def send(session, summit):
    device = make_door.enrolled(session, summit.id).device_id

    def sent(*scans: Shown) -> list[Scan]:
        ids_by_nonce = services.take_scans(session, summit, scans, by=Taker(device_id=device), now=clock.now())
        session.flush()
        return [session.get_one(Scan, ids_by_nonce[scan.nonce]) for scan in scans]

    return sent


def test_a_late_scan_that_explains_a_conflict_clears_it(session, summit, send):
    person = make.registration(session)
    first, second = send(shown(person, minutes=50), shown(person, minutes=20, gate="B"))
    assert second.result is ScanResult.ALREADY_INSIDE
    found = session.scalars(select(Conflict)).one()
    assert (found.scan_id, found.state) == (second.id, ConflictState.OPEN)
    send(shown(person, minutes=30, gate="C", direction=Direction.OUT, told=ScanResult.LEFT))
    assert (second.result, found.state) == (ScanResult.ADMITTED, ConflictState.CLEARED)
    assert first.result is ScanResult.ADMITTED
    assert queries.inside_count(session, summit, now=clock.now()) == 1


def test_who_was_let_in_before_their_place_was_lost_was_rightly_in(session, summit, send):
    person = make.registration(session, summit=summit)
    person.state = RegistrationState.CANCELLED
    session.add(
        RegistrationStep(
            registration_id=person.id, number=1, event=None, before="confirmed", after="cancelled", actor_id=None,
            reason="", at=clock.now() - timedelta(minutes=30),
        )
    )  # fmt: skip
    session.flush()
    before, after = send(shown(person, minutes=40), shown(person, minutes=20))
    assert (before.result, after.result) == (ScanResult.ADMITTED, ScanResult.NOT_CONFIRMED)
    assert session.scalars(select(Conflict.scan_id)).all() == [after.id]


def test_a_gate_that_let_in_a_badge_nobody_has_is_a_conflict_too(session, summit, send):
    at = clock.now()
    (scan,) = send(Shown(ids.new_id(), "A", at, code="NOBODY", told=ScanResult.ADMITTED, device_at=at))
    assert scan.result is ScanResult.UNKNOWN
    assert queries.conflicts(session, summit.id).items[0].name is None


def test_a_conflict_is_closed_once_and_with_words(session, summit):
    found = make_door.conflict(session, make.registration(session))
    organizer = accounts.staff(session, Role.ORGANIZER).id

    def close(words):
        services.close_conflict(session, summit.id, found.id, words=words, actor_id=organizer, now=clock.now())

    with pytest.raises(InvalidInput, match="found out"):
        close(" ")
    close("Twins.")
    with pytest.raises(TransitionRefused):
        close("Again.")
    assert queries.conflicts(session, summit.id, ConflictState.CLOSED).items[0].words == "Twins."


def test_two_days_are_two_arrivals_and_the_night_is_spent_outside(session, summit, send):
    person = make.registration(session)
    send(shown(person))
    clock.advance(timedelta(hours=24))
    assert queries.inside_count(session, summit, now=clock.now()) == 0
    (scan,) = send(shown(person))
    assert scan.result is ScanResult.ADMITTED
    assert queries.inside_count(session, summit, now=clock.now()) == 1
