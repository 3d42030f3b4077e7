"""Writing mandates and moving them from draft to active, paused and closed."""

from dataclasses import asdict
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.core import audit
from app.core.errors import NotFound, Refused
from app.notifications import outbox
from app.partners import rules
from app.partners.models import Mandate, PartnerVersion
from app.partners.queries.mandates import NO_MANDATE, content_of
from app.partners.rules.mandate import MandateContent, MandateFault
from app.partners.services.nag import NAG
from app.partners.services.who import SAVED_MEANWHILE, require_partner
from app.partners.states import MandateEvent, MandateState, advance


def save_mandate(
    session: Session,
    mandate_id: UUID | None,
    content: MandateContent,
    *,
    organization_id: UUID,
    owner_id: UUID | None = None,
    activate: bool = False,
    revision: int = 0,
    actor_id: UUID,
    now: datetime,
) -> Mandate:
    """Keep a mandate, new with `mandate_id` None; `activate` also lets it speak from now on.

    A draft may lack what an active one needs, but what it says must hold together. Raises NotFound for an outsider,
    MandateFault at the field that is wrong, Refused when somebody else saved meanwhile.
    """
    require_partner(session, organization_id, actor_id)
    row = _held(session, mandate_id) if mandate_id else None
    if row is not None and row.organization_id != organization_id:
        raise NotFound(NO_MANDATE)
    if row is not None and row.revision != revision:
        raise Refused(SAVED_MEANWHILE)
    if row is not None and row.state is MandateState.CLOSED:
        raise Refused("A closed mandate is not changed. Reopen it as a draft first.")
    content = rules.checked(content, today=now.date())
    if owner_id is not None and owner_id not in {m.user_id for m in accounts.members(session, organization_id)}:
        raise MandateFault("owner", "Choose somebody of your organization who looks after this mandate.")
    becomes_active = activate or (row is not None and row.state is MandateState.ACTIVE)
    if becomes_active and (fault := rules.missing(content, today=now.date())):
        raise fault
    if row is None:
        row = Mandate(
            organization_id=organization_id, owner_id=owner_id or actor_id, state=MandateState.DRAFT, revision=0,
            created_at=now,
        )  # fmt: skip
        session.add(row)
    kept = stored(content)
    for name, value in kept.items():
        setattr(row, name, value)
    row.owner_id = owner_id or row.owner_id
    row.revision += 1
    row.updated_at = now
    session.flush()
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in kept.items()}
    session.add(
        PartnerVersion(
            organization_id=organization_id, mandate_id=row.id, number=row.revision, content=plain,
            author_id=actor_id, at=now,
        )
    )  # fmt: skip
    audit.record(
        session, "mandate.saved", ("mandate", row.id), actor_id=actor_id, after=row.state,
        detail={"revision": row.revision, "organization": str(organization_id)},
    )  # fmt: skip
    if activate and row.state is not MandateState.ACTIVE:
        _move(session, row, MandateEvent.ACTIVATE, actor_id=actor_id, now=now)
    elif row.state is MandateState.ACTIVE:
        _confirm(session, row, now=now)
    return row


def stored(content: MandateContent) -> dict[str, Any]:
    """Return a mandate by column, lists of values as lists."""
    return {
        name: [one.value if isinstance(one, Enum) else one for one in value]
        if isinstance(value, tuple | list)
        else (int(value) if name.endswith("audience") else value)
        for name, value in asdict(content).items()
    }


def move_mandate(session: Session, mandate_id: UUID, event: MandateEvent, *, actor_id: UUID, now: datetime) -> Mandate:
    """Activate, pause, close or reopen a mandate.

    Raises NotFound for an outsider, TransitionRefused, MandateFault for one that lacks what an active one needs.
    """
    row = _held(session, mandate_id)
    require_partner(session, row.organization_id, actor_id)
    if event is MandateEvent.ACTIVATE and (fault := rules.missing(content_of(row), today=now.date())):
        raise fault
    _move(session, row, event, actor_id=actor_id, now=now)
    return row


def confirm_mandate(session: Session, mandate_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Say that an active mandate still holds as it is. Raises NotFound for an outsider, Refused for one at rest."""
    row = _held(session, mandate_id)
    require_partner(session, row.organization_id, actor_id)
    if row.state is not MandateState.ACTIVE:
        raise Refused("Only an active mandate is confirmed. Activate it; that confirms it as well.")
    _confirm(session, row, now=now)
    audit.record(session, "mandate.confirmed", ("mandate", row.id), actor_id=actor_id)


def _move(session: Session, row: Mandate, event: MandateEvent, *, actor_id: UUID, now: datetime) -> None:
    before, after = row.state, advance(row.state, event)
    if after is MandateState.ACTIVE:
        _confirm(session, row, now=now)
    row.state, row.updated_at = after, now
    session.flush()
    audit.record(
        session, f"mandate.{PAST[event]}", ("mandate", row.id), actor_id=actor_id, before=before, after=after
    )  # fmt: skip


def _confirm(session: Session, row: Mandate, *, now: datetime) -> None:
    row.confirmed_at, row.due_at, row.nagged_at = now, now + rules.NAG_AFTER, None
    outbox.queue(session, NAG, {}, now=now, run_at=row.due_at)


def _held(session: Session, mandate_id: UUID) -> Mandate:
    wanted = select(Mandate).where(Mandate.id == mandate_id).with_for_update()
    row = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound(NO_MANDATE)
    return row


PAST: dict[MandateEvent, str] = {
    MandateEvent.ACTIVATE: "activated",
    MandateEvent.PAUSE: "paused",
    MandateEvent.CLOSE: "closed",
    MandateEvent.REOPEN: "reopened",
}
