"""Reads of the directory. What a reader's tier does not cover never leaves this module."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.access import Role
from app.core.money import AmountBand
from app.directory import rules
from app.directory.models import Entry
from app.directory.queries.rows import EntryRow, row_of
from app.directory.states import (
    Tier,
)
from app.registration import queries as registration
from app.registration.states import RegistrationState
from app.regulatory.states import Participation

VETTED = frozenset({RegistrationState.APPROVED, RegistrationState.PAYMENT_DUE, RegistrationState.CONFIRMED})
REVIEWERS = frozenset({Role.REVIEWER, Role.ORGANIZER})


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry as one reader may see it; `withheld` names the filled fields that this reader's tier does not cover."""

    row: EntryRow
    tier: Tier
    revision: int
    partners: str
    funding_facts: str
    foreign_participation: str
    sources: list[str]
    unverified_parts: str
    sought_kinds: list[Participation]
    sought_band: AmountBand | None
    contact_name: str
    contact_email: str
    withheld: tuple[rules.Field, ...]


def reader_tier(session: Session, user_id: UUID | None, roles: Collection[Role] = ()) -> Tier:
    """Return how much a person may see of entries that are not their company's own, as things stand now.

    Vetted is whoever was admitted to the current summit, and those who review entries.
    """
    if user_id is None:
        return Tier.PUBLIC
    if REVIEWERS & set(roles):
        return Tier.VETTED
    return Tier.VETTED if is_vetted(session, user_id) else Tier.REGISTERED


def is_vetted(session: Session, user_id: UUID) -> bool:
    """Tell whether a person was admitted to the current summit and still is."""
    summit = registration.current_summit(session)
    found = registration.registration_of(session, summit.id, user_id) if summit else None
    return found is not None and found.state in VETTED


def entry(session: Session, *, key: str, tier: Tier = Tier.PUBLIC, own: Collection[UUID] = ()) -> EntryView | None:
    """Return an entry by its key as `tier` may see it; None when there is none to see.

    Members of an organization in `own` see all of its entries, also while nobody else does.
    """
    found = session.scalars(select(Entry).where(Entry.key == rules.tidy(key))).one_or_none()
    return None if found is None else _view(found, tier, own)


def _view(found: Entry, tier: Tier, own: Collection[UUID]) -> EntryView | None:
    is_own = found.organization_id is not None and found.organization_id in own
    if found.shown_since is None and not is_own:
        return None
    tier = Tier.GRANTED if is_own else tier
    content = {name: getattr(found, name) for name in rules.FIELD_NAMES}
    seen = rules.visible(content, tier)
    return EntryView(
        row=row_of(found), tier=tier, revision=found.revision, withheld=tuple(rules.withheld(content, tier)),
        sought_kinds=[Participation(kind) for kind in seen["sought_kinds"]], sought_band=seen["sought_band"] or None,
        **{name: seen[name] for name in ("partners", "funding_facts", "foreign_participation", "sources")},
        **{name: seen[name] for name in ("unverified_parts", "contact_name", "contact_email")},
    )  # fmt: skip


def entry_row(session: Session, entry_id: UUID) -> EntryRow | None:
    """Return an entry by its id, shown or not, with its public fields; None when there is none."""
    return entry_rows(session, [entry_id]).get(entry_id)


def entry_rows(session: Session, ids: Iterable[UUID]) -> dict[UUID, EntryRow]:
    """Return entries by their ids, shown or not, with their public fields; unknown ids are left out."""
    found = session.scalars(select(Entry).where(Entry.id.in_(set(ids))))
    return {row.id: row_of(row) for row in found}


def entries_of(session: Session, organization_id: UUID) -> list[EntryRow]:
    """Return a company's own entries in any state, by name."""
    found = session.scalars(select(Entry).where(Entry.organization_id == organization_id)).all()
    return sorted(map(row_of, found), key=_by_name)


def meeting_entries(session: Session, summit_id: UUID) -> list[EntryRow]:
    """Return the entries whose company meets at the summit: claimed, published at least once and shown; by name.

    Every published entry takes part in the one current summit; `summit_id` names it for later years.
    """
    wanted = select(Entry).where(Entry.organization_id.is_not(None), Entry.confirmed_at.is_not(None))
    found = session.scalars(wanted.where(Entry.shown_since.is_not(None))).all()
    return sorted(map(row_of, found), key=_by_name)


def _by_name(row: EntryRow) -> tuple[str, str]:
    return rules.plain(row.name), row.key
