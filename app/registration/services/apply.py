"""Apply: a draft saved part by part, submitted once, answered when asked."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import services as accounts
from app.accounts.models import Membership, Organization, User
from app.accounts.states import OrganizationKind
from app.core import audit
from app.core.access import Role
from app.core.db import explained
from app.core.errors import InvalidInput, NotFound, Refused
from app.core.money import AmountBand, Money
from app.payments import services as payments
from app.registration.models import Registration, Summit
from app.registration.queries.money import KIND
from app.registration.rules.application import (
    MOST_OWNERS,
    PARTS,
    STEP_LABELS,
    Aims,
    ForOrganization,
    NewOrganization,
    Ownership,
    Part,
    You,
    ownership_from,
    to_answers,
    type_refusal,
    you_from,
)
from app.registration.rules.days import add_business_days
from app.registration.rules.prices import Terms, terms_on
from app.registration.rules.stored import to_plain
from app.registration.rules.summit import SummitSettings
from app.registration.services.letters import tell
from app.registration.services.moves import locked, move, settings_in_force
from app.registration.states import ENDED, RegistrationEvent, RegistrationState
from app.screening import services as screening
from app.screening.states import NameKind, NameToScreen


def start_registration(session: Session, summit_id: UUID, user_id: UUID, *, now: datetime) -> Registration:
    """Return the person's application that is not ended, starting a draft if there is none.

    Refuses to start one while applications are not taken.
    """
    summit = session.get(Summit, summit_id, with_for_update=True, populate_existing=True)
    if summit is None:
        raise NotFound("That summit does not exist.")
    live = select(Registration).where(
        Registration.summit_id == summit_id, Registration.user_id == user_id, Registration.state.not_in(ENDED)
    )
    if existing := session.scalars(live).one_or_none():
        return existing
    _version, settings = settings_in_force(session, summit_id)
    _refuse_when_closed(settings, now)
    summit.applications += 1
    draft = Registration(
        summit_id=summit_id, number=summit.applications, user_id=user_id, state=RegistrationState.DRAFT, answers={},
        offers=[], seeks=[], languages=[], band=AmountBand.UNDISCLOSED, created_at=now,
    )  # fmt: skip
    session.add(draft)
    with explained({"uq_registrations_live_person": Refused("You have an application already. Open it to go on.")}):
        session.flush()
    audit.record(session, "registration.started", ("registration", draft.id), actor_id=user_id, after=draft.state)
    return draft


def own_draft(session: Session, registration_id: UUID, actor_id: UUID) -> Registration:
    """Return a person's own draft under lock. Raises NotFound for another's, Refused once it is submitted."""
    draft = own(session, registration_id, actor_id)
    if draft.state is not RegistrationState.DRAFT:
        raise Refused("This application has been submitted. Its page shows what can be done now.")
    return draft


def own(session: Session, registration_id: UUID, actor_id: UUID) -> Registration:
    """Return a person's own application under lock. Raises NotFound for another's."""
    found = locked(session, registration_id)
    if found.user_id != actor_id:
        raise NotFound("That application does not exist.")
    return found


def save_draft(session: Session, registration_id: UUID, part: Part, *, actor_id: UUID, now: datetime) -> None:
    """Keep one part of a draft. Raises InvalidInput when the part does not fit what was said before."""
    draft = own_draft(session, registration_id, actor_id)
    if isinstance(part, You):
        draft.participant_type = part.participant_type
        draft.answers = {**draft.answers, "you": to_answers(part)}
    elif isinstance(part, ForOrganization):
        _save_organization(session, draft, part, now=now)
    elif isinstance(part, Aims):
        draft.seeks, draft.offers = list(part.seeks), list(part.offers)
        draft.band, draft.languages = part.band, list(part.languages)
    else:
        if len(part.owners) > MOST_OWNERS:
            raise InvalidInput(f"Name at most {MOST_OWNERS} owners.")
        draft.answers = {**draft.answers, "ownership": to_answers(part)}
    place = PARTS.index(type(part))
    draft.steps_saved = max(draft.steps_saved, place + 1)
    session.flush()
    audit.record(
        session, "registration.saved", ("registration", draft.id), actor_id=actor_id,
        detail={"part": STEP_LABELS[place]},
    )  # fmt: skip


def _save_organization(session: Session, draft: Registration, part: ForOrganization, *, now: datetime) -> None:
    if part.new is not None:
        organization = _create_organization(session, draft, part.new, now=now)
    else:
        belongs = select(Organization).join(Membership, Membership.organization_id == Organization.id)
        belongs = belongs.where(Membership.user_id == draft.user_id, Organization.id == part.organization_id)
        found = session.scalars(belongs).one_or_none()
        if found is None:
            raise InvalidInput("Choose an organization you belong to, or enter a new one.")
        organization = found
    if draft.participant_type and (refusal := type_refusal(draft.participant_type, organization.kind)):
        raise InvalidInput(refusal)
    draft.organization_id, draft.country = organization.id, organization.country


def _create_organization(session: Session, draft: Registration, new: NewOrganization, *, now: datetime) -> Organization:
    kind = OrganizationKind(new.kind)
    if draft.participant_type and (refusal := type_refusal(draft.participant_type, kind)):
        raise InvalidInput(refusal)
    made = accounts.create_organization(
        session, name=new.name, kind=kind, country=new.country, website=new.website, actor_id=draft.user_id, now=now
    )
    role = Role.COMPANY_OWNER if kind is OrganizationKind.US_COMPANY else Role.FOCAL_POINT
    accounts.add_member(session, made.id, draft.user_id, role, actor_id=draft.user_id, now=now)
    return made


def submit(session: Session, registration_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Submit a draft: fix its terms, open its screening case and, where there is a fee, its payment.

    Raises InvalidInput naming the first part that is missing, Refused while applications are not taken.
    """
    draft = own_draft(session, registration_id, actor_id)
    you, organization = _complete(session, draft)
    version, settings = settings_in_force(session, draft.summit_id)
    _refuse_when_closed(settings, now)
    day = settings.day_of(now)
    terms = terms_on(settings, version=version, participant_type=you.participant_type, day=day)
    draft.terms, draft.submitted_at = to_plain(terms), now
    draft.country = organization.country
    draft.decision_due_on = add_business_days(day, settings.decision_business_days, settings.holidays)
    move(session, draft, RegistrationEvent.SUBMIT, actor_id=actor_id, now=now)
    screening.open_case(session, KIND, draft.id, _names(draft, you, organization), now=now, about=[draft.user_id])
    move(session, draft, RegistrationEvent.OPEN_REVIEW, actor_id=None, now=now)
    if terms.price_cents:
        _open_payment(session, draft, settings, now=now)
    tell(
        session, draft, "received", now=now, decision_due=draft.decision_due_on,
        price=_price(terms),
    )  # fmt: skip


def _price(terms: Terms) -> Money | None:
    return Money(terms.price_cents, terms.currency) if terms.price_cents else None


def _complete(session: Session, draft: Registration) -> tuple[You, Organization]:
    you = you_from(draft.answers)
    if you is None:
        raise _missing(You)
    organization = session.get(Organization, draft.organization_id) if draft.organization_id else None
    if organization is None:
        raise _missing(ForOrganization)
    if draft.steps_saved <= PARTS.index(Aims):
        raise _missing(Aims)
    if "ownership" not in draft.answers:
        raise _missing(Ownership)
    if refusal := type_refusal(you.participant_type, organization.kind):
        raise InvalidInput(refusal)
    return you, organization


def _missing(part: type[Part]) -> InvalidInput:
    return InvalidInput(f"The part '{STEP_LABELS[PARTS.index(part)]}' is missing. Open it, fill it in and come back.")


def _names(draft: Registration, you: You, organization: Organization) -> list[NameToScreen]:
    names = [
        NameToScreen(you.full_name, NameKind.PERSON, you.citizenship, you.birth_year),
        NameToScreen(organization.name, NameKind.ORGANISATION, organization.country),
    ]
    for owner in ownership_from(draft.answers).owners:
        kind = NameKind.PERSON if owner.is_person else NameKind.ORGANISATION
        names.append(NameToScreen(owner.name, kind, owner.country))
    return names


def _open_payment(session: Session, draft: Registration, settings: SummitSettings, *, now: datetime) -> None:
    person = session.get_one(User, draft.user_id)
    payments.open_payment(
        session, subject_kind=KIND, subject_id=draft.id, payer_id=person.id, payer_name=person.name,
        payer_email=person.email, description=f"{settings.name}, application {draft.number}", now=now,
    )  # fmt: skip


def _refuse_when_closed(settings: SummitSettings, now: datetime) -> None:
    if now < settings.opens_at:
        raise Refused(f"Applications open on {settings.registration_opens:%d %B %Y} at the venue. Come back then.")
    if now >= settings.closes_at:
        raise Refused(f"Applications closed on {settings.registration_closes:%d %B %Y}. Write to the organizers.")


def answer_question(session: Session, registration_id: UUID, words: str, *, actor_id: UUID, now: datetime) -> None:
    """Answer what the desk asked; the application goes back into review."""
    if not words.strip():
        raise InvalidInput("Write an answer.")
    registration = own(session, registration_id, actor_id)
    move(session, registration, RegistrationEvent.ANSWER, actor_id=actor_id, now=now, reason=words.strip())
    registration.answer = words.strip()
