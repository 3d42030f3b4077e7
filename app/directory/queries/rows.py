"""An entry as lists show it: its public fields and nothing else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import InstrumentedAttribute

from app.directory import rules
from app.directory.models import Entry
from app.directory.queries.content import content_of
from app.directory.states import Category, EntryState, Orbit, Platform, Sought, StageGroup, Tier, Verification
from app.regulatory.states import Opening, Participation


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry in a list: public fields only. `openings_inferred`: they are our reading, not the company's."""

    id: UUID
    key: str
    name: str
    lead_company: str
    us_state: str
    category: Category
    summary: str
    stage: str
    stage_group: StageGroup
    orbit: Orbit | None
    platform: Platform | None
    target_first_launch: str
    milestones: list[dict[str, Any]]
    launch_from: int | None
    launch_to: int | None
    sought: list[Sought]
    completeness: int
    partner_countries: list[str]
    openings: list[Opening]
    participations: list[Participation]
    topic_keys: list[str]
    as_of: str
    verification: Verification
    state: EntryState
    organization_id: UUID | None
    confirmed_at: datetime | None
    is_shown: bool

    @property
    def openings_inferred(self) -> bool:
        return self.confirmed_at is None

    @property
    def standing(self) -> str:
        return rules.standing(confirmed=self.confirmed_at is not None, as_of=self.as_of)


PLAIN = (
    "name", "lead_company", "us_state", "summary", "stage", "target_first_launch", "milestones", "partner_countries",
    "topic_keys", "as_of",
)  # fmt: skip
# The fields that a list shows, and what is needed to see them at a tier; the other half of an entry is not read.
LIST_FIELDS = (
    *PLAIN, "category", "stage_group", "verification", "orbit", "platform", "openings", "seeking", "tiers",
)  # fmt: skip
LISTED: tuple[InstrumentedAttribute[Any], ...] = (
    Entry.id, Entry.key, Entry.state, Entry.organization_id, Entry.confirmed_at, Entry.shown_since, Entry.launch_from,
    Entry.launch_to, Entry.completeness, *(getattr(Entry, name) for name in LIST_FIELDS),
)  # fmt: skip


def row_of(found: Entry | Row[Any]) -> EntryRow:
    """Return the public fields of an entry, or of its LISTED columns, as a row."""
    seen = rules.visible(content_of(found, LIST_FIELDS), Tier.PUBLIC)
    return EntryRow(
        id=found.id, key=found.key, state=found.state, organization_id=found.organization_id,
        confirmed_at=found.confirmed_at, is_shown=found.shown_since is not None,
        category=found.category, stage_group=found.stage_group, verification=found.verification,
        orbit=Orbit(seen["orbit"]) if seen["orbit"] else None,
        platform=Platform(seen["platform"]) if seen["platform"] else None,
        launch_from=found.launch_from, launch_to=found.launch_to, completeness=found.completeness,
        sought=rules.sought(seen),
        participations=rules.participations(seen), openings=[Opening(value) for value in seen["openings"]],
        **{name: seen[name] for name in PLAIN},
    )  # fmt: skip
