"""Where a message of the outbox stands, and how it moves."""

from enum import StrEnum


class MessageState(StrEnum):
    """A parked message has failed too often and waits for a person."""

    QUEUED = "queued"
    SENDING = "sending"
    DONE = "done"
    PARKED = "parked"
    CANCELLED = "cancelled"


class MessageEvent(StrEnum):
    """What can happen to a message."""

    TAKE = "take"
    FINISH = "finish"
    TRY_LATER = "try_later"
    PARK = "park"
    CANCEL = "cancel"
    RETRY = "retry"


S, E = MessageState, MessageEvent
TRANSITIONS: dict[tuple[MessageState, MessageEvent], MessageState] = {
    (S.QUEUED, E.TAKE): S.SENDING,
    (S.SENDING, E.TAKE): S.SENDING,  # its holder's lease ran out: another worker takes it over
    (S.SENDING, E.FINISH): S.DONE,
    (S.SENDING, E.TRY_LATER): S.QUEUED,
    (S.SENDING, E.PARK): S.PARKED,
    (S.SENDING, E.CANCEL): S.CANCELLED,
    (S.QUEUED, E.CANCEL): S.CANCELLED,
    (S.PARKED, E.CANCEL): S.CANCELLED,
    (S.PARKED, E.RETRY): S.QUEUED,
}
CLOSED = frozenset({S.DONE, S.CANCELLED})
