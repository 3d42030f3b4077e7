"""Reads about the fees of a delegation that come on one invoice."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.invoicing.models import BillingDetails, GroupDue
from app.payments.models import Payment
from app.payments.states import PaymentMethod
from app.payments.transfers import OWES


@dataclass(frozen=True, slots=True)
class DueRow:
    """A fee that waits for the next group invoice."""

    payment_id: UUID
    payer_name: str
    description: str
    cents: int
    currency: str
    due_since: datetime


@dataclass(frozen=True, slots=True)
class Gathered:
    """The fees of one currency that wait; the invoice is issued by itself at `issued_at`."""

    currency: str
    rows: list[DueRow]
    issued_at: datetime

    @property
    def cents(self) -> int:
        return sum(row.cents for row in self.rows)


def gathered(session: Session, organization_id: UUID, *, after: timedelta) -> list[Gathered]:
    """Return the fees of an organization that wait for one invoice, by currency; issued `after` the first is due."""
    wanted = (
        select(GroupDue.payment_id, Payment.payer_name, Payment.description,
               func.coalesce(Payment.amount_cents, 0) - Payment.carried_cents, GroupDue.currency, GroupDue.due_since)
        .join(Payment, Payment.id == GroupDue.payment_id)
        .where(GroupDue.organization_id == organization_id, Payment.state.in_(OWES),
               Payment.method == PaymentMethod.GROUP)
        .order_by(GroupDue.currency, GroupDue.due_since, Payment.id)
    )  # fmt: skip
    found: dict[str, list[DueRow]] = {}
    for row in (DueRow(*columns) for columns in session.execute(wanted)):
        found.setdefault(row.currency, []).append(row)
    return [Gathered(currency, rows, rows[0].due_since + after) for currency, rows in found.items()]


def details_of_organization(session: Session, organization_id: UUID) -> BillingDetails | None:
    """Return whom an organization's papers name."""
    return session.scalars(
        select(BillingDetails).where(BillingDetails.organization_id == organization_id)
    ).one_or_none()
