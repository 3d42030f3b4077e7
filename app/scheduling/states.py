"""The life of a meeting, from a suggestion or request to a table and what came of it."""

from enum import StrEnum

from app.core import states


class MeetingState(StrEnum):
    """Where a meeting stands. Nothing holds a slot before it is scheduled."""

    SUGGESTED = "suggested"
    REQUESTED = "requested"
    COUNTERED = "countered"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    HELD = "held"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class MeetingEvent(StrEnum):
    """What can happen to a meeting. `agree` is the moment both sides have said yes."""

    AGREE = "agree"
    COUNTER = "counter"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    SEAT = "seat"
    UNSEAT = "unseat"
    HOLD = "hold"
    MISS = "miss"
    CANCEL = "cancel"


S, E = MeetingState, MeetingEvent
MEETING_MOVES: dict[tuple[MeetingState, MeetingEvent], MeetingState] = {
    (S.SUGGESTED, E.AGREE): S.ACCEPTED,
    (S.SUGGESTED, E.COUNTER): S.COUNTERED,
    (S.SUGGESTED, E.DECLINE): S.CANCELLED,
    (S.SUGGESTED, E.WITHDRAW): S.CANCELLED,
    (S.SUGGESTED, E.EXPIRE): S.EXPIRED,
    (S.REQUESTED, E.AGREE): S.ACCEPTED,
    (S.REQUESTED, E.COUNTER): S.COUNTERED,
    (S.REQUESTED, E.DECLINE): S.CANCELLED,
    (S.REQUESTED, E.WITHDRAW): S.CANCELLED,
    (S.REQUESTED, E.EXPIRE): S.EXPIRED,
    (S.COUNTERED, E.AGREE): S.ACCEPTED,
    (S.COUNTERED, E.COUNTER): S.COUNTERED,
    (S.COUNTERED, E.DECLINE): S.CANCELLED,
    (S.COUNTERED, E.WITHDRAW): S.CANCELLED,
    (S.COUNTERED, E.EXPIRE): S.EXPIRED,
    (S.ACCEPTED, E.SEAT): S.SCHEDULED,
    (S.ACCEPTED, E.CANCEL): S.CANCELLED,
    (S.ACCEPTED, E.EXPIRE): S.EXPIRED,
    (S.SCHEDULED, E.SEAT): S.SCHEDULED,
    (S.SCHEDULED, E.UNSEAT): S.ACCEPTED,
    (S.SCHEDULED, E.HOLD): S.HELD,
    (S.SCHEDULED, E.MISS): S.NO_SHOW,
    (S.SCHEDULED, E.CANCEL): S.CANCELLED,
}
WAITING = frozenset({S.SUGGESTED, S.REQUESTED, S.COUNTERED})
AGREED = frozenset({S.ACCEPTED, S.SCHEDULED})
SEATED = frozenset({S.SCHEDULED, S.HELD, S.NO_SHOW})
LIVE = WAITING | AGREED | SEATED


def advance(state: MeetingState, event: MeetingEvent) -> MeetingState:
    """Return the state `event` leads to. Raises TransitionRefused for a move not in the table."""
    return states.advance(MEETING_MOVES, state, event, thing="meeting")


class Answer(StrEnum):
    """What one side says to a meeting that waits for it."""

    ACCEPT = "accept"
    DECLINE = "decline"
    COUNTER = "counter"


class Origin(StrEnum):
    """How a meeting came about."""

    MATCH = "match"
    REQUEST = "request"


STATE_LABELS: dict[MeetingState, str] = {
    S.SUGGESTED: "Suggested",
    S.REQUESTED: "Requested",
    S.COUNTERED: "Changed, needs your word",
    S.ACCEPTED: "Agreed, no table yet",
    S.SCHEDULED: "Has a table",
    S.HELD: "Held",
    S.NO_SHOW: "Somebody did not come",
    S.CANCELLED: "Cancelled",
    S.EXPIRED: "Expired",
}
STATE_TONES: dict[MeetingState, str] = {
    S.SUGGESTED: "info",
    S.REQUESTED: "info",
    S.COUNTERED: "warn",
    S.ACCEPTED: "good",
    S.SCHEDULED: "good",
    S.HELD: "good",
    S.NO_SHOW: "bad",
    S.CANCELLED: "bad",
    S.EXPIRED: "plain",
}


class Mode(StrEnum):
    """What a seating may do to meetings that have a table already."""

    KEEP = "keep"
    FREEZE = "freeze"
    ANEW = "anew"


MODE_LABELS: dict[Mode, str] = {
    Mode.KEEP: "Seat what has no table, moving as few others as possible",
    Mode.FREEZE: "Seat what has no table, moving nobody",
    Mode.ANEW: "Plan everything anew for the fewest gaps",
}

EVENT_WORDS: dict[MeetingEvent, str] = {
    E.AGREE: "said yes, now both have",
    E.COUNTER: "asked for a change",
    E.DECLINE: "declined",
    E.WITHDRAW: "taken back",
    E.EXPIRE: "expired",
    E.SEAT: "got a table",
    E.UNSEAT: "lost its table",
    E.HOLD: "took place",
    E.MISS: "somebody did not come",
    E.CANCEL: "called off",
}
