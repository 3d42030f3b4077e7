"""What an application can be, what moves it, and the other closed lists of this room."""

from enum import StrEnum


class ParticipantType(StrEnum):
    """As what a person comes."""

    PARTNER = "partner"
    COMPANY = "company"
    GOVERNMENT = "government"
    MEDIA = "media"
    SPEAKER = "speaker"


TYPE_LABELS: dict[ParticipantType, str] = {
    ParticipantType.PARTNER: "Foreign partner",
    ParticipantType.COMPANY: "U.S. company",
    ParticipantType.GOVERNMENT: "Government or agency",
    ParticipantType.MEDIA: "Media",
    ParticipantType.SPEAKER: "Speaker",
}


class PoolKind(StrEnum):
    """What a pool of places is for. Every registration draws from one pool of each kind that is set."""

    TOTAL = "total"
    MARKET = "market"
    TYPE = "type"
    ORGANIZATION = "organization"


class RegistrationState(StrEnum):
    """Where an application stands. Attendance is a record, not a state."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    NEEDS_INFORMATION = "needs_information"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    APPROVED = "approved"
    PAYMENT_DUE = "payment_due"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    SUBSTITUTED = "substituted"


class RegistrationEvent(StrEnum):
    """What moves an application."""

    SUBMIT = "submit"
    OPEN_REVIEW = "open_review"
    ASK = "ask"
    ANSWER = "answer"
    APPROVE = "approve"
    DECLINE = "decline"
    WAITLIST = "waitlist"
    OFFER = "offer"
    ACCEPT_OFFER = "accept_offer"
    REQUEST_PAYMENT = "request_payment"
    CONFIRM = "confirm"
    CONFIRM_LATE = "confirm_late"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    SUBSTITUTE = "substitute"
    UNDO = "undo"
    RECONSIDER = "reconsider"
    REOPEN_PAYMENT = "reopen_payment"


_S = RegistrationState
_E = RegistrationEvent

TRANSITIONS: dict[tuple[RegistrationState, RegistrationEvent], RegistrationState] = {
    (_S.DRAFT, _E.SUBMIT): _S.SUBMITTED,
    (_S.DRAFT, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.SUBMITTED, _E.OPEN_REVIEW): _S.IN_REVIEW,
    (_S.SUBMITTED, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.SUBMITTED, _E.CANCEL): _S.CANCELLED,
    (_S.IN_REVIEW, _E.ASK): _S.NEEDS_INFORMATION,
    (_S.IN_REVIEW, _E.APPROVE): _S.APPROVED,
    (_S.IN_REVIEW, _E.DECLINE): _S.DECLINED,
    (_S.IN_REVIEW, _E.WAITLIST): _S.WAITLISTED,
    (_S.IN_REVIEW, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.IN_REVIEW, _E.CANCEL): _S.CANCELLED,
    (_S.NEEDS_INFORMATION, _E.ANSWER): _S.IN_REVIEW,
    (_S.NEEDS_INFORMATION, _E.ASK): _S.NEEDS_INFORMATION,
    (_S.NEEDS_INFORMATION, _E.DECLINE): _S.DECLINED,
    (_S.NEEDS_INFORMATION, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.NEEDS_INFORMATION, _E.CANCEL): _S.CANCELLED,
    (_S.WAITLISTED, _E.OFFER): _S.OFFERED,
    (_S.WAITLISTED, _E.DECLINE): _S.DECLINED,
    (_S.WAITLISTED, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.WAITLISTED, _E.CANCEL): _S.CANCELLED,
    (_S.OFFERED, _E.ACCEPT_OFFER): _S.APPROVED,
    (_S.OFFERED, _E.EXPIRE): _S.EXPIRED,
    (_S.OFFERED, _E.DECLINE): _S.DECLINED,
    (_S.OFFERED, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.OFFERED, _E.CANCEL): _S.CANCELLED,
    (_S.APPROVED, _E.REQUEST_PAYMENT): _S.PAYMENT_DUE,
    (_S.APPROVED, _E.CONFIRM): _S.CONFIRMED,
    (_S.APPROVED, _E.DECLINE): _S.DECLINED,
    (_S.APPROVED, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.APPROVED, _E.CANCEL): _S.CANCELLED,
    (_S.PAYMENT_DUE, _E.CONFIRM): _S.CONFIRMED,
    (_S.PAYMENT_DUE, _E.EXPIRE): _S.EXPIRED,
    (_S.PAYMENT_DUE, _E.DECLINE): _S.DECLINED,
    (_S.PAYMENT_DUE, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.PAYMENT_DUE, _E.CANCEL): _S.CANCELLED,
    (_S.CONFIRMED, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.CONFIRMED, _E.CANCEL): _S.CANCELLED,
    (_S.CONFIRMED, _E.SUBSTITUTE): _S.SUBSTITUTED,
    (_S.EXPIRED, _E.CONFIRM_LATE): _S.CONFIRMED,
    # Money that had been matched with the application turned out to be somebody else's.
    (_S.CONFIRMED, _E.REOPEN_PAYMENT): _S.PAYMENT_DUE,
    # Only while the letter about the decision has not left.
    (_S.APPROVED, _E.UNDO): _S.IN_REVIEW,
    (_S.DECLINED, _E.UNDO): _S.IN_REVIEW,
    (_S.WAITLISTED, _E.UNDO): _S.IN_REVIEW,
    (_S.NEEDS_INFORMATION, _E.UNDO): _S.IN_REVIEW,
    (_S.DECLINED, _E.RECONSIDER): _S.IN_REVIEW,
}

HOLDING = frozenset({_S.OFFERED, _S.APPROVED, _S.PAYMENT_DUE, _S.CONFIRMED})
"""States in which a registration holds a place in every pool it touches."""

ENDED = frozenset({_S.DECLINED, _S.WITHDRAWN, _S.EXPIRED, _S.CANCELLED, _S.SUBSTITUTED})
"""States after which the same person may apply again."""

UNDECIDED = frozenset({_S.SUBMITTED, _S.IN_REVIEW, _S.NEEDS_INFORMATION})
"""States in which the decision promise runs."""

LIVE = frozenset(_S) - ENDED

DECISIONS = frozenset({_E.APPROVE, _E.DECLINE, _E.WAITLIST, _E.ASK})
"""What the desk decides; the applicant is told when the letter leaves."""

EVENT_WORDS: dict[RegistrationEvent, str] = {
    _E.SUBMIT: "submitted",
    _E.OPEN_REVIEW: "review_opened",
    _E.ASK: "information_requested",
    _E.ANSWER: "answered",
    _E.APPROVE: "approved",
    _E.DECLINE: "declined",
    _E.WAITLIST: "waitlisted",
    _E.OFFER: "offered",
    _E.ACCEPT_OFFER: "offer_accepted",
    _E.REQUEST_PAYMENT: "charge_requested",
    _E.CONFIRM: "confirmed",
    _E.CONFIRM_LATE: "confirmed_late",
    _E.REOPEN_PAYMENT: "payment_reopened",
    _E.EXPIRE: "expired",
    _E.WITHDRAW: "withdrawn",
    _E.CANCEL: "cancelled",
    _E.SUBSTITUTE: "substituted",
    _E.UNDO: "decision_undone",
    _E.RECONSIDER: "reconsidered",
}
"""The past tense of each event, as the audit log and the history name it."""


class DeclineReason(StrEnum):
    """Why an application was declined; the applicant reads the label and the reviewer's words."""

    INCOMPLETE = "incomplete"
    NOT_A_PARTICIPANT = "not_a_participant"
    BALANCE = "balance"
    SCREENING = "screening"
    NATIONAL_INTEREST = "national_interest"
    DUPLICATE = "duplicate"
    OTHER = "other"


DECLINE_LABELS: dict[DeclineReason, str] = {
    DeclineReason.INCOMPLETE: "The application is incomplete or inaccurate",
    DeclineReason.NOT_A_PARTICIPANT: "The summit is not meant for this kind of participant",
    DeclineReason.BALANCE: "The balance of markets and participant types leaves no room",
    DeclineReason.SCREENING: "The required checks could not be completed with a clear result",
    DeclineReason.NATIONAL_INTEREST: "Taking part would not be in the interest of the United States",
    DeclineReason.DUPLICATE: "The same person has applied already",
    DeclineReason.OTHER: "Another reason, given below",
}


class LetterKind(StrEnum):
    """What a letter to an applicant is about."""

    APPROVED = "approved"
    DECLINED = "declined"
    WAITLISTED = "waitlisted"
    QUESTION = "question"
    QUESTION_REMINDER = "question_reminder"
    OFFERED = "offered"
    CONFIRMED = "confirmed"


LETTER_LABELS: dict[LetterKind, str] = {
    LetterKind.APPROVED: "Approved, the fee is asked for",
    LetterKind.CONFIRMED: "The place is confirmed",
    LetterKind.DECLINED: "Declined",
    LetterKind.WAITLISTED: "On the waitlist",
    LetterKind.OFFERED: "A place is offered",
    LetterKind.QUESTION: "A question",
    LetterKind.QUESTION_REMINDER: "A reminder of a question",
}


class LetterState(StrEnum):
    """Where the letter about one decision stands."""

    WAITING = "waiting"
    LEFT = "left"
    DROPPED = "dropped"


class LetterEvent(StrEnum):
    """What happens to it."""

    SEND = "send"
    DROP = "drop"


LETTER_TRANSITIONS: dict[tuple[LetterState, LetterEvent], LetterState] = {
    (LetterState.WAITING, LetterEvent.SEND): LetterState.LEFT,
    (LetterState.WAITING, LetterEvent.DROP): LetterState.DROPPED,
}


class ProposalState(StrEnum):
    """Where the proposal of one reviewer stands that another must agree with."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"


class ProposalEvent(StrEnum):
    """What happens to it."""

    CONFIRM = "confirm"
    DROP = "drop"


PROPOSAL_TRANSITIONS: dict[tuple[ProposalState, ProposalEvent], ProposalState] = {
    (ProposalState.OPEN, ProposalEvent.CONFIRM): ProposalState.CONFIRMED,
    (ProposalState.OPEN, ProposalEvent.DROP): ProposalState.DROPPED,
}


class BulkState(StrEnum):
    """Where a decision about many applications stands."""

    PREVIEWED = "previewed"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"


class BulkEvent(StrEnum):
    """What moves it."""

    RUN = "run"
    FINISH = "finish"
    STOP = "stop"


BULK_TRANSITIONS: dict[tuple[BulkState, BulkEvent], BulkState] = {
    (BulkState.PREVIEWED, BulkEvent.RUN): BulkState.RUNNING,
    (BulkState.RUNNING, BulkEvent.FINISH): BulkState.DONE,
    (BulkState.RUNNING, BulkEvent.STOP): BulkState.STOPPED,
    (BulkState.STOPPED, BulkEvent.RUN): BulkState.RUNNING,
}


class Outcome(StrEnum):
    """How one application of a decision about many came out."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


class Speaker(StrEnum):
    """Who wrote a message in the thread of an application."""

    DESK = "desk"
    APPLICANT = "applicant"


class SubstitutionState(StrEnum):
    """Where a substitution stands; in the first three it is open, and the place is still the predecessor's."""

    PROPOSED = "proposed"
    INVITED = "invited"
    APPLIED = "applied"
    PASSED = "passed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class SubstitutionEvent(StrEnum):
    """What moves a substitution."""

    AGREE = "agree"
    APPLY = "apply"
    HAND_OVER = "hand_over"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


SUBSTITUTION_TRANSITIONS: dict[tuple[SubstitutionState, SubstitutionEvent], SubstitutionState] = {
    (SubstitutionState.PROPOSED, SubstitutionEvent.AGREE): SubstitutionState.INVITED,
    (SubstitutionState.PROPOSED, SubstitutionEvent.WITHDRAW): SubstitutionState.WITHDRAWN,
    (SubstitutionState.INVITED, SubstitutionEvent.APPLY): SubstitutionState.APPLIED,
    (SubstitutionState.INVITED, SubstitutionEvent.WITHDRAW): SubstitutionState.WITHDRAWN,
    (SubstitutionState.APPLIED, SubstitutionEvent.HAND_OVER): SubstitutionState.PASSED,
    (SubstitutionState.APPLIED, SubstitutionEvent.DECLINE): SubstitutionState.DECLINED,
    (SubstitutionState.APPLIED, SubstitutionEvent.WITHDRAW): SubstitutionState.WITHDRAWN,
}
OPEN_SUBSTITUTIONS = frozenset({SubstitutionState.PROPOSED, SubstitutionState.INVITED, SubstitutionState.APPLIED})


class VisaClaimState(StrEnum):
    """What became of a person's word that their visa was denied."""

    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Act(StrEnum):
    """What the desk can do with many applications at once."""

    APPROVE = "approve"
    PROPOSE = "propose"
    WAITLIST = "waitlist"
    ASK = "ask"
    DECLINE = "decline"
    ASSIGN = "assign"
    SPREAD = "spread"
    UNDO = "undo"


ACT_LABELS: dict[Act, str] = {
    Act.APPROVE: "Approve",
    Act.PROPOSE: "Propose approval to a second reviewer",
    Act.WAITLIST: "Put on the waitlist",
    Act.ASK: "Ask the applicants for information",
    Act.DECLINE: "Decline",
    Act.ASSIGN: "Give to one reviewer",
    Act.SPREAD: "Spread over several reviewers",
    Act.UNDO: "Undo the decision",
}
