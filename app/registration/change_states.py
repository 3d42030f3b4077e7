"""What a change of a submitted application can be, and what moves it."""

from enum import StrEnum


class ChangeState(StrEnum):
    """APPLIED took effect at once; the others wait, or waited, for the desk."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    APPLIED = "applied"


class ChangeEvent(StrEnum):
    """What happens to a proposed change."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


CHANGE_TRANSITIONS: dict[tuple[ChangeState, ChangeEvent], ChangeState] = {
    (ChangeState.PROPOSED, ChangeEvent.ACCEPT): ChangeState.ACCEPTED,
    (ChangeState.PROPOSED, ChangeEvent.REFUSE): ChangeState.REFUSED,
    (ChangeState.PROPOSED, ChangeEvent.WITHDRAW): ChangeState.WITHDRAWN,
}


class PartKey(StrEnum):
    """The parts of an application that can be changed, and leaving it."""

    YOU = "you"
    ORGANIZATION = "organization"
    OWNERSHIP = "ownership"
    AIMS = "aims"
    QUESTIONS = "questions"
    NOMINATION = "nomination"
    WITHDRAWAL = "withdrawal"


PART_LABELS: dict[PartKey, str] = {
    PartKey.YOU: "You",
    PartKey.ORGANIZATION: "Organization",
    PartKey.OWNERSHIP: "Ownership",
    PartKey.AIMS: "What you offer and seek",
    PartKey.QUESTIONS: "Questions",
    PartKey.NOMINATION: "Nomination letter",
    PartKey.WITHDRAWAL: "Withdrawal",
}
