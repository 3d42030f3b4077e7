"""Reads about vouchers and waivers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organization, User
from app.core.money import Money
from app.core.paging import Page, paginate
from app.payments.models import Payment
from app.payments.vouchers.models import FeeWaiver, Voucher, VoucherUse
from app.payments.vouchers.rules import normal_code, shown_code
from app.payments.vouchers.states import UseState, VoucherKind, WaiverState


@dataclass(frozen=True, slots=True)
class VoucherRow:
    """A voucher as the desk sees it."""

    id: UUID
    code: str
    label: str
    kind: VoucherKind
    percent: int | None
    amount_cents: int | None
    currency: str | None
    uses_limit: int
    uses_taken: int
    budget_cents: int | None
    cents_taken: int
    valid_from: datetime | None
    valid_until: datetime | None
    participant_types: list[str]
    markets: list[str]
    organizations: list[str]
    reason: str
    made_by: str | None
    made_at: datetime
    stopped_at: datetime | None

    @property
    def shown(self) -> str:
        return shown_code(self.code)

    @property
    def worth(self) -> str:
        """What it takes off, in words."""
        if self.kind is VoucherKind.PERCENTAGE:
            return f"{self.percent} % of the fee"
        if self.kind is VoucherKind.AMOUNT and self.currency:
            return str(Money(self.amount_cents or 0, self.currency))
        return "The whole fee"

    @property
    def is_used_up(self) -> bool:
        return self.uses_taken >= self.uses_limit or (
            self.budget_cents is not None and self.cents_taken >= self.budget_cents
        )


@dataclass(frozen=True, slots=True)
class UseRow:
    """Who has a use of a voucher; `payment_id` is empty where no payment was opened."""

    payment_id: UUID | None
    payer_name: str | None
    description: str | None
    state: UseState
    discount: Money
    held_at: datetime


@dataclass(frozen=True, slots=True)
class WaiverRow:
    """A waiver in the list and on a payment's page."""

    id: UUID
    payment_id: UUID
    payer_id: UUID | None
    payer_name: str
    description: str
    amount: Money
    reason: str
    state: WaiverState
    proposed_by_id: UUID
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decision_words: str


COLUMNS: tuple[Any, ...] = (
    Voucher.id, Voucher.code, Voucher.label, Voucher.kind, Voucher.percent, Voucher.amount_cents, Voucher.currency,
    Voucher.uses_limit, Voucher.uses_taken, Voucher.budget_cents, Voucher.cents_taken, Voucher.valid_from,
    Voucher.valid_until, Voucher.participant_types, Voucher.markets, Voucher.organizations, Voucher.reason, User.name,
    Voucher.made_at, Voucher.stopped_at,
)  # fmt: skip


def vouchers(session: Session, *, words: str = "", label: str = "", number: int = 1) -> Page[VoucherRow]:
    """Return vouchers, newest first; `words` looks in codes, names and reasons, `label` is one name exactly."""
    return paginate(session, _vouchers(words, label), VoucherRow, number=number)


def all_vouchers(session: Session, *, label: str = "") -> Iterator[VoucherRow]:
    """Return every voucher, or those of one name, for an export."""
    return (VoucherRow(*row) for row in session.execute(_vouchers("", label)))


def _vouchers(words: str, label: str) -> Any:
    wanted = select(*COLUMNS).outerjoin(User, User.id == Voucher.made_by)
    if label:
        wanted = wanted.where(Voucher.label == label)
    if text := words.strip():
        code = normal_code(text)
        columns = (Voucher.label.icontains(text, autoescape=True), Voucher.reason.icontains(text, autoescape=True))
        wanted = wanted.where(or_(*columns, *([Voucher.code.contains(code, autoescape=True)] if code else [])))
    return wanted.order_by(Voucher.made_at.desc(), Voucher.id)


def voucher_row(session: Session, voucher_id: UUID) -> VoucherRow | None:
    """Return one voucher, None when there is none."""
    wanted = select(*COLUMNS).outerjoin(User, User.id == Voucher.made_by).where(Voucher.id == voucher_id)
    return next((VoucherRow(*row) for row in session.execute(wanted)), None)


def uses_of(session: Session, voucher_id: UUID, *, number: int = 1) -> Page[UseRow]:
    """Return who has, or had, a use of a voucher, newest first."""
    wanted = (
        select(
            Payment.id, Payment.payer_name, Payment.description, VoucherUse.state, VoucherUse.discount_cents,
            VoucherUse.currency, VoucherUse.held_at,
        )
        .outerjoin(
            Payment,
            (Payment.subject_kind == VoucherUse.subject_kind) & (Payment.subject_id == VoucherUse.subject_id),
        )
        .where(VoucherUse.voucher_id == voucher_id)
        .order_by(VoucherUse.held_at.desc(), VoucherUse.id)
    )  # fmt: skip

    def row(*found: Any) -> UseRow:
        values: list[Any] = [*found[:4], Money(found[4], found[5]), found[6]]
        return UseRow(*values)

    return paginate(session, wanted, row, number=number)


def voucher_of(session: Session, subject_kind: str, subject_id: UUID) -> tuple[str, Money] | None:
    """Return the shown code and the discount that a subject has now, None without one."""
    wanted = (
        select(Voucher.code, VoucherUse.discount_cents, VoucherUse.currency)
        .join(Voucher, Voucher.id == VoucherUse.voucher_id)
        .where(VoucherUse.subject_kind == subject_kind, VoucherUse.subject_id == subject_id)
        .where(VoucherUse.state != UseState.RELEASED)
    )
    found = session.execute(wanted).first()
    return (shown_code(found[0]), Money(found[1], found[2])) if found else None


def waivers(session: Session, *, payment_id: UUID | None = None, number: int = 1) -> Page[WaiverRow]:
    """Return waivers, those that wait for a second person first; of one payment when it is named."""
    decider = aliased(User)
    wanted = (
        select(
            FeeWaiver.id, Payment.id, Payment.payer_id, Payment.payer_name, Payment.description,
            FeeWaiver.amount_cents, FeeWaiver.currency, FeeWaiver.reason, FeeWaiver.state, FeeWaiver.proposed_by,
            User.name, FeeWaiver.proposed_at, decider.name, FeeWaiver.decision_words,
        )
        .join(Payment, Payment.id == FeeWaiver.payment_id)
        .join(User, User.id == FeeWaiver.proposed_by)
        .outerjoin(decider, decider.id == FeeWaiver.decided_by)
        .order_by(
            case((FeeWaiver.state == WaiverState.PROPOSED, 0), else_=1), FeeWaiver.proposed_at.desc(), FeeWaiver.id
        )
    )  # fmt: skip
    if payment_id is not None:
        wanted = wanted.where(FeeWaiver.payment_id == payment_id)

    def row(*found: Any) -> WaiverRow:
        values: list[Any] = [*found[:5], Money(found[5], found[6]), *found[7:]]
        return WaiverRow(*values)

    return paginate(session, wanted, row, number=number)


def organization_names(session: Session, ids: list[str]) -> list[str]:
    """Return the names of organizations that a voucher is restricted to."""
    wanted = select(Organization.name).where(Organization.id.in_([UUID(one) for one in ids]))
    return list(session.scalars(wanted.order_by(Organization.name))) if ids else []


def organization_named(session: Session, name: str) -> UUID | None:
    """Return the organization with that name, however it is capitalized; None unless there is exactly one."""
    wanted = select(Organization.id).where(func.lower(Organization.name) == " ".join(name.split()).lower())
    found = session.scalars(wanted.limit(2)).all()
    return found[0] if len(found) == 1 else None
