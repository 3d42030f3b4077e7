"""Whether an organization that somebody is about to enter is here already; nobody can try out many names."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import duplicates, lists
from app.accounts.cookies import throttle
from app.accounts.likeness import OrganizationFacts
from app.accounts.throttle import names_asked_by
from app.core.access import Principal


def entered(name: str, country: str) -> str:
    """Return what is noted of a name that was compared, so that nobody is asked twice about it."""
    return f"{country} {' '.join(name.casefold().split())}"


def resembling(
    session: Session, person: Principal, *, name: str, country: str, website: str
) -> list[OrganizationFacts]:
    """Return the organizations that a new one resembles, besides the person's own and those they have asked.

    Only name and country of them are for the person's eyes. Nothing is found for who has compared too many names today.
    """
    if not throttle().try_once(names_asked_by(str(person.user_id))):
        return []
    known: set[UUID] = {*person.organizations(), *lists.asked_by(session, person.user_id)}
    found = duplicates.resembling(session, name=name, country=country, website=website)
    return [place for place in found if place.id not in known]
