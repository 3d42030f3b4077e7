"""Reads of the finance desk: refunds to release, disputes, the provider's events."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import User
from app.core.money import Money
from app.core.paging import Page, paginate
from app.payments.models import Dispute, Payment, ProviderEvent, Refund
from app.payments.queries import words_of
from app.payments.states import DisputeState, EventState, RefundState


@dataclass(frozen=True, slots=True)
class ProposedRefund:
    """A refund that waits for a second person."""

    id: UUID
    payment_id: UUID
    payer_id: UUID | None
    payer_name: str
    description: str
    amount: Money
    reason: str
    proposed_by_id: UUID | None
    proposed_by: str | None
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """A dispute in the list and on its page."""

    id: UUID
    payment_id: UUID
    payer_name: str
    description: str
    subject_kind: str
    subject_id: UUID
    amount: Money
    reason: str
    provider_ref: str
    state: DisputeState
    opened_at: datetime
    reply_due_at: datetime | None
    reply: str
    replied_by: str | None
    replied_at: datetime | None
    closed_at: datetime | None
    outcome: str
    decided_by: str | None
    decided_at: datetime | None

    @property
    def wants_reply(self) -> bool:
        return self.state is DisputeState.OPEN and self.replied_at is None

    @property
    def wants_decision(self) -> bool:
        return self.state is DisputeState.LOST and self.decided_at is None


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event of the provider and what became of it."""

    id: UUID
    provider_ref: str
    kind: str
    state: EventState
    refusal: str | None
    payment_id: UUID | None
    payer_name: str | None
    happened_at: datetime
    received_at: datetime
    handled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for a person of the desk."""

    refunds: int
    disputes: int
    events: int


def waiting(session: Session) -> Waiting:
    """Return how many refunds, disputes and events a person must look at."""
    refunds = select(func.count()).select_from(Refund).where(Refund.state == RefundState.PROPOSED)
    undecided = (Dispute.state == DisputeState.LOST) & Dispute.decided_at.is_(None)
    disputes = select(func.count()).select_from(Dispute).where((Dispute.state == DisputeState.OPEN) | undecided)
    events = select(func.count()).select_from(ProviderEvent).where(ProviderEvent.state == EventState.REFUSED)
    return Waiting(*(session.scalar(wanted) or 0 for wanted in (refunds, disputes, events)))


def proposed_refunds(session: Session, *, number: int = 1) -> Page[ProposedRefund]:
    """Return what waits to be released, oldest first."""
    wanted = (
        select(
            Refund.id, Payment.id, Payment.payer_id, Payment.payer_name, Payment.description, Refund.amount_cents,
            Refund.currency, Refund.reason, Refund.requested_by, User.name, Refund.created_at,
        )
        .join(Payment, Payment.id == Refund.payment_id)
        .outerjoin(User, User.id == Refund.requested_by)
        .where(Refund.state == RefundState.PROPOSED)
        .order_by(Refund.created_at, Refund.id)
    )  # fmt: skip

    def row(*found: Any) -> ProposedRefund:
        values: list[Any] = [*found[:5], Money(found[5], found[6]), *found[7:]]
        return ProposedRefund(*values)

    return paginate(session, wanted, row, number=number)


def disputes(session: Session, *, state: DisputeState | None = None, number: int = 1) -> Page[DisputeRow]:
    """Return disputes, those that are open and due soonest first."""
    wanted = _disputes()
    if state is not None:
        wanted = wanted.where(Dispute.state == state)
    order = (Dispute.state != DisputeState.OPEN, Dispute.reply_due_at, Dispute.opened_at.desc(), Dispute.id)
    return paginate(session, wanted.order_by(*order), _dispute_row, number=number)


def dispute_page(session: Session, dispute_id: UUID) -> DisputeRow | None:
    """Return one dispute, None when there is none."""
    found = session.execute(_disputes().where(Dispute.id == dispute_id)).first()
    return _dispute_row(*found) if found else None


def _disputes() -> Any:
    replier, decider = aliased(User), aliased(User)
    return (
        select(
            Dispute.id, Payment.id, Payment.payer_name, Payment.description, Payment.subject_kind, Payment.subject_id,
            Dispute.amount_cents, Dispute.currency, Dispute.reason, Dispute.provider_ref, Dispute.state,
            Dispute.opened_at, Dispute.reply_due_at, Dispute.reply, replier.name, Dispute.replied_at,
            Dispute.closed_at, Dispute.outcome, decider.name, Dispute.decided_at,
        )
        .join(Payment, Payment.id == Dispute.payment_id)
        .outerjoin(replier, replier.id == Dispute.replied_by)
        .outerjoin(decider, decider.id == Dispute.decided_by)
    )  # fmt: skip


def _dispute_row(*found: Any) -> DisputeRow:
    values: list[Any] = [*found[:6], Money(found[6], found[7]), words_of(found[8]), *found[9:]]
    return DisputeRow(*values)


def events(session: Session, *, state: EventState | None = None, number: int = 1) -> Page[EventRow]:
    """Return the provider's events, newest first."""
    wanted = select(
        ProviderEvent.id, ProviderEvent.provider_ref, ProviderEvent.kind, ProviderEvent.state, ProviderEvent.refusal,
        ProviderEvent.payment_id, Payment.payer_name, ProviderEvent.happened_at, ProviderEvent.received_at,
        ProviderEvent.handled_at,
    ).outerjoin(Payment, Payment.id == ProviderEvent.payment_id)  # fmt: skip
    if state is not None:
        wanted = wanted.where(ProviderEvent.state == state)
    order = (ProviderEvent.received_at.desc(), ProviderEvent.id)
    return paginate(session, wanted.order_by(*order), EventRow, number=number, size=50)
