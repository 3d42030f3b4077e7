"""The words this room sends; each is queued in the transaction of what it tells."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import RoleGrant, User
from app.core.access import Role
from app.core.money import Money
from app.notifications import mail
from app.registration.models import Registration
from app.registration.services.moves import settings_in_force


def tell(session: Session, registration: Registration, template: str, *, now: datetime, **context: Any) -> None:
    """Queue the mail `registration_<template>` to the applicant. Dates and sums are put into words here."""
    person = session.get_one(User, registration.user_id)
    _version, settings = settings_in_force(session, registration.summit_id)
    words = {key: _words(value) for key, value in context.items()}
    about = {
        "name": person.name, "summit": settings.name, "number": registration.number, "zone": settings.zone,
        "reader_zone": person.time_zone,
    }  # fmt: skip
    mail.queue_mail(session, f"registration_{template}", to=[person.email], context={**about, **words}, now=now)


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
