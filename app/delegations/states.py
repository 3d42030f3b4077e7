"""Where an endorsement stands, what moves it, and the other closed lists of this room."""

from enum import StrEnum


class Endorsement(StrEnum):
    """What the organization says about a delegate. RESERVE: beyond the cap, ranked for a place that comes free."""

    WAITING = "waiting"
    ENDORSED = "endorsed"
    RESERVE = "reserve"
    REFUSED = "refused"


ENDORSEMENT_LABELS: dict[Endorsement, str] = {
    Endorsement.WAITING: "Waits for endorsement",
    Endorsement.ENDORSED: "Endorsed",
    Endorsement.RESERVE: "Reserve",
    Endorsement.REFUSED: "Not endorsed",
}


class EndorsementEvent(StrEnum):
    """What a focal point does with a delegate."""

    ENDORSE = "endorse"
    RESERVE = "reserve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


_S, _E = Endorsement, EndorsementEvent
TRANSITIONS: dict[tuple[Endorsement, EndorsementEvent], Endorsement] = {
    (_S.WAITING, _E.ENDORSE): _S.ENDORSED,
    (_S.WAITING, _E.RESERVE): _S.RESERVE,
    (_S.WAITING, _E.REFUSE): _S.REFUSED,
    (_S.RESERVE, _E.ENDORSE): _S.ENDORSED,
    (_S.RESERVE, _E.REFUSE): _S.REFUSED,
    (_S.RESERVE, _E.WITHDRAW): _S.WAITING,
    (_S.ENDORSED, _E.WITHDRAW): _S.WAITING,
    (_S.REFUSED, _E.WITHDRAW): _S.WAITING,
}

EVENT_WORDS: dict[EndorsementEvent, str] = {
    _E.ENDORSE: "endorsed",
    _E.RESERVE: "put_in_reserve",
    _E.REFUSE: "refused",
    _E.WITHDRAW: "endorsement_withdrawn",
}
"""The past tense of each event, as the audit log names it."""


class RowOutcome(StrEnum):
    """What an imported row would do, or did."""

    NEW = "new"
    RESERVE = "reserve"
    KNOWN = "known"
    WRONG = "wrong"


class ImportState(StrEnum):
    """Where an import stands. UPLOADED is the dry run."""

    UPLOADED = "uploaded"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"


class ImportEvent(StrEnum):
    """What moves an import."""

    START = "start"
    FINISH = "finish"
    STOP = "stop"


IMPORT_TRANSITIONS: dict[tuple[ImportState, ImportEvent], ImportState] = {
    (ImportState.UPLOADED, ImportEvent.START): ImportState.RUNNING,
    (ImportState.RUNNING, ImportEvent.FINISH): ImportState.DONE,
    (ImportState.RUNNING, ImportEvent.STOP): ImportState.STOPPED,
    (ImportState.STOPPED, ImportEvent.START): ImportState.RUNNING,
}

COPY, NOBODY, LEAVE = "copy", "nobody", "leave"
"""What a focal point says of the owners: as a colleague's application, nobody of a quarter or more, or nothing."""
