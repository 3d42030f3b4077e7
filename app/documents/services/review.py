"""What reviewers do with files that look controlled: release with a second person, condemn, take down."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import audit
from app.core.errors import InvalidInput, NotFound, Refused
from app.core.settings import settings
from app.core.states import advance
from app.documents.models import File, FileReview
from app.documents.rules.review import mails_for, refuse_second
from app.documents.services.lying import end, whole_content
from app.documents.services.openings import note_opening
from app.documents.states import APART, ATTESTED, TRANSITIONS, FileEvent, FileState, Opened, ReviewStep
from app.notifications import mail

NO_SUCH = "There is no such file."
LEAST_REASON = 10


def note_held(session: Session, file: File, *, now: datetime) -> None:
    """Note that the marking scan holds a file, and tell who handed it in."""
    _step(session, file, ReviewStep.HELD, None, "", now)
    audit.record(session, "file.held", ("file", file.id), actor_id=None, after=file.state)
    _tell(session, file, ReviewStep.HELD, "", now)


def release(session: Session, file_id: UUID, *, actor_id: UUID, reason: str, now: datetime) -> bool:
    """Propose the release of a held or taken-down file, or as the second person release it; tell which it was (True).

    Raises Refused for the uploader, and when the second person is the first.
    """
    file, why = _locked(session, file_id), _reason(reason)
    if file.state not in APART:
        advance(TRANSITIONS, file.state, FileEvent.RELEASE, thing="file")
    refuse_second(actor_id, owner_id=file.owner_id, attested_by=file.attested_by, proposed_by=file.proposed_by)
    if file.proposed_by is None:
        file.proposed_by, file.proposed_at = actor_id, now
        _step(session, file, ReviewStep.PROPOSED, actor_id, why, now)
        _record(session, file, "file.release_proposed", actor_id, file.state, why)
        return False
    before, file.state = file.state, advance(TRANSITIONS, file.state, FileEvent.RELEASE, thing="file")
    file.proposed_by = file.proposed_at = None
    _step(session, file, ReviewStep.RELEASED, actor_id, why, now)
    _record(session, file, "file.released", actor_id, before, why)
    _tell(session, file, ReviewStep.RELEASED, why, now)
    return True


def object_to_release(session: Session, file_id: UUID, *, actor_id: UUID, reason: str, now: datetime) -> None:
    """Take a proposed release back, or refuse it; the file stays closed. Raises Refused when none is proposed."""
    file, why = _locked(session, file_id), _reason(reason)
    if file.proposed_by is None:
        raise Refused("Nobody has proposed to release this file. Reload the page to see where it stands.")
    file.proposed_by = file.proposed_at = None
    _step(session, file, ReviewStep.OBJECTED, actor_id, why, now)
    _record(session, file, "file.release_refused", actor_id, file.state, why)


def condemn(session: Session, file_id: UUID, *, actor_id: UUID, reason: str, now: datetime) -> None:
    """Remove a held or taken-down file for good: it is controlled, or must not be here. One person is enough."""
    file, why = _locked(session, file_id), _reason(reason)
    before, name = file.state, file.name
    end(session, file, FileEvent.CONDEMN, now)
    _step(session, file, ReviewStep.CONDEMNED, actor_id, why, now)
    _record(session, file, "file.condemned", actor_id, before, why)
    _tell(session, file, ReviewStep.CONDEMNED, why, now, name=name)


def take_down(session: Session, file_id: UUID, *, actor_id: UUID, reason: str, now: datetime) -> None:
    """Close a file to everybody but reviewers from the next request on, and tell who handed it in."""
    file, why = _locked(session, file_id), _reason(reason)
    before, file.state = file.state, advance(TRANSITIONS, file.state, FileEvent.TAKE_DOWN, thing="file")
    _step(session, file, ReviewStep.TAKEN_DOWN, actor_id, why, now)
    _record(session, file, "file.taken_down", actor_id, before, why)
    _tell(session, file, ReviewStep.TAKEN_DOWN, why, now)


def open_apart(session: Session, file_id: UUID, *, actor_id: UUID, address: str, now: datetime) -> tuple[File, bytes]:
    """Open a file that is held or taken down, for a reviewer, on the record. Raises NotFound for every other."""
    file = session.get(File, file_id)
    if file is None or file.state not in APART or file.purpose not in ATTESTED:
        raise NotFound(NO_SUCH)
    note_opening(session, file.id, user_id=actor_id, address=address, how=Opened.DOWNLOAD, now=now)
    audit.record(session, "file.opened_by_reviewer", ("file", file.id), actor_id=actor_id, detail={"state": file.state})
    return file, whole_content(file)


def _locked(session: Session, file_id: UUID) -> File:
    file = session.get(File, file_id, with_for_update=True, populate_existing=True)
    if file is None:
        raise NotFound(NO_SUCH)
    return file


def _reason(reason: str) -> str:
    words = " ".join(reason.split())
    if not LEAST_REASON <= len(words) <= 1000:
        raise InvalidInput(f"Give the reason in {LEAST_REASON} to 1,000 characters: it stays in the record.")
    return words


def _step(session: Session, file: File, step: ReviewStep, actor_id: UUID | None, reason: str, now: datetime) -> None:
    latest = session.scalar(select(func.max(FileReview.number)).where(FileReview.file_id == file.id)) or 0
    session.add(
        FileReview(file_id=file.id, number=latest + 1, step=step, actor_id=actor_id, reason=reason, at=now)
    )  # fmt: skip
    session.flush()


def _record(session: Session, file: File, action: str, actor_id: UUID, before: FileState, reason: str) -> None:
    audit.record(
        session, action, ("file", file.id), actor_id=actor_id, before=before, after=file.state, reason=reason
    )  # fmt: skip


def _tell(session: Session, file: File, step: ReviewStep, reason: str, now: datetime, *, name: str = "") -> None:
    """Tell who handed a file in what became of it."""
    owner = session.execute(select(User.name, User.email).where(User.id == file.owner_id)).one_or_none()
    if owner is None:
        return
    context = {"name": owner.name, "file": name or file.name, "reason": reason, "ask": settings().contact_email}
    mail.queue_mail(session, mails_for(step), [owner.email], context, now=now)
