"""What a person declares about their application: when they submit it, or after somebody submitted it for them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.errors import Refused
from app.registration.application_models import RegistrationDeclaration
from app.registration.models import Registration
from app.registration.queries.application import Asked, asked_of, declaration_of, declared
from app.registration.rules.application import you_from
from app.registration.services.apply import own
from app.registration.services.moves import note


def keep_declaration(session: Session, of: Registration, asked: Asked, name: str, *, now: datetime) -> None:
    """Keep the words that were declared, under which name and when."""
    session.add(
        RegistrationDeclaration(
            registration_id=of.id, version=asked.version.number if asked.version else 0, words=declaration_of(asked),
            name=name, declared_at=now,
        )
    )  # fmt: skip
    session.flush()


def declare(session: Session, registration_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Let a person declare what somebody else submitted for them. Raises Refused once that was done."""
    registration = own(session, registration_id, actor_id)
    you = you_from(registration.answers)
    if you is None or registration.submitted_at is None or declared(session, registration.id) is not None:
        raise Refused("There is nothing to declare now. Reload the page.")
    keep_declaration(session, registration, asked_of(session, registration), you.full_name, now=now)
    words = "The person declared that the application is complete and true."
    note(session, registration, words, actor_id=actor_id, now=now)
