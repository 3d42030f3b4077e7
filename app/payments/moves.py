"""How payments change: locked in one order, moved by the table, recorded, and told to whoever follows them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import NotFound
from app.core.states import advance
from app.notifications import outbox
from app.payments.models import Attempt, Payment, Refund
from app.payments.states import (
    ATTEMPT_TRANSITIONS,
    PAYMENT_TRANSITIONS,
    REFUND_TRANSITIONS,
    AttemptEvent,
    AttemptKind,
    AttemptState,
    PaymentEvent,
    PaymentMethod,
    RefundEvent,
)

# Filled by the application, by kind of subject: who is told that a payment changed, how a subject is locked
# before its payment (one fixed order), how a subject says that what was paid for has been given, and who is told,
# in words, that a dispute moved.
on_change: dict[str, Callable[[Session, Payment, datetime], None]] = {}
lock_first: dict[str, Callable[[Session, UUID], None]] = {}
is_fulfilled: dict[str, Callable[[Session, UUID], bool]] = {}
on_dispute: dict[str, Callable[[Session, Payment, str, datetime], None]] = {}

# Filled by the application: who asks for money that does not come by card (by method), who is told that all of it
# came, that it did not come after all, that some went back, and who sends back what had come by bank.
Follower = Callable[[Session, Payment, datetime], None]
RefundFollower = Callable[[Session, Payment, Refund, datetime], None]
on_due: dict[PaymentMethod, Follower] = {}
on_paid: list[Follower] = []
on_reopened: list[Follower] = []
on_void: list[Follower] = []
on_refunded: list[RefundFollower] = []
on_payout: list[RefundFollower] = []


def lock_payment(session: Session, payment_id: UUID) -> Payment:
    """Return the payment, locked after its subject. Raises NotFound."""
    found = session.execute(select(Payment.subject_kind, Payment.subject_id).where(Payment.id == payment_id)).first()
    if found is None:
        raise NotFound("That payment does not exist.")
    if found.subject_kind in lock_first:
        lock_first[found.subject_kind](session, found.subject_id)
    return session.get_one(Payment, payment_id, with_for_update=True)


def move_payment(
    session: Session,
    payment: Payment,
    event: PaymentEvent,
    *,
    actor_id: UUID | None,
    now: datetime,
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Move a locked payment, record it and tell who follows its subject. Raises TransitionRefused."""
    before, payment.state = payment.state, advance(PAYMENT_TRANSITIONS, payment.state, event, thing="payment")
    payment.changed_at = now
    session.flush()
    audit.record(
        session,
        f"payment.{payment.state}",
        ("payment", payment.id),
        actor_id=actor_id,
        before=before,
        after=payment.state,
        reason=reason,
        detail=detail,
    )
    if payment.subject_kind in on_change:
        on_change[payment.subject_kind](session, payment, now)


def asked_cents(payment: Payment) -> int:
    """Return what the payer is asked for: the amount less what was carried over from whom they replace."""
    return (payment.amount_cents or 0) - payment.carried_cents


def open_attempt(session: Session, payment: Payment, kind: AttemptKind, *, now: datetime) -> Attempt:
    """Add the next attempt of a locked payment; its key is the same however often the call is repeated."""
    newest = session.scalar(select(func.max(Attempt.number)).where(Attempt.payment_id == payment.id))
    number = (newest or 0) + 1
    charging = kind is not AttemptKind.CARD_PAGE
    attempt = Attempt(
        payment_id=payment.id,
        number=number,
        kind=kind,
        state=AttemptState.OPEN,
        idempotency_key=f"{payment.id}-{number}",
        amount_cents=asked_cents(payment) if charging else None,
        currency=payment.currency if charging else None,
        created_at=now,
    )
    session.add(attempt)
    session.flush()
    return attempt


def close_open_attempts(session: Session, payment: Payment, *, now: datetime) -> None:
    """Queue the closing, at the provider, of whatever could still take money for a locked payment."""
    wanted = select(Attempt).where(Attempt.payment_id == payment.id, Attempt.state == AttemptState.OPEN)
    for attempt in session.scalars(wanted.order_by(Attempt.number)):
        outbox.queue(session, "payments.close", {"attempt": str(attempt.id)}, now=now)


def move_attempt(session: Session, attempt: Attempt, event: AttemptEvent, *, now: datetime) -> None:
    """Move an attempt of a locked payment and record it. Raises TransitionRefused."""
    before, attempt.state = attempt.state, advance(ATTEMPT_TRANSITIONS, attempt.state, event, thing="payment attempt")
    attempt.closed_at = now
    session.flush()
    audit.record(
        session,
        f"payment_attempt.{attempt.state}",
        ("payment_attempt", attempt.id),
        actor_id=None,
        before=before,
        after=attempt.state,
        reason=attempt.failure_code or "",
    )


def move_refund(
    session: Session, refund: Refund, event: RefundEvent, *, now: datetime, actor_id: UUID | None = None
) -> None:
    """Move a refund of a locked payment and record it. Raises TransitionRefused."""
    before, refund.state = refund.state, advance(REFUND_TRANSITIONS, refund.state, event, thing="refund")
    refund.changed_at = now
    session.flush()
    audit.record(
        session,
        f"refund.{refund.state}",
        ("refund", refund.id),
        actor_id=actor_id,
        before=before,
        after=refund.state,
        reason=refund.failure or "",
    )
