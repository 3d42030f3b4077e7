"""Sending money back: asked for, above a limit released by a second person, and sent the way it came."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import audit, ids
from app.core.errors import InvalidInput, NotFound, Refused
from app.core.money import Money
from app.notifications import outbox
from app.payments.kept import charge_of, left_cents, sources
from app.payments.limits import needs_second_person
from app.payments.models import Attempt, Payment, Refund
from app.payments.moves import lock_payment, move_refund, on_payout
from app.payments.rules import check_amount, check_refund
from app.payments.states import NOT_GOING_BACK, AttemptKind, RefundEvent, RefundState


def request_refund(
    session: Session,
    payment_id: UUID,
    *,
    amount_cents: int,
    reason: str,
    actor_id: UUID | None,
    now: datetime,
    by_staff: bool = False,
) -> Refund:
    """Ask for money to go back; the refund is done when the provider, or for transfers finance, says so.

    Money that came in several charges goes back in as many parts; the first is returned. `by_staff` lets an amount
    above the limit wait for a second person. `actor_id` None is the platform itself. Raises Refused unless the
    money is here and this, with what is going back already, stays within it; InvalidInput for an amount of zero
    or less or an empty reason.
    """
    if not reason.strip():
        raise InvalidInput("Say why the money goes back.")
    payment = lock_payment(session, payment_id)
    if payment.currency is None or not (payment.carried_cents or charge_of(session, payment.id)):
        raise Refused("Only a payment that succeeded can be refunded; void this one instead.")
    left = left_cents(session, payment)
    wanted = check_amount(amount_cents, payment.currency)
    if left < wanted.cents and payment.disputed_cents:
        raise Refused("The bank holds this money back because of a dispute. Wait for its decision, then refund.")
    check_refund(wanted, Money(left, payment.currency), 0)
    must_wait = by_staff and needs_second_person(_asked_by_staff(session, payment, wanted))
    state = RefundState.PROPOSED if must_wait else RefundState.REQUESTED
    made, still = [], wanted.cents
    for source in sources(session, payment):
        if part := min(still, source.left_cents):
            amount = Money(part, payment.currency)
            made.append(
                queue_refund(
                    session, payment, source.charge, amount, reason=reason.strip(), actor_id=actor_id, now=now,
                    state=state,
                )
            )  # fmt: skip
            still -= part
    return made[0]


def _asked_by_staff(session: Session, payment: Payment, wanted: Money) -> Money:
    """Return `wanted` with what staff sent back of this payment before and nobody else released.

    Many small refunds need a second person as one large one does.
    """
    alone = select(func.coalesce(func.sum(Refund.amount_cents), 0)).where(
        Refund.payment_id == payment.id, Refund.requested_by.is_not(None), Refund.released_by.is_(None),
        Refund.requested_by != payment.payer_id, Refund.state.not_in(NOT_GOING_BACK),
    )  # fmt: skip
    return Money(wanted.cents + int(session.scalar(alone) or 0), wanted.currency)


def refund_by_hand(
    session: Session,
    payment_id: UUID,
    *,
    amount_cents: int,
    reason: str,
    shown_left_cents: int,
    actor_id: UUID,
    now: datetime,
) -> Refund:
    """Refund as a person of the finance desk asks; above the limit a second person must release it.

    `shown_left_cents` is what the page said could go back; when that has changed since, nothing is done.
    Raises Refused then, and for one's own payment, besides what request_refund refuses.
    """
    payment = lock_payment(session, payment_id)
    if payment.payer_id == actor_id:
        raise Refused("Nobody refunds their own payment. Ask a colleague of the finance desk.")
    if left_cents(session, payment) != shown_left_cents:
        raise Refused("Another refund was made meanwhile. Look at the payment again before you send money back.")
    return request_refund(
        session, payment_id, amount_cents=amount_cents, reason=reason, actor_id=actor_id, now=now, by_staff=True
    )


def decide_refund(
    session: Session, refund_id: UUID, *, agreed: bool, words: str, actor_id: UUID, now: datetime
) -> None:
    """Release a refund that a colleague proposed, or refuse it with words.

    Raises Refused for one that this person proposed or is paid, and for one that was decided before.
    """
    found = session.get(Refund, refund_id)
    if found is None:
        raise NotFound("That refund does not exist.")
    payment = lock_payment(session, found.payment_id)
    refund = session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True)
    if actor_id in (refund.requested_by, payment.payer_id):
        raise Refused("You proposed this refund, or it is yours. A colleague of the finance desk must decide on it.")
    if not agreed and not words.strip():
        raise InvalidInput("Say why the refund is refused: whoever proposed it reads this.")
    if agreed:
        refund.released_by = actor_id
        move_refund(session, refund, RefundEvent.RELEASE, now=now, actor_id=actor_id)
        _send(session, payment, refund, now=now)
    else:
        refund.refusal = words.strip()
        move_refund(session, refund, RefundEvent.REFUSE, now=now, actor_id=actor_id)


def queue_refund(
    session: Session,
    payment: Payment,
    charge: Attempt,
    amount: Money,
    *,
    reason: str,
    actor_id: UUID | None,
    now: datetime,
    state: RefundState = RefundState.REQUESTED,
) -> Refund:
    """Add a refund of a charge for a locked payment and, unless it waits to be released, let it go."""
    refund_id = ids.new_id()
    refund = Refund(
        id=refund_id,
        payment_id=payment.id,
        attempt_id=charge.id,
        state=state,
        amount_cents=amount.cents,
        currency=amount.currency,
        reason=reason,
        requested_by=actor_id,
        idempotency_key=f"refund-{refund_id}",
        created_at=now,
        changed_at=now,
    )
    session.add(refund)
    session.flush()
    audit.record(
        session, f"refund.{refund.state}", ("refund", refund.id), actor_id=actor_id, after=refund.state, reason=reason
    )
    if refund.state is RefundState.REQUESTED:
        _send(session, payment, refund, now=now)
    return refund


def _send(session: Session, payment: Payment, refund: Refund, *, now: datetime) -> None:
    """Let money go back the way it came: by the provider, or by finance when it had come by bank."""
    if session.get_one(Attempt, refund.attempt_id).kind is AttemptKind.TRANSFER:
        for follower in on_payout:
            follower(session, payment, refund, now)
    else:
        outbox.queue(session, "payments.refund", {"refund": str(refund.id)}, now=now)
