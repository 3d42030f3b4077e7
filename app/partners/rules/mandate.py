"""What a mandate may say, what it must say to be active, and what an application says in its words.

What a partner brings is told in the words in which companies say what they seek (`Sought`): the two lists meet
without a translation in between. What a partner looks for is told in the words in which entries say what they are
open to (`Opening`), for the same reason. Applications ask more coarsely; two tables below translate them once.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from app.core.errors import InvalidInput
from app.core.money import BAND_ORDER, BAND_SCALE, AmountBand, band_words
from app.directory.rules import tidy
from app.directory.states import STAGE_LABELS, Sought, StageGroup
from app.partners.states import Aim, Audience, Instrument, Restriction
from app.regulatory.states import OPENING_PARTICIPATION, Opening, Participation

M = TypeVar("M", bound=StrEnum)
NAG_AFTER = timedelta(days=180)
CURRENCIES = tuple(BAND_SCALE)
LONGEST_NAME, LONGEST_WORDS = 120, 1000
FURTHEST_YEARS = 20
US_STATES = frozenset(
    re.findall(
        "..",
        "ALAKAZARCACOCTDEDCFLGAHIIDILINIAKSKYLAMEMDMAMIMNMSMOMTNENVNHNJNMNYNCNDOHOKORPAPRRISCSDTNTXUTVTVAWAWVWIWY",
    )
)
# Before there is a design, nobody can spend more than this on a sensible footing; later stages have no such bound.
MOST_AT: dict[StageGroup, AmountBand] = {
    StageGroup.PLANNING: AmountBand.FROM_10M_TO_50M,
    StageGroup.CONCEPT: AmountBand.FROM_10M_TO_50M,
    StageGroup.DESIGN: AmountBand.FROM_50M_TO_250M,
}
SOUGHT_BY_OPENING: dict[Opening, Sought] = {
    Opening.EQUITY: Sought.EQUITY,
    Opening.CREW_SEAT: Sought.SEAT,
    Opening.PAYLOAD: Sought.PAYLOAD,
    Opening.HARDWARE_SUPPLY: Sought.HARDWARE,
    Opening.HOST_MODULE: Sought.MODULE,
    Opening.NATIONAL_MODULE: Sought.MODULE,
    Opening.RESEARCH_FACILITY: Sought.CAPACITY_PURCHASE,
    Opening.CARGO: Sought.CAPACITY_PURCHASE,
    Opening.RETURN_SERVICE: Sought.CAPACITY_PURCHASE,
    Opening.LANDING_SITE: Sought.LANDING_SITE,
    Opening.DATA_SERVICE: Sought.DATA,
    Opening.AGENCY_AGREEMENT: Sought.SERVICES,
}


@dataclass(frozen=True, slots=True)
class MandateContent:
    """Everything a mandate says. `least` and `most` are the smallest and largest ticket."""

    name: str
    offers: tuple[Sought, ...] = ()
    seeks: tuple[Opening, ...] = ()
    least: AmountBand = AmountBand.UNDISCLOSED
    most: AmountBand = AmountBand.UNDISCLOSED
    currency: str = "USD"
    stages: tuple[StageGroup, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    aims: tuple[Aim, ...] = ()
    aims_words: str = ""
    us_states: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    restrictions: tuple[Restriction, ...] = ()
    restrictions_words: str = ""
    audience: Audience = Audience.COUNTERPARTS
    ticket_audience: Audience = Audience.ORGANIZERS


class MandateFault(InvalidInput):
    """What is wrong with a mandate, at which field."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def offers_from(openings: Iterable[Opening]) -> tuple[Sought, ...]:
    """Return what an application's offers come to in the words of companies that seek."""
    found = {SOUGHT_BY_OPENING[opening] for opening in openings}
    return tuple(kind for kind in Sought if kind in found)


def seeks_from(kinds: Iterable[Participation]) -> tuple[Opening, ...]:
    """Return the openings that an application's kinds may mean, widely: the partner strikes what it does not."""
    wanted = set(kinds)
    return tuple(opening for opening in Opening if OPENING_PARTICIPATION[opening] in wanted)


def checked(content: MandateContent, *, today: date) -> MandateContent:
    """Return a mandate as it is kept. Raises MandateFault for a value or a combination that cannot be."""
    name = " ".join(tidy(content.name).split())
    if not name:
        raise MandateFault("name", "Give the mandate a name, for example Fund III or Hardware exports.")
    if len(name) > LONGEST_NAME:
        raise MandateFault("name", f"Use at most {LONGEST_NAME} characters for the name.")
    for field in ("aims_words", "restrictions_words"):
        if len(getattr(content, field)) > LONGEST_WORDS:
            raise MandateFault(field, f"Use at most {LONGEST_WORDS:,} characters.")
    if unknown := [state for state in content.us_states if state not in US_STATES]:
        raise MandateFault("us_states", f"{', '.join(unknown)}: use the two letters of U.S. states, as in TX, FL.")
    _check_ticket(content)
    _check_times(content, today)
    if content.ticket_audience > content.audience:
        raise MandateFault("ticket_audience", "Nobody can see the ticket who does not see the mandate. Narrow this.")
    kept = {field: getattr(content, field) for field in MandateContent.__dataclass_fields__}
    words = {field: tidy(kept[field]) for field in ("aims_words", "restrictions_words")}
    return MandateContent(**{**kept, **words, "name": name})


def _check_ticket(content: MandateContent) -> None:
    if content.currency not in CURRENCIES:
        raise MandateFault("currency", f"Choose one of these currencies: {', '.join(CURRENCIES)}.")
    told = (content.least is not AmountBand.UNDISCLOSED, content.most is not AmountBand.UNDISCLOSED)
    if told[0] is not told[1]:
        raise MandateFault("most", "Give both the smallest and the largest ticket, or neither.")
    if BAND_ORDER[content.most] < BAND_ORDER[content.least]:
        raise MandateFault("most", "The largest ticket is below the smallest. Change one of them.")
    if told[0] and content.stages and all(stage in MOST_AT for stage in content.stages):
        sensible = max((MOST_AT[stage] for stage in content.stages), key=BAND_ORDER.__getitem__)
        if BAND_ORDER[content.least] > BAND_ORDER[sensible]:
            named = ", ".join(STAGE_LABELS[stage].lower() for stage in content.stages)
            raise MandateFault(
                "least",
                f"A smallest ticket of {band_words(content.least, content.currency).lower()} is more than projects in "
                f"these stages can take ({named}). Lower it, or add later stages.",
            )


def _check_times(content: MandateContent, today: date) -> None:
    for field in ("starts_on", "ends_on"):
        day: date | None = getattr(content, field)
        if day and abs(day.year - today.year) > FURTHEST_YEARS:
            raise MandateFault(field, f"Use a day within {FURTHEST_YEARS} years of today.")
    if content.starts_on and content.ends_on and content.ends_on <= content.starts_on:
        raise MandateFault("ends_on", "The mandate ends before it starts. Enter a later end.")


def missing(content: MandateContent, *, today: date) -> MandateFault | None:
    """Return what a mandate still needs to be active, None when nothing does."""
    if not content.offers and not content.seeks:
        return MandateFault("offers", "Say what you bring or what you look for, at least one thing.")
    if content.ends_on and content.ends_on <= today:
        return MandateFault("ends_on", "The mandate has ended already. Enter a later end before you activate it.")
    return None


def is_stale(due_at: datetime | None, now: datetime) -> bool:
    """Tell whether a mandate waits to be confirmed again."""
    return due_at is not None and due_at <= now


def among(kind: type[M], values: Sequence[str]) -> tuple[M, ...]:
    """Return the members of an enumeration that `values` name, in the order in which it lists them."""
    return tuple(member for member in kind if member.value in values)
