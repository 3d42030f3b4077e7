"""A person's badge: how it names them, stopping it, making it anew."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.db import explained
from app.core.errors import Busy, InvalidInput, NotFound, Refused
from app.door.models import Badge, BadgeName, BadgePrint, BadgeRun
from app.door.states import BadgeReason
from app.registration.models import Registration
from app.registration.services.badges import new_badge_code
from app.registration.states import RegistrationState

NO_BADGE = "This person has no badge: their place was never confirmed."


def name_badge(
    session: Session, summit_id: UUID, registration_id: UUID, *, preferred: str, native: str, actor_id: UUID,
    now: datetime, by_owner: bool = False,
) -> None:  # fmt: skip
    """Note how somebody is called on their badge. Its owner may change that until the badge is printed."""
    registration = _locked(session, summit_id, registration_id)
    if not all(words.isprintable() for words in (preferred, native)):
        raise InvalidInput("Write the names on one line, without control characters.")
    if by_owner and _was_printed(session, registration_id):
        raise Refused("Your badge has been printed. Ask at the door to have it printed anew with another name.")
    kept = session.get(BadgeName, registration.id)
    if kept is None:
        kept = BadgeName(registration_id=registration.id)
        session.add(kept)
    before = {"preferred": kept.preferred or "", "native": kept.native or ""}
    kept.preferred, kept.native = " ".join(preferred.split()), " ".join(native.split())
    kept.changed_at, kept.changed_by = now, actor_id
    audit.record(
        session, "badge.named", ("registration", registration.id), actor_id=actor_id,
        detail={"before": before, "after": {"preferred": kept.preferred, "native": kept.native}},
    )  # fmt: skip


def _was_printed(session: Session, registration_id: UUID) -> bool:
    wanted = select(BadgePrint.id).join(BadgeRun, BadgeRun.id == BadgePrint.run_id)
    wanted = wanted.where(BadgePrint.registration_id == registration_id, BadgeRun.finished_at.is_not(None))
    return session.scalar(wanted.limit(1)) is not None


def stop_badge(
    session: Session, summit_id: UUID, registration_id: UUID, *, reason: BadgeReason, words: str, actor_id: UUID,
    now: datetime,
) -> None:  # fmt: skip
    """Let the badge that counts count no more. Refuses one that is stopped already."""
    registration = _locked(session, summit_id, registration_id)
    newest = _newest(session, registration)
    if newest.stopped_at is not None:
        raise Refused("This badge is stopped already. Print a new one if the person needs it.")
    _stop(session, newest, reason, words, actor_id, now)


def replace_badge(
    session: Session, summit_id: UUID, registration_id: UUID, *, reason: BadgeReason, words: str, actor_id: UUID,
    now: datetime,
) -> int:  # fmt: skip
    """Make a person's badge anew and return its number; the former one counts no more."""
    registration = _locked(session, summit_id, registration_id)
    if registration.state is not RegistrationState.CONFIRMED:
        raise Refused("Their place is not confirmed, so no badge is made. Open the application to see why.")
    former = _newest(session, registration)
    if former.stopped_at is None:
        _stop(session, former, reason, words, actor_id, now)
    session.flush()
    made = Badge(
        registration_id=registration.id, number=former.number + 1, code=new_badge_code(), issued_at=now,
        issued_by=actor_id,
    )  # fmt: skip
    session.add(made)
    with explained({"uq_badges_counts": Busy(), "uq_badges_registration_id_number": Busy()}):
        session.flush()
    audit.record(
        session, "badge.replaced", ("registration", registration.id), actor_id=actor_id, before=str(former.number),
        after=str(made.number), reason=words, detail={"why": reason},
    )  # fmt: skip
    return made.number


def _stop(session: Session, badge: Badge, reason: BadgeReason, words: str, actor_id: UUID, now: datetime) -> None:
    badge.stopped_at, badge.stopped_by, badge.reason, badge.words = now, actor_id, reason, words.strip()
    audit.record(
        session, "badge.stopped_counting", ("registration", badge.registration_id), actor_id=actor_id,
        before=str(badge.number), reason=words, detail={"why": reason},
    )  # fmt: skip


def _newest(session: Session, registration: Registration) -> Badge:
    """Return the newest badge of a person; their first gets its row now, if it has none."""
    wanted = select(Badge).where(Badge.registration_id == registration.id).order_by(Badge.number.desc()).limit(1)
    found = session.scalars(wanted).one_or_none()
    if found is None:
        issued_at = registration.confirmed_at or registration.created_at
        found = Badge(
            registration_id=registration.id, number=1, code=registration.badge_code or "", issued_at=issued_at,
            issued_by=None,
        )  # fmt: skip
        session.add(found)
    return found


def _locked(session: Session, summit_id: UUID, registration_id: UUID) -> Registration:
    found = session.get(Registration, registration_id, with_for_update=True, populate_existing=True)
    if found is None or found.summit_id != summit_id or found.badge_code is None:
        raise NotFound(NO_BADGE)
    return found
