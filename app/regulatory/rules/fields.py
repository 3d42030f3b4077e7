"""The facts that a rule may read: their names, what they can hold, and where each comes from.

A fact that is not known is None. No condition holds on it, so that nothing is ever concluded from what is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.regulatory.facts import CompanyFacts, CountryRow, DealFacts, OpportunityFacts, PartyFacts
from app.regulatory.states import Participation, Tier

Value = str | bool | float | frozenset[str] | date | None


class FieldType(StrEnum):
    """What a fact holds, which decides how it can be asked about."""

    TEXT = "text"
    FLAG = "yes or no"
    NUMBER = "number"
    SET = "list"
    DAY = "day"


class Axis(StrEnum):
    """What a fact belongs to; all facts of one axis change together."""

    COUNTRY = "country"
    OPPORTUNITY = "opportunity"
    KIND = "kind"
    PAIR = "pair"


@dataclass(frozen=True, slots=True)
class Field:
    """A fact's type, the axis it lies on, its words on a page, and the values it can hold (none = any)."""

    type: FieldType
    axis: Axis
    words: str
    allowed: tuple[str, ...] = ()


C, O, P = Axis.COUNTRY, Axis.OPPORTUNITY, Axis.PAIR  # noqa: E741 - one letter keeps the table readable
TEXT, FLAG, NUMBER, SET = FieldType.TEXT, FieldType.FLAG, FieldType.NUMBER, FieldType.SET
GROUPS = (*(f"A:{n}" for n in range(1, 7)), "B", *(f"D:{n}" for n in range(1, 6)), "E:1", "E:2")
MARKS = ("NS1", "NS2", "MT1", "RS1", "RS2", "EMBARGO")

FIELDS: dict[str, Field] = {
    "country.iso2": Field(TEXT, C, "country"),
    "country.tier": Field(TEXT, C, "tier under the October 2024 space rules", tuple(Tier)),
    "country.foreign": Field(FLAG, C, "outside the United States"),
    "country.groups": Field(SET, C, "country groups of the EAR", GROUPS),
    "country.marks": Field(SET, C, "marks on the Commerce Country Chart", MARKS),
    "country.embargo": Field(TEXT, C, "embargo group", ("", "E:1", "E:2")),
    "country.d5": Field(FLAG, C, "in Country Group D:5"),
    "country.itar_126_1": Field(TEXT, C, "listed in 22 CFR 126.1", ("y", "n", "suspended", "partial")),
    "country.aukus_exemption": Field(FLAG, C, "exemption of 22 CFR 126.7"),
    "country.cfius_excepted": Field(FLAG, C, "excepted foreign state at CFIUS"),
    "country.mtcr_member": Field(FLAG, C, "partner of the MTCR"),
    "country.us_tsa": Field(TEXT, C, "technology safeguards agreement", ("y", "pending", "n")),
    "country.us_framework_agreement": Field(FLAG, C, "framework agreement"),
    "country.artemis_signed": Field(FLAG, C, "Artemis Accords signed"),
    "country.dependency_of": Field(TEXT, C, "belongs to"),
    "opportunity.topics": Field(SET, O, "topics the entry meets"),
    "opportunity.platform": Field(TEXT, O, "platform", ("iss", "commercial_station", "other")),
    "opportunity.item_regime": Field(TEXT, O, "export regime of the item", ("ear", "itar")),
    "opportunity.nasa_involved": Field(FLAG, O, "NASA money, facilities or people take part"),
    "opportunity.faa_licensed": Field(FLAG, O, "launch or reentry under an FAA licence"),
    "opportunity.crewed": Field(FLAG, O, "people fly"),
    "opportunity.uses_radio": Field(FLAG, O, "transmits by radio"),
    "opportunity.uses_federal_band": Field(FLAG, O, "uses a federal or shared band"),
    "opportunity.images_earth": Field(FLAG, O, "an instrument can image the Earth"),
    "opportunity.hardware_launched": Field(FLAG, O, "an object is launched"),
    "opportunity.hardware_imported": Field(FLAG, O, "hardware enters the United States"),
    "opportunity.shares_technical_data": Field(FLAG, O, "controlled technical data is shared"),
    "company.critical_technology": Field(FLAG, O, "the U.S. business has critical technology"),
    "company.cleared_facility": Field(FLAG, O, "the U.S. company holds a facility clearance"),
    "party.list_match": Field(TEXT, P, "match with a restricted-party list", ("none", "possible", "confirmed")),
    "party.blocked_percent": Field(NUMBER, P, "percent owned by blocked persons"),
    "party.government_percent": Field(NUMBER, P, "percent of the partner held by a foreign government"),
    "party.excepted_investor": Field(FLAG, P, "the investor itself meets the excepted-investor tests"),
    "party.approved_entity": Field(FLAG, P, "the consignee is an approved entity for exception STA"),
    "party.security_end_user": Field(FLAG, P, "armed forces, police, intelligence or internal security end user"),
    "party.weapons_end_use": Field(FLAG, P, "known missile, weapons or military end use"),
    "deal.kinds": Field(SET, Axis.KIND, "kinds of participation", tuple(Participation)),
    "deal.stake_percent": Field(NUMBER, P, "percent of the U.S. business acquired"),
    "deal.covered_rights": Field(FLAG, P, "control, a board or observer seat, technical information or decisions"),
    "deal.boycott_request": Field(FLAG, P, "the contract or tender asks for boycott support"),
    "date": Field(FieldType.DAY, P, "day of the assessment"),
}  # fmt: skip


def country_facts(country: CountryRow) -> dict[str, Value]:
    """Return what rules may read of a country."""
    return {
        "country.iso2": country.iso2,
        "country.tier": country.tier.value,
        "country.foreign": country.tier is not Tier.UNITED_STATES,
        "country.groups": frozenset(country.ear_country_groups),
        "country.marks": frozenset(country.ear_chart_marks),
        "country.embargo": country.ear_embargo,
        "country.d5": country.ear_d5,
        "country.itar_126_1": country.itar_126_1,
        "country.aukus_exemption": country.aukus_exemption,
        "country.cfius_excepted": country.cfius_excepted,
        "country.mtcr_member": country.mtcr_member,
        "country.us_tsa": country.us_tsa,
        "country.us_framework_agreement": country.us_framework_agreement,
        "country.artemis_signed": bool(country.artemis_accords),
        "country.dependency_of": country.dependency_of,
    }


def opportunity_facts(opportunity: OpportunityFacts, company: CompanyFacts) -> dict[str, Value]:
    """Return what rules may read of an opportunity and of the company behind it."""
    own: dict[str, Value] = {f"opportunity.{name}": getattr(opportunity, name) for name in _names(OpportunityFacts)}
    return own | {f"company.{name}": getattr(company, name) for name in _names(CompanyFacts)}


def pair_facts(party: PartyFacts, deal: DealFacts, on: date) -> dict[str, Value]:
    """Return what rules may read of the partner, the deal and the day."""
    own: dict[str, Value] = {f"party.{name}": getattr(party, name) for name in _names(PartyFacts)}
    own |= {f"deal.{name}": getattr(deal, name) for name in _names(DealFacts)}
    return own | {"deal.kinds": frozenset(kind.value for kind in deal.kinds), "date": on}


def value_words(value: Value) -> str:
    """Return a fact as words."""
    match value:
        case None:
            return "not known"
        case bool():
            return "yes" if value else "no"
        case frozenset():
            return ", ".join(sorted(value)) or "none"
        case date():
            return value.isoformat()
        case str():
            return value or "none"
        case _:
            return f"{value:g}"


def facts_of(*parts: Mapping[str, Value]) -> dict[str, Value]:
    """Return the parts as one."""
    return {name: value for part in parts for name, value in part.items()}


def _names(kind: type[object]) -> tuple[str, ...]:
    return tuple(kind.__dataclass_fields__)  # type: ignore[attr-defined]
