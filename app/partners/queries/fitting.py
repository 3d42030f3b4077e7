"""Which entries fit a mandate, and which mandates fit a company's entries, with reasons in words.

The order of the long list goes by facts that everybody may see, so that it tells nothing about those that the
reader may not; amounts and forms, where the reader may see them, speak in the reasons. For the same reason it obeys
only what its reader marked: who is kept apart by the other side could compare it with the directory. The few
partners named to a company have no longer list beside them, so there both sides' marks hold.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, exists, literal, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organization
from app.accounts.states import OrganizationKind
from app.core.paging import Page, paginate
from app.directory.models import Entry, EntryFacet
from app.directory.queries import EntryRow
from app.directory.queries.rows import row_of
from app.directory.rules import search_words
from app.directory.states import SOUGHT_PARTICIPATION, Category, Facet, StageGroup, Tier
from app.partners.models import Mandate, Profile
from app.partners.queries.entries import entry_facts
from app.partners.queries.mandates import content_of, facts_of
from app.partners.queries.marks import apart, marked_by
from app.partners.queries.readers import Viewer, counterparts
from app.partners.rules import Fits, MandateContent, MandateFacts, fits, may_see
from app.partners.states import Audience, MandateState, MarkKind, Reader
from app.regulatory.models import Country

MOST_COMPARED, MOST_OWN = 60, 10


@dataclass(frozen=True, slots=True)
class FitFilters:
    """How a partner narrows what fits."""

    search: str = ""
    category: Category | None = None
    stage: StageGroup | None = None


@dataclass(frozen=True, slots=True)
class FittingEntry:
    """An entry beside a mandate. `known`: the partner said that it knows the company already."""

    row: EntryRow
    fits: Fits
    known: bool


@dataclass(frozen=True, slots=True)
class FittingMandate:
    """A partner's mandate beside one of a company's entries, as far as the company may see it."""

    partner_id: UUID
    partner_name: str
    country_name: str
    kind: OrganizationKind
    mandate: MandateContent
    shows_ticket: bool
    entry_key: str
    entry_name: str
    fits: Fits


def fitting_entries(
    session: Session, organization_id: UUID, mandate: MandateContent, *, tier: Tier, filters: FitFilters | None = None,
    number: int = 1, size: int = 12,
) -> Page[FittingEntry]:  # fmt: skip
    """Return one page of the entries that fit a mandate of an organization, most agreeing facts first.

    Its own entries and whoever it keeps apart are left out; whom it knows already comes last.
    """
    marked = marked_by(session, organization_id)
    wanted = _fitting(organization_id, mandate, filters or FitFilters(), marked)
    return paginate(session, wanted, _beside(mandate, tier, marked), number=number, size=size)


def best_entries(
    session: Session, organization_id: UUID, mandates: Collection[MandateContent], *, tier: Tier, limit: int = 5
) -> list[FittingEntry]:
    """Return the entries that fit the first two of an organization's mandates best, each once with its best reasons."""
    best: dict[UUID, FittingEntry] = {}
    marked = marked_by(session, organization_id) if mandates else {}
    for mandate in list(mandates)[:2]:
        beside = _beside(mandate, tier, marked)
        wanted = _fitting(organization_id, mandate, FitFilters(), marked).limit(limit)
        for one in map(beside, session.scalars(wanted)):
            before = best.get(one.row.id)
            if before is None or one.fits.rank < before.fits.rank:
                best[one.row.id] = one
    return sorted(best.values(), key=lambda one: (one.known, *one.fits.rank, one.row.name))[:limit]


Marked = Mapping[MarkKind, Collection[UUID]]


def _beside(mandate: MandateContent, tier: Tier, marked: Marked) -> Callable[[Entry], FittingEntry]:
    facts = facts_of(mandate)

    def beside(found: Entry) -> FittingEntry:
        known = found.organization_id in marked[MarkKind.KNOW_ALREADY]
        return FittingEntry(row_of(found), fits(facts, entry_facts(found, tier), to_partner=True), known)

    return beside


def _fitting(
    organization_id: UUID, mandate: MandateContent, asked: FitFilters, marked: Marked
) -> Select[*tuple[Entry]]:
    facts, theirs = facts_of(mandate), Entry.organization_id
    hidden, known = {*marked[MarkKind.KEEP_APART], organization_id}, marked[MarkKind.KNOW_ALREADY]
    wanted = select(Entry).where(Entry.shown_since.is_not(None), or_(theirs.is_(None), theirs.not_in(hidden)))
    for word in search_words(asked.search):
        wanted = wanted.where(Entry.search_text.contains(word, autoescape=True))
    if asked.category:
        wanted = wanted.where(Entry.category == asked.category)
    if asked.stage:
        wanted = wanted.where(Entry.stage_group == asked.stage)
    last = case((theirs.in_(known), 1), else_=0) if known else literal(0)
    return wanted.where(_has_bearing(facts)).order_by(last, _agreeing(facts).desc(), Entry.sort_name, Entry.key)


def _has(facet: Facet, values: Collection[str]) -> ColumnElement[bool]:
    return exists().where(
        EntryFacet.entry_id == Entry.id, EntryFacet.facet == facet, EntryFacet.value.in_(list(values))
    )


def _any(facet: Facet) -> ColumnElement[bool]:
    return exists().where(EntryFacet.entry_id == Entry.id, EntryFacet.facet == facet)


def _brought(facts: MandateFacts) -> list[str]:
    return [SOUGHT_PARTICIPATION[kind].value for kind in facts.offers]


def _has_bearing(facts: MandateFacts) -> ColumnElement[bool]:
    """Leave out only where something is said on both sides and nothing of it agrees."""
    open_questions: list[ColumnElement[bool]] = [~_any(Facet.OPENING)]
    open_questions += [Entry.confirmed_at.is_(None), ~_any(Facet.PARTICIPATION)] if facts.offers else []
    agreeing = [_has(Facet.PARTICIPATION, _brought(facts))] if facts.offers else []
    agreeing += [_has(Facet.OPENING, facts.seeks)] if facts.seeks else []
    return or_(*agreeing, *open_questions)


def _agreeing(facts: MandateFacts) -> ColumnElement[Any]:
    """Return how many public facts agree."""
    conditions: list[ColumnElement[bool]] = []
    if facts.offers:
        conditions.append(_has(Facet.PARTICIPATION, _brought(facts)))
    if facts.seeks:
        conditions.append(_has(Facet.OPENING, facts.seeks))
    if facts.stages:
        conditions.append(and_(Entry.stage_group.in_(facts.stages), Entry.stage_group != StageGroup.OTHER))
    if facts.us_states:
        conditions.append(Entry.us_state.in_(facts.us_states))
    if facts.starts_on or facts.ends_on:
        conditions.append(_flies_within(facts))
    total: ColumnElement[Any] = cast(literal(0), Integer)
    for condition in conditions:
        total = total + case((condition, 1), else_=0)
    return total


def _flies_within(facts: MandateFacts) -> ColumnElement[bool]:
    begins = Entry.launch_to >= facts.starts_on.year if facts.starts_on else Entry.launch_to.is_not(None)
    ends = Entry.launch_from <= facts.ends_on.year if facts.ends_on else Entry.launch_from.is_not(None)
    return and_(begins, ends)


def fitting_mandates(
    session: Session, viewer: Viewer, companies: Collection[UUID], *, limit: int = 5
) -> list[FittingMandate]:
    """Return the mandates that fit a company's shown entries best, each partner once.

    Only mandates that the company may see count, and nobody whom either side keeps apart is named.
    """
    wanted = select(Entry).where(Entry.organization_id.in_(companies), Entry.shown_since.is_not(None))
    entries = session.scalars(wanted.order_by(Entry.sort_name, Entry.key).limit(MOST_OWN)).all()
    mine = [(entry, entry_facts(entry, Tier.GRANTED)) for entry in entries]
    seen = _mandates_seen(session, viewer, companies) if mine else []
    marked = apart(session, {*companies, *(organization.id for _, organization, _, _ in seen)})
    found: dict[UUID, FittingMandate] = {}
    for mandate, organization, country_name, reader in seen:
        content = content_of(mandate)
        with_ticket = may_see(reader, content.ticket_audience)
        facts = facts_of(content, with_ticket=with_ticket)
        for entry, entry_is in mine:
            if marked.keeps(entry.organization_id, organization.id):
                continue
            compared = fits(facts, entry_is)
            before = found.get(organization.id)
            if compared.has_bearing and compared.agreeing and (before is None or compared.rank < before.fits.rank):
                found[organization.id] = FittingMandate(
                    organization.id, organization.name, country_name, organization.kind, content, with_ticket,
                    entry.key, entry.name, compared,
                )  # fmt: skip
    return sorted(found.values(), key=lambda one: (*one.fits.rank, one.partner_name))[:limit]


def _mandates_seen(
    session: Session, viewer: Viewer, companies: Collection[UUID]
) -> list[tuple[Mandate, Organization, str, Reader]]:
    """Return active mandates that may be seen, with the standing in which they may be."""
    wanted = (
        select(Mandate, Organization, Profile, Country.name)
        .join(Organization, Organization.id == Mandate.organization_id)
        .outerjoin(Profile, Profile.organization_id == Organization.id)
        .outerjoin(Country, Country.key == Organization.country)
        .where(Mandate.state == MandateState.ACTIVE, Mandate.audience >= int(Audience.COUNTERPARTS))
        .where(Organization.kind != OrganizationKind.US_COMPANY)
        .order_by(Mandate.confirmed_at.desc(), Mandate.id)
        .limit(MOST_COMPARED)
    )
    rows = session.execute(wanted).all()
    near = counterparts(session, {organization.id for _, organization, _, _ in rows}, companies)
    seen = []
    for mandate, organization, kept, country in rows:
        reader = Reader.COUNTERPART if organization.id in near else Reader.ANYBODY
        if reader is Reader.ANYBODY and viewer.is_vetted_company and kept is not None and kept.is_listed:
            reader = Reader.VETTED_COMPANY
        if may_see(reader, Audience(mandate.audience)):
            seen.append((mandate, organization, country or organization.country, reader))
    return seen
