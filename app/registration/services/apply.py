"""Apply: a draft saved part by part, submitted once, answered when asked."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts import services as accounts
from app.accounts.models import Membership, Organization
from app.accounts.states import OrganizationKind
from app.core import audit
from app.core.access import Role
from app.core.db import explained
from app.core.errors import InvalidInput, NotFound, Refused
from app.core.money import AmountBand
from app.documents import services as documents
from app.documents.services import Checked
from app.documents.states import Purpose
from app.registration.models import Registration, Summit
from app.registration.queries.substitution import may_apply_late
from app.registration.rules.application import (
    MOST_OWNERS,
    PART_NAMES,
    PARTS,
    Aims,
    ForOrganization,
    NewOrganization,
    Part,
    You,
    to_answers,
    type_refusal,
)
from app.registration.rules.summit import SummitSettings
from app.registration.services.moves import locked, move, settings_in_force
from app.registration.services.thread import write_answer
from app.registration.states import ENDED, RegistrationEvent, RegistrationState


def start_registration(
    session: Session, summit_id: UUID, user_id: UUID, *, now: datetime, by_id: UUID | None = None
) -> Registration:
    """Return the person's application that is not ended, starting a draft if there is none.

    `by_id` names who does it for the person. Refuses to start one while applications are not taken.
    """
    summit = session.get(Summit, summit_id, with_for_update=True, populate_existing=True)
    if summit is None:
        raise NotFound("That summit does not exist.")
    live = select(Registration).where(
        Registration.summit_id == summit_id, Registration.user_id == user_id,
        or_(Registration.state.not_in(ENDED), Registration.letter_at.is_not(None)),
    )  # fmt: skip
    if existing := session.scalars(live).one_or_none():
        return existing
    _version, settings = settings_in_force(session, summit_id)
    if not may_apply_late(session, summit_id, user_id):
        refuse_when_closed(settings, now)
    summit.applications += 1
    draft = Registration(
        summit_id=summit_id, number=summit.applications, user_id=user_id, state=RegistrationState.DRAFT, answers={},
        offers=[], seeks=[], languages=[], band=AmountBand.UNDISCLOSED, created_at=now,
    )  # fmt: skip
    session.add(draft)
    with explained({"uq_registrations_live_person": Refused("You have an application already. Open it to go on.")}):
        session.flush()
    actor_id = by_id or user_id
    audit.record(session, "registration.started", ("registration", draft.id), actor_id=actor_id, after=draft.state)
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


def save_draft(
    session: Session, registration_id: UUID, part: Part, *, actor_id: UUID, now: datetime, by_id: UUID | None = None
) -> None:
    """Keep one part of a person's own draft; `by_id` names who does it for them.

    Raises InvalidInput when the part does not fit what was said before.
    """
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
        session, "registration.saved", ("registration", draft.id), actor_id=by_id or actor_id,
        detail={"part": PART_NAMES[place]},
    )  # fmt: skip


def _save_organization(session: Session, draft: Registration, part: ForOrganization, *, now: datetime) -> None:
    if part.new is not None:
        organization = create_organization(session, draft, part.new, now=now)
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


def create_organization(session: Session, draft: Registration, new: NewOrganization, *, now: datetime) -> Organization:
    """Bring a new organization; the person leads it. Raises InvalidInput when its kind does not fit the person."""
    kind = OrganizationKind(new.kind)
    if draft.participant_type and (refusal := type_refusal(draft.participant_type, kind)):
        raise InvalidInput(refusal)
    made = accounts.create_organization(
        session, name=new.name, kind=kind, country=new.country, website=new.website, actor_id=draft.user_id, now=now
    )
    role = Role.COMPANY_OWNER if kind is OrganizationKind.US_COMPANY else Role.FOCAL_POINT
    accounts.add_member(session, made.id, draft.user_id, role, actor_id=draft.user_id, now=now)
    return made


def refuse_when_closed(settings: SummitSettings, now: datetime) -> None:
    """Refuse, naming the day, while applications are not taken."""
    if now < settings.opens_at:
        raise Refused(f"Applications open on {settings.registration_opens:%d %B %Y} at the venue. Come back then.")
    if now >= settings.closes_at:
        raise Refused(f"Applications closed on {settings.registration_closes:%d %B %Y}. Write to the organizers.")


def answer_question(
    session: Session, registration_id: UUID, words: str, *, actor_id: UUID, now: datetime, sent: Sequence[Checked] = ()
) -> None:
    """Answer what the desk asked, with checked files if need be; the application goes back into review."""
    if not words.strip():
        raise InvalidInput("Write an answer.")
    registration = own(session, registration_id, actor_id)
    if registration.letter_at is not None:
        raise Refused("Nothing is asked of you at the moment. Reload the page.")
    files = [
        documents.keep_file(session, one, purpose=Purpose.APPLICATION_ANSWER, owner_id=actor_id, now=now).id
        for one in sent
    ]
    write_answer(session, registration, words.strip(), files, actor_id=actor_id, now=now)
    move(session, registration, RegistrationEvent.ANSWER, actor_id=actor_id, now=now, reason=words.strip())
    registration.answer = words.strip()
