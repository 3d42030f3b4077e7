"""When two records of a person or an organization become one: one application stays, the places still add up."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import duplicates
from app.accounts.known import Said
from app.accounts.merge import Merging, Question
from app.accounts.states import RecordKind
from app.core.errors import Refused
from app.core.states import words
from app.registration.models import Registration, Summit
from app.registration.queries.money import kept_cents, payment_of
from app.registration.rules.application import you_from
from app.registration.services.leave import cancel, release
from app.registration.services.moves import move, settings_in_force
from app.registration.services.places import PoolFull, free_places, take_places
from app.registration.states import HOLDING, LIVE, RegistrationEvent, RegistrationState

SUMMED = "They are counted together because two records of one organization were merged."


def said_of_people(session: Session, ids: Collection[UUID] | None) -> dict[UUID, list[Said]]:
    """Return what people said of themselves in their applications, by person (of everybody when `ids` is None)."""
    wanted = select(Registration.user_id, Registration.answers)
    if ids is not None:
        wanted = wanted.where(Registration.user_id.in_(ids))
    found: dict[UUID, list[Said]] = {}
    for user_id, answers in session.execute(wanted.order_by(Registration.number)):
        if (you := you_from(answers)) is not None:
            phone = str(answers.get("phone") or "")
            found.setdefault(user_id, []).append(Said(you.full_name, you.birth_year, you.citizenship, phone))
    return found


def look_for_twins(session: Session, registration: Registration, now: datetime) -> None:
    """Let the person and the organization of a submitted application be compared with those who are here."""
    duplicates.look_at(session, RecordKind.PERSON, registration.user_id, now=now)
    if registration.organization_id is not None:
        duplicates.look_at(session, RecordKind.ORGANIZATION, registration.organization_id, now=now)


def two_live(session: Session, kept_id: UUID, gone_id: UUID) -> list[tuple[Registration, Registration]]:
    """Return the two live applications of two records to one summit, the older first; nothing when one has none."""
    wanted = select(Registration).where(Registration.user_id.in_([kept_id, gone_id]), Registration.state.in_(LIVE))
    by_summit: dict[UUID, list[Registration]] = {}
    for row in session.scalars(wanted.order_by(Registration.number)):
        by_summit.setdefault(row.summit_id, []).append(row)
    return [(rows[0], rows[1]) for rows in by_summit.values() if len(rows) == 2]


def merge_obstacles(session: Session, kept_id: UUID, gone_id: UUID) -> list[str]:
    """Say which two applications are both paid: whose money goes back is for finance to decide."""
    return [
        f"Applications {one.number} and {other.number} are both paid. Ask finance to refund one of them and cancel it; "
        "then merge the records."
        for one, other in two_live(session, kept_id, gone_id)
        if kept_cents(payment_of(session, one.id)) and kept_cents(payment_of(session, other.id))
    ]


def merge_questions(session: Session, kept_id: UUID, gone_id: UUID) -> list[Question]:
    """Ask which of two live applications to one summit stays."""
    return [
        Question(
            _name(one),
            f"Both records have an application to {session.get_one(Summit, one.summit_id).name}. Which one stays? "
            "The other is cancelled as a duplicate, and what was paid for it goes back in full.",
            ((str(one.id), _words(session, one)), (str(other.id), _words(session, other))),
        )
        for one, other in two_live(session, kept_id, gone_id)
    ]


def _name(registration: Registration) -> str:
    return f"application-{registration.summit_id}"


def _words(session: Session, registration: Registration) -> str:
    paid = ", paid" if kept_cents(payment_of(session, registration.id)) else ""
    return f"Application {registration.number}: {words(registration.state)}{paid}"


def cancel_duplicates(session: Session, merging: Merging) -> None:
    """Cancel the application that was not chosen to stay."""
    for pair in two_live(session, merging.kept_id, merging.gone_id):
        stays = merging.choices[_name(pair[0])]
        for going in (row for row in pair if str(row.id) != stays):
            other = next(row for row in pair if row is not going)
            why = f"It was a second application of the same person. Application {other.number} goes on."
            if going.state is RegistrationState.DRAFT:
                release(session, going, reason=why, actor_id=merging.actor_id, now=merging.now)
                move(session, going, RegistrationEvent.WITHDRAW, actor_id=merging.actor_id, now=merging.now, reason=why)
            else:
                cancel(session, going.id, reason=why, actor_id=merging.actor_id, now=merging.now)
    session.flush()


def join_places(session: Session, kept_id: UUID, gone_id: UUID, now: datetime) -> None:
    """Count the places of both records of an organization in one pool. Raises Refused when that is too small."""
    wanted = select(Registration).where(Registration.organization_id == gone_id, Registration.state.in_(HOLDING))
    for registration in session.scalars(wanted.order_by(Registration.id).with_for_update()):
        _version, settings = settings_in_force(session, registration.summit_id)
        free_places(session, registration, now=now)
        registration.organization_id = kept_id
        session.flush()
        try:
            take_places(session, registration, settings, now=now, over_target_reason=SUMMED)
        except PoolFull as full:
            raise Refused(
                f"Together the two hold more than there is: no place is left in {' and '.join(full.pools)} for "
                f"application {registration.number}. Cancel an application or raise the capacity first."
            ) from None
