"""Who may decide a case and when, what a list may be used for, and how facts are held against each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.core import states
from app.core.errors import InvalidInput, Refused
from app.screening.facts import Listed, ListVersion
from app.screening.states import TRANSITIONS, TWO_PEOPLE, CaseEvent, CaseState, NameToScreen

REVIEW_AT = 55  # possible hit: about 91% found, 1.5 of 100 unlisted names alert (scripts/bench-screening measures it)


class OwnCase(Refused):
    """Nobody decides a case about themselves."""

    code = "own_case"


LONGEST_NAME = 300
BIRTH_YEARS = range(1900, 2101)


def check_names(names: Sequence[NameToScreen]) -> None:
    """Raise InvalidInput unless there is a name, and every name and fact beside it can be compared and kept."""
    if not names or any(not wanted.name.strip() for wanted in names):
        raise InvalidInput("Screening needs at least one name, and no name may be empty.")
    for wanted in names:
        if len(wanted.name) > LONGEST_NAME:
            raise InvalidInput(f"A name may have at most {LONGEST_NAME} characters: {wanted.name[:40]}…")
        if wanted.birth_year is not None and wanted.birth_year not in BIRTH_YEARS:
            raise InvalidInput(f"A year of birth lies between 1900 and 2100, not {wanted.birth_year}.")
        if wanted.country and not (len(wanted.country) == 2 and wanted.country.isascii() and wanted.country.isupper()):
            raise InvalidInput(f"A country is two capital letters, not {wanted.country[:10]!r}.")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A first person's recommendation that waits for a second person."""

    event: CaseEvent
    by: UUID


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person's step does: moves the case to `state`, or leaves a recommendation for a second person."""

    state: CaseState
    is_recommendation: bool


def decide(
    state: CaseState,
    event: CaseEvent,
    *,
    actor_id: UUID,
    about: frozenset[UUID],
    proposal: Proposal | None,
    is_screened: bool,
    hit_count: int,
) -> Verdict:
    """Tell what this person's step does to the case.

    Clearing a case with possible hits, and confirming a match, take two different people who agree; the second to
    speak replaces a recommendation that says otherwise. Raises OwnCase, TransitionRefused, or Refused when the
    names were not compared with the list yet, or when the same person speaks twice.
    """
    if actor_id in about:
        raise OwnCase("This case is about you or your application. Another screener must decide it.")
    after = states.advance(TRANSITIONS, state, event, thing="case")
    if event in TWO_PEOPLE and not is_screened:
        raise Refused("The names have not been compared with the list yet. Wait a minute and reload the page.")
    if event is CaseEvent.CONFIRM and hit_count == 0:
        raise Refused("There is no possible hit to confirm. Clear the case or ask for more information.")
    if event not in TWO_PEOPLE or (event is CaseEvent.CLEAR and hit_count == 0):
        return Verdict(after, is_recommendation=False)
    if proposal is None or proposal.event is not event:
        return Verdict(state, is_recommendation=True)
    if proposal.by == actor_id:
        raise Refused("You recommended this already. A different person must agree before it counts.")
    return Verdict(after, is_recommendation=False)


def must_be_clear(
    state: CaseState | None,
    screened_with: int | None,
    current: ListVersion | None,
    *,
    now: datetime,
    max_age_days: int | None,
) -> None:
    """Refuse unless the subject may go on: cleared, with the newest list, and that list young enough.

    `max_age_days` None leaves the list's age out (demonstration); `state` None means no case. Raises Refused
    with a sentence that says what to do.
    """
    if current is None:
        raise Refused("No restricted-party list is loaded. An administrator must load one before anyone is approved.")
    if max_age_days is not None and (now.date() - current.as_of).days > max_age_days:
        raise Refused(
            f"The restricted-party list is of {day(current.as_of)}, older than the {max_age_days} days allowed. "
            "An administrator must load the current list; screening then runs again by itself."
        )
    if state is None:
        raise Refused("This has not been screened. Submit it again so that a screening case is opened.")
    if state is CaseState.CONFIRMED_MATCH:
        raise Refused("Screening confirmed a match with the restricted-party list. It cannot be approved.")
    if state is not CaseState.CLEARED:
        raise Refused(f"The screening case is {states.words(state)}. A screener must clear it first.")
    if screened_with != current.number:
        raise Refused(
            "A newer restricted-party list has been loaded since screening. Wait for the re-screening to finish."
        )


def list_notice(as_of: date, *, now: datetime, max_age_days: int) -> str:
    """Return what every case page says about the list: its date and, when too old, what it may not be used for."""
    if (now.date() - as_of).days <= max_age_days:
        return f"Restricted-party list as of {day(as_of)}."
    return f"Restricted-party list as of {as_of:%B %Y}: for demonstration, not for real decisions."


def compare_facts(name: NameToScreen, listed: Listed) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return in words which facts agree and which disagree. A fact missing on either side says nothing."""
    agreeing: list[str] = []
    disagreeing: list[str] = []
    if name.country and listed.countries:
        held = ", ".join(listed.countries)
        agrees = name.country in listed.countries
        (agreeing if agrees else disagreeing).append(f"Country: {name.country} given, {held} listed")
    years = sorted({int(text[:4]) for text in listed.birth_dates if text[:4].isdecimal()})
    if name.birth_year is not None and years:
        held = ", ".join(map(str, years))
        close = any(abs(name.birth_year - year) <= 1 for year in years)
        (agreeing if close else disagreeing).append(f"Year of birth: {name.birth_year} given, {held} listed")
    return tuple(agreeing), tuple(disagreeing)


def day(value: date) -> str:
    """Return a date as people write it, as in 16 May 2022."""
    return f"{value.day} {value:%B %Y}"
