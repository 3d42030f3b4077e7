"""What our tables say about money, for comparison with the provider's books."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from app.core.money import Money
from app.payments.compare import Difference, DifferenceKind, OurCharge, OurDispute, OurRefund
from app.payments.models import Attempt, Dispute, LedgerLine, Payment, ProviderEvent, Refund, Transfer
from app.payments.moves import is_fulfilled
from app.payments.rules import unbalanced
from app.payments.states import NOT_GOING_BACK, Account, AttemptKind, AttemptState, EventState, PaymentState

# A pay page lives a day, so a charge of the period may belong to an attempt made shortly before it.
MARGIN = timedelta(days=2)
OWED_IN = frozenset({PaymentState.PROCESSING, PaymentState.REQUIRES_ACTION, PaymentState.FAILED})
# Filled by the application: what else does not agree, as higher rooms see it.
more_differences: list[Callable[[Session, datetime], list[Difference]]] = []


def charges_since(session: Session, since: datetime) -> list[OurCharge]:
    """Return our attempts to charge since shortly before then."""
    at_provider = Attempt.kind.not_in([AttemptKind.CARD_PAGE, AttemptKind.TRANSFER])
    wanted = select(Attempt).where(at_provider, Attempt.created_at >= since - MARGIN)
    return [
        OurCharge(
            a.id, a.payment_id, a.intent_ref, a.state, Money(a.amount_cents or 0, a.currency or "XXX"), a.created_at
        )
        for a in session.scalars(wanted.order_by(Attempt.created_at, Attempt.number))
    ]


def refunds_since(session: Session, since: datetime) -> list[OurRefund]:
    """Return our refunds since shortly before then."""
    by_bank = select(Attempt.id).where(Attempt.kind == AttemptKind.TRANSFER)
    wanted = select(Refund).where(Refund.created_at >= since - MARGIN, Refund.attempt_id.not_in(by_bank))
    wanted = wanted.order_by(Refund.created_at)
    return [OurRefund(r.id, r.payment_id, r.provider_ref, r.state, r.created_at) for r in session.scalars(wanted)]


def disputes_since(session: Session, since: datetime) -> list[OurDispute]:
    """Return our disputes since shortly before then."""
    wanted = select(Dispute).where(Dispute.opened_at >= since - MARGIN).order_by(Dispute.opened_at)
    return [
        OurDispute(d.provider_ref, d.payment_id, d.state, Money(d.amount_cents, d.currency), d.opened_at)
        for d in session.scalars(wanted)
    ]


def known_events(session: Session, refs: list[str]) -> set[str]:
    """Return which of the provider's event ids are kept here."""
    found: set[str] = set()
    for start in range(0, len(refs), 500):
        part = refs[start : start + 500]
        found.update(session.scalars(select(ProviderEvent.provider_ref).where(ProviderEvent.provider_ref.in_(part))))
    return found


def waiting_events(session: Session) -> list[UUID]:
    """Return the kept events that were not applied yet, in the order in which they happened."""
    wanted = select(ProviderEvent.id).where(ProviderEvent.state == EventState.KEPT)
    return list(session.scalars(wanted.order_by(ProviderEvent.happened_at, ProviderEvent.received_at)))


def own_differences(session: Session, *, settled_before: datetime) -> list[Difference]:
    """Return what does not agree within our own tables."""
    return [
        *_unbalanced_postings(session),
        *_books_against_payments(session),
        *_carried_apart(session),
        *_unfulfilled(session, settled_before),
        *_stuck_events(session, settled_before),
    ]


def _unbalanced_postings(session: Session) -> list[Difference]:
    wanted = select(LedgerLine.posting, LedgerLine.currency, func.sum(LedgerLine.amount_cents))
    sums = session.execute(wanted.group_by(LedgerLine.posting, LedgerLine.currency))
    return [
        Difference(DifferenceKind.LEDGER, name, f"The lines of a posting sum to {total} {currency} cents, not to zero.")
        for name, currency, total in unbalanced((name, currency, int(total)) for name, currency, total in sums)
    ]


def _books_against_payments(session: Session) -> list[Difference]:
    """Compare what each payment says with its own lines, and the lines' currency with the payment's."""
    grouped = (LedgerLine.payment_id, LedgerLine.account, LedgerLine.currency)
    booked = select(*grouped, func.sum(LedgerLine.amount_cents)).group_by(*grouped)
    sums = {(payment_id, account, code): int(total) for payment_id, account, code, total in session.execute(booked)}
    parts = _parts_received(session)
    found: list[Difference] = []
    for payment in session.scalars(select(Payment).order_by(Payment.created_at, Payment.id)):
        for account, expected in _expected(payment, parts.get(payment.id, 0)).items():
            said = sums.get((payment.id, account, payment.currency or ""), 0)
            if said != expected:
                words = f"The account {account.replace('_', ' ')} says {said} cents, the payment {expected}."
                found.append(Difference(DifferenceKind.LEDGER, str(payment.id), words, payment.id))
    return found + _strange_currencies(session)


def _expected(payment: Payment, by_bank: int) -> dict[Account, int]:
    """Return what the books must say of a payment; `by_bank` is how much of its debt came by bank in parts."""
    owed = (payment.amount_cents or 0) - payment.carried_cents - by_bank if payment.state in OWED_IN else 0
    return {
        Account.REFUNDS: payment.refunded_cents,
        Account.RECEIVABLE: owed,
        Account.DISPUTES: payment.disputed_cents,
        Account.CARRIED: payment.carried_cents - payment.passed_on_cents,
    }


def _strange_currencies(session: Session) -> list[Difference]:
    wanted = select(LedgerLine.payment_id, LedgerLine.currency).join(Payment, Payment.id == LedgerLine.payment_id)
    wanted = wanted.where(or_(Payment.currency.is_(None), Payment.currency != LedgerLine.currency)).distinct()
    return [
        Difference(DifferenceKind.LEDGER, str(payment_id), f"{code} is booked for a payment in another currency.")
        for payment_id, code in session.execute(wanted)
    ]


def _carried_apart(session: Session) -> list[Difference]:
    """Return payments whose money was passed on to a successor that did not get as much."""
    heir = aliased(Payment)
    wanted = (
        select(Payment.id, Payment.passed_on_cents, Payment.currency, heir.carried_cents, heir.currency)
        .outerjoin(heir, heir.carried_from_id == Payment.id)
        .where(or_(Payment.passed_on_cents > 0, heir.id.is_not(None)))
    )
    return [
        Difference(
            DifferenceKind.LEDGER, str(payment_id),
            f"{Money(out, code or 'XXX')} was passed on to a successor, who got {Money(into or 0, other or 'XXX')}.",
            payment_id,
        )
        for payment_id, out, code, into, other in session.execute(wanted)
        if (out, code) != (into, other)
    ]  # fmt: skip


def _parts_received(session: Session) -> dict[UUID, int]:
    """Return the cents of each payment that came by bank and settle what is owed."""
    wanted = select(Transfer.payment_id, func.sum(Transfer.applied_cents)).where(Transfer.undone_at.is_(None))
    return {payment_id: int(total) for payment_id, total in session.execute(wanted.group_by(Transfer.payment_id))}


def _unfulfilled(session: Session, settled_before: datetime) -> list[Difference]:
    """Return payments that succeeded although what they were for was not given and no money goes back."""
    going_back = select(Refund.id).where(Refund.payment_id == Payment.id, Refund.state.not_in(NOT_GOING_BACK))
    paid = select(Payment.id, Payment.subject_kind, Payment.subject_id, Payment.description).where(
        Payment.state == PaymentState.SUCCEEDED, Payment.succeeded_at < settled_before, ~going_back.exists()
    )
    return [
        Difference(
            DifferenceKind.PAID_BUT_UNFULFILLED,
            str(payment_id),
            f"{description} was paid, but not given, and nothing goes back.",
            payment_id,
        )
        for payment_id, kind, subject_id, description in session.execute(paid.order_by(Payment.created_at, Payment.id))
        if kind in is_fulfilled and not is_fulfilled[kind](session, subject_id)
    ]


def _stuck_events(session: Session, settled_before: datetime) -> list[Difference]:
    wanted = select(ProviderEvent).where(
        ProviderEvent.state == EventState.KEPT, ProviderEvent.received_at < settled_before
    )
    stuck = [
        Difference(DifferenceKind.STUCK, e.provider_ref, f"An event of kind {e.kind} waits. Run this with --apply.")
        for e in session.scalars(wanted.order_by(ProviderEvent.received_at))
    ]
    charging = select(Attempt).where(
        Attempt.state == AttemptState.OPEN,
        Attempt.kind == AttemptKind.SAVED_CARD,
        Attempt.created_at < settled_before,
        Attempt.intent_ref.is_(None),
    )
    return stuck + [
        Difference(
            DifferenceKind.STUCK, str(a.id), "A charge has not reached the provider. Look at the outbox.", a.payment_id
        )
        for a in session.scalars(charging.order_by(Attempt.created_at))
    ]
