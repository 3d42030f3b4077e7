"""Makers of directory entries and claims."""

from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.core import clock
from app.directory import rules, services
from app.directory.models import Claim, Entry, EntryDocument
from app.directory.services.keep import keep_version, new_entry
from app.directory.states import HIDDEN, Category, ClaimState, EntryState, StageGroup, Tier, Verification, VersionKind
from app.documents import services as files
from app.documents.states import Purpose
from tests.factories import accounts, documents

_numbers = count(1)

REPORTED: dict[str, Any] = {
    **rules.EMPTY,
    "name": "Example Station",
    "lead_company": "Orbital Works",
    "us_state": "TX",
    "category": Category.STATION.value,
    "stage": "design; prototype planned",
    "stage_group": StageGroup.DESIGN.value,
    "target_first_launch": "2029",
    "partners": [{"name": "Kibo Trading", "countries": ["JP"], "role": "investor"}],
    "partner_countries": ["JP"],
    "funding_facts": [{"fact": "No public amount read", "source": "", "as_of": ""}],
    "openings": ["equity", "payload"],
    "topic_keys": ["ear_9x515"],
    "sources": ["https://example.org/station"],
    "as_of": "2026-02-12",
    "verification": Verification.READ_SECONDARY.value,
}
WRITTEN: dict[str, Any] = {
    "summary": "A station for four people.",
    "as_of": "2027-03-01",
    "verification": Verification.COMPANY.value,
    "seeking": [
        {"kind": "equity", "band": "from_10m_to_50m", "currency": "USD", "instrument": "Series B", "terms": "Lead"},
        {"kind": "payload", "band": None, "currency": "", "instrument": "", "terms": ""},
    ],
    "platform": "own_station",
    "orbit": "station",
    "altitude_km": 420,
    "inclination_deg": 51.6,
    "export_class": "9x515",
    "export_words": "Structures and interfaces",
    "milestones": [{"id": "1", "name": "Design review", "due": "2027-09", "done": "", "earlier": []}],
    "contacts": [{"name": "Dana Reyes", "role": "Partnerships", "email": "dana@example.com"}],
}


def seeking(*kinds: str, band: str | None = None) -> list[dict[str, Any]]:
    """Rows of what is sought, the first with an amount if one is given."""
    return [
        {"kind": kind, "band": None if place else band, "currency": "USD" if band and not place else "",
         "instrument": "", "terms": ""}
        for place, kind in enumerate(kinds)
    ]  # fmt: skip


def entry(
    session: Session,
    *,
    state: EntryState = EntryState.UNCLAIMED,
    organization: Organization | None = None,
    key: str | None = None,
    confirmed: bool | None = None,
    **content: Any,
) -> Entry:
    """An entry in `state`: as reported and unclaimed, or else of a company that wrote and attested it.

    `confirmed` says whether a claimed one was published before; published and stale ones always were.
    """
    now = clock.now()
    claimed = state is not EntryState.UNCLAIMED
    if claimed and organization is None:
        organization = accounts.company(session)
    was_published = state in (EntryState.PUBLISHED, EntryState.STALE) if confirmed is None else confirmed
    values = {**REPORTED, **(WRITTEN if claimed else {}), **content}
    shown = state not in HIDDEN and (not claimed or was_published)
    made = new_entry(
        session,
        key or f"example-{next(_numbers)}",
        values,
        state=state,
        organization_id=organization.id if organization else None,
        shown_since=now if shown else None,
        confirmed_at=now if was_published else None,
        created_at=now,
    )
    if not claimed:
        keep_version(session, made, VersionKind.REPORTED, values, author_id=None, now=now)
        return made
    writer = accounts.user(session, name="Wren Writer").id
    keep_version(
        session, made, VersionKind.PUBLISHED if was_published else VersionKind.DRAFT, values, author_id=writer, now=now,
        attested_by=writer, attested_at=now, attestation=rules.ATTESTATION,
    )  # fmt: skip
    return made


def published(session: Session, *, organization: Organization | None = None, **content: Any) -> Entry:
    """An entry that its company confirmed and a reviewer published."""
    return entry(session, state=EntryState.PUBLISHED, organization=organization, **content)


def claim(
    session: Session,
    *,
    entry: Entry | None = None,
    organization: Organization | None = None,
    person: User | None = None,
) -> Claim:
    """An open claim of a U.S. company to an unclaimed entry."""
    organization = organization or accounts.company(session)
    person = person or session.get_one(User, accounts.member(session, organization=organization).user_id)
    made = Claim(
        entry_id=(entry or globals()["entry"](session)).id, organization_id=organization.id, claimant_id=person.id,
        state=ClaimState.OPEN, proof="Our domain and our name are those of the reported entry.", claimed_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def document(
    session: Session, entry: Entry, *, by: User, tier: Tier = Tier.VETTED, label: str = "Guide"
) -> EntryDocument:
    """A document of an entry, kept as its company adds it."""
    made = services.add_document(
        session, entry_id=entry.id, user_id=by.id, label=label, tier=tier, attested=documents.attested(by.id),
        upload=files.check(documents.text_pdf(f"{label}."), name="guide.pdf", purpose=Purpose.ENTRY_DOCUMENT),
        now=clock.now(),
    )  # fmt: skip
    session.flush()
    return made
