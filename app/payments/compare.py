"""Our books beside the provider's: pure comparison, every difference named in a sentence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.core.money import Money
from app.payments.facts import DisputeSeen, IntentSeen, IntentStatus, RefundSeen
from app.payments.states import AttemptState, DisputeState, RefundState

PAID = frozenset({AttemptState.SUCCEEDED, AttemptState.SURPLUS})


class DifferenceKind(StrEnum):
    """What does not agree."""

    LOST_WEBHOOK = "lost_webhook"
    STRAY_CHARGE = "stray_charge"
    STRAY_REFUND = "stray_refund"
    WRONG_AMOUNT = "wrong_amount"
    NOT_AT_PROVIDER = "not_at_provider"
    REFUND_STATE = "refund_state"
    STRAY_DISPUTE = "stray_dispute"
    DISPUTE_STATE = "dispute_state"
    PAID_BUT_UNFULFILLED = "paid_but_unfulfilled"
    LEDGER = "ledger"
    BANK = "bank"
    UNMATCHED = "unmatched"
    INVOICE = "invoice"
    NUMBER_GAP = "number_gap"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing a person must settle; `payment_id` is empty when nothing here belongs to it."""

    kind: DifferenceKind
    ref: str
    words: str
    payment_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class OurCharge:
    """An attempt as our tables have it."""

    attempt_id: UUID
    payment_id: UUID
    intent_ref: str | None
    state: AttemptState
    amount: Money
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OurRefund:
    """A refund as our tables have it."""

    refund_id: UUID
    payment_id: UUID
    ref: str | None
    state: RefundState
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OurDispute:
    """A dispute as our tables have it."""

    ref: str
    payment_id: UUID
    state: DisputeState
    amount: Money
    opened_at: datetime


def compare_charges(
    ours: Iterable[OurCharge], theirs: Iterable[IntentSeen], *, since: datetime, settled_before: datetime
) -> list[Difference]:
    """Compare charges made since then; what the provider took after `settled_before` may still be on its way."""
    mine = list(ours)
    by_attempt = {charge.attempt_id: charge for charge in mine}
    by_ref = {charge.intent_ref: charge for charge in mine if charge.intent_ref}
    found: list[Difference] = []
    taken = {seen.ref: seen for seen in theirs if seen.status is IntentStatus.SUCCEEDED}
    for seen in taken.values():
        charge = by_ref.get(seen.ref) or (by_attempt.get(seen.attempt_id) if seen.attempt_id else None)
        found += _charge_differs(charge, seen, settled_before)
    for charge in mine:
        if charge.state in PAID and charge.created_at >= since and charge.intent_ref not in taken:
            words = f"{charge.amount} is booked as received, but the provider knows no such charge."
            kind = DifferenceKind.NOT_AT_PROVIDER
            found.append(Difference(kind, charge.intent_ref or str(charge.attempt_id), words, charge.payment_id))
    return found


def _charge_differs(charge: OurCharge | None, seen: IntentSeen, settled_before: datetime) -> list[Difference]:
    amount = Money(seen.amount_cents, seen.currency)
    if charge is None:
        words = f"The provider took {amount} for something that is not ours. Refund it or find out whose it is."
        return [Difference(DifferenceKind.STRAY_CHARGE, seen.ref, words)]
    if charge.amount != amount:
        words = f"The provider took {amount}; {charge.amount} was asked for."
        return [Difference(DifferenceKind.WRONG_AMOUNT, seen.ref, words, charge.payment_id)]
    if charge.state not in PAID and seen.created_at < settled_before:
        words = f"The provider took {amount} and we were not told. Run this again with --apply."
        return [Difference(DifferenceKind.LOST_WEBHOOK, seen.ref, words, charge.payment_id)]
    return []


def compare_refunds(
    ours: Iterable[OurRefund], theirs: Iterable[RefundSeen], *, since: datetime, settled_before: datetime
) -> list[Difference]:
    """Compare refunds made since then, and name those of ours that wait for longer than `settled_before` allows."""
    mine = list(ours)
    by_ref = {refund.ref: refund for refund in mine if refund.ref}
    by_id = {refund.refund_id: refund for refund in mine}
    found: list[Difference] = []
    seen_refs = set()
    for seen in theirs:
        seen_refs.add(seen.ref)
        refund = by_ref.get(seen.ref) or (by_id.get(seen.refund_id) if seen.refund_id else None)
        found += _refund_differs(refund, seen, settled_before)
    for refund in mine:
        if refund.state is RefundState.REQUESTED and refund.created_at < settled_before:
            words = "A refund was asked for and has not reached the provider. Look at the outbox."
            found.append(Difference(DifferenceKind.STUCK, str(refund.refund_id), words, refund.payment_id))
        elif refund.ref and refund.created_at >= since and refund.ref not in seen_refs:
            words = "A refund is booked here, but the provider knows no such refund."
            found.append(Difference(DifferenceKind.NOT_AT_PROVIDER, refund.ref, words, refund.payment_id))
    return found


def _refund_differs(refund: OurRefund | None, seen: RefundSeen, settled_before: datetime) -> list[Difference]:
    if refund is None:
        words = f"The provider sent {Money(seen.amount_cents, seen.currency)} back and nobody asked for it here."
        return [Difference(DifferenceKind.STRAY_REFUND, seen.ref, words)]
    if refund.state is not seen.state and seen.created_at < settled_before:
        words = f"The provider calls a refund {seen.state}; here it is {refund.state}. Run this again with --apply."
        return [Difference(DifferenceKind.REFUND_STATE, seen.ref, words, refund.payment_id)]
    return []


def compare_disputes(
    ours: Iterable[OurDispute], theirs: Iterable[DisputeSeen], *, since: datetime, settled_before: datetime
) -> list[Difference]:
    """Compare disputes opened since then: unknown here, unknown there, decided otherwise, or about another sum."""
    by_ref = {dispute.ref: dispute for dispute in ours}
    found: list[Difference] = []
    seen_refs = set()
    for seen in theirs:
        seen_refs.add(seen.ref)
        if seen.opened_at < settled_before:
            found += _dispute_differs(by_ref.get(seen.ref), seen)
    return found + [
        Difference(
            DifferenceKind.NOT_AT_PROVIDER, dispute.ref, "A dispute is booked here, but the provider knows none such.",
            dispute.payment_id,
        )
        for dispute in by_ref.values()
        if dispute.opened_at >= since and dispute.ref not in seen_refs
    ]  # fmt: skip


def _dispute_differs(dispute: OurDispute | None, seen: DisputeSeen) -> list[Difference]:
    amount = Money(seen.amount_cents, seen.currency)
    if dispute is None:
        words = f"The provider holds {amount} back for a dispute that is not known here. Run this again with --apply."
        return [Difference(DifferenceKind.STRAY_DISPUTE, seen.ref, words)]
    if dispute.amount != amount:
        words = f"The provider holds {amount} back for a dispute; {dispute.amount} is booked."
        return [Difference(DifferenceKind.WRONG_AMOUNT, seen.ref, words, dispute.payment_id)]
    if dispute.state is not seen.state:
        words = f"The provider calls a dispute {seen.state}; here it is {dispute.state}. Run this again with --apply."
        return [Difference(DifferenceKind.DISPUTE_STATE, seen.ref, words, dispute.payment_id)]
    return []
