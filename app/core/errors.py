"""Refusals a person can read. Anything that is not a DomainError is a bug and answers 500."""


class DomainError(Exception):
    """A refusal with a sentence for a person, a code for a program and an HTTP status."""

    status = 409
    code = "refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Refused(DomainError):
    """The request is understood but the rules or the present state do not permit it."""


class TransitionRefused(Refused):
    """The thing is in a state from which the wanted move does not lead."""

    code = "transition_refused"


class InvalidInput(DomainError):
    """What was sent cannot be used; the message names the field."""

    status = 422
    code = "invalid_input"


class NotFound(DomainError):
    """No such thing, or not one this person may know of."""

    status = 404
    code = "not_found"


class SignInRequired(DomainError):
    """Nobody is signed in."""

    status = 401
    code = "sign_in_required"

    def __init__(self, message: str = "Sign in to see this page.") -> None:
        super().__init__(message)


class Forbidden(DomainError):
    """Signed in, but the role does not include this."""

    status = 403
    code = "forbidden"

    def __init__(self, message: str = "Your role does not include this page.") -> None:
        super().__init__(message)


class TooMany(DomainError):
    """Too many attempts; `retry_after` says in how many seconds to come back."""

    status = 429
    code = "too_many"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Busy(DomainError):
    """Another transaction held what this one needed; trying again is right."""

    status = 503
    code = "busy"

    def __init__(self, message: str = "Many people are using this right now. Try again in a moment.") -> None:
        super().__init__(message)
        self.retry_after = 2


class Unavailable(DomainError):
    """A service outside the building did not answer."""

    status = 503
    code = "unavailable"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.retry_after = 30
