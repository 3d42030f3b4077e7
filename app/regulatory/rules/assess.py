"""What the United States will ask of a partner: the rules tried in order on a pair's facts, and how it was decided.

Pure decisions. Each regime is read from its own facts: an ally in one is not an ally in another. Ownership beats
address: a rule that reads parties is decided for the country of the address and of every owner, and the strictest
answer stands. Nothing here is legal advice, and no step is a licence decision.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from app.regulatory.facts import (
    CompanyFacts,
    CountryRow,
    DealFacts,
    FactSeen,
    OpportunityFacts,
    PartyFacts,
    PolicyStep,
    TopicRow,
)
from app.regulatory.rules.fields import (
    FIELDS,
    Axis,
    Value,
    country_facts,
    facts_of,
    opportunity_facts,
    pair_facts,
    value_words,
)
from app.regulatory.rules.language import Decision, Lead, Rule, decide
from app.regulatory.rules.path import CriticalPath, critical_path
from app.regulatory.rules.summary import days_words, strictness
from app.regulatory.states import Asked, Outcome, Participation, Reads

LEAD_BASIS_WORDS = {
    "sourced": "from the source",
    "sourced_proposal": "from a proposal that is not final",
    "sourced_public_notice_only": "public notice only; the total was not found",
    "planning_allowance": "our planning allowance",
    "part_unverified": "partly not verified",
    "unverified": "not verified",
    "none": "no figure found",
}


@dataclass(frozen=True)
class Rulebook:
    """The rules in order and the topics they are about; a rule whose topic is not loaded is not asked."""

    rules: tuple[Rule, ...]
    topics: Mapping[str, TopicRow]

    @cached_property
    def by_topic(self) -> dict[str, Rule]:
        return {rule.topic: rule for rule in self.rules}


@dataclass(frozen=True, slots=True)
class Pair:
    """What is asked about: the partner's country and its owners', what it would take part in, how, and on which day."""

    country: CountryRow
    on: date
    owners: tuple[CountryRow, ...] = ()
    opportunity: OpportunityFacts = field(default_factory=OpportunityFacts)
    company: CompanyFacts = field(default_factory=CompanyFacts)
    party: PartyFacts = field(default_factory=PartyFacts)
    deal: DealFacts = field(default_factory=DealFacts)

    @property
    def judged(self) -> tuple[CountryRow, ...]:
        """Return the countries that count: of the address first, then of the owners, each once."""
        return tuple({row.iso2: row for row in (self.country, *self.owners)}.values())


@dataclass(frozen=True, slots=True)
class Assessment:
    """The ordered steps of a pair and what they rest on.

    `missing` names each fact that was not known and the topics it might change; `not_counted` the topics whose rule
    was not in force on the day, and why; `unverified` the topics of steps that do not rest on a page that was read.
    """

    pair: Pair
    steps: tuple[PolicyStep, ...]
    missing: Mapping[str, tuple[str, ...]]
    not_counted: Mapping[str, str]
    path: CriticalPath
    unverified: tuple[str, ...]

    @property
    def outcome(self) -> Outcome:
        """Return the strictest outcome; clear when nothing is asked."""
        return max((step.outcome for step in self.steps), key=strictness, default=Outcome.CLEAR)


@dataclass(frozen=True, slots=True)
class _Answer:
    country: CountryRow
    decision: Decision

    @property
    def weight(self) -> tuple[int, bool]:
        outcome = self.decision.outcome
        return (
            -1 if outcome is None else strictness(outcome),
            bool(self.decision.case and self.decision.case.hard_stop),
        )


def assess(book: Rulebook, pair: Pair) -> Assessment:
    """Return the checklist of a pair in the order the checks are made; a hard stop is the last step."""
    shared = facts_of(opportunity_facts(pair.opportunity, pair.company), pair_facts(pair.party, pair.deal, pair.on))
    facts = {row.iso2: shared | country_facts(row) for row in pair.judged}
    found: list[PolicyStep] = []
    missing: dict[str, tuple[str, ...]] = {}
    not_counted: dict[str, str] = {}
    for rule in book.rules:
        topic = book.topics.get(rule.topic)
        if topic is None or not rule.concerns(pair.opportunity.topics, pair.deal.kinds):
            continue
        if not rule.in_force(pair.on):
            not_counted[rule.topic] = _not_counted(rule)
            continue
        answers = _answers(rule, pair, facts)
        for name in dict.fromkeys(name for answer in answers for name in answer.decision.missing):
            missing[name] = (*missing.get(name, ()), rule.topic)
        step = _step(len(found) + 1, rule, topic, answers, facts)
        if step is not None:
            found.append(step)
            if step.hard_stop:
                break
    return Assessment(
        pair=pair, steps=tuple(found), missing=missing, not_counted=not_counted,
        path=critical_path(found, book.by_topic),
        unverified=tuple(step.topic_key for step in found if step.verification != "read"),
    )  # fmt: skip


def steps(
    book: Rulebook, country: CountryRow, topic_keys: Iterable[str], participation: Participation | None, *, on: date
) -> list[PolicyStep]:
    """Return the checklist for a partner of `country` and an entry that meets `topic_keys`, with nothing else known.

    None asks for every kind of participation at once, which is the strictest reading.
    """
    deal = DealFacts() if participation is None else DealFacts(kinds=frozenset({participation}))
    pair = Pair(country, on, opportunity=OpportunityFacts(topics=frozenset(topic_keys)), deal=deal)
    return list(assess(book, pair).steps)


def lead_time_words(lead: Lead) -> str:
    """Return how long a step takes, in days with the basis of the figure, and what the source adds."""
    said = lead.words.replace("source=unverified: ", "not verified, check ")
    if lead.low is None and lead.high is None:
        return said
    return f"{days_words(lead.low, lead.high)} ({LEAD_BASIS_WORDS[lead.basis]}). {said}"


def _answers(rule: Rule, pair: Pair, facts: Mapping[str, Mapping[str, Value]]) -> list[_Answer]:
    """Return the answer for each country the rule reads, the deciding one first."""
    countries = (pair.country,) if rule.reads is Reads.ADDRESS else pair.judged
    answers = [_Answer(row, decide(rule, facts[row.iso2])) for row in countries]
    return sorted(answers, key=lambda answer: answer.weight, reverse=True)


def _step(
    order: int, rule: Rule, topic: TopicRow, answers: list[_Answer], facts: Mapping[str, Mapping[str, Value]]
) -> PolicyStep | None:
    first = answers[0]
    case = first.decision.case
    if case is None or case.outcome is None:
        return None
    outcome, why = case.outcome, _words(case.why, first.country)
    without = [answer.country.name for answer in answers if answer.decision.outcome is None]
    if rule.reads is Reads.RELIEF and without:
        outcome = Outcome.ASK_A_PERSON
        why = f"Open to a partner from {first.country.name}, not to one from {' or '.join(without)}: ask which counts."
    elif len(answers) > 1 and len({answer.weight for answer in answers}) > 1:
        why = f"Judged by {first.country.name}, the strictest of the party's countries. {why}"
    return PolicyStep(
        order=order, stage=rule.stage, title=topic.name, topic_key=rule.topic, agency=topic.agency,
        authority=rule.authority, trigger=topic.trigger, outcome=outcome, why=why,
        lead_time_words=lead_time_words(rule.lead), lead_days_min=rule.lead.low, lead_days_max=rule.lead.high,
        lead_basis=rule.lead.basis, bring=rule.bring, source=rule.source, as_of=rule.as_of,
        verification=rule.verification, hard_stop=case.hard_stop, from_entry=rule.asked is Asked.OF_LISTED,
        owner=rule.owner, question=rule.question if outcome is Outcome.ASK_A_PERSON else "",
        rule_version=rule.version, reviewer=rule.reviewer, judged_by=first.country.iso2,
        others=tuple((each.country.iso2, each.decision.outcome) for each in answers[1:] if each.decision.outcome),
        used=_used(rule, first, facts[first.country.iso2]), missing=first.decision.missing,
    )  # fmt: skip


def _used(rule: Rule, answer: _Answer, facts: Mapping[str, Value]) -> tuple[FactSeen, ...]:
    tried = rule.cases[: answer.decision.index + 1]
    names = dict.fromkeys(condition.field for case in tried for condition in case.when)
    return tuple(
        FactSeen(name, answer.country.name if FIELDS[name].axis is Axis.COUNTRY else "", value_words(facts[name]))
        for name in names
        if facts[name] is not None
    )


def _words(template: str, country: CountryRow) -> str:
    """Return the words of a case about a country; {notes:WORD} are its notes where they speak of WORD."""

    def said(found: re.Match[str]) -> str:
        name, _, about = found[1].partition(":")
        match name:
            case "country":
                return country.name
            case "notes":
                return country.notes if about in country.notes else ""
            case "groups":
                return ", ".join(group for group in country.ear_country_groups if group.startswith("D:"))
            case "embargo":
                return country.ear_embargo
            case _:
                return country.dependency_of

    return re.sub(r"\{([^}]*)\}", said, template).strip()


def _not_counted(rule: Rule) -> str:
    if rule.effective_from and rule.effective_to:
        return f"The rule counts from {rule.effective_from} to {rule.effective_to}."
    return (
        f"The rule counts from {rule.effective_from}."
        if rule.effective_from
        else f"The rule ended on {rule.effective_to}."
    )
