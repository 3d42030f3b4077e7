"""What the provider's objects mean, in our own words."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import stripe
from stripe.checkout import Session as ProviderSession

from app.payments.facts import CardSeen, DisputeSeen, IntentSeen, IntentStatus, PageSeen, RefundSeen
from app.payments.states import DisputeState, RefundState

AUTHENTICATION = "authentication_required"
CONFIRM = "Your bank asks you to confirm the payment yourself."
"""What we say for it: nothing is wrong with a card that waits for its holder."""


def moment(seconds: int) -> datetime:
    """Return a moment the provider writes in seconds since the epoch."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def _ours(metadata: Any, name: str) -> UUID | None:
    """Return the id we wrote into an object's metadata, None when it is missing or not one of ours."""
    try:
        return UUID(str(metadata[name])) if metadata and name in metadata else None
    except ValueError:
        return None


def _ref(thing: Any) -> str | None:
    """Return the id of a reference, whether it came expanded or not."""
    return thing if thing is None or isinstance(thing, str) else str(thing.id)


def intent_seen(intent: stripe.PaymentIntent) -> IntentSeen:
    """Return where a charge stands; the amount is what arrived once it succeeded, else what was asked for."""
    error = intent.last_payment_error
    # The provider leaves out what does not apply, and its library then has no such attribute.
    code = (getattr(error, "decline_code", None) or getattr(error, "code", None)) if error else None
    return IntentSeen(
        ref=intent.id,
        status=_intent_status(intent.status, code),
        attempt_id=_ours(intent.metadata, "attempt"),
        amount_cents=intent.amount_received if intent.status == "succeeded" else intent.amount,
        currency=intent.currency.upper(),
        created_at=moment(intent.created),
        failure_code=code,
        failure_words=CONFIRM if code == AUTHENTICATION else getattr(error, "message", None),
    )


def _intent_status(status: str, failure: str | None) -> IntentStatus:
    if status == "requires_payment_method" and failure is not None:
        return IntentStatus.NEEDS_PAYER if failure == AUTHENTICATION else IntentStatus.DECLINED
    known = {
        "succeeded": IntentStatus.SUCCEEDED,
        "processing": IntentStatus.PROCESSING,
        "requires_action": IntentStatus.NEEDS_PAYER,
        "canceled": IntentStatus.CANCELED,
    }
    return known.get(status, IntentStatus.WAITING)


def intents_in(intent: Any) -> tuple[IntentSeen, ...]:
    """Return the intent that came expanded with another object, nothing when there is none."""
    return (intent_seen(intent),) if isinstance(intent, stripe.PaymentIntent) else ()


def page_seen(page: ProviderSession) -> PageSeen:
    """Return what became of a hosted page."""
    return PageSeen(page.id, _ours(page.metadata, "attempt"), _ref(page.payment_intent), page.status == "expired")


def card_seen(setup: stripe.SetupIntent) -> tuple[CardSeen, ...]:
    """Return the card that was kept, nothing while none was."""
    method = setup.payment_method
    if setup.status != "succeeded" or not isinstance(method, stripe.PaymentMethod) or method.card is None:
        return ()
    attempt_id = _ours(setup.metadata, "attempt")
    return (CardSeen(setup.id, attempt_id, _ref(setup.customer), method.id, method.card.brand, method.card.last4),)


def refund_seen(refund: stripe.Refund) -> RefundSeen:
    """Return where money on its way back stands."""
    states = {"succeeded": RefundState.SUCCEEDED, "failed": RefundState.FAILED, "canceled": RefundState.FAILED}
    return RefundSeen(
        ref=refund.id,
        state=states.get(refund.status or "", RefundState.PENDING),
        refund_id=_ours(refund.metadata, "refund"),
        intent_ref=_ref(refund.payment_intent),
        amount_cents=refund.amount,
        currency=refund.currency.upper(),
        created_at=moment(refund.created),
        failure=getattr(refund, "failure_reason", None),
    )


def dispute_seen(dispute: stripe.Dispute) -> tuple[DisputeSeen, ...]:
    """Return where a complaint stands; inquiries (statuses that begin with `warning`) hold no money back."""
    if dispute.status.startswith("warning") or dispute.status == "prevented":
        return ()
    states = {"won": DisputeState.WON, "lost": DisputeState.LOST}
    due = getattr(dispute.evidence_details, "due_by", None)
    seen = DisputeSeen(
        ref=dispute.id,
        state=states.get(dispute.status, DisputeState.OPEN),
        intent_ref=_ref(dispute.payment_intent),
        amount_cents=dispute.amount,
        currency=dispute.currency.upper(),
        reason=dispute.reason,
        opened_at=moment(dispute.created),
        reply_due_at=moment(due) if due else None,
    )
    return (seen,)
