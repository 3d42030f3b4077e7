"""The mails of interest: each side learns of the other's steps, never more than the partner lets be known."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.states import KIND_LABELS
from app.core.money import Money, band_words
from app.directory.queries import EntryRow
from app.directory.services.tell import writers_of
from app.interest import rules
from app.interest.models import Interest
from app.interest.rules import Partner, disclosed
from app.notifications import mail
from app.regulatory import queries as regulatory
from app.regulatory.states import PARTICIPATION_LABELS


def partner_of(session: Session, interest: Interest) -> Partner:
    """Return everything the platform knows about who is interested; show it only through `disclosed`."""
    organization = accounts.organization(session, interest.organization_id)
    person = accounts.people(session, [interest.user_id]).get(interest.user_id)
    if organization is None:
        raise LookupError(f"Interest {interest.id} has no organization.")
    country = regulatory.country(session, organization.country)
    return Partner(
        country=country.name if country else organization.country,
        kind=KIND_LABELS[organization.kind],
        organization_name=organization.name,
        person_name=person.name if person else "",
        email=person.email if person else "",
    )


def tell_company(
    session: Session, interest: Interest, entry: EntryRow, template: str, reason: str, *, now: datetime,
    to: Sequence[str] = (), **more: str,
) -> None:  # fmt: skip
    """Queue a mail to those who act for the entry's company, if it has one, or to those of them named by address."""
    if entry.organization_id is None:
        return
    partner = disclosed(partner_of(session, interest), interest.visibility)
    who = partner.organization_name or f"A partner ({partner.kind.lower()}, {partner.country})"
    context = {**_words(interest, entry, who, reason), "path": f"/pipeline/{interest.id}", "note": interest.note}
    for address in to or writers_of(session, entry.organization_id):
        mail.queue_mail(session, template, to=[address], context={**context, **more}, now=now)


def tell_partner(
    session: Session, interest: Interest, entry: EntryRow, template: str, reason: str, *, now: datetime, page: str = "",
    **more: str,
) -> None:  # fmt: skip
    """Queue a mail to the person who looks after the interest; once they have left, to their colleagues.

    A former member learns nothing more of what the organization does.
    """
    members = accounts.members(session, interest.organization_id)
    to = [one.email for one in members if one.user_id == interest.user_id] or [one.email for one in members]
    path = f"/interests/{interest.id}{page}"
    context = {**_words(interest, entry, entry.lead_company, reason), "path": path, "note": "", **more}
    for address in to:
        mail.queue_mail(session, template, to=[address], context=context, now=now)


def amount_of(interest: Interest) -> str:
    """Return what was said about the amount in words: the exact one where there is one, else the band."""
    if interest.amount_cents is not None:
        return str(Money(interest.amount_cents, interest.currency))
    return band_words(interest.band, interest.currency)


def _words(interest: Interest, entry: EntryRow, who: str, reason: str) -> dict[str, str]:
    return {
        "who": who,
        "entry_name": entry.name,
        "kind": PARTICIPATION_LABELS[interest.kind],
        "band": amount_of(interest),
        "state": rules.STATE_LABELS[interest.state],
        "reason": reason,
        "non_binding": "" if rules.is_binding(interest.state) else rules.NON_BINDING,
    }
