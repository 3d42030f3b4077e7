"""The shared vocabulary of what partners and programmes do together."""

from enum import StrEnum


class Participation(StrEnum):
    """What a partner would take part in; the kinds of interest that can be stated."""

    EQUITY = "equity"
    CAPACITY_PURCHASE = "capacity_purchase"
    HARDWARE = "hardware"
    SEAT = "seat"
    PAYLOAD = "payload"
    LANDING_SITE = "landing_site"
    SERVICES = "services"


PARTICIPATION_LABELS: dict[Participation, str] = {
    Participation.EQUITY: "Equity investment",
    Participation.CAPACITY_PURCHASE: "Capacity purchase",
    Participation.HARDWARE: "Hardware supply",
    Participation.SEAT: "Crew seat",
    Participation.PAYLOAD: "Payload",
    Participation.LANDING_SITE: "Landing site",
    Participation.SERVICES: "Services",
}


class Opening(StrEnum):
    """What an entry of the directory could offer a partner, as the reference data names it."""

    EQUITY = "equity"
    CREW_SEAT = "crew_seat"
    PAYLOAD = "payload"
    HARDWARE_SUPPLY = "hardware_supply"
    HOST_MODULE = "host_module"
    NATIONAL_MODULE = "national_module"
    RESEARCH_FACILITY = "research_facility"
    CARGO = "cargo"
    RETURN_SERVICE = "return_service"
    LANDING_SITE = "landing_site"
    DATA_SERVICE = "data_service"
    AGENCY_AGREEMENT = "agency_agreement"


OPENING_PARTICIPATION: dict[Opening, Participation] = {
    Opening.EQUITY: Participation.EQUITY,
    Opening.CREW_SEAT: Participation.SEAT,
    Opening.PAYLOAD: Participation.PAYLOAD,
    Opening.HARDWARE_SUPPLY: Participation.HARDWARE,
    Opening.HOST_MODULE: Participation.HARDWARE,
    Opening.NATIONAL_MODULE: Participation.HARDWARE,
    Opening.RESEARCH_FACILITY: Participation.CAPACITY_PURCHASE,
    Opening.CARGO: Participation.CAPACITY_PURCHASE,
    Opening.RETURN_SERVICE: Participation.CAPACITY_PURCHASE,
    Opening.LANDING_SITE: Participation.LANDING_SITE,
    Opening.DATA_SERVICE: Participation.SERVICES,
    Opening.AGENCY_AGREEMENT: Participation.SERVICES,
}


class Outcome(StrEnum):
    """What a policy step comes to for a pair; words, never colours alone."""

    CLEAR = "clear"
    CLEAR_WITH_STEP = "clear_with_step"
    NEEDS_AUTHORIZATION = "needs_authorization"
    NEEDS_GOVERNMENT_ACTION = "needs_government_action"
    ASK_A_PERSON = "ask_a_person"
    PRESUMED_DENIED = "presumed_denied"
    REFUSED = "refused"


OUTCOME_LABELS: dict[Outcome, str] = {
    Outcome.CLEAR: "Clear",
    Outcome.CLEAR_WITH_STEP: "Clear with a step",
    Outcome.NEEDS_AUTHORIZATION: "Needs an authorization",
    Outcome.NEEDS_GOVERNMENT_ACTION: "Needs government action",
    Outcome.ASK_A_PERSON: "Ask a person",
    Outcome.PRESUMED_DENIED: "Presumed denied",
    Outcome.REFUSED: "Refused",
}

OUTCOME_TONES: dict[Outcome, str] = {
    Outcome.CLEAR: "good",
    Outcome.CLEAR_WITH_STEP: "good",
    Outcome.NEEDS_AUTHORIZATION: "warn",
    Outcome.NEEDS_GOVERNMENT_ACTION: "warn",
    Outcome.ASK_A_PERSON: "info",
    Outcome.PRESUMED_DENIED: "bad",
    Outcome.REFUSED: "bad",
}


class Tier(StrEnum):
    """How the space export rules of October 2024 sort a country; a sorting aid, never a licence decision."""

    UNITED_STATES = "T0_US"
    LICENSE_FREE = "T1_LICENSE_FREE_9X515"
    PARTS_FREE_STA = "T2_PARTS_FREE_STA_C1"
    PARTS_FREE = "T3_PARTS_FREE_NO_STA"
    STA_LIMITED = "T4_STA_C1_LIMITED"
    LICENSE = "T5_LICENSE"
    DENIAL = "T6_D5_DENIAL"
    EMBARGO = "T7_EMBARGO"
    CONFIRM = "TX_CONFIRM"


TIER_LABELS: dict[Tier, str] = {
    Tier.UNITED_STATES: "United States and its territories",
    Tier.LICENSE_FREE: "No licence for most spacecraft items",
    Tier.PARTS_FREE_STA: "Parts freer, and exception STA",
    Tier.PARTS_FREE: "Parts freer, no exception STA",
    Tier.STA_LIMITED: "Exception STA for approved entities only",
    Tier.LICENSE: "Licence expected",
    Tier.DENIAL: "Policy of denial",
    Tier.EMBARGO: "Embargoed",
    Tier.CONFIRM: "Confirm with a person",
}


class Stage(StrEnum):
    """The order in which checks are made for a pair."""

    PARTY = "party"
    COUNTRY = "country"
    EXPORT = "export"
    INVESTMENT = "investment"
    LAUNCH = "launch"
    OPERATIONS = "operations"
    LIABILITY = "liability"
    MOVEMENT = "movement"


STAGE_LABELS: dict[Stage, str] = {
    Stage.PARTY: "Who the parties are",
    Stage.COUNTRY: "The partner's country",
    Stage.EXPORT: "Export of items and technical data",
    Stage.INVESTMENT: "Investment review",
    Stage.LAUNCH: "Missile technology, launch and reentry",
    Stage.OPERATIONS: "Operations and government agreements",
    Stage.LIABILITY: "Liability",
    Stage.MOVEMENT: "Travel, customs and contract wording",
}

VERIFICATION_WORDS: dict[str, str] = {
    "read": "The page that states it was read.",
    "read_secondary": "Read in press, a law firm's note or an aggregator, not at the official source.",
    "part_unverified": "Part of it is general knowledge: check it at the official source.",
    "unverified": "It is general knowledge: check it at the official source.",
}


class Asked(StrEnum):
    """Of whom a rule is asked: of the entries that name its topic, or of every pair."""

    OF_LISTED = "of_entries_that_name_it"
    OF_EVERYBODY = "of_everybody"


class Reads(StrEnum):
    """Whose country a rule reads, when the owners' countries differ from that of the address."""

    STRICTEST = "strictest"  # of the address and of every owner
    ADDRESS = "address"
    RELIEF = "relief"  # given only where every one of them has it; a person is asked where they differ


class StepOwner(StrEnum):
    """Who keeps a step moving; who decides it is the agency."""

    ORGANIZERS = "organizers"
    PARTNER = "partner"
    COMPANY = "us_company"
    BOTH = "both"
    GOVERNMENTS = "governments"
    NOBODY = "nobody"


STEP_OWNER_LABELS: dict[StepOwner, str] = {
    StepOwner.ORGANIZERS: "The organizers",
    StepOwner.PARTNER: "The partner",
    StepOwner.COMPANY: "The U.S. company",
    StepOwner.BOTH: "The partner and the U.S. company together",
    StepOwner.GOVERNMENTS: "The governments",
    StepOwner.NOBODY: "Nobody: it is information",
}
