"""The words of the directory: states of an entry and of a claim, categories, stages, tiers."""

from enum import IntEnum, StrEnum

from app.core import states


class EntryState(StrEnum):
    """Where an entry stands. While a claimed entry is rewritten, what was last published stays in view."""

    UNCLAIMED = "unclaimed"
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    STALE = "stale"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


class EntryEvent(StrEnum):
    """What can happen to an entry."""

    CLAIM = "claim"
    EDIT = "edit"
    SUBMIT = "submit"
    RETURN = "return"
    PUBLISH = "publish"
    CONFIRM = "confirm"
    GROW_STALE = "grow_stale"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    DROP = "drop"
    REPORT = "report"


S, E = EntryState, EntryEvent
ENTRY_MOVES: dict[tuple[EntryState, EntryEvent], EntryState] = {
    (S.UNCLAIMED, E.CLAIM): S.DRAFT,
    (S.UNCLAIMED, E.REPORT): S.UNCLAIMED,
    (S.UNCLAIMED, E.DROP): S.WITHDRAWN,
    (S.DRAFT, E.EDIT): S.DRAFT,
    (S.DRAFT, E.SUBMIT): S.IN_REVIEW,
    (S.IN_REVIEW, E.PUBLISH): S.PUBLISHED,
    (S.IN_REVIEW, E.RETURN): S.DRAFT,
    (S.PUBLISHED, E.EDIT): S.DRAFT,
    (S.PUBLISHED, E.CONFIRM): S.PUBLISHED,
    (S.PUBLISHED, E.GROW_STALE): S.STALE,
    (S.STALE, E.EDIT): S.DRAFT,
    (S.STALE, E.CONFIRM): S.PUBLISHED,
    (S.DRAFT, E.WITHDRAW): S.WITHDRAWN,
    (S.IN_REVIEW, E.WITHDRAW): S.WITHDRAWN,
    (S.PUBLISHED, E.WITHDRAW): S.WITHDRAWN,
    (S.STALE, E.WITHDRAW): S.WITHDRAWN,
    (S.DRAFT, E.SUSPEND): S.SUSPENDED,
    (S.IN_REVIEW, E.SUSPEND): S.SUSPENDED,
    (S.PUBLISHED, E.SUSPEND): S.SUSPENDED,
    (S.STALE, E.SUSPEND): S.SUSPENDED,
    (S.SUSPENDED, E.REINSTATE): S.DRAFT,
    (S.WITHDRAWN, E.REOPEN): S.DRAFT,
    (S.WITHDRAWN, E.REPORT): S.UNCLAIMED,
}
HIDDEN = frozenset({S.SUSPENDED, S.WITHDRAWN})


def advance(state: EntryState, event: EntryEvent) -> EntryState:
    """Return the state `event` leads to. Raises TransitionRefused for a move not in the table."""
    return states.advance(ENTRY_MOVES, state, event, thing="directory entry")


class ClaimState(StrEnum):
    """Where a company's claim to an entry stands."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"


class ClaimEvent(StrEnum):
    """What a reviewer decides about a claim."""

    APPROVE = "approve"
    DECLINE = "decline"


CLAIM_MOVES: dict[tuple[ClaimState, ClaimEvent], ClaimState] = {
    (ClaimState.OPEN, ClaimEvent.APPROVE): ClaimState.APPROVED,
    (ClaimState.OPEN, ClaimEvent.DECLINE): ClaimState.DECLINED,
}


def decide(state: ClaimState, event: ClaimEvent) -> ClaimState:
    """Return what a decision makes of a claim. Raises TransitionRefused when it is decided already."""
    return states.advance(CLAIM_MOVES, state, event, thing="claim")


class ProposalState(StrEnum):
    """Where newly reported facts about a claimed entry stand: its company decides about them."""

    OPEN = "open"
    TAKEN = "taken"
    DISMISSED = "dismissed"
    REPLACED = "replaced"


class ProposalEvent(StrEnum):
    """What happens to newly reported facts."""

    TAKE = "take"
    DISMISS = "dismiss"
    REPLACE = "replace"


PROPOSAL_MOVES: dict[tuple[ProposalState, ProposalEvent], ProposalState] = {
    (ProposalState.OPEN, ProposalEvent.TAKE): ProposalState.TAKEN,
    (ProposalState.OPEN, ProposalEvent.DISMISS): ProposalState.DISMISSED,
    (ProposalState.OPEN, ProposalEvent.REPLACE): ProposalState.REPLACED,
}


class VersionKind(StrEnum):
    """How a kept version of an entry came to be."""

    REPORTED = "reported"
    DRAFT = "draft"
    PUBLISHED = "published"


class Category(StrEnum):
    """What kind of thing an entry is; the values are those of the reference data."""

    STATION = "station"
    MODULE_SUPPLIER = "module_supplier"
    FREE_FLYER = "free_flyer"
    CREW_VEHICLE = "crew_vehicle"
    CARGO_VEHICLE = "cargo_vehicle"
    CARGO_RETURN_VEHICLE = "cargo_return_vehicle"
    REENTRY_VEHICLE = "reentry_vehicle"
    RESEARCH_FACILITY = "research_facility"
    IN_SPACE_SERVICES = "in_space_services"
    CREW_MISSION = "crew_mission"
    DEMONSTRATOR = "demonstrator"
    PROGRAMME = "programme"
    FOREIGN_PARTNER_HARDWARE = "foreign_partner_hardware"


CATEGORY_LABELS: dict[Category, str] = {
    Category.STATION: "Station",
    Category.MODULE_SUPPLIER: "Module supplier",
    Category.FREE_FLYER: "Free flyer",
    Category.CREW_VEHICLE: "Crew vehicle",
    Category.CARGO_VEHICLE: "Cargo vehicle",
    Category.CARGO_RETURN_VEHICLE: "Cargo return vehicle",
    Category.REENTRY_VEHICLE: "Re-entry vehicle",
    Category.RESEARCH_FACILITY: "Research facility",
    Category.IN_SPACE_SERVICES: "In-space services",
    Category.CREW_MISSION: "Crew mission",
    Category.DEMONSTRATOR: "Demonstrator",
    Category.PROGRAMME: "Government programme",
    Category.FOREIGN_PARTNER_HARDWARE: "Foreign partner hardware",
}


class StageGroup(StrEnum):
    """A coarse stage to filter by; the stage itself stays in the words of its source."""

    PLANNING = "planning"
    CONCEPT = "concept"
    DESIGN = "design"
    DEVELOPMENT = "development"
    ON_SALE = "on_sale"
    OPERATIONAL = "operational"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    OTHER = "other"


STAGE_LABELS: dict[StageGroup, str] = {
    StageGroup.PLANNING: "Programme planning",
    StageGroup.CONCEPT: "Concept",
    StageGroup.DESIGN: "Design",
    StageGroup.DEVELOPMENT: "Development, build or test",
    StageGroup.ON_SALE: "Awarded or on sale",
    StageGroup.OPERATIONAL: "Operational",
    StageGroup.COMPLETED: "Completed",
    StageGroup.WITHDRAWN: "Withdrawn",
    StageGroup.OTHER: "Not stated",
}


class Verification(StrEnum):
    """How well what an entry says was checked."""

    COMPANY = "company"
    READ = "read"
    READ_SECONDARY = "read_secondary"
    PART_UNVERIFIED = "part_unverified"
    UNVERIFIED = "unverified"


VERIFICATION_LABELS: dict[Verification, str] = {
    Verification.COMPANY: "Confirmed by the company",
    Verification.READ: "Read at the source",
    Verification.READ_SECONDARY: "Read in press or other secondary sources",
    Verification.PART_UNVERIFIED: "Partly from general knowledge, not checked",
    Verification.UNVERIFIED: "From general knowledge, not checked",
}


class Tier(IntEnum):
    """Who may see a field: each tier sees what the ones below it see."""

    PUBLIC = 0
    REGISTERED = 1
    VETTED = 2
    NDA = 3
    GRANTED = 4


class Facet(StrEnum):
    """What the directory can be narrowed by with more than one value to an entry."""

    OPENING = "opening"
    PARTICIPATION = "participation"
    PARTNER_COUNTRY = "partner_country"
