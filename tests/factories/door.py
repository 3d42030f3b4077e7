"""Makers of devices, and what a device sends."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.core import clock, ids
from app.core.access import Role
from app.core.settings import settings
from app.door import services
from app.door.models import Conflict
from app.door.papers import GRACE
from app.door.rules.codes import BadgeCode, signed_code
from app.door.states import ScanResult
from app.registration.models import Registration
from app.registration.queries import summit_view
from tests.factories import accounts


def token(session: Session, summit_id: UUID, *, gate: str = "Gate A", days: int = 3) -> str:
    """The token of a device that enrolled."""
    return enrolled(session, summit_id, gate=gate, days=days).token


def enrolled(session: Session, summit_id: UUID, *, gate: str = "Gate A", days: int = 3) -> services.Enrolled:
    """A device that enrolled at a gate."""
    code = offered(session, summit_id, gate=gate, days=days).code
    made = services.enrol_device(session, code, now=clock.now())
    session.flush()
    return made


def offered(session: Session, summit_id: UUID, *, gate: str = "Gate A", days: int = 3) -> services.Offered:
    """A device whose code was not used yet."""
    return services.make_device(
        session, summit_id, name=f"Phone at {gate}", gate=gate, help_line="Help desk, 555 0100",
        expires_at=clock.now() + timedelta(days=days), actor_id=accounts.staff(session, Role.ORGANIZER).id,
        now=clock.now(),
    )  # fmt: skip


def conflict(session: Session, registration: Registration) -> Conflict:
    """A conflict: two gates without a network let the same person in."""
    summit = summit_view(session, registration.summit_id)
    assert summit is not None
    for gate, minutes in (("Gate A", 20), ("Gate B", 10)):
        at = clock.now() - timedelta(minutes=minutes)
        shown = services.Shown(
            ids.new_id(), gate, at, registration_id=registration.id, told=ScanResult.ADMITTED, device_at=at
        )
        by = services.Taker(device_id=enrolled(session, summit.id, gate=gate).device_id)
        services.take_scans(session, summit, [shown], by=by, now=clock.now())
    return session.scalars(select(Conflict).order_by(Conflict.found_at.desc())).first()


def badge_token(session: Session, registration: Registration, *, number: int = 1) -> str:
    """What the QR of somebody's badge says."""
    summit = summit_view(session, registration.summit_id)
    assert summit is not None
    assert registration.participant_type is not None
    code = BadgeCode(summit.id, registration.id, number, registration.participant_type, summit.days[-1] + GRACE)
    return signed_code(code, settings().secret_key)


def scan_of(code: str, *, at: datetime | None = None, **more: Any) -> dict[str, Any]:
    """One scan as a device sends it."""
    return {"nonce": str(ids.new_id()), "code": code, "at": (at or clock.now()).isoformat(), **more}


class Gate:
    """A device that speaks to the door API."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.headers = client, {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(f"/api/door/v1/{path}", headers={**self.headers, **headers})

    def send(self, *scans: dict[str, Any], sent_at: datetime | None = None, waiting: int = 0) -> TestResponse:
        body = {"sent_at": (sent_at or clock.now()).isoformat(), "waiting": waiting, "scans": list(scans)}
        return self.client.post("/api/door/v1/scans", json=body, headers=self.headers)

    def results(self, *scans: dict[str, Any], **more: Any) -> list[str]:
        answer = self.send(*scans, **more)
        assert answer.status_code == 200, answer.text
        return [one["result"] for one in answer.json["answers"]]
