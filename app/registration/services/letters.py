"""The words this room sends; each is queued in the transaction of what it tells."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, RoleGrant, User
from app.core.access import Role
from app.core.money import Money
from app.notifications import mail
from app.payments.states import PaymentMethod
from app.registration.models import Registration
from app.registration.queries.desk import DeskPage
from app.registration.queries.letters import words_in_force
from app.registration.rules.letters import Letter, Words, fill, placeholders
from app.registration.rules.summit import SummitSettings
from app.registration.services.moves import settings_in_force
from app.registration.states import LetterKind

HOW_ASKED: dict[PaymentMethod, str] = {
    PaymentMethod.CARD: "from the card you saved, or by a pay link in a second mail",
    PaymentMethod.TRANSFER: "by bank transfer, with the invoice that comes in a second mail",
    PaymentMethod.GROUP: "on the invoice for your delegation, which its focal point gets",
}


def tell(
    session: Session, registration: Registration, template: str, *, now: datetime, wording: Words | None = None,
    **context: Any,
) -> Letter | None:  # fmt: skip
    """Queue the mail `registration_<template>` to the applicant. Dates and sums are put into words here.

    What organizers word themselves (LetterKind) is filled with the context as facts, in `wording` or else in the
    words in force; the finished letter is returned.
    """
    person = session.get_one(User, registration.user_id)
    _version, settings = settings_in_force(session, registration.summit_id)
    words = {key: _words(value) for key, value in context.items()}
    about = {
        "name": person.name, "summit": settings.name, "number": registration.number, "zone": settings.zone,
        "reader_zone": person.time_zone,
    }  # fmt: skip
    letter = None
    if template in list(LetterKind):
        wording = wording or words_in_force(session, registration.summit_id, LetterKind(template))
        organization = _organization_name(session, registration.organization_id)
        facts = {**about, "organization": organization, **context}
        letter = fill(wording, facts_in_words(facts, settings.zone, person.time_zone))
        words["letter"] = asdict(letter)
    mail.queue_mail(session, f"registration_{template}", to=[person.email], context={**about, **words}, now=now)
    return letter


def tell_address(
    session: Session, registration: Registration, template: str, *, to: str, now: datetime, **context: Any
) -> None:
    """Queue the mail `registration_<template>` about an application to somebody who is not the applicant."""
    _version, settings = settings_in_force(session, registration.summit_id)
    words = {key: _words(value) for key, value in context.items()}
    about = {"summit": settings.name, "number": registration.number}
    mail.queue_mail(session, f"registration_{template}", to=[to], context={**about, **words}, now=now)


def _organization_name(session: Session, organization_id: UUID | None) -> str:
    return session.scalar(select(Organization.name).where(Organization.id == organization_id)) or ""


def facts_in_words(facts: Mapping[str, Any], zone: str, reader_zone: str) -> dict[str, str]:
    """Return facts as a letter says them: a moment at the venue and, where that differs, at the reader's."""
    return {key: _in_words(value, zone, reader_zone) for key, value in facts.items()}


def facts_for(
    settings: SummitSettings, page: DeskPage, kind: LetterKind, own: Mapping[str, Any], *, now: datetime
) -> dict[str, str]:
    """Return the facts with which a letter about this application would be filled if it left at `now`."""
    mine, terms = page.registration, page.registration.terms
    price = Money(terms.price_cents, terms.currency) if terms and terms.price_cents else None
    facts: dict[str, Any] = {
        "name": page.name, "number": mine.number, "summit": settings.name, "organization": page.organization,
        "price": price, "how_asked": HOW_ASKED[PaymentMethod.CARD],
        "pay_until": now + timedelta(days=terms.payment_days if terms else 7),
        "offer_until": now + timedelta(days=terms.offer_days if terms else 3), "asked_on": settings.day_of(now),
        "offer_days": terms.offer_days if terms else settings.offer_days, "question": mine.question, **own,
    }  # fmt: skip
    known = placeholders(kind)
    shown = {name: value for name, value in facts.items() if name in known}
    return facts_in_words(shown, settings.zone, settings.zone)


def _in_words(value: Any, zone: str, reader_zone: str) -> str:
    if isinstance(value, datetime):
        there, here = (mail.moment(value.isoformat(), one) for one in (zone, reader_zone))
        return there if zone == reader_zone else f"{there}, which is {here}"
    return "" if value is None else str(_words(value))


def tell_staff(session: Session, registration: Registration, template: str, *, now: datetime, **context: Any) -> None:
    """Queue the mail `registration_<template>` to everybody who holds the finance or organizer role, one each."""
    staff = (
        select(User.email)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(RoleGrant.role.in_([Role.FINANCE, Role.ORGANIZER]), RoleGrant.revoked_at.is_(None))
        .where(User.suspended_at.is_(None))
    )
    person = session.get_one(User, registration.user_id)
    words = {key: _words(value) for key, value in context.items()}
    about = {"name": person.name, "number": registration.number, "registration_id": str(registration.id)}
    for address in sorted(set(session.scalars(staff))):
        mail.queue_mail(session, f"registration_{template}", to=[address], context={**about, **words}, now=now)


def _words(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    return str(value) if isinstance(value, Money) else value
