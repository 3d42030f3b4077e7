"""The words of the directory: states of an entry and of a claim, categories, stages, tiers."""

from enum import IntEnum, StrEnum

from app.core import states
from app.regulatory.states import Participation


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


class Sought(StrEnum):
    """What a company seeks from partners, in the terms in which offers are compared."""

    EQUITY = "equity"
    DEBT = "debt"
    CAPACITY_PURCHASE = "capacity_purchase"
    HARDWARE = "hardware"
    MODULE = "module"
    SEAT = "seat"
    PAYLOAD = "payload"
    LANDING_SITE = "landing_site"
    DATA = "data"
    SERVICES = "services"


SOUGHT_LABELS: dict[Sought, str] = {
    Sought.EQUITY: "Equity investment",
    Sought.DEBT: "Debt",
    Sought.CAPACITY_PURCHASE: "Capacity purchase",
    Sought.HARDWARE: "Hardware supply",
    Sought.MODULE: "Module",
    Sought.SEAT: "Crew seat customer",
    Sought.PAYLOAD: "Payload",
    Sought.LANDING_SITE: "Landing site",
    Sought.DATA: "Data",
    Sought.SERVICES: "Services",
}

# The kinds of participation, by which policy and interest go, are coarser: debt is reviewed as investment is.
SOUGHT_PARTICIPATION: dict[Sought, Participation] = {
    Sought.EQUITY: Participation.EQUITY,
    Sought.DEBT: Participation.EQUITY,
    Sought.CAPACITY_PURCHASE: Participation.CAPACITY_PURCHASE,
    Sought.HARDWARE: Participation.HARDWARE,
    Sought.MODULE: Participation.HARDWARE,
    Sought.SEAT: Participation.SEAT,
    Sought.PAYLOAD: Participation.PAYLOAD,
    Sought.LANDING_SITE: Participation.LANDING_SITE,
    Sought.DATA: Participation.SERVICES,
    Sought.SERVICES: Participation.SERVICES,
}


class Orbit(StrEnum):
    """Where a programme flies, coarsely; altitude and inclination say more."""

    STATION = "station"
    MID_INCLINATION = "mid_inclination"
    LOW_INCLINATION = "low_inclination"
    POLAR = "polar"
    SUBORBITAL = "suborbital"
    BEYOND = "beyond"
    SEVERAL = "several"


ORBIT_LABELS: dict[Orbit, str] = {
    Orbit.STATION: "The orbit of the International Space Station",
    Orbit.MID_INCLINATION: "Low Earth orbit, inclined 30 to 70 degrees",
    Orbit.LOW_INCLINATION: "Low Earth orbit, inclined less than 30 degrees",
    Orbit.POLAR: "Low Earth orbit, polar or sun-synchronous",
    Orbit.SUBORBITAL: "Suborbital",
    Orbit.BEYOND: "Beyond low Earth orbit",
    Orbit.SEVERAL: "Several orbits",
}


class Platform(StrEnum):
    """What a programme flies on or is."""

    ISS = "iss"
    OWN_STATION = "own_station"
    OTHER_STATION = "other_station"
    FREE_FLYER = "free_flyer"
    VEHICLE = "vehicle"
    GROUND = "ground"


PLATFORM_LABELS: dict[Platform, str] = {
    Platform.ISS: "On the International Space Station",
    Platform.OWN_STATION: "A station of its own",
    Platform.OTHER_STATION: "On another company's station",
    Platform.FREE_FLYER: "A free flyer",
    Platform.VEHICLE: "A visiting or returning vehicle",
    Platform.GROUND: "On the ground",
}


class ExportClass(StrEnum):
    """How the company classifies what it would share, in its own declaration; nobody here has checked it."""

    PUBLIC_ONLY = "public_only"
    EAR99 = "ear99"
    STATION_ITEMS = "9a004"
    SPACECRAFT_ITEMS = "9x515"
    MUNITIONS = "usml_xv"
    MIXED = "mixed"
    NOT_CLASSIFIED = "not_classified"


EXPORT_CLASS_LABELS: dict[ExportClass, str] = {
    ExportClass.PUBLIC_ONLY: "Public information only",
    ExportClass.EAR99: "EAR99",
    ExportClass.STATION_ITEMS: "9A004, items for the International Space Station",
    ExportClass.SPACECRAFT_ITEMS: "9A515 and related technology",
    ExportClass.MUNITIONS: "Munitions list, category XV",
    ExportClass.MIXED: "Mixed: differs by item",
    ExportClass.NOT_CLASSIFIED: "Not classified yet",
}

TIER_LABELS: dict[Tier, str] = {
    Tier.PUBLIC: "Everyone",
    Tier.REGISTERED: "People who are signed in",
    Tier.VETTED: "Admitted participants",
    Tier.NDA: "Those who accepted your NDA",
    Tier.GRANTED: "Those you gave access to your deal room",
}


class ChangeKind(StrEnum):
    """Why an entry reads differently from before."""

    REPORTED = "reported"
    PUBLISHED = "published"
