"""What the provider says, in our own words: plain values that know neither its library nor our tables.

Amounts are in the smallest unit of the currency, which is written in capitals.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.payments.states import DisputeState, RefundState


class IntentStatus(StrEnum):
    """What a payment intent of the provider has come to."""

    WAITING = "waiting"
    PROCESSING = "processing"
    NEEDS_PAYER = "needs_payer"
    DECLINED = "declined"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class EventSeen:
    """A signed event: its id, its kind and which object it speaks of. What it says about the object is fetched."""

    ref: str
    kind: str
    object_ref: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class CardSeen:
    """A card that was kept on a hosted page; only brand and last four digits are ever read."""

    setup_ref: str
    attempt_id: UUID | None
    customer_ref: str | None
    card_ref: str
    brand: str
    last4: str


@dataclass(frozen=True, slots=True)
class PageSeen:
    """A hosted page and what became of it."""

    session_ref: str
    attempt_id: UUID | None
    intent_ref: str | None
    is_expired: bool


@dataclass(frozen=True, slots=True)
class IntentSeen:
    """A payment intent; `attempt_id` is what we wrote into its metadata when we asked for it."""

    ref: str
    status: IntentStatus
    attempt_id: UUID | None
    amount_cents: int
    currency: str
    created_at: datetime
    failure_code: str | None = None
    failure_words: str | None = None


@dataclass(frozen=True, slots=True)
class RefundSeen:
    """Money on its way back; `refund_id` is ours when we asked for it."""

    ref: str
    state: RefundState
    refund_id: UUID | None
    intent_ref: str | None
    amount_cents: int
    currency: str
    created_at: datetime
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class DisputeSeen:
    """A complaint of a payer to the bank; `reply_due_at` is until when evidence can be sent."""

    ref: str
    state: DisputeState
    intent_ref: str | None
    amount_cents: int
    currency: str
    reason: str
    opened_at: datetime
    reply_due_at: datetime | None = None


Fact = CardSeen | PageSeen | IntentSeen | RefundSeen | DisputeSeen


@dataclass(frozen=True, slots=True)
class HostedPage:
    """A page of the provider's to send the payer to."""

    session_ref: str
    url: str
    customer_ref: str


@dataclass(frozen=True, slots=True)
class PageWanted:
    """What a hosted page is asked for with; the amount is empty when a card is only to be kept."""

    attempt_id: UUID
    payment_id: UUID
    idempotency_key: str
    customer_ref: str | None
    payer_name: str
    payer_email: str
    description: str
    amount_cents: int | None
    currency: str | None
    success_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True)
class ChargeWanted:
    """What a charge of a saved card is asked for with."""

    attempt_id: UUID
    payment_id: UUID
    idempotency_key: str
    customer_ref: str
    card_ref: str
    description: str
    amount_cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class RefundWanted:
    """What a refund is asked for with."""

    refund_id: UUID
    idempotency_key: str
    intent_ref: str
    amount_cents: int
