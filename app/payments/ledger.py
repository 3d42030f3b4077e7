"""The books: double entry, append-only. Every posting is named by its cause and booked once."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.payments.models import Attempt, Dispute, LedgerLine, Payment, Refund, Transfer
from app.payments.rules import is_balanced, posting
from app.payments.states import Account, AttemptKind, AttemptState


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
    """The payer owes nothing any more; what was carried over to the payment stays until it is refunded."""
    lines = posting(Account.REVENUE, Account.RECEIVABLE, _amount_of(payment) - payment.carried_cents)
    _book(session, payment, f"void:{payment.id}", lines, now)


def book_revival(session: Session, payment: Payment, *, now: datetime) -> None:
    """Money arrived although the debt was written off: it is owed again, and the charge settles it."""
    lines = posting(Account.RECEIVABLE, Account.REVENUE, _amount_of(payment) - payment.carried_cents)
    _book(session, payment, f"revival:{payment.id}", lines, now)


def book_carry(session: Session, payment: Payment, successor: Payment, cents: int, *, now: datetime) -> None:
    """What was paid for one place pays for the successor's: it leaves one payment and settles the other."""
    out = posting(Account.REVENUE, Account.CARRIED, cents)
    _book(session, payment, f"carry_out:{payment.id}", out, now)
    settles = posting(Account.CARRIED, Account.RECEIVABLE, cents)
    _book(session, successor, f"carry_in:{successor.id}", settles, now)


def book_charge(session: Session, payment: Payment, attempt: Attempt, *, now: datetime) -> None:
    """The provider holds the payer's money; surplus money is owed back."""
    settled = Account.SURPLUS if attempt.state is AttemptState.SURPLUS else Account.RECEIVABLE
    lines = posting(Account.PROVIDER_CLEARING, settled, attempt.amount_cents or 0)
    _book(session, payment, f"charge:{attempt.id}", lines, now)


def _holder(session: Session, refund: Refund) -> Account:
    """Return who holds the money that goes back: the bank what came by bank, the provider the rest."""
    kind = session.get_one(Attempt, refund.attempt_id).kind
    return Account.BANK if kind is AttemptKind.TRANSFER else Account.PROVIDER_CLEARING


def book_transfer(session: Session, payment: Payment, transfer: Transfer, *, now: datetime) -> None:
    """Money came by bank: it settles what is owed, and what exceeds that is owed back."""
    _book(session, payment, f"transfer:{transfer.id}", _sides(transfer), now)


def book_transfer_undone(session: Session, payment: Payment, transfer: Transfer, *, now: datetime) -> None:
    """The transfer belonged to something else; everything it had done is posted in reverse."""
    reverse = {account: -cents for account, cents in _sides(transfer).items()}
    _book(session, payment, f"transfer_undone:{transfer.id}", reverse, now)


def book_part_freed(session: Session, payment: Payment, transfer: Transfer, cents: int, *, now: datetime) -> None:
    """Nothing is owed any more, so that part of a debt which had come by bank is owed back."""
    lines = posting(Account.RECEIVABLE, Account.SURPLUS, cents)
    _book(session, payment, f"part_freed:{transfer.id}", lines, now)


def _sides(transfer: Transfer) -> dict[Account, int]:
    exceeding = transfer.amount_cents - transfer.applied_cents
    lines = {
        Account.BANK: transfer.amount_cents,
        Account.RECEIVABLE: -transfer.applied_cents,
        Account.SURPLUS: -exceeding,
    }
    return {account: cents for account, cents in lines.items() if cents}


def book_refund(session: Session, payment: Payment, refund: Refund, *, of_surplus: bool, now: datetime) -> None:
    """Money went back to the payer."""
    against = Account.SURPLUS if of_surplus else Account.REFUNDS
    lines = posting(against, _holder(session, refund), refund.amount_cents)
    _book(session, payment, f"refund:{refund.id}", lines, now)


def book_refund_return(session: Session, payment: Payment, refund: Refund, *, of_surplus: bool, now: datetime) -> None:
    """The payer's bank sent a refund back."""
    against = Account.SURPLUS if of_surplus else Account.REFUNDS
    lines = posting(_holder(session, refund), against, refund.amount_cents)
    _book(session, payment, f"refund_return:{refund.id}", lines, now)


def book_dispute(session: Session, payment: Payment, dispute: Dispute, *, now: datetime) -> None:
    """The provider took the money back while the bank looks at the payer's complaint."""
    lines = posting(Account.DISPUTES, Account.PROVIDER_CLEARING, dispute.amount_cents)
    _book(session, payment, f"dispute:{dispute.id}", lines, now)


def book_dispute_won(session: Session, payment: Payment, dispute: Dispute, *, now: datetime) -> None:
    """The bank sided with us and the money came back."""
    lines = posting(Account.PROVIDER_CLEARING, Account.DISPUTES, dispute.amount_cents)
    _book(session, payment, f"dispute_won:{dispute.id}", lines, now)
