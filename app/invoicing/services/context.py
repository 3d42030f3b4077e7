"""What the rooms above tell this one: what is sold and to whom, and where a deadline is moved."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organization
from app.core.errors import Refused
from app.invoicing.models import BillingDetails
from app.invoicing.queries.differences import differences as compared
from app.invoicing.rules.facts import Billed, Buyer
from app.invoicing.states import Treatment
from app.payments.compare import Difference
from app.payments.models import Payment

# Filled by the application, by kind of subject: what is sold, on which terms; and who moves the deadline until which
# what was sold is held. A kind that nobody names gets no papers.
billed: dict[str, Callable[[Session, UUID], Billed]] = {}
hold_until: dict[str, Callable[[Session, UUID, datetime, datetime], None]] = {}


def differences(session: Session, now: datetime) -> list[Difference]:
    """Return what does not agree between papers, statements and the books."""
    return compared(session, list(billed), now)


def is_billed(payment: Payment) -> bool:
    """Tell whether papers are issued for what this payment is about."""
    return payment.subject_kind in billed


def billed_of(session: Session, payment: Payment) -> Billed:
    """Return what is sold, with the buyer that was asked for. Raises Refused for a kind that gets no papers."""
    if not is_billed(payment):
        raise Refused("No invoice can be made for this payment.")
    found = billed[payment.subject_kind](session, payment.subject_id)
    details = details_of(session, payment_id=payment.id)
    return replace(found, buyer=_as_asked(found.buyer, details)) if details else found


def details_of(
    session: Session, *, payment_id: UUID | None = None, organization_id: UUID | None = None
) -> BillingDetails | None:
    """Return whom a payment's or an organization's papers name, None when nobody said."""
    wanted = select(BillingDetails)
    if payment_id is not None:
        return session.scalars(wanted.where(BillingDetails.payment_id == payment_id)).one_or_none()
    return session.scalars(wanted.where(BillingDetails.organization_id == organization_id)).one_or_none()


def treatment_of(details: BillingDetails | None) -> Treatment:
    return details.treatment if details else Treatment.STANDARD


def buyer_of_organization(session: Session, organization_id: UUID) -> tuple[Buyer, Treatment]:
    """Return the organization as buyer: as asked for, else by its name and country."""
    organization = session.get_one(Organization, organization_id)
    buyer = Buyer(organization.name, country=organization.country)
    details = details_of(session, organization_id=organization_id)
    return (_as_asked(buyer, details) if details else buyer), treatment_of(details)


def _as_asked(buyer: Buyer, details: BillingDetails) -> Buyer:
    return Buyer(
        details.name, buyer.contact, details.address, details.country or buyer.country, details.tax_id,
        details.order_number,
    )  # fmt: skip
