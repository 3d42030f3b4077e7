"""Reads of countries, topics and rules."""

from collections.abc import Iterable
from datetime import date
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.core.db import plain_rows
from app.core.paging import Page, paginate
from app.regulatory.facts import CountryRow, TopicRow
from app.regulatory.models import Country, PolicyRule, Topic
from app.regulatory.rule_files import shipped_rules
from app.regulatory.rules import Rule, Rulebook, read_rule
from app.regulatory.states import Tier


def countries(session: Session) -> list[CountryRow]:
    """Return every country with its facts, by name."""
    found = session.execute(select(Country.content).where(Country.to_version.is_(None))).scalars()
    return sorted(map(country_row, found), key=lambda row: row.name)


def country(session: Session, iso2: str) -> CountryRow | None:
    """Return one country by its two letters in any case, None when there is none."""
    wanted = select(Country.content).where(Country.key == iso2.upper(), Country.to_version.is_(None))
    content = session.scalars(wanted).one_or_none()
    return None if content is None else country_row(content)


def country_choices(session: Session) -> list[tuple[str, str]]:
    """Return (two letters, name) of every country for a form, by name."""
    found = plain_rows(session, select(Country.key, Country.name).where(Country.to_version.is_(None)))
    return sorted(((row[0], row[1]) for row in found), key=itemgetter(1))


def countries_page(
    session: Session, *, search: str = "", tier: Tier | None = None, sort: str = "name", number: int = 1
) -> Page[CountryRow]:
    """Return countries whose name or letters hold `search`, of one tier if given, by name or by tier."""
    wanted: Select[Any] = select(Country.content).where(Country.to_version.is_(None))
    if search:
        wanted = wanted.where(or_(Country.name.icontains(search, autoescape=True), Country.key == search.upper()))
    if tier is not None:
        wanted = wanted.where(Country.tier == tier.value)
    order = (Country.tier, Country.name) if sort == "tier" else (Country.name,)
    return paginate(session, wanted.order_by(*order, Country.key), country_row, number=number)


def topics(session: Session) -> list[TopicRow]:
    """Return every regulatory topic, by domain and name."""
    found = session.execute(select(Topic.content).where(Topic.to_version.is_(None))).scalars()
    return sorted(map(topic_row, found), key=lambda row: (row.domain, row.name))


def topic(session: Session, key: str) -> TopicRow | None:
    """Return one topic, None when there is none of that key."""
    wanted = select(Topic.content).where(Topic.key == key, Topic.to_version.is_(None))
    content = session.scalars(wanted).one_or_none()
    return None if content is None else topic_row(content)


def topic_with_rule(session: Session, key: str) -> tuple[TopicRow, Rule | None] | None:
    """Return one topic and what is laid down about it, None when there is no such topic; one query."""
    current = (PolicyRule.key == Topic.key) & PolicyRule.to_version.is_(None)
    wanted = select(Topic.content, PolicyRule.content).outerjoin(PolicyRule, current)
    found = session.execute(wanted.where(Topic.key == key, Topic.to_version.is_(None))).one_or_none()
    if found is None:
        return None
    rule = read_rule(found[1]) if found[1] else next((rule for rule in shipped_rules() if rule.topic == key), None)
    return topic_row(found[0]), rule


def topics_page(session: Session, *, search: str = "", domain: str = "", number: int = 1) -> Page[TopicRow]:
    """Return topics whose name or key holds `search`, of one domain if given, by domain and name."""
    wanted: Select[Any] = select(Topic.content).where(Topic.to_version.is_(None))
    if search:
        wanted = wanted.where(
            or_(Topic.name.icontains(search, autoescape=True), Topic.key.icontains(search, autoescape=True))
        )
    if domain:
        wanted = wanted.where(Topic.domain == domain)
    return paginate(session, wanted.order_by(Topic.domain, Topic.name, Topic.key), topic_row, number=number)


def country_row(content: dict[str, Any]) -> CountryRow:
    """Return the facts of a country from its stored content."""
    facts: dict[str, Any] = _with_tuples(content)
    facts |= {"tier": Tier(content["tier"]), "as_of": date.fromisoformat(content["as_of"])}
    return CountryRow(**facts)


def rulebook_of(contents: Iterable[dict[str, Any]], topics: Iterable[TopicRow]) -> Rulebook:
    """Return stored rules as a book.

    Where no rule was ever loaded, the shipped ones stand: a list without rules would read as if nothing were asked.
    """
    found = tuple(sorted(map(read_rule, contents), key=lambda rule: rule.place)) or shipped_rules()
    return Rulebook(found, {row.key: row for row in topics})


def topic_row(content: dict[str, Any]) -> TopicRow:
    """Return a topic from its stored content."""
    return TopicRow(**_with_tuples(content))


def _with_tuples(content: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in content.items()}
