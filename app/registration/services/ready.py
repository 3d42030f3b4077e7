"""What must be there before an application is decided in the applicant's favour; rooms above add to it."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from app.core.errors import Refused
from app.registration.models import Registration
from app.registration.queries.application import nomination_missing
from app.registration.rules.summit import SummitSettings
from app.registration.services.moves import settings_in_force

conditions: list[Callable[[Session, Registration, SummitSettings], str | None]] = []
"""Each returns, in a sentence, what an application waits for, None when it may go on."""


class NotReady(Refused):
    """The application waits for somebody else before the desk can take it."""

    code = "not_ready"


def waits_for(session: Session, registration: Registration) -> list[str]:
    """Return what an application waits for before it can be approved or waitlisted, in sentences."""
    _version, settings = settings_in_force(session, registration.summit_id)
    found = [nomination_missing(session, registration, settings)]
    found += [condition(session, registration, settings) for condition in conditions]
    return [sentence for sentence in found if sentence]


def require_ready(session: Session, registration: Registration) -> None:
    """Raise NotReady, naming everything the application waits for."""
    if waiting := waits_for(session, registration):
        raise NotReady(" ".join(waiting))
