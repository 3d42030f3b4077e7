"""Reads for those who keep the directory: a company's own entries and drafts, claims, reviews, versions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.models import Organization, User
from app.core.errors import NotFound
from app.core.paging import Page, paginate
from app.directory import rules
from app.directory.models import Claim, Entry, EntryVersion, Proposal
from app.directory.queries.content import NO_ENTRY, content_of, newest_version, working_copy
from app.directory.queries.rows import EntryRow, row_of
from app.directory.rules import FieldChange
from app.directory.rules.checks import PROPOSABLE
from app.directory.rules.evidence import Evidence, evidence
from app.directory.states import ClaimState, EntryState, ProposalState, VersionKind


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim as its company and reviewers read it."""

    id: UUID
    entry_key: str
    entry_name: str
    lead_company: str
    organization_id: UUID
    organization_name: str
    website: str
    claimant_name: str
    state: ClaimState
    proof: str
    claimed_at: datetime
    decided_at: datetime | None
    reason: str
    claimant_email: str
    sources: list[str]
    file_id: UUID | None

    @property
    def evidence(self) -> list[Evidence]:
        """Return what the platform itself can say about the claim."""
        return evidence(
            claimant_email=self.claimant_email, website=self.website, organization=self.organization_name,
            lead_company=self.lead_company, sources=self.sources,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DraftView:
    """An entry as its company edits it: what was last written, what is missing, and what was newly reported."""

    row: EntryRow
    revision: int
    content: dict[str, Any]
    missing: list[str]
    news: list[FieldChange]
    reported_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """An entry that waits for a reviewer."""

    key: str
    name: str
    lead_company: str
    organization_name: str
    state: EntryState
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A submitted draft beside what is shown: every field that would change, and who vouched for the text."""

    row: EntryRow
    organization_name: str
    version: int | None
    changes: list[FieldChange]
    attested_by: str
    attested_at: datetime | None
    attestation: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One kept version: who, when, and every field that it changed."""

    number: int
    kind: VersionKind
    at: datetime
    author: str
    changes: list[FieldChange]
    attested_by: str
    attested_at: datetime | None
    attestation: str


def claims(
    session: Session, *, state: ClaimState | None = ClaimState.OPEN, search: str = "", number: int = 1
) -> Page[ClaimRow]:
    """Return claims in a state, those waiting longest first; `search` looks at entry and organization."""
    wanted = _claims()
    if state is not None:
        wanted = wanted.where(Claim.state == state)
    for word in rules.search_words(search):
        wanted = wanted.where(
            or_(
                Entry.sort_name.contains(word, autoescape=True),
                Organization.search_name.contains(word, autoescape=True),
            )
        )
    return paginate(session, wanted.order_by(Claim.claimed_at, Entry.sort_name, Claim.id), ClaimRow, number=number)


def claims_of(session: Session, organization_ids: Collection[UUID], *, limit: int = 50) -> list[ClaimRow]:
    """Return the claims of a company, newest first."""
    wanted = _claims().where(Claim.organization_id.in_(organization_ids)).order_by(Claim.claimed_at.desc(), Claim.id)
    return [ClaimRow(*row) for row in session.execute(wanted.limit(limit))]


def claim(session: Session, claim_id: UUID) -> ClaimRow:
    """Return one claim. Raises NotFound."""
    found = session.execute(_claims().where(Claim.id == claim_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such claim. Go back to the list of claims.")
    return ClaimRow(*found)


def _claims() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Claim.id, Entry.key, Entry.name, Entry.lead_company, Organization.id, Organization.name,
            Organization.website, User.name, Claim.state, Claim.proof, Claim.claimed_at, Claim.decided_at, Claim.reason,
            User.email, Entry.sources, Claim.file_id,
        )
        .join(Entry, Entry.id == Claim.entry_id)
        .join(Organization, Organization.id == Claim.organization_id)
        .join(User, User.id == Claim.claimant_id)
    )  # fmt: skip


def draft(session: Session, key: str, organization_ids: Collection[UUID]) -> DraftView:
    """Return what a company last wrote about its entry. Raises NotFound for anybody else's."""
    entry = _own(session, key, organization_ids)
    content = working_copy(session, entry)
    wanted = select(Proposal).where(Proposal.entry_id == entry.id, Proposal.state == ProposalState.OPEN)
    proposal = session.scalars(wanted).one_or_none()
    news = {name: proposal.content[name] for name in PROPOSABLE} if proposal else {}
    return DraftView(
        row=row_of(entry), revision=entry.revision, content=content, missing=rules.missing(content),
        news=rules.comparison(content, {**content, **news}), reported_at=proposal.reported_at if proposal else None,
    )  # fmt: skip


def reviews(session: Session, *, state: EntryState = EntryState.IN_REVIEW, number: int = 1) -> Page[ReviewRow]:
    """Return claimed entries in a state, those waiting longest first."""
    wanted = (
        select(Entry.key, Entry.name, Entry.lead_company, Organization.name, Entry.state, Entry.changed_at)
        .join(Organization, Organization.id == Entry.organization_id)
        .where(Entry.state == state)
        .order_by(Entry.changed_at, Entry.sort_name)
    )
    return paginate(session, wanted, ReviewRow, number=number)


def review(session: Session, key: str) -> ReviewView:
    """Return a claimed entry as a reviewer decides about it. Raises NotFound for an unclaimed one."""
    entry = session.scalars(
        select(Entry).where(Entry.key == rules.tidy(key), Entry.organization_id.is_not(None))
    ).one_or_none()
    if entry is None:
        raise NotFound(NO_ENTRY)
    newest = newest_version(session, entry.id)
    shown = content_of(entry) if entry.shown_since is not None else rules.EMPTY
    ids = {entry.organization_id}
    owner = session.scalar(select(Organization.name).where(Organization.id.in_(ids))) or ""
    voucher = session.scalar(select(User.name).where(User.id == newest.attested_by)) if newest else None
    return ReviewView(
        row=row_of(entry), organization_name=owner, version=newest.number if newest else None,
        changes=rules.comparison(shown, newest.content) if newest else [], attested_by=voucher or "",
        attested_at=newest.attested_at if newest else None, attestation=newest.attestation if newest else "",
    )  # fmt: skip


def versions(session: Session, key: str, organization_ids: Collection[UUID], *, any_company: bool) -> list[VersionRow]:
    """Return the last 50 versions, newest first, each compared with the one before.

    For the entry's company, and with `any_company` for reviewers. Raises NotFound for others.
    """
    if any_company:
        entry = session.scalars(select(Entry).where(Entry.key == rules.tidy(key))).one_or_none()
        if entry is None:
            raise NotFound(NO_ENTRY)
    else:
        entry = _own(session, key, organization_ids)
    wanted = select(EntryVersion).where(EntryVersion.entry_id == entry.id).order_by(EntryVersion.number.desc())
    kept = session.scalars(wanted.limit(51)).all()
    people = {person for version in kept for person in (version.author_id, version.attested_by) if person}
    names = {person.id: person.name for person in accounts.people(session, people).values()}
    before = [*(version.content for version in kept[1:]), rules.EMPTY]
    return [
        VersionRow(
            number=version.number, kind=version.kind, at=version.at, author=_name(names, version.author_id),
            changes=rules.comparison(older, version.content), attested_by=_name(names, version.attested_by),
            attested_at=version.attested_at, attestation=version.attestation,
        )
        for version, older in list(zip(kept, before, strict=True))[:50]
    ]  # fmt: skip


def _name(names: dict[UUID, str], person: UUID | None) -> str:
    return names.get(person, "") if person else ""


def _own(session: Session, key: str, organization_ids: Collection[UUID]) -> Entry:
    wanted = select(Entry).where(Entry.key == rules.tidy(key), Entry.organization_id.in_(organization_ids))
    entry = session.scalars(wanted).one_or_none()
    if entry is None:
        raise NotFound(NO_ENTRY)
    return entry
