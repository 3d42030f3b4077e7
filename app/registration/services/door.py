"""The door: a badge is scanned, and nobody is inside twice."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import audit
from app.core.db import explained
from app.core.errors import Busy, InvalidInput
from app.registration.models import Admission, Registration, Scan
from app.registration.services.badges import normal_code
from app.registration.states import Direction, RegistrationState, ScanResult


def scan_badge(
    session: Session, summit_id: UUID, *, nonce: UUID, door: str, actor_id: UUID, now: datetime,
    code: str = "", registration_id: UUID | None = None, direction: Direction = Direction.IN,
) -> UUID:  # fmt: skip
    """Answer a scan, or a name chosen from the list; return the id of the scan, which keeps the answer.

    The same `nonce` again gives the first answer again and changes nothing.
    """
    if not door.strip() or len(door) > 40:
        raise InvalidInput("Say at which door you stand, in at most 40 characters.")
    registration = _find(session, summit_id, code, registration_id)
    if earlier := session.scalar(select(Scan.id).where(Scan.nonce == nonce)):
        return earlier
    result, inside = _answer(session, registration, direction)
    scan = Scan(
        summit_id=summit_id, nonce=nonce, registration_id=registration.id if registration else None,
        door=door.strip(), direction=direction, result=result, earlier_at=inside.admitted_at if inside else None,
        earlier_door=inside.door if inside else "", scanned_by=actor_id, at=now,
    )  # fmt: skip
    session.add(scan)
    if registration is not None:
        _let_pass(session, registration, result, inside, scan)
    with explained({"uq_scans_nonce": Busy(), "uq_admissions_inside": Busy()}):
        session.flush()
    return scan.id


def _find(session: Session, summit_id: UUID, code: str, registration_id: UUID | None) -> Registration | None:
    """Return the registration under lock: a second scan of the same badge waits here."""
    wanted = select(Registration).where(Registration.summit_id == summit_id).with_for_update()
    if registration_id is not None:
        wanted = wanted.where(Registration.id == registration_id)
    else:
        wanted = wanted.where(Registration.badge_code == normal_code(code))
    return session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def _answer(
    session: Session, registration: Registration | None, direction: Direction
) -> tuple[ScanResult, Admission | None]:
    if registration is None:
        return ScanResult.UNKNOWN, None
    wanted = select(Admission).where(Admission.registration_id == registration.id, Admission.left_at.is_(None))
    inside = session.scalars(wanted).one_or_none()
    if direction is Direction.OUT:
        return (ScanResult.LEFT if inside else ScanResult.NOT_INSIDE), inside
    if registration.state is not RegistrationState.CONFIRMED:
        return ScanResult.NOT_CONFIRMED, inside
    if session.get_one(User, registration.user_id).suspended_at is not None:
        return ScanResult.SUSPENDED, inside
    return (ScanResult.ALREADY_INSIDE if inside else ScanResult.ADMITTED), inside


def _let_pass(
    session: Session, registration: Registration, result: ScanResult, inside: Admission | None, scan: Scan
) -> None:
    if result is ScanResult.ADMITTED:
        admission = Admission(
            summit_id=registration.summit_id,
            registration_id=registration.id,
            door=scan.door,
            admitted_at=scan.at,
            admitted_by=scan.scanned_by,
        )
        session.add(admission)
    elif result is ScanResult.LEFT and inside is not None:
        inside.left_at = scan.at
    audit.record(
        session, f"badge.{result}", ("registration", registration.id), actor_id=scan.scanned_by,
        detail={"door": scan.door},
    )  # fmt: skip
