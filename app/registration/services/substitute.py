"""Substitution: a confirmed person's place passes to a named successor, who is vetted anew; until then nothing moves.

Consent is the owner's: what a focal point proposes waits for whoever holds the place.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organization, User
from app.accounts.rules import lead_role, normal_email
from app.core import audit
from app.core.db import explained
from app.core.errors import InvalidInput, NotFound, Refused
from app.core.money import Money
from app.core.states import advance
from app.notifications.mail import checked_address
from app.payments import vouchers
from app.payments.queries import PaymentRow
from app.registration.leave_models import Substitution
from app.registration.models import Registration
from app.registration.queries.money import KIND, payment_of
from app.registration.queries.substitution import open_from, open_invitation, open_to
from app.registration.services.letters import tell, tell_address
from app.registration.services.moves import locked, move, note, on_leave, settings_in_force, terms_of
from app.registration.services.places import pass_places
from app.registration.states import (
    ENDED,
    HOLDING,
    OPEN_SUBSTITUTIONS,
    SUBSTITUTION_TRANSITIONS,
    RegistrationEvent,
    RegistrationState,
    SubstitutionEvent,
    SubstitutionState,
)

THING = "substitution"
ONE_AT_A_TIME = Refused("A successor is named already. Withdraw that first, then name another.")
IN_TRANSIT = "Your successor has been approved and your place is passing to them. Reload the page in a few minutes."


def name_successor(
    session: Session, registration_id: UUID, *, name: str, email: str, reason: str, actor_id: UUID, now: datetime
) -> Substitution:
    """Name who takes a confirmed person's place: by that person, or by a focal point, who needs their consent.

    Raises NotFound for anybody else, Refused when the terms do not allow it or not any more, InvalidInput for an
    address or a person that cannot be.
    """
    registration = locked(session, registration_id)
    is_owner = registration.user_id == actor_id
    if not is_owner and not _leads(session, actor_id, registration.organization_id):
        raise NotFound("That application does not exist.")
    _allowed(session, registration, now)
    name, email = " ".join(name.split()), normal_email(checked_address(email))
    if not name or len(name) > 200:
        raise InvalidInput("Enter the successor's name, at most 200 characters.")
    _refuse_unfit(session, registration, email)
    made = Substitution(
        summit_id=registration.summit_id, predecessor_id=registration.id, name=name, email=email,
        state=SubstitutionState.INVITED if is_owner else SubstitutionState.PROPOSED, reason=reason.strip()[:1000],
        named_by=actor_id, named_at=now,
    )  # fmt: skip
    session.add(made)
    with explained({"uq_substitutions_open": ONE_AT_A_TIME}):
        session.flush()
    _record(session, made, "named", actor_id, before=None)
    note(session, registration, f"A successor was named: {name}.", actor_id=actor_id, now=now)
    if is_owner:
        _invite(session, registration, made, now=now)
    else:
        tell(session, registration, "successor_proposed", now=now, successor=name)
    return made


def agree_to_successor(session: Session, substitution_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Agree, as whose place it is, to the successor that a focal point proposed."""
    made, registration = _locked(session, substitution_id)
    if registration.user_id != actor_id:
        raise NotFound("That substitution does not exist.")
    _allowed(session, registration, now)
    _move(session, made, SubstitutionEvent.AGREE, actor_id=actor_id, now=now)
    _invite(session, registration, made, now=now)


def withdraw_successor(session: Session, substitution_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Take a substitution back while nothing has passed; the named person's application goes on as any other.

    For whose place it is, and for whoever named the successor. Raises Refused once the successor is approved.
    """
    made, registration = _locked(session, substitution_id)
    if actor_id not in (registration.user_id, made.named_by):
        raise NotFound("That substitution does not exist.")
    if made.state in OPEN_SUBSTITUTIONS and _is_passing(session, made):
        raise Refused(IN_TRANSIT)
    _move(session, made, SubstitutionEvent.WITHDRAW, actor_id=actor_id, now=now)
    if made.successor_id is not None:
        successor = session.get_one(Registration, made.successor_id)
        tell(session, successor, "successor_withdrawn", now=now)


def note_successor(session: Session, registration: Registration, *, now: datetime) -> None:
    """Tie a submitted application to the invitation its person has. Raises InvalidInput for another organization."""
    person = session.get_one(User, registration.user_id)
    made = open_invitation(session, registration.summit_id, person.email)
    if made is None or made.state is not SubstitutionState.INVITED:
        return
    predecessor = session.get_one(Registration, made.predecessor_id)
    if terms_of(predecessor).substitution_same_organization and (
        registration.organization_id != predecessor.organization_id
    ):
        place = session.get_one(Organization, predecessor.organization_id).name
        raise InvalidInput(f"You apply as a successor within {place}. Choose that organization, or ask for another.")
    made = session.get_one(Substitution, made.id, with_for_update=True, populate_existing=True)
    if made.state is not SubstitutionState.INVITED:
        return
    made.successor_id = registration.id
    _move(session, made, SubstitutionEvent.APPLY, actor_id=registration.user_id, now=now)
    number = predecessor.number
    note(session, registration, f"Applies to take the place of application {number}.", actor_id=None, now=now)


def pass_over(session: Session, successor: Registration, *, now: datetime) -> PaymentRow | None:
    """Let the predecessor's place pass to an approved successor under lock; return the predecessor's payment.

    None when the application replaces nobody. The predecessor's badge dies with their state.
    """
    made = open_to(session, successor.id)
    if made is None:
        return None
    predecessor = locked(session, made.predecessor_id)
    if predecessor.state is not RegistrationState.CONFIRMED:
        return None
    pass_places(session, predecessor, successor, now=now)
    move(session, predecessor, RegistrationEvent.SUBSTITUTE, actor_id=None, now=now, reason=f"By {made.name}.")
    _move(session, made, SubstitutionEvent.HAND_OVER, actor_id=None, now=now)
    terms = terms_of(successor)
    if terms.price_cents:
        price = Money(terms.price_cents, terms.currency)
        vouchers.pass_on(session, subject_kind=KIND, from_id=predecessor.id, to_id=successor.id, price=price, now=now)
    vouchers.release(session, subject_kind=KIND, subject_id=predecessor.id, now=now)
    for handler in on_leave:
        handler(session, predecessor.id, now)
    tell(session, predecessor, "substituted", now=now, successor=made.name)
    return payment_of(session, predecessor.id)


def predecessor_of(session: Session, successor: Registration) -> Registration | None:
    """Return whose place an application is to take, while they still hold it."""
    made = open_to(session, successor.id)
    found = session.get(Registration, made.predecessor_id) if made else None
    return found if found is not None and found.state is RegistrationState.CONFIRMED else None


def follow_leaver(session: Session, registration: Registration, *, now: datetime) -> None:
    """Close the substitutions of an application that ends: a successor's changes nothing, a predecessor's falls away.

    Raises Refused for a predecessor whose place is just passing to an approved successor.
    """
    if (made := open_from(session, registration.id)) is not None:
        if _is_passing(session, made):
            raise Refused(IN_TRANSIT)
        _move(session, made, SubstitutionEvent.WITHDRAW, actor_id=None, now=now)
    if (made := open_to(session, registration.id)) is not None:
        _move(session, made, SubstitutionEvent.DECLINE, actor_id=None, now=now)
        predecessor = session.get_one(Registration, made.predecessor_id)
        tell(session, predecessor, "successor_declined", now=now, successor=made.name)


def _allowed(session: Session, registration: Registration, now: datetime) -> None:
    if registration.state is not RegistrationState.CONFIRMED:
        raise Refused("Only a confirmed place can pass to a successor. Withdraw the application instead.")
    until = terms_of(registration).substitution_until
    if until is None:
        raise Refused("The terms of this application do not provide for a successor. Write to the organizers.")
    if settings_in_force(session, registration.summit_id)[1].day_of(now) > until:
        raise Refused(f"A successor could be named until {until:%d %B %Y}. Write to the organizers.")


def _refuse_unfit(session: Session, registration: Registration, email: str) -> None:
    owner = session.get_one(User, registration.user_id)
    if email == owner.email:
        raise InvalidInput("That is the address of whose place it is. Enter the successor's.")
    live = (
        select(Registration.state)
        .join(User, User.id == Registration.user_id)
        .where(Registration.summit_id == registration.summit_id, User.email == email, Registration.state.not_in(ENDED))
    )
    if any(state is not RegistrationState.DRAFT for state in session.scalars(live)):
        raise InvalidInput("Somebody with that address has applied already. Name somebody who has not.")
    if open_invitation(session, registration.summit_id, email) is not None:
        raise InvalidInput("Somebody with that address is named as a successor already.")


def _leads(session: Session, user_id: UUID, organization_id: UUID | None) -> bool:
    place = session.get(Organization, organization_id) if organization_id else None
    if place is None:
        return False
    role = select(Membership.role).where(Membership.organization_id == place.id, Membership.user_id == user_id)
    return session.scalar(role) is lead_role(place.kind)


def _is_passing(session: Session, made: Substitution) -> bool:
    wanted = select(Registration.state).where(Registration.id == made.successor_id)
    return made.successor_id is not None and session.scalar(wanted) in HOLDING


def _locked(session: Session, substitution_id: UUID) -> tuple[Substitution, Registration]:
    found = session.get(Substitution, substitution_id)
    if found is None:
        raise NotFound("That substitution does not exist.")
    registration = locked(session, found.predecessor_id)
    return session.get_one(Substitution, substitution_id, with_for_update=True, populate_existing=True), registration


def _invite(session: Session, registration: Registration, made: Substitution, *, now: datetime) -> None:
    place = session.get(Organization, registration.organization_id)
    until = terms_of(registration).substitution_until
    owner = session.get_one(User, registration.user_id).name
    tell_address(
        session, registration, "successor_invited", to=made.email, now=now, successor=made.name, predecessor=owner,
        organization=place.name if place else "", until=until,
    )  # fmt: skip


def _move(
    session: Session, made: Substitution, event: SubstitutionEvent, *, actor_id: UUID | None, now: datetime
) -> None:
    before = made.state
    made.state = advance(SUBSTITUTION_TRANSITIONS, before, event, thing=THING)
    made.closed_at = now if made.state not in OPEN_SUBSTITUTIONS else None
    session.flush()
    _record(session, made, str(made.state), actor_id, before=before)


def _record(session: Session, made: Substitution, what: str, actor_id: UUID | None, *, before: str | None) -> None:
    audit.record(
        session, f"substitution.{what}", ("registration", made.predecessor_id), actor_id=actor_id, before=before,
        after=made.state, reason=made.reason, detail={"successor": str(made.successor_id or ""), "name": made.name},
    )  # fmt: skip
