"""The words of deal rooms: where a room, a grant and a question stand, and what leads from one to the next."""

from enum import StrEnum

from app.core import states


class RoomState(StrEnum):
    """Whether anybody but the company may enter at all."""

    OPEN = "open"
    CLOSED = "closed"
    EXPIRED = "expired"


class RoomEvent(StrEnum):
    """What happens to a room."""

    CLOSE = "close"
    EXPIRE = "expire"
    REOPEN = "reopen"


ROOM_MOVES: dict[tuple[RoomState, RoomEvent], RoomState] = {
    (RoomState.OPEN, RoomEvent.CLOSE): RoomState.CLOSED,
    (RoomState.OPEN, RoomEvent.EXPIRE): RoomState.EXPIRED,
    (RoomState.CLOSED, RoomEvent.REOPEN): RoomState.OPEN,
    (RoomState.EXPIRED, RoomEvent.REOPEN): RoomState.OPEN,
}


class GrantState(StrEnum):
    """Where an organization's access to a room stands. Only GRANTED opens anything, and only after an NDA."""

    REQUESTED = "requested"
    APPROVAL_PENDING = "approval_pending"
    NDA_PENDING = "nda_pending"
    GRANTED = "granted"
    DECLINED = "declined"
    REVOKED = "revoked"
    EXPIRED = "expired"


class GrantEvent(StrEnum):
    """What happens to an organization's access."""

    GRANT = "grant"
    ASK_OFFICER = "ask_officer"
    APPROVE = "approve"
    REFUSE = "refuse"
    DECLINE = "decline"
    ACCEPT_NDA = "accept_nda"
    LEAVE = "leave"
    REVOKE = "revoke"
    EXPIRE = "expire"


G, E = GrantState, GrantEvent
LIVE_GRANTS = (G.REQUESTED, G.APPROVAL_PENDING, G.NDA_PENDING, G.GRANTED)
GRANT_MOVES: dict[tuple[GrantState, GrantEvent], GrantState] = {
    (G.REQUESTED, E.GRANT): G.NDA_PENDING,
    (G.REQUESTED, E.ASK_OFFICER): G.APPROVAL_PENDING,
    (G.REQUESTED, E.DECLINE): G.DECLINED,
    (G.APPROVAL_PENDING, E.APPROVE): G.NDA_PENDING,
    (G.APPROVAL_PENDING, E.REFUSE): G.DECLINED,
    (G.NDA_PENDING, E.ACCEPT_NDA): G.GRANTED,
    (G.NDA_PENDING, E.ASK_OFFICER): G.APPROVAL_PENDING,
    (G.GRANTED, E.ACCEPT_NDA): G.GRANTED,
    (G.GRANTED, E.ASK_OFFICER): G.APPROVAL_PENDING,
    **{(state, E.LEAVE): G.REVOKED for state in LIVE_GRANTS},
    **{(state, E.REVOKE): G.REVOKED for state in LIVE_GRANTS},
    **{(state, E.EXPIRE): G.EXPIRED for state in LIVE_GRANTS},
}


class PersonStanding(StrEnum):
    """What a company said of one person of an organization that has access."""

    NAMED = "named"
    SHUT_OUT = "shut_out"


class RoomRole(StrEnum):
    """What somebody of the company does with questions."""

    DRAFTER = "drafter"
    COORDINATOR = "coordinator"


class QuestionState(StrEnum):
    """Where a question stands, from the asker's own draft to an answer."""

    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    ANSWERED = "answered"
    WITH_OFFICER = "with_officer"
    PUBLISHED = "published"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class QuestionEvent(StrEnum):
    """What happens to a question."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    ANSWER = "answer"
    RETURN = "return"
    ASK_OFFICER = "ask_officer"
    PUBLISH = "publish"
    DECLINE = "decline"


Q, D = QuestionState, QuestionEvent
QUESTION_MOVES: dict[tuple[QuestionState, QuestionEvent], QuestionState] = {
    (Q.DRAFTED, D.SUBMIT): Q.SUBMITTED,
    (Q.DRAFTED, D.WITHDRAW): Q.WITHDRAWN,
    (Q.SUBMITTED, D.WITHDRAW): Q.WITHDRAWN,
    (Q.SUBMITTED, D.ANSWER): Q.ANSWERED,
    (Q.SUBMITTED, D.DECLINE): Q.DECLINED,
    (Q.ANSWERED, D.ANSWER): Q.ANSWERED,
    (Q.ANSWERED, D.RETURN): Q.SUBMITTED,
    (Q.ANSWERED, D.ASK_OFFICER): Q.WITH_OFFICER,
    (Q.ANSWERED, D.PUBLISH): Q.PUBLISHED,
    (Q.ANSWERED, D.DECLINE): Q.DECLINED,
    (Q.WITH_OFFICER, D.PUBLISH): Q.PUBLISHED,
    (Q.WITH_OFFICER, D.RETURN): Q.SUBMITTED,
}


class Audience(StrEnum):
    """Who reads an answer. Nobody but the asker's own organization ever reads who asked."""

    ASKER = "asker"
    EVERYONE = "everyone"


class Screening(StrEnum):
    """What the newest restricted-party screening of a person and their organization says now."""

    CLEARED = "cleared"
    MISSING = "missing"
    NOT_CLEARED = "not_cleared"
    OUTDATED = "outdated"


def move_room(state: RoomState, event: RoomEvent) -> RoomState:
    """Return what an event makes of a room. Raises TransitionRefused."""
    return states.advance(ROOM_MOVES, state, event, thing="deal room")


def move_grant(state: GrantState, event: GrantEvent) -> GrantState:
    """Return what an event makes of an organization's access. Raises TransitionRefused."""
    return states.advance(GRANT_MOVES, state, event, thing="access")


def move_question(state: QuestionState, event: QuestionEvent) -> QuestionState:
    """Return what an event makes of a question. Raises TransitionRefused."""
    return states.advance(QUESTION_MOVES, state, event, thing="question")


def grant_steps(state: GrantState) -> list[GrantEvent]:
    """Return what may happen to access that stands so."""
    return [event for (at, event) in GRANT_MOVES if at is state]


def question_steps(state: QuestionState) -> list[QuestionEvent]:
    """Return what may happen to a question that stands so."""
    return [event for (at, event) in QUESTION_MOVES if at is state]


ROOM_LABELS: dict[RoomState, str] = {
    RoomState.OPEN: "Open",
    RoomState.CLOSED: "Closed",
    RoomState.EXPIRED: "Past its last day",
}
GRANT_LABELS: dict[GrantState, str] = {
    G.REQUESTED: "Requested",
    G.APPROVAL_PENDING: "Waits for the export officer",
    G.NDA_PENDING: "Waits for the NDA",
    G.GRANTED: "Granted",
    G.DECLINED: "Declined",
    G.REVOKED: "Ended",
    G.EXPIRED: "Past its last day",
}
GRANT_TONES: dict[GrantState, str] = {
    G.REQUESTED: "warn", G.APPROVAL_PENDING: "warn", G.NDA_PENDING: "info", G.GRANTED: "good",
    G.DECLINED: "plain", G.REVOKED: "plain", G.EXPIRED: "plain",
}  # fmt: skip
QUESTION_LABELS: dict[QuestionState, str] = {
    Q.DRAFTED: "Draft",
    Q.SUBMITTED: "Asked",
    Q.ANSWERED: "Answer drafted",
    Q.WITH_OFFICER: "Waits for the export officer",
    Q.PUBLISHED: "Answered",
    Q.DECLINED: "Not answered",
    Q.WITHDRAWN: "Withdrawn",
}
AUDIENCE_LABELS: dict[Audience, str] = {
    Audience.ASKER: "Only the organization that asked",
    Audience.EVERYONE: "Everybody with access, without saying who asked",
}
ROLE_LABELS: dict[RoomRole, str] = {
    RoomRole.DRAFTER: "Drafter: writes answers",
    RoomRole.COORDINATOR: "Coordinator: writes and approves answers",
}
