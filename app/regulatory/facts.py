"""The facts rules decide on and the steps they return; plain values that every layer may hold."""

from dataclasses import dataclass
from datetime import date

from app.regulatory.states import OUTCOME_LABELS, OUTCOME_TONES, Outcome, Stage, Tier


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
class PolicyStep:
    """One step of the ordered checklist for a pair; `hard_stop` ends the list. Lead days: None = not known.

    `from_entry`: asked because the entry meets the topic; the others are asked of every partner.
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

    @property
    def outcome_words(self) -> str:
        return OUTCOME_LABELS[self.outcome]

    @property
    def tone(self) -> str:
        """Return the tone of the outcome's tag; the words say it too."""
        return OUTCOME_TONES[self.outcome]
