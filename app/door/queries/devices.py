"""Devices, as the list shows them and as the door API knows them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.accounts.queries import token_digest
from app.core.errors import NotFound
from app.core.paging import Page, paginate
from app.door.models import Conflict, Device, Scan
from app.door.states import ConflictState
from app.registration.models import Summit

QUIET_AFTER = timedelta(minutes=5)
SEEN_EVERY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One device; `waiting` is how many scans it still held when it was last heard from."""

    id: UUID
    summit_id: UUID
    summit_version: int
    name: str
    gate: str
    help: str
    made_at: datetime
    code_until: datetime | None
    enrolled_at: datetime | None
    expires_at: datetime
    ended_at: datetime | None
    last_seen_at: datetime | None
    waiting: int
    skew_ms: int

    def standing(self, now: datetime) -> str:
        """Return in words where the device stands."""
        if self.ended_at is not None:
            return "ended"
        if self.expires_at <= now:
            return "expired"
        if self.enrolled_at is None:
            return "waiting for its code" if self.code_until and self.code_until > now else "code too old"
        if self.last_seen_at is None or now - self.last_seen_at > QUIET_AFTER:
            return "not heard from"
        return "in use"

    def is_news(self, waiting: int, now: datetime) -> bool:
        """Tell whether hearing from the device now is worth writing down."""
        return self.waiting != waiting or self.last_seen_at is None or now - self.last_seen_at >= SEEN_EVERY


_DEVICE: Select[*tuple[Any, ...]] = select(
    Device.id, Device.summit_id, Summit.version, Device.name, Device.gate, Device.help, Device.made_at,
    Device.code_until, Device.enrolled_at, Device.expires_at, Device.ended_at, Device.last_seen_at,
    Device.waiting, Device.skew_ms,
).join(Summit, Summit.id == Device.summit_id)  # fmt: skip


def device_by_token(session: Session, token: str, *, now: datetime) -> DeviceRow | None:
    """Return the device that holds this token, None when it was ended, has expired or never was."""
    wanted = _DEVICE.where(Device.token_hash == token_digest(token))
    row = session.execute(wanted.where(Device.ended_at.is_(None), Device.expires_at > now)).one_or_none()
    return DeviceRow(*row) if row else None


def device(session: Session, summit_id: UUID, device_id: UUID) -> DeviceRow:
    """Return one device of a summit. Raises NotFound."""
    row = session.execute(_DEVICE.where(Device.id == device_id, Device.summit_id == summit_id)).one_or_none()
    if row is None:
        raise NotFound("That device does not exist.")
    return DeviceRow(*row)


def devices(session: Session, summit_id: UUID, *, number: int = 1) -> Page[DeviceRow]:
    """Return the devices of a summit: those that live first, by gate and name."""
    wanted = _DEVICE.where(Device.summit_id == summit_id)
    return paginate(
        session, wanted.order_by(Device.ended_at.is_not(None), Device.gate, Device.name, Device.id), DeviceRow,
        number=number,
    )  # fmt: skip


def flagged_for(session: Session, device_id: UUID) -> int:
    """Return how many people this device let in whom the record does not and whom nobody has looked at yet."""
    wanted = select(func.count()).select_from(Conflict).join(Scan, Scan.id == Conflict.scan_id)
    return session.scalar(wanted.where(Scan.device_id == device_id, Conflict.state == ConflictState.OPEN)) or 0
