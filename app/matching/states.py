"""The words of matching: wishes, blocks, rulings, what bars a pair, and the life of a match run."""

from enum import StrEnum

from app.core import states


class Side(StrEnum):
    """Whose wish, block or reason it is."""

    PARTNER = "partner"
    COMPANY = "company"


class Wish(StrEnum):
    """How much one side wants a meeting. A `no` is final; neutral is what counts when nothing was said."""

    MUST = "must"
    WANT = "want"
    NEUTRAL = "neutral"
    NO = "no"


WISH_LABELS: dict[Wish, str] = {
    Wish.MUST: "Must meet",
    Wish.WANT: "Want to meet",
    Wish.NEUTRAL: "Neutral",
    Wish.NO: "Do not meet",
}


class BlockKind(StrEnum):
    """Why a side keeps a pair apart; only that side ever sees it."""

    KNOW_ALREADY = "know_already"
    DO_NOT_MEET = "do_not_meet"


BLOCK_LABELS: dict[BlockKind, str] = {
    BlockKind.KNOW_ALREADY: "We know each other already",
    BlockKind.DO_NOT_MEET: "We must not meet",
}


class Ruling(StrEnum):
    """What organizers decide about a pair for the next run."""

    PIN = "pin"
    LEAVE_OUT = "leave_out"


class Bar(StrEnum):
    """What keeps a pair from ever meeting."""

    PARTNER_SAID_NO = "partner_said_no"
    COMPANY_SAID_NO = "company_said_no"
    BLOCKED = "blocked"
    POLICY = "policy"
    OWN_COMPANY = "own_company"
    LEFT_OUT = "left_out"
    OFF_FILTER = "off_filter"


class RunState(StrEnum):
    """Where a match run stands."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    ROLLED_BACK = "rolled_back"


class RunEvent(StrEnum):
    """What organizers do with a match run."""

    REVIEW = "review"
    REOPEN = "reopen"
    PUBLISH = "publish"
    ROLL_BACK = "roll_back"


RUN_MOVES: dict[tuple[RunState, RunEvent], RunState] = {
    (RunState.DRAFT, RunEvent.REVIEW): RunState.REVIEWED,
    (RunState.REVIEWED, RunEvent.REOPEN): RunState.DRAFT,
    (RunState.REVIEWED, RunEvent.PUBLISH): RunState.PUBLISHED,
    (RunState.PUBLISHED, RunEvent.ROLL_BACK): RunState.ROLLED_BACK,
}


def advance(state: RunState, event: RunEvent) -> RunState:
    """Return the state `event` leads to. Raises TransitionRefused for a move not in the table."""
    return states.advance(RUN_MOVES, state, event, thing="match run")


class Work(StrEnum):
    """How far the computation of a run has come."""

    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


OPEN_WORK = frozenset({Work.WAITING, Work.FAILED})
"""A result may still come: a failed job can be tried again by staff."""
