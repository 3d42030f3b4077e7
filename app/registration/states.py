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
    (_S.APPROVED, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.APPROVED, _E.CANCEL): _S.CANCELLED,
    (_S.PAYMENT_DUE, _E.CONFIRM): _S.CONFIRMED,
    (_S.PAYMENT_DUE, _E.EXPIRE): _S.EXPIRED,
    (_S.PAYMENT_DUE, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.PAYMENT_DUE, _E.CANCEL): _S.CANCELLED,
    (_S.CONFIRMED, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.CONFIRMED, _E.CANCEL): _S.CANCELLED,
    (_S.CONFIRMED, _E.SUBSTITUTE): _S.SUBSTITUTED,
    (_S.EXPIRED, _E.CONFIRM_LATE): _S.CONFIRMED,
}

HOLDING = frozenset({_S.OFFERED, _S.APPROVED, _S.PAYMENT_DUE, _S.CONFIRMED})
"""States in which a registration holds a place in every pool it touches."""

ENDED = frozenset({_S.DECLINED, _S.WITHDRAWN, _S.EXPIRED, _S.CANCELLED, _S.SUBSTITUTED})
"""States after which the same person may apply again."""

UNDECIDED = frozenset({_S.SUBMITTED, _S.IN_REVIEW, _S.NEEDS_INFORMATION})
"""States in which the decision promise runs."""

LIVE = frozenset(_S) - ENDED

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
    _E.EXPIRE: "expired",
    _E.WITHDRAW: "withdrawn",
    _E.CANCEL: "cancelled",
    _E.SUBSTITUTE: "substituted",
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


class Direction(StrEnum):
    """Which way somebody passes a door."""

    IN = "in"
    OUT = "out"


class ScanResult(StrEnum):
    """What the door was told."""

    ADMITTED = "admitted"
    ALREADY_INSIDE = "already_inside"
    LEFT = "left"
    NOT_INSIDE = "not_inside"
    NOT_CONFIRMED = "not_confirmed"
    SUSPENDED = "suspended"
    UNKNOWN = "unknown"
