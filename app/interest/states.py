"""The ladder of interest: states, what leads from one to the next, who may take the step, what is noted beside it."""

from enum import StrEnum

from app.core import states
from app.core.errors import Refused


class InterestState(StrEnum):
    """How far a partner and a programme have come. Nothing binds anyone before `signed`."""

    WATCHING = "watching"
    INTERESTED = "interested"
    IN_DISCUSSION = "in_discussion"
    DILIGENCE = "diligence"
    TERM_SHEET = "term_sheet"
    COMMITTED = "committed"
    SIGNED = "signed"
    PASSED = "passed"
    LAPSED = "lapsed"


class InterestEvent(StrEnum):
    """A step on the ladder or off it, or what is noted beside it and leaves the stage as it is (see MARKS)."""

    STATE = "state"
    DISCUSS = "discuss"
    START_DILIGENCE = "start_diligence"
    OFFER_TERMS = "offer_terms"
    COMMIT = "commit"
    SIGN = "sign"
    PASS = "pass"  # noqa: S105 - the verb
    RENEW = "renew"
    LAPSE = "lapse"
    EDIT = "edit"
    SHOW = "show"
    HAND_OVER = "hand_over"
    ASK_NAMES = "ask_names"
    KEEP_NAMES = "keep_names"


class NamesAnswer(StrEnum):
    """What a partner said when a company asked who it is."""

    SHOWN = "shown"
    KEPT_BACK = "kept_back"


class CountryRule(StrEnum):
    """What the countries named in a filter mean."""

    ANY = "any"
    ONLY = "only"
    EXCEPT = "except"


class Off(StrEnum):
    """What of a request is off a programme's filter; the company counts it, the partner is not told."""

    KIND = "kind"
    AMOUNT = "amount"
    PARTNER_KIND = "partner_kind"
    COUNTRY = "country"
    STAGE = "stage"
    LANGUAGE = "language"


class Via(StrEnum):
    """By which way a request came that a filter turned away."""

    INTEREST = "interest"
    MEETING = "meeting"


class Side(StrEnum):
    """Who takes a step; the platform itself only lets interest lapse."""

    PARTNER = "partner"
    COMPANY = "company"
    PLATFORM = "platform"


class Visibility(StrEnum):
    """What the company learns about who is interested; the partner chooses."""

    SUMMARY_ONLY = "summary_only"
    NAMES = "names"
    NAMES_AND_CONTACTS = "names_and_contacts"


class PassReason(StrEnum):
    """Why a side steps away."""

    NO_FIT = "no_fit"
    TIMING = "timing"
    TERMS = "terms"
    RULES = "rules"
    CAPACITY = "capacity"
    NO_ANSWER = "no_answer"
    OTHER = "other"


S, E = InterestState, InterestEvent
PARTNER, COMPANY = frozenset({Side.PARTNER}), frozenset({Side.COMPANY})
EITHER, PLATFORM = PARTNER | COMPANY, frozenset({Side.PLATFORM})

# Each listed step: where it leads and who may take it.
LADDER: dict[tuple[InterestState, InterestEvent], tuple[InterestState, frozenset[Side]]] = {
    (S.WATCHING, E.STATE): (S.INTERESTED, PARTNER),
    (S.WATCHING, E.PASS): (S.PASSED, PARTNER),
    (S.WATCHING, E.RENEW): (S.WATCHING, PARTNER),
    (S.WATCHING, E.LAPSE): (S.LAPSED, PLATFORM),
    (S.INTERESTED, E.DISCUSS): (S.IN_DISCUSSION, COMPANY),
    (S.INTERESTED, E.PASS): (S.PASSED, EITHER),
    (S.INTERESTED, E.RENEW): (S.INTERESTED, PARTNER),
    (S.INTERESTED, E.LAPSE): (S.LAPSED, PLATFORM),
    (S.IN_DISCUSSION, E.START_DILIGENCE): (S.DILIGENCE, EITHER),
    (S.IN_DISCUSSION, E.PASS): (S.PASSED, EITHER),
    (S.IN_DISCUSSION, E.RENEW): (S.IN_DISCUSSION, PARTNER),
    (S.IN_DISCUSSION, E.LAPSE): (S.LAPSED, PLATFORM),
    (S.DILIGENCE, E.OFFER_TERMS): (S.TERM_SHEET, EITHER),
    (S.DILIGENCE, E.PASS): (S.PASSED, EITHER),
    (S.DILIGENCE, E.RENEW): (S.DILIGENCE, PARTNER),
    (S.DILIGENCE, E.LAPSE): (S.LAPSED, PLATFORM),
    (S.TERM_SHEET, E.COMMIT): (S.COMMITTED, PARTNER),
    (S.TERM_SHEET, E.PASS): (S.PASSED, EITHER),
    (S.TERM_SHEET, E.RENEW): (S.TERM_SHEET, PARTNER),
    (S.TERM_SHEET, E.LAPSE): (S.LAPSED, PLATFORM),
    (S.COMMITTED, E.SIGN): (S.SIGNED, COMPANY),
    (S.COMMITTED, E.PASS): (S.PASSED, EITHER),
    (S.COMMITTED, E.RENEW): (S.COMMITTED, PARTNER),
    (S.COMMITTED, E.LAPSE): (S.LAPSED, PLATFORM),
    (S.LAPSED, E.RENEW): (S.INTERESTED, PARTNER),
}
MARKS = frozenset({E.EDIT, E.SHOW, E.HAND_OVER, E.ASK_NAMES, E.KEEP_NAMES})
WITH_AMOUNT = frozenset({S.TERM_SHEET, S.COMMITTED, S.SIGNED})
"""From here on an exact amount can be said besides the band; it binds nobody before `signed`."""

LIVE = frozenset({S.WATCHING, S.INTERESTED, S.IN_DISCUSSION, S.DILIGENCE, S.TERM_SHEET, S.COMMITTED})


MOVES = {move: after for move, (after, _) in LADDER.items()}


def advance(state: InterestState, event: InterestEvent, side: Side) -> InterestState:
    """Return the state a step by `side` leads to.

    Raises TransitionRefused for a step that does not exist and Refused for one the other side takes.
    """
    after = states.advance(MOVES, state, event, thing="interest")
    movers = LADDER[state, event][1]
    if side not in movers:
        who = " or the ".join(sorted(movers))
        raise Refused(f"Only the {who} takes the step '{states.words(event)}'. Wait for it, or pass with a reason.")
    return after


def steps_for(state: InterestState, side: Side) -> list[InterestEvent]:
    """Return the steps `side` may take from `state`, in the order of the ladder."""
    return [event for (at, event), (_, movers) in LADDER.items() if at is state and side in movers]
