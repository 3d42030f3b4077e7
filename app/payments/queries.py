"""Reads of this room."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from app.core.money import Money
from app.core.paging import Page, paginate
from app.core.states import words
from app.payments.models import Attempt, Dispute, LedgerLine, Payment, ProviderEvent, Refund
from app.payments.states import (
    NOT_GOING_BACK,
    Account,
    AttemptKind,
    AttemptState,
    PaymentMethod,
    PaymentState,
    RefundState,
)
from app.payments.vouchers.due import amount_due, discounts

__all__ = ["amount_due", "discounts"]

# Filled by the application: the price of what a payment is for, before vouchers and waivers, by kind of subject.
price_behind: dict[str, Callable[[Session, UUID], Money | None]] = {}


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment as other rooms and lists see it; amounts in the smallest unit of the currency."""

    id: UUID
    subject_kind: str
    subject_id: UUID
    payer_id: UUID | None
    payer_name: str
    description: str
    state: PaymentState
    amount_cents: int | None
    currency: str | None
    refunded_cents: int
    card_brand: str | None
    card_last4: str | None
    failure: str | None
    attention: str | None
    pay_by: datetime | None
    created_at: datetime
    changed_at: datetime
    succeeded_at: datetime | None
    method: PaymentMethod
    carried_cents: int
    passed_on_cents: int
    disputed_cents: int
    returning_cents: int

    @property
    def kept_cents(self) -> int:
        """How much arrived, or was carried over, and is here: not refunded nor on its way, passed on, or held back."""
        paid = self.amount_cents or 0 if self.state is PaymentState.SUCCEEDED else self.carried_cents
        return paid - self.refunded_cents - self.returning_cents - self.passed_on_cents - self.disputed_cents

    @property
    def asked_cents(self) -> int | None:
        """What the payer is asked for: the amount less what was carried over from whom they replace."""
        return None if self.amount_cents is None else self.amount_cents - self.carried_cents


class PaymentSort(StrEnum):
    """What a list of payments is sorted by."""

    NEWEST = "newest"
    AMOUNT = "amount"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class RefundRow:
    """A refund of a payment's charge, or of money that came twice (`is_surplus`)."""

    id: UUID
    amount: Money
    state: RefundState
    reason: str
    failure: str | None
    created_at: datetime
    is_surplus: bool


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One line of the books; debits positive, credits negative."""

    at: datetime
    posting: str
    account: Account
    amount_cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class HappeningRow:
    """One thing that happened to a payment, in words."""

    at: datetime
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class TotalsRow:
    """Where the money of one currency is, from the ledger; cents."""

    currency: str
    booked_cents: int
    outstanding_cents: int
    held_cents: int
    banked_cents: int
    refunded_cents: int
    disputed_cents: int


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """Everything a payment's page shows; `left_cents` can still be refunded."""

    payment: PaymentRow
    payer_email: str
    refunds: list[RefundRow]
    lines: list[LedgerRow]
    happenings: list[HappeningRow]
    left_cents: int
    has_open_card_page: bool


RETURNING = (
    select(func.coalesce(func.sum(Refund.amount_cents), 0))
    .join(Attempt, Attempt.id == Refund.attempt_id)
    .where(Refund.payment_id == Payment.id, Attempt.state == AttemptState.SUCCEEDED)
    .where(Refund.state.in_([RefundState.PROPOSED, RefundState.REQUESTED, RefundState.PENDING]))
    .scalar_subquery()
)
ROW: tuple[Any, ...] = (
    Payment.id, Payment.subject_kind, Payment.subject_id, Payment.payer_id, Payment.payer_name, Payment.description,
    Payment.state, Payment.amount_cents, Payment.currency, Payment.refunded_cents, Payment.card_brand,
    Payment.card_last4, Payment.failure, Payment.attention, Payment.pay_by, Payment.created_at, Payment.changed_at,
    Payment.succeeded_at, Payment.method, Payment.carried_cents, Payment.passed_on_cents, Payment.disputed_cents,
    RETURNING,
)  # fmt: skip
ORDERS: dict[PaymentSort, tuple[Any, ...]] = {
    PaymentSort.NEWEST: (Payment.created_at.desc(), Payment.id),
    PaymentSort.AMOUNT: (func.coalesce(Payment.amount_cents, 0).desc(), Payment.created_at.desc(), Payment.id),
    PaymentSort.NAME: (func.lower(Payment.payer_name), Payment.created_at.desc(), Payment.id),
}
POSTINGS = [
    "due", "void", "revival", "carry_in", "charge", "transfer", "part_freed", "transfer_undone", "carry_out", "refund",
    "refund_return", "dispute", "dispute_won",
]  # fmt: skip
ATTEMPT_WORDS = {
    AttemptKind.CARD_PAGE: "Card page",
    AttemptKind.SAVED_CARD: "Charge of the saved card",
    AttemptKind.PAY_PAGE: "Pay page",
    AttemptKind.TRANSFER: "Bank transfer",
}


def payment_for(session: Session, subject_kind: str, subject_id: UUID) -> PaymentRow | None:
    """Return the payment of a subject, None when none was opened."""
    wanted = select(*ROW).where(Payment.subject_kind == subject_kind, Payment.subject_id == subject_id)
    return next((PaymentRow(*row) for row in session.execute(wanted)), None)


def price_of(session: Session, payment: PaymentRow) -> Money:
    """Return the fee a payment is about: what was asked for or, before that, what its subject says it will be."""
    if payment.amount_cents is not None and payment.currency is not None:
        return Money(payment.amount_cents, payment.currency)
    if (ask := price_behind.get(payment.subject_kind)) and (price := ask(session, payment.subject_id)):
        return price
    return Money(0, "USD")


def newest_of(session: Session, payer_id: UUID) -> UUID | None:
    """Return the payer's payment that changed last, None when there is none."""
    wanted = select(Payment.id).where(Payment.payer_id == payer_id)
    return session.scalar(wanted.order_by(Payment.changed_at.desc(), Payment.id).limit(1))


def payments(
    session: Session,
    *,
    state: PaymentState | None = None,
    search: str = "",
    needs_attention: bool = False,
    sort: PaymentSort = PaymentSort.NEWEST,
    number: int = 1,
) -> Page[PaymentRow]:
    """Return payments page by page; `search` looks in the payer's name and address and the description."""
    wanted = select(*ROW)
    if state is not None:
        wanted = wanted.where(Payment.state == state)
    if needs_attention:
        wanted = wanted.where(Payment.attention.is_not(None))
    if text := search.strip():
        columns = (Payment.payer_name, Payment.payer_email, Payment.description)
        wanted = wanted.where(or_(*(column.icontains(text, autoescape=True) for column in columns)))
    return paginate(session, wanted.order_by(*ORDERS[sort]), PaymentRow, number=number)


def totals(session: Session) -> list[TotalsRow]:
    """Return where the money is, one row for each currency that was ever booked."""
    sums = [
        func.coalesce(func.sum(case((LedgerLine.account == account, LedgerLine.amount_cents), else_=0)), 0)
        for account in (
            Account.REVENUE, Account.RECEIVABLE, Account.PROVIDER_CLEARING, Account.BANK, Account.REFUNDS,
            Account.DISPUTES,
        )
    ]  # fmt: skip
    found = session.execute(select(LedgerLine.currency, *sums).group_by(LedgerLine.currency))
    rows = [TotalsRow(currency, -int(booked), *map(int, rest)) for currency, booked, *rest in found]
    return sorted(rows, key=lambda row: row.currency)


def payment_page(session: Session, payment_id: UUID) -> PaymentPage | None:
    """Return everything about one payment, None when there is none."""
    found = session.execute(select(*ROW, Payment.payer_email).where(Payment.id == payment_id)).first()
    if found is None:
        return None
    *columns, email = found
    attempts = list(session.scalars(select(Attempt).where(Attempt.payment_id == payment_id).order_by(Attempt.number)))
    refunds = list(session.scalars(select(Refund).where(Refund.payment_id == payment_id).order_by(Refund.created_at)))
    payment = PaymentRow(*columns)
    return PaymentPage(
        payment=payment,
        payer_email=email,
        refunds=_refund_rows(refunds, attempts),
        lines=_lines(session, payment_id),
        happenings=_happenings(session, payment_id, attempts, refunds),
        left_cents=max(0, _left(payment, attempts, refunds)),
        has_open_card_page=any(a.kind is AttemptKind.CARD_PAGE and a.state is AttemptState.OPEN for a in attempts),
    )


def _left(payment: PaymentRow, attempts: list[Attempt], refunds: list[Refund]) -> int:
    """Return the cents that can still go back, as app.payments.kept counts them under lock."""
    charged = sum(a.amount_cents or 0 for a in attempts if a.state is AttemptState.SUCCEEDED and a.amount_cents)
    surplus = {a.id for a in attempts if a.state is AttemptState.SURPLUS}
    back = [r.amount_cents for r in refunds if r.attempt_id not in surplus and r.state not in NOT_GOING_BACK]
    return charged + payment.carried_cents - sum(back) - payment.passed_on_cents - payment.disputed_cents


def _refund_rows(refunds: list[Refund], attempts: list[Attempt]) -> list[RefundRow]:
    surplus = {attempt.id for attempt in attempts if attempt.state is AttemptState.SURPLUS}
    return [
        RefundRow(
            r.id, Money(r.amount_cents, r.currency), r.state, r.reason, r.failure, r.created_at, r.attempt_id in surplus
        )
        for r in refunds
    ]


def _lines(session: Session, payment_id: UUID) -> list[LedgerRow]:
    wanted = select(
        LedgerLine.at, LedgerLine.posting, LedgerLine.account, LedgerLine.amount_cents, LedgerLine.currency
    ).where(LedgerLine.payment_id == payment_id)
    found = [LedgerRow(*row) for row in session.execute(wanted)]
    return sorted(found, key=lambda line: (line.at, _rank(line.posting), line.posting, -line.amount_cents))


def _rank(posting: str) -> int:
    """Return where a posting stands among those of the same moment, by its kind."""
    return POSTINGS.index(posting.partition(":")[0])


def _happenings(
    session: Session, payment_id: UUID, attempts: list[Attempt], refunds: list[Refund]
) -> list[HappeningRow]:
    events = session.scalars(select(ProviderEvent).where(ProviderEvent.payment_id == payment_id))
    disputes = session.scalars(select(Dispute).where(Dispute.payment_id == payment_id))
    found = [
        *(
            HappeningRow(a.created_at, f"{ATTEMPT_WORDS[a.kind]}: {words(a.state)}", a.failure_code or "")
            for a in attempts
        ),
        *(HappeningRow(r.created_at, f"Refund: {words(r.state)}", r.failure or r.reason) for r in refunds),
        *(HappeningRow(d.opened_at, f"Dispute: {words(d.state)}", words_of(d.reason)) for d in disputes),
        *(HappeningRow(e.received_at, f"Provider event {e.kind}: {words(e.state)}", e.refusal or "") for e in events),
    ]
    return sorted(found, key=lambda row: (row.at, row.what))


def words_of(reason: str) -> str:
    """Return a provider's code as people read it."""
    return reason.replace("_", " ").capitalize()
