"""Devices at the gates: made by an organizer, enrolled with a code shown once, ended when lost or done."""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.queries import token_digest
from app.core import audit
from app.core.errors import InvalidInput, NotFound, Refused
from app.door.models import Device
from app.door.rules.codes import normal_code

CODE_LIVES = timedelta(minutes=30)
LONGEST_LIFE = timedelta(days=60)
CODE_BYTES = 10  # 80 bits: nobody guesses it in half an hour at ten tries in five minutes


@dataclass(frozen=True, slots=True)
class Offered:
    """A device, and the code with which it can enrol once; the code is not kept."""

    device_id: UUID
    code: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A device that enrolled, and its token; the token is not kept."""

    device_id: UUID
    token: str


class CodeRefused(Refused):
    """The code for enrolling a device is unknown, used or too old."""

    status, code = 422, "code_refused"


def make_device(
    session: Session, summit_id: UUID, *, name: str, gate: str, help_line: str, expires_at: datetime, actor_id: UUID,
    now: datetime,
) -> Offered:  # fmt: skip
    """Make a device for a gate and offer it a code. Refuses an end that is past or more than 60 days away."""
    if not name.strip() or not gate.strip():
        raise InvalidInput("Give the device a name and a gate.")
    if not now < expires_at <= now + LONGEST_LIFE:
        raise InvalidInput(f"The device ends on a day from today to {LONGEST_LIFE.days} days from now.")
    device = Device(
        summit_id=summit_id, name=name.strip(), gate=gate.strip(), help=help_line.strip(), made_by=actor_id,
        made_at=now, expires_at=expires_at,
    )  # fmt: skip
    session.add(device)
    offered = _offer(session, device, now)
    audit.record(
        session, "device.made", ("device", device.id), actor_id=actor_id,
        detail={"name": device.name, "gate": device.gate, "expires_at": device.expires_at.isoformat()},
    )  # fmt: skip
    return offered


def offer_code(session: Session, summit_id: UUID, device_id: UUID, *, actor_id: UUID, now: datetime) -> Offered:
    """Offer a device a new code; the token it had, if any, dies."""
    device = _locked(session, summit_id, device_id)
    _refuse_ended(device, now)
    device.token_hash, device.enrolled_at = None, None
    offered = _offer(session, device, now)
    audit.record(session, "device.code_offered", ("device", device.id), actor_id=actor_id)
    return offered


def _offer(session: Session, device: Device, now: datetime) -> Offered:
    code = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode()
    device.code_hash, device.code_until = token_digest(code), now + CODE_LIVES
    session.flush()
    return Offered(device.id, code, now + CODE_LIVES)


def enrol_device(session: Session, code: str, *, now: datetime) -> Enrolled:
    """Give the device of that code its token, once. Raises CodeRefused."""
    wanted = select(Device).where(Device.code_hash == token_digest(normal_code(code))).with_for_update()
    device = session.scalars(wanted).one_or_none()
    if device is None or device.code_until is None or device.code_until <= now or device.ended_at is not None:
        raise CodeRefused("This code is not known, was used, or is too old. Ask an organizer for a new one.")
    _refuse_ended(device, now)
    token = secrets.token_urlsafe(32)
    device.code_hash, device.code_until = None, None
    device.token_hash, device.enrolled_at, device.last_seen_at = token_digest(token), now, now
    audit.record(session, "device.enrolled", ("device", device.id), actor_id=None, detail={"gate": device.gate})
    return Enrolled(device.id, token)


def end_device(
    session: Session, summit_id: UUID, device_id: UUID, *, actor_id: UUID | None, now: datetime, reason: str = ""
) -> None:
    """End a device at once: its token and any code die, and it forgets its list. `actor_id` None: it ended itself."""
    device = _locked(session, summit_id, device_id)
    if device.ended_at is not None:
        raise Refused("This device was ended already. Reload the page.")
    device.ended_at, device.ended_by = now, actor_id
    device.code_hash = device.code_until = device.token_hash = None
    audit.record(session, "device.ended", ("device", device.id), actor_id=actor_id, reason=reason)


def note_seen(session: Session, device_id: UUID, *, waiting: int, skew: timedelta, now: datetime) -> None:
    """Write down that a device was heard from, how many scans it still holds and how wrong its clock is.

    It happens all the time and is no change of state, so it is not in the record.
    """
    milliseconds = max(-2_000_000_000, min(int(skew.total_seconds() * 1000), 2_000_000_000))
    session.execute(
        update(Device).where(Device.id == device_id).values(last_seen_at=now, waiting=waiting, skew_ms=milliseconds)
    )


def _locked(session: Session, summit_id: UUID, device_id: UUID) -> Device:
    device = session.get(Device, device_id, with_for_update=True)
    if device is None or device.summit_id != summit_id:
        raise NotFound("That device does not exist.")
    return device


def _refuse_ended(device: Device, now: datetime) -> None:
    if device.ended_at is not None or device.expires_at <= now:
        raise Refused("This device was ended or has expired. Make a new one.")
