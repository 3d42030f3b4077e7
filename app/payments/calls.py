"""What a call to the provider needs to know, read before the call so that no transaction is open during it."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.payments.facts import ChargeWanted, EventSeen, PageWanted, RefundWanted
from app.payments.models import Attempt, Payment, ProviderEvent, Refund
from app.payments.states import AttemptState, EventState, PaymentState, RefundState


def page_wanted(session: Session, attempt_id: UUID, *, success_url: str, cancel_url: str) -> PageWanted:
    """Return what the hosted page of an attempt is asked for with."""
    attempt, payment = session.execute(
        select(Attempt, Payment).join(Payment, Payment.id == Attempt.payment_id).where(Attempt.id == attempt_id)
    ).one()
    return PageWanted(
        attempt.id, payment.id, attempt.idempotency_key, payment.customer_ref, payment.payer_name,
        payment.payer_email, payment.description, attempt.amount_cents, attempt.currency, success_url, cancel_url,
    )  # fmt: skip


def charge_wanted(session: Session, attempt_id: UUID) -> ChargeWanted | None:
    """Return what a charge is asked for with; None when it is no longer wanted."""
    attempt, payment = session.execute(
        select(Attempt, Payment).join(Payment, Payment.id == Attempt.payment_id).where(Attempt.id == attempt_id)
    ).one()
    if attempt.state is not AttemptState.OPEN or payment.state is not PaymentState.PROCESSING:
        return None
    return ChargeWanted(
        attempt.id, payment.id, attempt.idempotency_key, payment.customer_ref or "", payment.card_ref or "",
        payment.description, attempt.amount_cents or 0, attempt.currency or "",
    )  # fmt: skip


def refund_wanted(session: Session, refund_id: UUID) -> RefundWanted | None:
    """Return what a refund is asked for with; None when the provider has it already."""
    refund, intent_ref = session.execute(
        select(Refund, Attempt.intent_ref).join(Attempt, Attempt.id == Refund.attempt_id).where(Refund.id == refund_id)
    ).one()
    if refund.state is not RefundState.REQUESTED or intent_ref is None:
        return None
    return RefundWanted(refund.id, refund.idempotency_key, intent_ref, refund.amount_cents)


def refs_to_close(session: Session, attempt_id: UUID) -> tuple[str | None, str | None]:
    """Return the references of the page and the intent of an attempt, either None when there is none."""
    wanted = select(Attempt.session_ref, Attempt.intent_ref).where(Attempt.id == attempt_id)
    session_ref, intent_ref = session.execute(wanted).one()
    return session_ref, intent_ref


def waiting_event(session: Session, event_id: UUID) -> EventSeen | None:
    """Return a kept event that was not handled yet, None when it was."""
    event = session.get(ProviderEvent, event_id)
    if event is None or event.state is not EventState.KEPT:
        return None
    return EventSeen(event.provider_ref, event.kind, event.object_ref, event.happened_at)
