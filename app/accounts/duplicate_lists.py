"""Reads for the pages about records that may be there twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.accounts.known import organization_facts, people_facts
from app.accounts.likeness import REASONS, OrganizationFacts, PersonFacts, facts_digest
from app.accounts.models import DuplicatePair, Membership, Organization, RoleGrant, User
from app.accounts.queries import OrganizationRow, organizations, people
from app.accounts.rules import folded
from app.accounts.states import KIND_LABELS, ROLE_LABELS, PairState, RecordKind
from app.core.errors import NotFound
from app.core.paging import Page, paginate


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two records that may be one, as a line of the work list."""

    id: UUID
    kind: RecordKind
    first: str
    second: str
    score: int
    reasons: str
    state: PairState
    found_at: datetime


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact of both records; `choice` is the name of the field whose value can be chosen, None for others."""

    label: str
    first: str
    second: str
    choice: str | None = None
    values: tuple[str, str] = ("", "")

    @property
    def differs(self) -> bool:
        return self.first != self.second


@dataclass(frozen=True, slots=True)
class PairPage:
    """Two records side by side, and what was decided about them."""

    id: UUID
    kind: RecordKind
    ids: tuple[UUID, UUID]
    names: tuple[str, str]
    rows: list[FactRow]
    score: int
    reasons: list[str]
    state: PairState
    decided_at: datetime | None
    decided_by: str | None
    decision_reason: str
    digest: str


def pairs(
    session: Session, *, kind: RecordKind | None, state: PairState, words: str = "", number: int = 1
) -> Page[PairRow]:
    """Return a page of pairs in one state, the likeliest first; `words` is a part of a name or address."""
    wanted = select(DuplicatePair).where(DuplicatePair.state == state)
    if kind is not None:
        wanted = wanted.where(DuplicatePair.kind == kind)
    if words:
        text = folded(words)
        named = select(User.id).where(User.search_text.contains(text, autoescape=True))
        called = select(Organization.id).where(Organization.search_name.contains(text, autoescape=True))
        columns = (DuplicatePair.first_id, DuplicatePair.second_id)
        wanted = wanted.where(or_(*(column.in_(of) for column in columns for of in (named, called))))
    ordered = wanted.order_by(DuplicatePair.score.desc(), DuplicatePair.found_at, DuplicatePair.id)
    page = paginate(session, ordered, lambda pair: pair, number=number)
    names = _names(session, page.items)
    return Page([_row(pair, names) for pair in page.items], page.total, page.number, page.size)


def open_count(session: Session) -> dict[RecordKind, int]:
    """Return how many pairs wait for somebody to look at them."""
    counted = select(DuplicatePair.kind, func.count()).where(DuplicatePair.state == PairState.OPEN)
    found = {row[0]: row[1] for row in session.execute(counted.group_by(DuplicatePair.kind))}
    return {kind: found.get(kind, 0) for kind in RecordKind}


def _names(session: Session, found: list[DuplicatePair]) -> dict[UUID, str]:
    ids = {kind: {i for p in found if p.kind is kind for i in (p.first_id, p.second_id)} for kind in RecordKind}
    named = {row.id: row.name for row in people(session, ids[RecordKind.PERSON]).values()}
    return named | {row.id: row.name for row in organizations(session, ids[RecordKind.ORGANIZATION]).values()}


def _row(pair: DuplicatePair, names: Mapping[UUID, str]) -> PairRow:
    first, second = names.get(pair.first_id, ""), names.get(pair.second_id, "")
    said = ", ".join(REASONS[code] for code in pair.reasons if code in REASONS)
    return PairRow(pair.id, pair.kind, first, second, pair.score, said, pair.state, pair.found_at)


def pair_page(session: Session, pair_id: UUID, *, countries: Mapping[str, str]) -> PairPage:
    """Return two records side by side. Raises NotFound."""
    pair = session.get(DuplicatePair, pair_id)
    if pair is None:
        raise NotFound("That pair does not exist.")
    ids = (pair.first_id, pair.second_id)
    if pair.kind is RecordKind.PERSON:
        names, rows, digest = _people(session, ids, countries)
    else:
        names, rows, digest = _organizations(session, ids, countries)
    decided_by = people(session, [pair.decided_by_id])[pair.decided_by_id].name if pair.decided_by_id else None
    reasons = [REASONS[code] for code in pair.reasons if code in REASONS]
    return PairPage(
        pair.id, pair.kind, ids, names, rows, pair.score, reasons, pair.state, pair.decided_at, decided_by,
        pair.decision_reason, digest,
    )  # fmt: skip


Sides = tuple[tuple[str, str], list[FactRow], str]


def _people(session: Session, ids: tuple[UUID, UUID], countries: Mapping[str, str]) -> Sides:
    found = {user.id: user for user in session.scalars(select(User).where(User.id.in_(ids)))}
    one, other = found[ids[0]], found[ids[1]]
    known = people_facts(session, ids)
    belongs, works = _belongings(session, ids), _staff_roles(session, ids)
    both = [known.get(i, PersonFacts(i, (), "")) for i in ids]

    def row(label: str, said: Any) -> FactRow:
        first, second = (", ".join(map(str, said(facts))) or "Not said" for facts in both)
        return FactRow(label, first, second)

    rows = [
        _choice("Name", "name", one.name, other.name),
        _choice("E-mail address", "email", one.email, other.email),
        _choice("Time zone", "time_zone", one.time_zone, other.time_zone),
        row("Names in applications", lambda facts: facts.names[1:]),
        row("Birth year", lambda facts: facts.birth_years),
        row("Citizenship", lambda facts: [countries.get(code, code) for code in facts.citizenships]),
        row("Telephone", lambda facts: facts.phones),
        FactRow("Belongs to", belongs.get(one.id, "No organization"), belongs.get(other.id, "No organization")),
        FactRow("Works for the summit as", works.get(one.id, "Nothing"), works.get(other.id, "Nothing")),
        FactRow("Here since", f"{one.created_at:%d %B %Y}", f"{other.created_at:%d %B %Y}"),
        FactRow("Address confirmed", _yes(one.email_verified_at), _yes(other.email_verified_at)),
    ]
    return (one.name, other.name), rows, facts_digest(*known.values())


def _yes(moment: datetime | None) -> str:
    return "Yes" if moment else "No"


def _choice(label: str, name: str, first: str, second: str, words: tuple[str, str] | None = None) -> FactRow:
    shown = words or (first, second)
    return FactRow(label, shown[0], shown[1], name, (first, second))


def _belongings(session: Session, ids: tuple[UUID, UUID]) -> dict[UUID, str]:
    wanted = select(Membership.user_id, Membership.role, Organization.name)
    wanted = wanted.join(Organization, Organization.id == Membership.organization_id)
    found: dict[UUID, list[str]] = {}
    for user_id, role, name in session.execute(wanted.where(Membership.user_id.in_(ids)).order_by(Organization.name)):
        found.setdefault(user_id, []).append(f"{name} ({ROLE_LABELS[role].lower()})")
    return {user_id: ", ".join(words) for user_id, words in found.items()}


def _staff_roles(session: Session, ids: tuple[UUID, UUID]) -> dict[UUID, str]:
    held = select(RoleGrant.user_id, RoleGrant.role).where(RoleGrant.revoked_at.is_(None), RoleGrant.user_id.in_(ids))
    found: dict[UUID, list[str]] = {}
    for user_id, role in session.execute(held.order_by(RoleGrant.role)):
        found.setdefault(user_id, []).append(ROLE_LABELS[role])
    return {user_id: ", ".join(words) for user_id, words in found.items()}


def _organizations(session: Session, ids: tuple[UUID, UUID], countries: Mapping[str, str]) -> Sides:
    found = organizations(session, ids)
    one, other = found[ids[0]], found[ids[1]]
    rows = [
        _choice("Name", "name", one.name, other.name),
        _choice("What it is", "kind", one.kind, other.kind, (KIND_LABELS[one.kind], KIND_LABELS[other.kind])),
        _choice("Country", "country", one.country, other.country, (_in(countries, one), _in(countries, other))),
        _choice("Website", "website", one.website, other.website, (one.website or "None", other.website or "None")),
    ]
    known: dict[UUID, OrganizationFacts] = organization_facts(session, ids)
    return (one.name, other.name), rows, facts_digest(*known.values())


def _in(countries: Mapping[str, str], place: OrganizationRow) -> str:
    return countries.get(place.country, place.country)
