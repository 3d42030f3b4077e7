"""The life of a question to the export desk: states, what leads from one to the next, and who says what."""

from enum import StrEnum

from app.core import states


class EnquiryState(StrEnum):
    """Where a question stands. From `assigned` on somebody of the desk owns it."""

    NEW = "new"
    ASSIGNED = "assigned"
    NEEDS_INFORMATION = "needs_information"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class EnquiryEvent(StrEnum):
    """What moves a question on. Asker: inform, helped, not helped, withdraw; desk: the others."""

    ASSIGN = "assign"
    ASK_MORE = "ask_more"
    INFORM = "inform"
    ANSWER = "answer"
    HELPED = "helped"
    NOT_HELPED = "not_helped"
    CLOSE = "close"
    WITHDRAW = "withdraw"


class NoteKind(StrEnum):
    """What a line in a question's history is. The asker never sees the desk's notes or what a company contributed."""

    STEP = "step"
    REQUEST = "request"
    REPLY = "reply"
    ANSWER = "answer"
    INTERNAL = "internal"
    CONTRIBUTION = "contribution"


S, E = EnquiryState, EnquiryEvent
TRANSITIONS: dict[tuple[EnquiryState, EnquiryEvent], EnquiryState] = {
    (S.NEW, E.ASSIGN): S.ASSIGNED,
    (S.NEW, E.INFORM): S.NEW,
    (S.NEW, E.WITHDRAW): S.WITHDRAWN,
    (S.ASSIGNED, E.ASSIGN): S.ASSIGNED,
    (S.ASSIGNED, E.ASK_MORE): S.NEEDS_INFORMATION,
    (S.ASSIGNED, E.INFORM): S.ASSIGNED,
    (S.ASSIGNED, E.ANSWER): S.ANSWERED,
    (S.ASSIGNED, E.WITHDRAW): S.WITHDRAWN,
    (S.NEEDS_INFORMATION, E.ASSIGN): S.NEEDS_INFORMATION,
    (S.NEEDS_INFORMATION, E.INFORM): S.ASSIGNED,
    (S.NEEDS_INFORMATION, E.ANSWER): S.ANSWERED,
    (S.NEEDS_INFORMATION, E.WITHDRAW): S.WITHDRAWN,
    (S.ANSWERED, E.HELPED): S.CLOSED,
    (S.ANSWERED, E.NOT_HELPED): S.ASSIGNED,
    (S.ANSWERED, E.CLOSE): S.CLOSED,
}
OPEN = frozenset({S.NEW, S.ASSIGNED, S.NEEDS_INFORMATION})
WITH_DESK = frozenset({S.NEW, S.ASSIGNED})
DONE = frozenset({S.ANSWERED, S.CLOSED})
FOR_ASKER = frozenset({NoteKind.STEP, NoteKind.REQUEST, NoteKind.REPLY, NoteKind.ANSWER})

STATE_LABELS: dict[EnquiryState, str] = {
    S.NEW: "New",
    S.ASSIGNED: "Being answered",
    S.NEEDS_INFORMATION: "Waits for the asker",
    S.ANSWERED: "Answered",
    S.CLOSED: "Closed",
    S.WITHDRAWN: "Withdrawn",
}
STATE_TONES: dict[EnquiryState, str] = {
    S.NEW: "info",
    S.ASSIGNED: "info",
    S.NEEDS_INFORMATION: "warn",
    S.ANSWERED: "good",
    S.CLOSED: "plain",
    S.WITHDRAWN: "plain",
}


def advance(state: EnquiryState, event: EnquiryEvent) -> EnquiryState:
    """Return the state an event leads to. Raises TransitionRefused for one that is not in the table."""
    return states.advance(TRANSITIONS, state, event, thing="question")


def may(state: EnquiryState, event: EnquiryEvent) -> bool:
    """Tell whether an event is possible now, so that a page offers only what works."""
    return (state, event) in TRANSITIONS
