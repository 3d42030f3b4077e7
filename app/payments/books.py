"""What our tables say about money, for comparison with the provider's books."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.money import Money
from app.payments.compare import Difference, DifferenceKind, OurCharge, OurRefund
from app.payments.models import Attempt, LedgerLine, Payment, ProviderEvent, Refund
from app.payments.moves import is_fulfilled
from app.payments.rules import unbalanced
from app.payments.states import Account, AttemptKind, AttemptState, EventState, PaymentState, RefundState

# A pay page lives a day, so a charge of the period may belong to an attempt made shortly before it.
MARGIN = timedelta(days=2)
OWED_IN = frozenset({PaymentState.PROCESSING, PaymentState.REQUIRES_ACTION, PaymentState.FAILED})


def charges_since(session: Session, since: datetime) -> list[OurCharge]:
    """Return our attempts to charge since shortly before then."""
    wanted = select(Attempt).where(Attempt.kind != AttemptKind.CARD_PAGE, Attempt.created_at >= since - MARGIN)
    return [
        OurCharge(
            a.id, a.payment_id, a.intent_ref, a.state, Money(a.amount_cents or 0, a.currency or "XXX"), a.created_at
        )
        for a in session.scalars(wanted.order_by(Attempt.created_at, Attempt.number))
    ]


def refunds_since(session: Session, since: datetime) -> list[OurRefund]:
    """Return our refunds since shortly before then."""
    wanted = select(Refund).where(Refund.created_at >= since - MARGIN).order_by(Refund.created_at)
    return [OurRefund(r.id, r.payment_id, r.provider_ref, r.state, r.created_at) for r in session.scalars(wanted)]


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
    sums = {
        (payment_id, account): int(total)
        for payment_id, account, total in session.execute(
            select(LedgerLine.payment_id, LedgerLine.account, func.sum(LedgerLine.amount_cents)).group_by(
                LedgerLine.payment_id, LedgerLine.account
            )
        )
    }
    found: list[Difference] = []
    wanted = select(Payment.id, Payment.state, Payment.amount_cents, Payment.refunded_cents)
    for payment_id, state, amount, refunded in session.execute(wanted.order_by(Payment.created_at, Payment.id)):
        owed = amount if state in OWED_IN else 0
        for account, expected in ((Account.REFUNDS, refunded), (Account.RECEIVABLE, owed)):
            booked = sums.get((payment_id, account), 0)
            if booked != expected:
                words = f"The account {account.replace('_', ' ')} says {booked} cents, the payment {expected}."
                found.append(Difference(DifferenceKind.LEDGER, str(payment_id), words, payment_id))
    return found


def _unfulfilled(session: Session, settled_before: datetime) -> list[Difference]:
    """Return payments that succeeded although what they were for was not given and no money goes back."""
    going_back = select(Refund.id).where(Refund.payment_id == Payment.id, Refund.state != RefundState.FAILED)
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
