"""The facts rules decide on and the steps they return; plain values that every layer may hold."""

from dataclasses import dataclass
from datetime import date

from app.regulatory.states import (
    OUTCOME_LABELS,
    OUTCOME_TONES,
    STEP_OWNER_LABELS,
    Outcome,
    Participation,
    Stage,
    StepOwner,
    Tier,
)


@dataclass(frozen=True, slots=True)
class CountryRow:
    """What is known of a country or territory. Each regime is its own fact; none follows from another.

    `itar_126_1` is y, n, suspended or partial; `us_tsa` is y, pending or n; dates are the text of the source.
    """

    iso2: str
    iso3: str
    name: str
    tier: Tier
    as_of: date
    artemis_accords: str
    artemis_date_status: str
    mtcr_member: bool
    ear_country_groups: tuple[str, ...]
    ear_chart_marks: tuple[str, ...]
    ear_embargo: str
    ear_d5: bool
    itar_126_1: str
    aukus_exemption: bool
    cfius_excepted: bool
    us_tsa: str
    us_framework_agreement: bool
    iss_partner: str
    esa_member: str
    dependency_of: str
    notes: str
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A regulatory topic: who decides, what triggers it, how long, what a partner brings. Days, None = not known."""

    key: str
    name: str
    domain: str
    agency: str
    authority: str
    applies_to: str
    trigger: str
    lead_time: str
    lead_days_min: int | None
    lead_days_max: int | None
    lead_basis: str
    partner_supplies: tuple[str, ...]
    outcomes: tuple[str, ...]
    notes: str
    source: tuple[str, ...]
    as_of: str
    verification: str


@dataclass(frozen=True, slots=True)
class OpportunityFacts:
    """What is known of an opportunity; None = not known, which is never read as no."""

    topics: frozenset[str] = frozenset()
    platform: str | None = None
    item_regime: str | None = None
    nasa_involved: bool | None = None
    faa_licensed: bool | None = None
    crewed: bool | None = None
    uses_radio: bool | None = None
    uses_federal_band: bool | None = None
    images_earth: bool | None = None
    hardware_launched: bool | None = None
    hardware_imported: bool | None = None
    shares_technical_data: bool | None = None


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """What is known of the U.S. company; None = not known."""

    critical_technology: bool | None = None
    cleared_facility: bool | None = None


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """What is known of the partner beyond its countries; None = not known.

    `list_match`: none, possible or confirmed; percents are of the partner's own shares.
    """

    list_match: str | None = None
    blocked_percent: float | None = None
    government_percent: float | None = None
    excepted_investor: bool | None = None
    approved_entity: bool | None = None
    security_end_user: bool | None = None
    weapons_end_use: bool | None = None


@dataclass(frozen=True, slots=True)
class DealFacts:
    """What is known of the deal; None = not known. No kind = every kind at once, the strictest reading."""

    kinds: frozenset[Participation] = frozenset(Participation)
    stake_percent: float | None = None
    covered_rights: bool | None = None
    boycott_request: bool | None = None


@dataclass(frozen=True, slots=True)
class FactSeen:
    """A fact that a rule looked at: whose it is (a country's name, or "") and what it says in words."""

    field: str
    of: str
    words: str


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """One step of the ordered checklist for a pair; `hard_stop` ends the list. Lead days: None = not known.

    `from_entry`: asked because the entry meets the topic; the others are asked of every partner. `judged_by` is the
    country whose facts decided, `others` what the other countries of address and ownership come to. `missing` are
    facts that were not known and might change the answer, `question` is what a person must be asked, if anything.
    """

    order: int
    stage: Stage
    title: str
    topic_key: str
    agency: str
    authority: str
    trigger: str
    outcome: Outcome
    why: str
    lead_time_words: str
    lead_days_min: int | None
    lead_days_max: int | None
    lead_basis: str
    bring: tuple[str, ...]
    source: tuple[str, ...]
    as_of: str
    verification: str
    hard_stop: bool
    from_entry: bool
    owner: StepOwner = StepOwner.BOTH
    question: str = ""
    rule_version: int = 0
    reviewer: str = ""
    judged_by: str = ""
    others: tuple[tuple[str, Outcome], ...] = ()
    used: tuple[FactSeen, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def owner_words(self) -> str:
        return STEP_OWNER_LABELS[self.owner]

    @property
    def outcome_words(self) -> str:
        return OUTCOME_LABELS[self.outcome]

    @property
    def tone(self) -> str:
        """Return the tone of the outcome's tag; the words say it too."""
        return OUTCOME_TONES[self.outcome]
