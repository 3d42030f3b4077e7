"""Makers of saved searches, follows, notes and tags."""

from itertools import count
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organization
from app.core import clock
from app.directory.models import Entry
from app.directory.states import Tier
from app.following import services
from app.following.models import EntryNote, SavedSearch
from app.following.states import Often
from tests.factories import accounts
from tests.factories import directory as entries

_numbers = count(1)


def search(
    session: Session, *, user_id: UUID | None = None, name: str = "", query: str = "category=station",
    often: Often = Often.DAILY, tier: Tier = Tier.REGISTERED,
) -> SavedSearch:  # fmt: skip
    """A saved search for stations, told daily."""
    return services.save_search(
        session, user_id=user_id or accounts.user(session).id, name=name or f"Stations {next(_numbers)}", query=query,
        often=often, tier=tier, now=clock.now(),
    )  # fmt: skip


def follow(session: Session, entry: Entry | None = None, *, user_id: UUID | None = None) -> UUID:
    """Somebody who follows an entry; returns who."""
    user_id = user_id or accounts.user(session).id
    chosen = entry or entries.published(session)
    services.follow_entry(session, user_id=user_id, entry_id=chosen.id, now=clock.now())
    return user_id


def note(
    session: Session, *, entry: Entry | None = None, organization: Organization | None = None,
    user_id: UUID | None = None, text: str = "Ask about the docking port.",
) -> EntryNote:  # fmt: skip
    """A note of a member for their organization."""
    organization = organization or accounts.organization(session)
    if user_id is None:
        joined: Membership = accounts.member(session, organization=organization)
        user_id = joined.user_id
    return services.write_note(
        session, user_id=user_id, organization_id=organization.id, entry_id=(entry or entries.published(session)).id,
        text=text, now=clock.now(),
    )  # fmt: skip
