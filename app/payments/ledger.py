"""The books: double entry, append-only. Every posting is named by its cause and booked once."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.payments.models import Attempt, Dispute, LedgerLine, Payment, Refund
from app.payments.rules import is_balanced, posting
from app.payments.states import Account, AttemptState


def _book(session: Session, payment: Payment, name: str, lines: Mapping[Account, int], now: datetime) -> None:
    """Write the lines of one posting unless it is booked already. Raises ValueError when they do not sum to zero."""
    if not is_balanced(lines):
        raise ValueError(f"The lines of {name} do not sum to zero.")
    if session.scalar(select(LedgerLine.id).where(LedgerLine.posting == name).limit(1)):
        return
    if payment.currency is None:
        raise ValueError("A payment without a currency has nothing to book.")
    for account in sorted(lines):
        session.add(
            LedgerLine(
                posting=name,
                account=account,
                amount_cents=lines[account],
                currency=payment.currency,
                payment_id=payment.id,
                at=now,
            )
        )
    session.flush()


def _amount_of(payment: Payment) -> int:
    if payment.amount_cents is None:
        raise ValueError("A payment without an amount has nothing to book.")
    return payment.amount_cents


def book_due(session: Session, payment: Payment, *, now: datetime) -> None:
    """The payer owes the amount."""
    lines = posting(Account.RECEIVABLE, Account.REVENUE, _amount_of(payment))
    _book(session, payment, f"due:{payment.id}", lines, now)


def book_void(session: Session, payment: Payment, *, now: datetime) -> None:
    """The payer owes nothing any more."""
    lines = posting(Account.REVENUE, Account.RECEIVABLE, _amount_of(payment))
    _book(session, payment, f"void:{payment.id}", lines, now)


def book_revival(session: Session, payment: Payment, *, now: datetime) -> None:
    """Money arrived although the debt was written off: it is owed again, and the charge settles it."""
    lines = posting(Account.RECEIVABLE, Account.REVENUE, _amount_of(payment))
    _book(session, payment, f"revival:{payment.id}", lines, now)


def book_charge(session: Session, payment: Payment, attempt: Attempt, *, now: datetime) -> None:
    """The provider holds the payer's money; surplus money is owed back."""
    settled = Account.SURPLUS if attempt.state is AttemptState.SURPLUS else Account.RECEIVABLE
    lines = posting(Account.PROVIDER_CLEARING, settled, attempt.amount_cents or 0)
    _book(session, payment, f"charge:{attempt.id}", lines, now)


def book_refund(session: Session, payment: Payment, refund: Refund, *, of_surplus: bool, now: datetime) -> None:
    """Money went back to the payer."""
    against = Account.SURPLUS if of_surplus else Account.REFUNDS
    lines = posting(against, Account.PROVIDER_CLEARING, refund.amount_cents)
    _book(session, payment, f"refund:{refund.id}", lines, now)


def book_refund_return(session: Session, payment: Payment, refund: Refund, *, of_surplus: bool, now: datetime) -> None:
    """The payer's bank sent a refund back."""
    against = Account.SURPLUS if of_surplus else Account.REFUNDS
    lines = posting(Account.PROVIDER_CLEARING, against, refund.amount_cents)
    _book(session, payment, f"refund_return:{refund.id}", lines, now)


def book_dispute(session: Session, payment: Payment, dispute: Dispute, *, now: datetime) -> None:
    """The provider took the money back while the bank looks at the payer's complaint."""
    lines = posting(Account.DISPUTES, Account.PROVIDER_CLEARING, dispute.amount_cents)
    _book(session, payment, f"dispute:{dispute.id}", lines, now)


def book_dispute_won(session: Session, payment: Payment, dispute: Dispute, *, now: datetime) -> None:
    """The bank sided with us and the money came back."""
    lines = posting(Account.PROVIDER_CLEARING, Account.DISPUTES, dispute.amount_cents)
    _book(session, payment, f"dispute_won:{dispute.id}", lines, now)
