"""Taking scans: whoever sends them, from a desk or a device, at once or hours later."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import ids
from app.core.db import explained
from app.core.errors import Busy, InvalidInput
from app.core.settings import settings
from app.door.models import Badge, Scan
from app.door.rules.codes import is_signed, normal_code, read_code
from app.door.rules.standing import Bearer, standing_of
from app.door.rules.stays import REFUSALS
from app.door.services.record import keep_record
from app.door.states import Direction, ScanResult
from app.registration.models import Registration, RegistrationStep
from app.registration.queries import SummitView
from app.registration.states import RegistrationState

MOST_IN_GATE = 40


@dataclass(frozen=True, slots=True)
class Shown:
    """What a gate read: a code, or somebody chosen from the list. `told` is what the gate showed by itself.

    `at` is the time by our clock, `device_at` by the device's.
    """

    nonce: UUID
    gate: str
    at: datetime
    direction: Direction = Direction.IN
    code: str = ""
    registration_id: UUID | None = None
    told: ScanResult | None = None
    device_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taker:
    """Who took the scans: a person at the desk, or a device."""

    person_id: UUID | None = None
    device_id: UUID | None = None


Locked = Row[tuple[UUID, RegistrationState, datetime | None]]


@dataclass(frozen=True, slots=True)
class _Read:
    registration_id: UUID
    number: int | None
    expired: bool = False


def take_scans(
    session: Session, summit: SummitView, shown: Sequence[Shown], *, by: Taker, now: datetime
) -> dict[UUID, UUID]:
    """Keep scans, bring the record of everybody concerned up to date, and return the ids of the scans by nonce.

    A nonce that was taken before changes nothing, except that what the gate showed is noted if it was not yet.
    """
    _refuse_nameless([one.gate for one in shown])
    read = _read_all(session, summit, shown)
    people = _lock(session, summit.id, read.values())
    known = {row.nonce: row for row in _kept(session, [one.nonce for one in shown])}
    bearers = _bearers(session, people)
    fresh = [
        _scan(summit.id, one, read.get(one.nonce), bearers, by, now)
        for one in {one.nonce: one for one in shown if one.nonce not in known}.values()
    ]
    again = [known[one.nonce] for one in shown if one.nonce in known and _note_told(known[one.nonce], one)]
    with explained({"uq_scans_nonce": Busy(), "uq_admissions_inside": Busy()}):
        keep_record(session, summit, fresh, again, now=now)
        session.flush()
    return {scan.nonce: scan.id for scan in [*fresh, *known.values()]}


def _refuse_nameless(gates: Iterable[str]) -> None:
    if any(not gate.strip() or len(gate) > MOST_IN_GATE for gate in gates):
        raise InvalidInput(f"Say at which gate you stand, in at most {MOST_IN_GATE} characters.")


def _read_all(session: Session, summit: SummitView, shown: Sequence[Shown]) -> dict[UUID, _Read]:
    """Return, by nonce, whose badge each scan shows, as far as anybody's."""
    read: dict[UUID, _Read] = {}
    typed: dict[UUID, str] = {}
    for one in shown:
        code = normal_code(one.code)
        if one.registration_id is not None:
            read[one.nonce] = _Read(one.registration_id, None)
        elif is_signed(code):
            signed = read_code(code, settings().secret_key)
            if signed is not None and signed.is_for(summit.id):
                late = summit.settings.day_of(one.at) > signed.last_day
                read[one.nonce] = _Read(signed.registration_id, signed.number, late)
        else:
            typed[one.nonce] = code
    owners = _owners(session, summit.id, set(typed.values()))
    return read | {nonce: owners[code] for nonce, code in typed.items() if code in owners}


def _owners(session: Session, summit_id: UUID, codes: set[str]) -> dict[str, _Read]:
    """Return whose plain codes these are: the first badge's stands on the registration, later ones' on the badge."""
    if not codes:
        return {}
    first = select(Registration.badge_code, Registration.id).where(
        Registration.badge_code.in_(codes), Registration.summit_id == summit_id
    )
    later = (
        select(Badge.code, Badge.registration_id, Badge.number)
        .join(Registration, Registration.id == Badge.registration_id)
        .where(Badge.code.in_(codes), Registration.summit_id == summit_id)
    )
    found = {str(code): _Read(owner, 1) for code, owner in session.execute(first)}
    return found | {code: _Read(owner, number) for code, owner, number in session.execute(later)}


def _lock(session: Session, summit_id: UUID, read: Iterable[_Read]) -> list[Locked]:
    """Lock the registrations in order of their ids: a second scan of the same badge waits here."""
    wanted = {one.registration_id for one in read}
    if not wanted:
        return []
    found = (
        select(Registration.id, Registration.state, User.suspended_at)
        .join(User, User.id == Registration.user_id)
        .where(Registration.id.in_(wanted), Registration.summit_id == summit_id)
        .order_by(Registration.id)
        .with_for_update(of=Registration)
    )
    return list(session.execute(found))


def _kept(session: Session, nonces: Sequence[UUID]) -> Sequence[Scan]:
    wanted = select(Scan).where(Scan.nonce.in_(nonces)).execution_options(populate_existing=True)
    return session.scalars(wanted).all()


def _bearers(session: Session, people: Sequence[Locked]) -> dict[UUID, Bearer]:
    """Return what is known of everybody concerned, in two queries at most."""
    if not people:
        return {}
    persons = [row.id for row in people]
    badges: dict[UUID, list[Badge]] = {}
    for badge in session.scalars(select(Badge).where(Badge.registration_id.in_(persons))):
        badges.setdefault(badge.registration_id, []).append(badge)
    ended = _ended(session, [row.id for row in people if row.state is not RegistrationState.CONFIRMED])
    return {
        row.id: Bearer(
            confirmed=row.state is RegistrationState.CONFIRMED,
            ended_at=ended.get(row.id),
            suspended_at=row.suspended_at,
            newest=max((badge.number for badge in badges.get(row.id, [])), default=1),
            stopped={badge.number: badge.stopped_at for badge in badges.get(row.id, []) if badge.stopped_at},
        )
        for row in people
    }


def _ended(session: Session, ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """Return when each of these people lost a place that was confirmed."""
    if not ids:
        return {}
    wanted = (
        select(RegistrationStep.registration_id, func.max(RegistrationStep.at))
        .where(
            RegistrationStep.registration_id.in_(ids), RegistrationStep.before == RegistrationState.CONFIRMED,
            RegistrationStep.after != RegistrationState.CONFIRMED,
        )
        .group_by(RegistrationStep.registration_id)
    )  # fmt: skip
    return {person: at for person, at in session.execute(wanted)}


def _scan(
    summit_id: UUID, one: Shown, read: _Read | None, bearers: Mapping[UUID, Bearer], by: Taker, now: datetime
) -> Scan:
    bearer = bearers.get(read.registration_id) if read else None
    number = read.number if read else None
    standing = standing_of(bearer, number, one.at, expired=read.expired if read else False)
    person = read.registration_id if read and bearer else None
    return Scan(
        id=ids.new_id(), summit_id=summit_id, nonce=one.nonce, registration_id=person,
        badge_number=number if bearer else None, gate=one.gate.strip(), direction=one.direction, standing=standing,
        result=REFUSALS.get(standing, ScanResult.UNKNOWN), told=one.told, scanned_by=by.person_id,
        device_id=by.device_id, at=one.at, device_at=one.device_at, received_at=now,
    )  # fmt: skip


def _note_told(kept: Scan, one: Shown) -> bool:
    """Note what a gate showed by itself because our answer came too late; tell whether that is news."""
    if one.told is None or kept.told is one.told:
        return False
    kept.told = one.told
    return True
