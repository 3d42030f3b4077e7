"""Reads of the directory. What a reader's tier does not cover never leaves this module."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.access import COMPANY, Principal, Role
from app.core.money import AmountBand
from app.directory import rules
from app.directory.models import Entry, EntryDocument, EntryStage
from app.directory.queries.content import content_of
from app.directory.queries.rows import EntryRow, row_of
from app.directory.states import StageGroup, Tier
from app.documents import queries as document_files
from app.registration import queries as registration
from app.registration.states import RegistrationState
from app.regulatory.states import Participation

VETTED = frozenset({RegistrationState.APPROVED, RegistrationState.PAYMENT_DUE, RegistrationState.CONFIRMED})
REVIEWERS = frozenset({Role.REVIEWER, Role.ORGANIZER})


# Filled where the rooms are put together: what a deal room lets a person see of one entry.
more_tier: list[Callable[[Session, UUID, UUID], Tier | None]] = []


@dataclass(frozen=True, slots=True)
class StageStep:
    """One stage that an entry showed, since when, and in whose words."""

    stage_group: StageGroup
    stage: str
    as_of: str
    is_confirmed: bool
    shown_at: datetime


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document of an entry that the reader may open."""

    id: UUID
    file_id: UUID
    label: str
    tier: Tier
    size: str
    kind: str
    is_ready: bool
    added_at: datetime


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry as one reader may see it.

    `seen` is its content by field, as rules.TABLE lists it, without what this reader's tier does not cover;
    `withheld` names the filled fields and parts left out by that.
    """

    row: EntryRow
    tier: Tier
    revision: int
    seen: Mapping[str, Any]
    withheld: tuple[rules.Field, ...]
    stages: tuple[StageStep, ...]
    documents: tuple[DocumentRow, ...]

    @property
    def sought_kinds(self) -> list[Participation]:
        """Return the kinds of participation that the company says it seeks; none for what is only reported."""
        return rules.participations(self.seen) if self.seen["seeking"] else []

    @property
    def sought_band(self) -> AmountBand | None:
        return rules.sought_band(self.seen)

    @property
    def export_review(self) -> bool:
        """Tell whether the company lets its export officer decide who opens documents."""
        return bool(self.seen["export_review"])


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


def entry(
    session: Session,
    *,
    key: str,
    tier: Tier = Tier.PUBLIC,
    own: Collection[UUID] = (),
    reader_id: UUID | None = None,
) -> EntryView | None:
    """Return an entry by its key as `tier` may see it; None when there is none to see.

    `reader_id` lets a deal room show that person more of this one entry. Members of an organization in
    `own` see all of its entries, also while nobody else does.
    """
    found = session.scalars(select(Entry).where(Entry.key == rules.tidy(key))).one_or_none()
    return None if found is None else _view(session, found, tier, own, reader_id)


def entry_for(session: Session, key: str, person: Principal | None) -> EntryView | None:
    """Return an entry as a person may see it now, None when there is none to see for them."""
    if person is None:
        return entry(session, key=key)
    tier = reader_tier(session, person.user_id, person.roles)
    return entry(session, key=key, tier=tier, own=person.organizations(*COMPANY), reader_id=person.user_id)


def _view(
    session: Session, found: Entry, tier: Tier, own: Collection[UUID], reader_id: UUID | None
) -> EntryView | None:
    is_own = found.organization_id is not None and found.organization_id in own
    if found.shown_since is None and not is_own:
        return None
    tier = Tier.GRANTED if is_own else _raised(session, found.id, tier, reader_id)
    content = content_of(found)
    seen = rules.visible(content, tier)
    seen["tiers"] = seen["tiers"] if is_own else {}  # who may read what is no partner's to know
    return EntryView(
        row=row_of(found), tier=tier, revision=found.revision, seen=seen,
        withheld=tuple(rules.withheld(content, tier)), stages=_stages(session, found.id),
        documents=_documents(session, found.id, tier, with_unready=is_own),
    )  # fmt: skip


def _raised(session: Session, entry_id: UUID, tier: Tier, reader_id: UUID | None) -> Tier:
    """Return the highest of a reader's tier and what a deal room of this entry lets them see."""
    if reader_id is None:
        return tier
    offered = (ask(session, entry_id, reader_id) for ask in more_tier)
    return max([tier, *(more for more in offered if more is not None)])


def _stages(session: Session, entry_id: UUID) -> tuple[StageStep, ...]:
    wanted = select(
        EntryStage.stage_group, EntryStage.stage, EntryStage.as_of, EntryStage.is_confirmed, EntryStage.shown_at
    ).where(EntryStage.entry_id == entry_id)
    return tuple(StageStep(*row) for row in session.execute(wanted.order_by(EntryStage.number.desc()).limit(20)))


def _documents(session: Session, entry_id: UUID, tier: Tier, *, with_unready: bool) -> tuple[DocumentRow, ...]:
    wanted = select(EntryDocument).where(EntryDocument.entry_id == entry_id, EntryDocument.tier <= tier)
    found = session.scalars(wanted.order_by(EntryDocument.added_at, EntryDocument.id)).all()
    files = document_files.file_rows(session, [one.file_id for one in found])
    return tuple(
        DocumentRow(
            one.id, one.file_id, one.label, Tier(one.tier), file.size, file.kind.value.upper(), file.is_ready,
            one.added_at,
        )
        for one in found
        if (file := files.get(one.file_id)) and (file.is_ready or with_unready)
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
