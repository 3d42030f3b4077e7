"""Makers of what the policy engine decides on: the shipped rules, and facts drawn by chance, half of them not known."""

from functools import cache
from random import Random

from app.regulatory.facts import CompanyFacts, CountryRow, DealFacts, OpportunityFacts, PartyFacts
from app.regulatory.rule_files import shipped_rules
from app.regulatory.rules import Rulebook
from app.regulatory.rules.fields import FIELDS, FieldType
from app.regulatory.states import Participation
from tests.factories import regulatory as make


@cache
def shipped_book() -> Rulebook:
    """The shipped rules and topics, without a database."""
    return Rulebook(shipped_rules(), make.topics())


@cache
def all_countries() -> list[CountryRow]:
    """Every shipped country, in the order of the file."""
    return [make.country(iso2) for iso2 in make.shipped("countries").rows]


def deal_of(*kinds: Participation, **facts: object) -> DealFacts:
    """A deal of these kinds, with these facts known."""
    return DealFacts(kinds=frozenset(kinds), **facts)


def any_opportunity(chance: Random) -> OpportunityFacts:
    """An opportunity that meets some topics."""
    topics = frozenset(key for key in make.topics() if chance.random() < 0.3)
    return OpportunityFacts(**{"topics": topics} | _drawn("opportunity", chance))


def any_company(chance: Random) -> CompanyFacts:
    return CompanyFacts(**_drawn("company", chance))


def any_party(chance: Random) -> PartyFacts:
    return PartyFacts(**_drawn("party", chance))


def any_deal(chance: Random, *kinds: Participation) -> DealFacts:
    return DealFacts(**{"kinds": frozenset(kinds)} | _drawn("deal", chance))


def _drawn(of: str, chance: Random) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, field in FIELDS.items():
        if name.startswith(f"{of}.") and field.type is not FieldType.SET and chance.random() < 0.5:
            match field.type:
                case FieldType.FLAG:
                    value: object = chance.random() < 0.5
                case FieldType.NUMBER:
                    value = chance.choice([0, 5, 9.99, 10, 24, 25, 48.9, 49, 50, 100])
                case _:
                    value = chance.choice(field.allowed)
            found[name.partition(".")[2]] = value
    return found
