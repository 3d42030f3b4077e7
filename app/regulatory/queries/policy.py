"""The policy steps of pairs, and many pairs' steps in a line each.

Countries, topics and rules change only with a new version of the reference data, so what follows from them is worked
out once in each process and kept under the versions it rests on: one query asks for those, a second one reads facts
that are not kept yet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, literal, select, union_all
from sqlalchemy.orm import Session

from app.core import clock, reference
from app.regulatory import rules
from app.regulatory.facts import CountryRow, PolicyStep
from app.regulatory.models import Country, PolicyRule, Topic
from app.regulatory.queries.rows import country_row, rulebook_of, topic_row
from app.regulatory.rules import PolicyLine, Rulebook, StepsSummary
from app.regulatory.states import Participation

KINDS = ("countries", "topics", "rules")
MOST_KEPT = 50_000  # summaries; about 20 MB
Wanted = tuple[str, frozenset[str], Participation | None, date]


@dataclass(slots=True)
class Book:
    """What is known at one set of versions, filled as it is asked for. Threads share it: each write is one step."""

    versions: tuple[tuple[str, int, str], ...]
    rulebook: Rulebook
    countries: dict[str, CountryRow] = field(default_factory=dict)
    summaries: dict[Wanted, StepsSummary] = field(default_factory=dict)

    def summary(
        self, country: CountryRow, topic_keys: frozenset[str], kind: Participation | None, on: date
    ) -> StepsSummary:
        wanted = (country.iso2, topic_keys, kind, on)
        found = self.summaries.get(wanted)
        if found is None:
            found = rules.summary_of(rules.steps(self.rulebook, country, topic_keys, kind, on=on))
            if len(self.summaries) >= MOST_KEPT:
                self.summaries.clear()
            self.summaries[wanted] = found
        return found


_books: WeakKeyDictionary[Engine, Book] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class PolicyTable:
    """A pair's steps for one kind of participation, or any, and what they come to for each kind."""

    country: CountryRow
    steps: list[PolicyStep]
    any_kind: StepsSummary
    by_kind: dict[Participation, StepsSummary]
    versions: tuple[tuple[str, int, str], ...]


def policy_steps(
    session: Session, *, country: str, topic_keys: Iterable[str], participation: Participation | None
) -> list[PolicyStep]:
    """Return the ordered steps for a partner of `country` (two letters) and an entry that meets `topic_keys`.

    `participation` None asks for every kind at once. A country that is not listed gives no steps: nothing is guessed.
    """
    book = _book(session, country)
    facts = book.countries.get(country.upper())
    return rules.steps(book.rulebook, facts, topic_keys, participation, on=_today()) if facts else []


def policy_table(
    session: Session, *, country: str, topic_keys: Iterable[str], participation: Participation | None
) -> PolicyTable | None:
    """Return the steps of a pair and the summary of each kind; None for a country that is not listed. Two queries."""
    book = _book(session, country)
    facts = book.countries.get(country.upper())
    if facts is None:
        return None
    keys, today = frozenset(topic_keys), _today()
    return PolicyTable(
        country=facts, steps=rules.steps(book.rulebook, facts, keys, participation, on=today),
        any_kind=book.summary(facts, keys, None, today),
        by_kind={kind: book.summary(facts, keys, kind, today) for kind in Participation}, versions=book.versions,
    )  # fmt: skip


def policy_summaries(
    session: Session, country: str, topic_keys: Sequence[Iterable[str]], participation: Participation | None = None
) -> list[PolicyLine]:
    """Return one line for each entry's topics, in the order given: all of a page at once, with at most two queries.

    No country, or one that is not listed, gives an empty list, so that a page asks `if lines`.
    """
    if not country or not topic_keys:
        return []
    return policy_lines(session, country, [(keys, participation) for keys in topic_keys])


def policy_lines(
    session: Session, country: str, wanted: Sequence[tuple[Iterable[str], Participation | None]]
) -> list[PolicyLine]:
    """Return one line for each (topics, kind): as `policy_summaries`, for a list whose lines differ in kind."""
    book = _book(session, country)
    facts = book.countries.get(country.upper())
    if facts is None:
        return []
    today = _today()
    return [
        PolicyLine(facts.iso2, facts.name, kind, book.summary(facts, frozenset(keys), kind, today))
        for keys, kind in wanted
    ]


def rulebook(session: Session) -> Rulebook:
    """Return the rules and topics that stand, for who decides many pairs at once. At most two queries."""
    return _book(session, "").rulebook


def _today() -> date:
    return clock.now().date()


def _book(session: Session, country: str) -> Book:
    """Return what is known at the current versions, with the facts of `country` when there is such a country."""
    engine, wanted = session.get_bind().engine, country.upper()
    versions = reference.current_versions(session, KINDS)
    book = _books.get(engine)
    if book is not None and book.versions == versions:
        if wanted and wanted not in book.countries:
            book.countries.update(_countries(session, wanted))
        return book
    book = _read(session, wanted, versions)
    if {"countries", "topics"} <= {kind for kind, _, _ in versions}:
        _books[engine] = book
    return book


def _countries(session: Session, iso2: str) -> dict[str, CountryRow]:
    found = session.scalars(select(Country.content).where(Country.key == iso2, Country.to_version.is_(None)))
    return {row.iso2: row for row in map(country_row, found)}


def _read(session: Session, iso2: str, versions: tuple[tuple[str, int, str], ...]) -> Book:
    all_three = union_all(
        select(literal("topic"), Topic.content).where(Topic.to_version.is_(None)),
        select(literal("rule"), PolicyRule.content).where(PolicyRule.to_version.is_(None)),
        select(literal("country"), Country.content).where(Country.key == iso2, Country.to_version.is_(None)),
    )
    found: dict[str, list[dict[str, Any]]] = {"topic": [], "rule": [], "country": []}
    for kind, content in session.execute(all_three):
        found[kind].append(content)
    rulebook = rulebook_of(found["rule"], map(topic_row, found["topic"]))
    return Book(versions, rulebook, {row.iso2: row for row in map(country_row, found["country"])})
