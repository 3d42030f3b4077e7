"""Nomination letters: given for the whole delegation or for some of it, replaced, taken back; who did it stays."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.access import Principal, Role
from app.core.errors import InvalidInput, NotFound
from app.delegations.models import Delegate, Delegation, Nominated, Nomination
from app.delegations.queries.who import SEES_ALL, acts_for
from app.delegations.services.endorse import acting, delegate_in
from app.documents import services as documents
from app.documents.queries import FileRow
from app.documents.rules.check import Checked
from app.documents.states import Purpose
from app.registration.models import Registration
from app.registration.queries.files import is_limited
from app.registration.queries.scopes import readable


def give_letter(
    session: Session, delegation_id: UUID, letter: Checked, delegate_ids: Sequence[UUID] | None, *, actor_id: UUID,
    now: datetime, replaces: UUID | None = None,
) -> Nomination:  # fmt: skip
    """Keep a nomination letter that covers the delegates named, or everybody when `delegate_ids` is None.

    With `replaces` the earlier letter no longer counts; its file stays, so that what was relied on can be read.
    """
    delegation = acting(session, delegation_id, actor_id)
    if delegate_ids is not None and not delegate_ids:
        raise InvalidInput("Choose whom the letter names, or that it names everybody.")
    if replaces is not None:
        withdraw_letter(session, delegation_id, replaces, actor_id=actor_id, now=now)
    file = documents.keep_file(session, letter, purpose=Purpose.NOMINATION_LETTER, owner_id=actor_id, now=now)
    made = Nomination(
        delegation_id=delegation.id, file_id=file.id, covers_all=delegate_ids is None, uploaded_at=now,
        uploaded_by_id=actor_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    for delegate_id in sorted(set(delegate_ids or ())):
        delegate_in(session, delegation, delegate_id)
        session.add(Nominated(nomination_id=made.id, delegate_id=delegate_id))
    session.flush()
    audit.record(
        session, "nomination.given", ("delegation", delegation.id), actor_id=actor_id,
        detail={"file": str(file.id), "names": "everybody" if delegate_ids is None else len(set(delegate_ids))},
    )  # fmt: skip
    return made


def withdraw_letter(
    session: Session, delegation_id: UUID, nomination_id: UUID, *, actor_id: UUID, now: datetime
) -> None:
    """Let a nomination letter count no more."""
    delegation = acting(session, delegation_id, actor_id)
    found = session.get(Nomination, nomination_id, with_for_update=True)
    if found is None or found.delegation_id != delegation.id or found.withdrawn_at is not None:
        raise NotFound("That letter is not in force any more. Reload the page.")
    found.withdrawn_at, found.withdrawn_by_id = now, actor_id
    session.flush()
    audit.record(
        session, "nomination.withdrawn", ("delegation", delegation.id), actor_id=actor_id,
        detail={"file": str(found.file_id)},
    )  # fmt: skip


def may_read_letter(session: Session, file: FileRow, reader: Principal) -> bool:
    """Tell whether somebody may read a delegation's letter: who acts for the organization, and the vetting desk.

    A reviewer who is limited to types or markets reads letters that cover an application within those limits.
    """
    wanted = select(Delegation.organization_id, Nomination)
    wanted = wanted.join(Nomination, Nomination.delegation_id == Delegation.id)
    found = session.execute(wanted.where(Nomination.file_id == file.id)).one_or_none()
    if found is None:
        return False
    if acts_for(session, reader.user_id, found[0]) or Role.ORGANIZER in reader.roles:
        return True
    return bool(reader.roles & SEES_ALL) and (
        not is_limited(session, reader.user_id) or _covers_one_of(session, found[1], reader.user_id)
    )


def _covers_one_of(session: Session, letter: Nomination, reviewer_id: UUID) -> bool:
    """Tell whether a letter covers the application of a delegate that this reviewer works on."""
    named = select(Nominated.delegate_id).where(Nominated.nomination_id == letter.id)
    wanted = select(Delegate.id).join(Registration, Registration.id == Delegate.registration_id)
    wanted = wanted.where(Delegate.delegation_id == letter.delegation_id, Delegate.removed_at.is_(None))
    if not letter.covers_all:
        wanted = wanted.where(Delegate.id.in_(named))
    return session.scalar(wanted.where(readable(Registration.summit_id, reviewer_id)).limit(1)) is not None
