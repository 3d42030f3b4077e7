"""How a rule is read: what cannot be used is told by field, what is wrong with it, and what is allowed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from app.core.sheets import BadField
from app.regulatory.rules.fields import FIELDS, Field, FieldType
from app.regulatory.rules.language import Case, Condition, Lead, Link, Op, Rule, Wanted
from app.regulatory.states import VERIFICATION_WORDS, Asked, Outcome, Participation, Reads, Stage, StepOwner

Word = TypeVar("Word", bound=StrEnum)

NO_STEP = "no_step"
MOST_CASES, MOST_CHARACTERS, MOST_DAYS = 40, 2_000, 3_650
PLACEHOLDERS = ("country", "notes", "groups", "embargo", "parent")
LEAD_BASES = (
    "sourced", "sourced_proposal", "sourced_public_notice_only", "planning_allowance", "part_unverified",
    "unverified", "none",
)  # fmt: skip
NEEDED = (
    "topic", "version", "place", "stage", "kinds", "asked", "reads", "owner", "authority", "source", "as_of",
    "verification", "author", "reviewer", "bring", "lead", "case",
)  # fmt: skip
OPTIONAL = ("question", "effective_from", "effective_to", "after", "within", "holds_up")
OPS: dict[FieldType, tuple[Op, ...]] = {
    FieldType.TEXT: (Op.ONE_OF, Op.NONE_OF),
    FieldType.FLAG: (),
    FieldType.NUMBER: (Op.AT_LEAST, Op.BELOW),
    FieldType.SET: (Op.HOLDS, Op.LACKS),
    FieldType.DAY: (Op.FROM, Op.TO),
}


def read_rule(table: Mapping[str, Any]) -> Rule:
    """Return the rule of a file or of a stored row. Raises BadField naming the field."""
    _only(table, "", (*NEEDED, *OPTIONAL), NEEDED)
    begins, ends = _day_or_none(table, "effective_from"), _day_or_none(table, "effective_to")
    if begins and ends and ends < begins:
        raise BadField("effective_to", f"{ends} is before effective_from ({begins}).")
    rule = Rule(
        topic=_matching(table, "topic", r"[a-z0-9_]+", "small letters, digits and _"),
        version=_whole(table, "version", least=1), place=_whole(table, "place"), stage=_word(table, "stage", Stage),
        kinds=frozenset(_words(table, "kinds", Participation)), asked=_word(table, "asked", Asked),
        reads=_word(table, "reads", Reads), owner=_word(table, "owner", StepOwner),
        question=_text(table, "question") if "question" in table else "",
        effective_from=begins, effective_to=ends, authority=_text(table, "authority"),
        source=tuple(_texts(table, "source")),
        as_of=_matching(table, "as_of", r"(\d{4}(-\d\d(-\d\d)?)?)?", "a day, a month, a year or nothing"),
        verification=_one_of(table, "verification", tuple(VERIFICATION_WORDS)), author=_text(table, "author"),
        reviewer=_text(table, "reviewer", empty=True), bring=tuple(_texts(table, "bring")), lead=_lead(table),
        after=_links(table, "after"), within=_links(table, "within"),
        holds_up=_flag(table, "holds_up") if "holds_up" in table else True, cases=tuple(_cases(table)),
    )  # fmt: skip
    if any(case.outcome is Outcome.ASK_A_PERSON for case in rule.cases) and not rule.question:
        raise BadField("question", "is missing: a case asks a person, so the file says what must be asked.")
    return rule


def plain(value: Any) -> Any:
    """Return what was read so that it can be stored: days as text."""
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def check_links(rules: Iterable[Rule]) -> None:
    """Refuse links to topics that have no rule, links in a circle, and places that stand twice. Raises BadField."""
    by_topic = {rule.topic: rule for rule in rules}
    places: dict[int, str] = {}
    for rule in by_topic.values():
        if other := places.get(rule.place):
            raise BadField("place", f"{rule.topic} stands at {rule.place}, where {other} stands.")
        places[rule.place] = rule.topic
        for link in (*rule.after, *rule.within):
            if link.topic not in by_topic:
                raise BadField("after or within", f"{rule.topic} names {link.topic}, which has no rule.")
            if by_topic[link.topic].place >= rule.place:
                raise BadField("after or within", f"{rule.topic} names {link.topic}, which stands later in the order.")


def _cases(table: Mapping[str, Any]) -> Iterator[Case]:
    found = table["case"]
    if not isinstance(found, list) or not 0 < len(found) <= MOST_CASES:
        raise BadField("case", f"must be 1 to {MOST_CASES} tables [[case]].")
    for number, case in enumerate(found, 1):
        place = f"case {number}"
        if not isinstance(case, Mapping):
            raise BadField(place, "must be a table.")
        _only(case, place, ("when", "outcome", "why", "hard_stop"), ("outcome",))
        yield _case(case, place)


def _case(case: Mapping[str, Any], place: str) -> Case:
    allowed = (*Outcome, NO_STEP)
    outcome = _one_of(case, "outcome", allowed, place)
    stops = _flag(case, "hard_stop", place) if "hard_stop" in case else False
    if outcome == NO_STEP:
        if stops:
            raise BadField(_at(place, "hard_stop"), "a case without a step cannot end the list.")
        return Case(tuple(_conditions(case, place)), None, "")
    why = _text(case, "why", place=place)
    for name in re.findall(r"\{(\w*)[^}]*\}", why):
        if name not in PLACEHOLDERS:
            raise BadField(_at(place, "why"), f"{{{name}}} is no placeholder; there is {', '.join(PLACEHOLDERS)}.")
    return Case(tuple(_conditions(case, place)), Outcome(outcome), why, stops)


def _conditions(case: Mapping[str, Any], place: str) -> Iterator[Condition]:
    when = case.get("when", {})
    if not isinstance(when, Mapping):
        raise BadField(_at(place, "when"), "must be a table of facts.")
    for name, asked in when.items():
        if name in FIELDS:
            yield from _asked(name, asked, place)
        elif isinstance(asked, Mapping) and any(known.startswith(f"{name}.") for known in FIELDS):
            for own, each in asked.items():
                yield from _asked(f"{name}.{own}", each, place)
        else:
            raise BadField(_at(place, f"when.{name}"), f"is no fact; there is {', '.join(FIELDS)}.")


def _asked(name: str, asked: Any, place: str) -> Iterator[Condition]:
    field, where = FIELDS.get(name), _at(place, f"when.{name}")
    if field is None:
        near = [known for known in FIELDS if known.startswith(f"{name.partition('.')[0]}.")]
        raise BadField(where, f"is no fact; there is {', '.join(near)}.")
    if not isinstance(asked, Mapping):
        if field.type not in (FieldType.TEXT, FieldType.FLAG):
            raise BadField(where, f"is a {field.type}: ask with {', '.join(OPS[field.type])}.")
        asked = {Op.ONE_OF.value: asked}
    elif not asked or field.type is FieldType.FLAG:
        raise BadField(where, "must be true or false." if field.type is FieldType.FLAG else "asks nothing.")
    for op, wanted in asked.items():
        known = OPS[field.type] or (Op.ONE_OF,)
        if op not in known:
            raise BadField(where, f"a {field.type} cannot be asked with {op!r}; it can with {', '.join(known)}.")
        yield Condition(name, Op(op), _wanted(field, wanted, where))


def _wanted(field: Field, wanted: Any, where: str) -> Wanted:
    if field.type is FieldType.NUMBER:
        if isinstance(wanted, bool) or not isinstance(wanted, int | float):
            raise BadField(where, f"{wanted!r} is not a number.")
        return float(wanted)
    if field.type is FieldType.DAY:
        return _as_day(wanted, where)
    values = wanted if isinstance(wanted, list) else [wanted]
    needs = bool if field.type is FieldType.FLAG else str
    if not values or any(not isinstance(value, needs) for value in values):
        raise BadField(where, f"{wanted!r} is not of the wanted form; wanted: {field.type}.")
    for value in values:
        if field.allowed and value not in field.allowed:
            raise BadField(
                where, f"{value!r} is not allowed; allowed: {', '.join(map(repr, map(str, field.allowed)))}."
            )
    return frozenset(values)


def _lead(table: Mapping[str, Any]) -> Lead:
    lead = table["lead"]
    if not isinstance(lead, Mapping):
        raise BadField("lead", "must be a table.")
    _only(lead, "lead", ("days_min", "days_max", "basis", "words"), ("basis", "words"))
    low, high = (
        _whole(lead, name, "lead", most=MOST_DAYS) if name in lead else None for name in ("days_min", "days_max")
    )
    if low is not None and high is not None and high < low:
        raise BadField("lead.days_max", f"must not be less than days_min ({low}).")
    basis = _one_of(lead, "basis", LEAD_BASES, "lead")
    if basis == "none" and (low is not None or high is not None):
        raise BadField("lead.basis", "days need a basis; 'none' is for a lead time without days.")
    return Lead(low, high, basis, _text(lead, "words", place="lead"))


def _links(table: Mapping[str, Any], name: str) -> tuple[Link, ...]:
    found = table.get(name, [])
    if not isinstance(found, list) or any(not isinstance(each, Mapping) for each in found):
        raise BadField(name, f"must be tables [[{name}]].")
    links = []
    for number, each in enumerate(found, 1):
        place = f"{name} {number}"
        _only(each, place, ("topic", "why"), ("topic", "why"))
        links.append(Link(_text(each, "topic", place=place), _text(each, "why", place=place)))
    return tuple(links)


def _only(table: Mapping[str, Any], place: str, known: tuple[str, ...], needed: tuple[str, ...]) -> None:
    for name in table:
        if name not in known:
            raise BadField(_at(place, name), f"is not known; known: {', '.join(known)}.")
    for name in needed:
        if name not in table:
            raise BadField(_at(place, name), "is missing.")


def _at(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _text(table: Mapping[str, Any], name: str, *, place: str = "", empty: bool = False) -> str:
    value = table.get(name, "")
    if not isinstance(value, str) or not (value.strip() or empty) or len(value) > MOST_CHARACTERS:
        raise BadField(_at(place, name), f"must be text of at most {MOST_CHARACTERS:,} characters, and not empty.")
    return value


def _texts(table: Mapping[str, Any], name: str) -> list[str]:
    value = table[name]
    if not isinstance(value, list) or any(not isinstance(each, str) or not each for each in value):
        raise BadField(name, "must be a list of texts.")
    return value


def _matching(table: Mapping[str, Any], name: str, pattern: str, allowed: str) -> str:
    value = table[name]
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise BadField(name, f"{value!r} is not allowed; allowed: {allowed}.")
    return value


def _one_of(table: Mapping[str, Any], name: str, allowed: tuple[str, ...], place: str = "") -> str:
    value = table[name]
    if not isinstance(value, str) or value not in allowed:
        raise BadField(_at(place, name), f"{value!r} is not allowed; allowed: {', '.join(allowed)}.")
    return str(value)


def _word(table: Mapping[str, Any], name: str, words: type[Word]) -> Word:
    return words(_one_of(table, name, tuple(words)))


def _words(table: Mapping[str, Any], name: str, words: type[Word]) -> list[Word]:
    values = _texts(table, name)
    for value in values:
        if value not in tuple(words):
            raise BadField(name, f"{value!r} is not allowed; allowed: {', '.join(words)}.")
    if not values or len(set(values)) < len(values):
        raise BadField(name, "must name at least one, and none twice.")
    return [words(value) for value in values]


def _whole(table: Mapping[str, Any], name: str, place: str = "", *, least: int = 0, most: int = 100_000) -> int:
    value = table[name]
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadField(_at(place, name), f"{value!r} is not a whole number from {least} to {most:,}.")
    return value


def _flag(table: Mapping[str, Any], name: str, place: str = "") -> bool:
    value = table[name]
    if not isinstance(value, bool):
        raise BadField(_at(place, name), f"{value!r} is not allowed; allowed: true, false.")
    return value


def _day_or_none(table: Mapping[str, Any], name: str) -> date | None:
    return _as_day(table[name], name) if name in table else None


def _as_day(value: Any, where: str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadField(where, f"{value!r} is not a day like 2026-09-30.") from None
