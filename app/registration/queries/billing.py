"""What an application's papers say: who sells, who buys, on which terms, into which account."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.core.errors import NotFound
from app.invoicing.rules.facts import Billed, Buyer, PayTo, Seller
from app.registration.models import Registration, Summit, SummitVersion
from app.registration.rules.stored import read_summit, terms_from
from app.registration.rules.summit import SummitSettings, TaxRule


def billed(session: Session, registration_id: UUID) -> Billed:
    """Return what is sold with an application. Tax and days are its own terms', accounts the summit's today."""
    found = session.execute(
        select(Registration, User.name, Organization.name, Organization.country, SummitVersion.settings)
        .join(User, User.id == Registration.user_id)
        .join(Summit, Summit.id == Registration.summit_id)
        .join(SummitVersion, (SummitVersion.summit_id == Summit.id) & (SummitVersion.version == Summit.version))
        .outerjoin(Organization, Organization.id == Registration.organization_id)
        .where(Registration.id == registration_id)
    ).one_or_none()
    if found is None:
        raise NotFound("That application does not exist.")
    registration, person, organization, country, stored = found
    settings = read_summit(stored)
    terms = terms_from(registration.terms) if registration.terms else None
    tax = terms.tax if terms else settings.tax
    return Billed(
        text=f"{settings.name}, application {registration.number}, {person}",
        seller=_seller(settings, tax),
        buyer=Buyer(organization or person, contact=person, country=country or registration.country or ""),
        tax_label=tax.label,
        basis_points=tax.basis_points,
        accounts=tuple(PayTo(**asdict(account)) for account in settings.bank_accounts),
        invoice_days=terms.invoice_days if terms else settings.invoice_days,
        first_day=min(settings.days),
        zone=settings.zone,
        organization_id=registration.organization_id,
        currency=terms.currency if terms else settings.currency,
        reminder_days=terms.reminder_days if terms else settings.reminder_days,
    )


def _seller(settings: SummitSettings, tax: TaxRule) -> Seller:
    return Seller(tax.seller_name or settings.name, tax.seller_address, tax.seller_tax_id)
