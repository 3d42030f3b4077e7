"""What an invitation letter can be, and what moves it."""

from enum import StrEnum

from app.registration.states import RegistrationState


class VisaLetterState(StrEnum):
    """VALID until a newer version replaces it or it is revoked."""

    VALID = "valid"
    REPLACED = "replaced"
    REVOKED = "revoked"


class VisaLetterEvent(StrEnum):
    """What moves an invitation letter."""

    REPLACE = "replace"
    REVOKE = "revoke"


TRANSITIONS: dict[tuple[VisaLetterState, VisaLetterEvent], VisaLetterState] = {
    (VisaLetterState.VALID, VisaLetterEvent.REPLACE): VisaLetterState.REPLACED,
    (VisaLetterState.VALID, VisaLetterEvent.REVOKE): VisaLetterState.REVOKED,
}

INVITED = frozenset({RegistrationState.APPROVED, RegistrationState.PAYMENT_DUE, RegistrationState.CONFIRMED})
"""States in which a person may have an invitation letter: a place is held for them."""
