"""Reads of matching: rankings, blocks, runs and their pairs."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.core.errors import NotFound
from app.core.paging import Page, paginate
from app.directory.models import Entry
from app.directory.queries import EntryRow
from app.directory.queries.rows import row_of
from app.directory.rules import search_words, tidy
from app.matching.models import MatchBlock, MatchPair, MatchRuling, MatchRun, MatchWish
from app.matching.states import BlockKind, Ruling, RunState, Side, Wish, Work
from app.partners import queries as partners_of
from app.registration.models import Registration
from app.registration.states import ParticipantType, RegistrationState

W = TypeVar("W", bound=Select[*tuple[Any, ...]])
NO_RUN = "There is no such match run. Go back to the list of runs."
MEETS = and_(Entry.organization_id.is_not(None), Entry.confirmed_at.is_not(None), Entry.shown_since.is_not(None))
IS_PARTNER = and_(
    Registration.state == RegistrationState.CONFIRMED,
    or_(
        Registration.participant_type == ParticipantType.PARTNER,
        and_(Registration.participant_type == ParticipantType.GOVERNMENT, Registration.country != "US"),
    ),
)


@dataclass(frozen=True, slots=True)
class PairRow:
    """One published pair, with the reasons each side is told."""

    registration_id: UUID
    entry_id: UUID
    value: int
    reasons_partner: list[str]
    reasons_company: list[str]


@dataclass(frozen=True, slots=True)
class RankedEntry:
    """A programme in a partner's ranking."""

    id: UUID
    key: str
    name: str
    lead_company: str
    summary: str
    stage: str
    wish: Wish | None
    is_blocked: bool


@dataclass(frozen=True, slots=True)
class RankedPartner:
    """A partner in a company's ranking of one programme."""

    id: UUID
    name: str
    organization_name: str
    country: str
    offers: list[str]
    seeks: list[str]
    wish: Wish | None
    is_blocked: bool


@dataclass(frozen=True, slots=True)
class RunRow:
    """A match run in the list."""

    id: UUID
    number: int
    state: RunState
    work: Work
    partner_capacity: int
    entry_capacity: int
    floor: int
    job_id: UUID | None
    made_at: datetime
    computed_at: datetime | None
    published_at: datetime | None
    metrics: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReviewedPair:
    """A proposed pair as organizers review it."""

    registration_id: UUID
    entry_id: UUID
    partner_name: str
    organization_name: str
    country: str
    entry_key: str
    entry_name: str
    lead_company: str
    value: int
    partner_fit: int
    company_fit: int
    reasons_partner: list[str]
    reasons_company: list[str]
    unknown: list[str]
    is_pinned: bool
    ruling: Ruling | None


def ranking_of_partner(
    session: Session, registration_id: UUID, *, search: str = "", wish: str = "", number: int = 1, size: int = 25
) -> Page[RankedEntry]:
    """Return one page of the programmes that meet, by name, with what the partner said about each."""
    wanted = (
        select(
            Entry.id, Entry.key, Entry.name, Entry.lead_company, Entry.summary, Entry.stage, MatchWish.wish,
            MatchBlock.id.is_not(None),
        )
        .outerjoin(MatchWish, _said(MatchWish, Side.PARTNER, registration_id, Entry.id))
        .outerjoin(MatchBlock, _said(MatchBlock, Side.PARTNER, registration_id, Entry.id))
        .where(MEETS)
    )  # fmt: skip
    for word in search_words(search):
        wanted = wanted.where(Entry.search_text.contains(word, autoescape=True))
    ordered = _with_wish(wanted, wish).order_by(Entry.sort_name, Entry.key)
    return paginate(session, ordered, RankedEntry, number=number, size=size)


def ranking_of_company(
    session: Session,
    summit_id: UUID,
    entry_id: UUID,
    *,
    search: str = "",
    wish: str = "",
    number: int = 1,
    size: int = 25,
) -> Page[RankedPartner]:
    """Return one page of the partners who come, by organization, with what the company said about each."""
    wanted = (
        select(
            Registration.id, User.name, Organization.name, Registration.country, Registration.offers,
            Registration.seeks, MatchWish.wish, MatchBlock.id.is_not(None),
        )
        .join(User, User.id == Registration.user_id)
        .join(Organization, Organization.id == Registration.organization_id)
        .outerjoin(MatchWish, _said(MatchWish, Side.COMPANY, Registration.id, entry_id))
        .outerjoin(MatchBlock, _said(MatchBlock, Side.COMPANY, Registration.id, entry_id))
        .where(Registration.summit_id == summit_id, IS_PARTNER)
    )  # fmt: skip
    for word in search_words(search):
        wanted = wanted.where(
            or_(User.name.icontains(word, autoescape=True), Organization.name.icontains(word, autoescape=True))
        )
    ordered = _with_wish(wanted, wish).order_by(Organization.name, User.name, Registration.number)
    return paginate(session, ordered, RankedPartner, number=number, size=size)


def _said(table: type[MatchWish] | type[MatchBlock], side: Side, registration: Any, entry: Any) -> ColumnElement[bool]:
    return and_(table.side == side, table.registration_id == registration, table.entry_id == entry)


def _with_wish(wanted: W, wish: str) -> W:
    if wish == "unranked":
        return wanted.where(MatchWish.id.is_(None))
    return wanted.where(MatchWish.wish == Wish(wish)) if wish in list(Wish) else wanted


def partner_seat(session: Session, summit_id: UUID, user_id: UUID) -> UUID | None:
    """Return the registration with which a person meets as a partner; None when they do not."""
    wanted = select(Registration.id).where(Registration.summit_id == summit_id, Registration.user_id == user_id)
    return session.scalar(wanted.where(IS_PARTNER))


def is_partner(session: Session, summit_id: UUID, registration_id: UUID) -> bool:
    """Tell whether that registration meets as a partner at the summit."""
    wanted = select(Registration.id).where(Registration.id == registration_id, Registration.summit_id == summit_id)
    return session.scalar(wanted.where(IS_PARTNER)) is not None


def meeting_entry_company(session: Session, entry_id: UUID) -> UUID | None:
    """Return the organization behind an entry that meets; None when the entry does not meet."""
    return session.scalar(select(Entry.organization_id).where(Entry.id == entry_id, MEETS))


def shown_entry_id(session: Session, key: str) -> UUID | None:
    """Return the id of a shown entry by its key."""
    return session.scalar(select(Entry.id).where(Entry.key == tidy(key), Entry.shown_since.is_not(None)))


def own_meeting_entry(session: Session, key: str, companies: Collection[UUID]) -> EntryRow | None:
    """Return an entry of these companies that meets; None for any other."""
    wanted = select(Entry).where(Entry.key == tidy(key), Entry.organization_id.in_(companies), MEETS)
    found = session.scalars(wanted).one_or_none()
    return None if found is None else row_of(found)


def partners_among(session: Session, summit_id: UUID, registration_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the registrations that meet as a partner at the summit."""
    wanted = select(Registration.id).where(Registration.id.in_(registration_ids), Registration.summit_id == summit_id)
    return set(session.scalars(wanted.where(IS_PARTNER)))


def meeting_companies(session: Session, entry_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the organizations behind those of the entries that meet."""
    wanted = select(Entry.id, Entry.organization_id).where(Entry.id.in_(entry_ids), MEETS)
    return {row[0]: row[1] for row in session.execute(wanted) if row[1] is not None}


def block_of(session: Session, side: Side, registration_id: UUID, entry_id: UUID) -> BlockKind | None:
    """Return the block one side set on a pair."""
    return session.scalar(select(MatchBlock.kind).where(_said(MatchBlock, side, registration_id, entry_id)))


def apart(session: Session, pairs: Iterable[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Return those of `pairs` (registration, entry) that a no, a block or a private list of either side keeps apart."""
    asked = set(pairs)
    registrations = {registration for registration, _ in asked}
    no = select(MatchWish.registration_id, MatchWish.entry_id).where(
        MatchWish.registration_id.in_(registrations), MatchWish.wish == Wish.NO
    )
    blocked = select(MatchBlock.registration_id, MatchBlock.entry_id).where(
        MatchBlock.registration_id.in_(registrations)
    )
    found = {(r, e) for wanted in (no, blocked) for r, e in session.execute(wanted)}
    return (found & asked) | _marked_apart(session, asked)


def _marked_apart(session: Session, pairs: set[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Return the pairs whose organizations are kept apart by the private list of one of them."""
    if not pairs:
        return set()
    people = select(Registration.id, Registration.organization_id).where(Registration.id.in_({r for r, _ in pairs}))
    theirs = select(Entry.id, Entry.organization_id).where(Entry.id.in_({e for _, e in pairs}))
    house = {row[0]: row[1] for wanted in (people, theirs) for row in session.execute(wanted)}
    marked = partners_of.apart(session, set(house.values()))
    return {(r, e) for r, e in pairs if marked.keeps(house.get(r), house.get(e))}


def pairs_between(session: Session, partner_id: UUID, company_id: UUID) -> list[tuple[UUID, UUID]]:
    """Return the pairs (registration, entry) of a partner organization and a company, in a fixed order."""
    wanted = (
        select(Registration.id, Entry.id)
        .join(Entry, Entry.organization_id == company_id)
        .where(Registration.organization_id == partner_id)
        .order_by(Registration.id, Entry.id)
    )
    return [(registration_id, entry_id) for registration_id, entry_id in session.execute(wanted)]


def runs(session: Session, summit_id: UUID, *, number: int = 1) -> Page[RunRow]:
    """Return match runs, newest first."""
    wanted = _runs().where(MatchRun.summit_id == summit_id).order_by(MatchRun.number.desc())
    return paginate(session, wanted, RunRow, number=number)


def run(session: Session, run_id: UUID) -> RunRow:
    """Return one match run. Raises NotFound."""
    found = session.execute(_runs().where(MatchRun.id == run_id)).one_or_none()
    if found is None:
        raise NotFound(NO_RUN)
    return RunRow(*found)


def _runs() -> Select[*tuple[Any, ...]]:
    return select(
        MatchRun.id, MatchRun.number, MatchRun.state, MatchRun.work, MatchRun.partner_capacity,
        MatchRun.entry_capacity, MatchRun.floor, MatchRun.job_id, MatchRun.made_at, MatchRun.computed_at,
        MatchRun.published_at, MatchRun.metrics,
    )  # fmt: skip


def reviewed_pairs(
    session: Session, run_id: UUID, *, search: str = "", number: int = 1, size: int = 25
) -> Page[ReviewedPair]:
    """Return one page of a run's pairs, the most valuable first."""
    same_pair = and_(
        MatchRuling.registration_id == MatchPair.registration_id, MatchRuling.entry_id == MatchPair.entry_id
    )
    wanted = (
        select(
            MatchPair.registration_id, MatchPair.entry_id, User.name, Organization.name, Registration.country,
            Entry.key, Entry.name, Entry.lead_company, MatchPair.value, MatchPair.partner_fit, MatchPair.company_fit,
            MatchPair.reasons_partner, MatchPair.reasons_company, MatchPair.unknown, MatchPair.is_pinned,
            MatchRuling.ruling,
        )
        .join(Registration, Registration.id == MatchPair.registration_id)
        .join(User, User.id == Registration.user_id)
        .join(Organization, Organization.id == Registration.organization_id)
        .join(Entry, Entry.id == MatchPair.entry_id)
        .outerjoin(MatchRuling, same_pair)
        .where(MatchPair.run_id == run_id)
    )  # fmt: skip
    for word in search_words(search):
        wanted = wanted.where(
            or_(
                User.name.icontains(word, autoescape=True),
                Organization.name.icontains(word, autoescape=True),
                Entry.search_text.contains(word, autoescape=True),
            )
        )
    return paginate(
        session, wanted.order_by(MatchPair.value.desc(), MatchPair.place), ReviewedPair, number=number, size=size
    )


def pairs_of(session: Session, run_id: UUID) -> list[PairRow]:
    """Return a run's pairs in their fixed order."""
    wanted = select(
        MatchPair.registration_id, MatchPair.entry_id, MatchPair.value, MatchPair.reasons_partner,
        MatchPair.reasons_company,
    ).where(MatchPair.run_id == run_id)  # fmt: skip
    return [PairRow(*row) for row in session.execute(wanted.order_by(MatchPair.place))]
