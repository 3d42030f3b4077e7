"""What the provider, or a message said to be from it, is refused with."""

from app.core.errors import DomainError, Refused


class EventRejected(DomainError):
    """What was sent to the webhook is not a fresh, signed event for this installation."""

    status = 400
    code = "event_rejected"


class ProviderRefused(Refused):
    """The provider understood a call and would not do it; trying again does not help."""

    code = "provider_refused"
