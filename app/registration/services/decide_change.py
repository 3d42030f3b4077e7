"""The desk decides about a proposed change; until then the old facts and the place stay in force."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.errors import InvalidInput, NotFound, Refused
from app.core.money import Money
from app.core.states import words
from app.notifications import outbox
from app.registration.application_models import RegistrationChange
from app.registration.change_states import PART_LABELS, ChangeEvent, PartKey
from app.registration.models import Registration
from app.registration.queries.money import KIND, back_by, payment_of, refund_if_withdrawn
from app.registration.services.change_effect import CHANGE, put_into, screened_names
from app.registration.services.leave import release
from app.registration.services.letters import tell
from app.registration.services.moves import locked, move, note, refuse_own, settings_in_force, terms_of
from app.registration.services.pending import close_change, waiting_changes
from app.registration.services.places import MOVE_WAITLIST
from app.registration.services.visa import follow_name
from app.registration.states import ENDED, RegistrationEvent, RegistrationState
from app.screening import services as screening
from app.screening.models import Case


def accept_change(
    session: Session, change_id: UUID, *, actor_id: UUID, now: datetime, max_list_age_days: int | None,
    reason: str = "",
) -> None:  # fmt: skip
    """Accept a proposed change: it takes effect, and so does its screening. `reason` also lets a soft target pass.

    Refuses while new names are not cleared, and when a place in another pool is needed and none is left.
    """
    change, registration = _to_decide(session, change_id, actor_id)
    part = PartKey(change.part)
    close_change(session, change, ChangeEvent.ACCEPT, actor_id=actor_id, now=now, reason=reason)
    if part is PartKey.WITHDRAWAL:
        _let_leave(session, registration, change, actor_id=actor_id, now=now)
    else:
        names = screened_names(session, registration, part, change.after)
        renewed = names != screened_names(session, registration)
        if renewed:
            screening.require_clear(session, CHANGE, change.id, now=now, max_age_days=max_list_age_days)
        put_into(session, registration, part, change.after, actor_id=actor_id, now=now, over_target_reason=reason)
        if renewed:
            screening.swap_subjects(session, (KIND, registration.id), (CHANGE, change.id), actor_id=actor_id)
        if part is PartKey.YOU:
            follow_name(session, registration, now)
        _screen_others_anew(session, registration, now=now)
        note(session, registration, _said(part, "accepted", reason), actor_id=actor_id, now=now)
        tell(session, registration, "change_decided", now=now, part=PART_LABELS[part], accepted=True, words=reason)
    if registration.state is RegistrationState.WAITLISTED:
        outbox.queue(session, MOVE_WAITLIST, {"summit": str(registration.summit_id)}, now=now)


def refuse_change(session: Session, change_id: UUID, *, reason: str, actor_id: UUID, now: datetime) -> None:
    """Refuse a proposed change; everything stays as it was and the person reads why."""
    if not reason.strip():
        raise InvalidInput("Write why: the applicant reads it.")
    change, registration = _to_decide(session, change_id, actor_id)
    close_change(session, change, ChangeEvent.REFUSE, actor_id=actor_id, now=now, reason=reason)
    part = PartKey(change.part)
    note(session, registration, _said(part, "refused", reason), actor_id=actor_id, now=now)
    tell(session, registration, "change_decided", now=now, part=PART_LABELS[part], accepted=False, words=reason.strip())


def _to_decide(session: Session, change_id: UUID, actor_id: UUID) -> tuple[RegistrationChange, Registration]:
    """Return a change and its application, the application locked first as everywhere."""
    found = session.get(RegistrationChange, change_id)
    if found is None:
        raise NotFound("That change does not exist.")
    registration = locked(session, found.registration_id)
    refuse_own(session, registration, actor_id)
    change = session.get_one(RegistrationChange, change_id, with_for_update=True, populate_existing=True)
    if registration.state in ENDED:
        raise Refused("This application has ended, so nothing about it can be changed.")
    return change, registration


def _said(part: PartKey, verb: str, reason: str) -> str:
    return f"The change of '{PART_LABELS[part]}' was {verb}. {reason}".strip()


def _let_leave(
    session: Session, registration: Registration, change: RegistrationChange, *, actor_id: UUID, now: datetime
) -> None:
    """Withdraw the application; what comes back is what would have on the day the person asked."""
    _version, settings = settings_in_force(session, registration.summit_id)
    terms = terms_of(registration)
    payment = payment_of(session, registration.id)
    back = refund_if_withdrawn(payment, terms, settings, change.proposed_at)
    release(session, registration, reason="The person withdrew.", actor_id=actor_id, now=now, refund_cents=back)
    move(session, registration, RegistrationEvent.WITHDRAW, actor_id=actor_id, now=now, reason=change.why)
    refund = Money(back, terms.currency) if back else None
    tell(session, registration, "withdrawn", now=now, refund=refund, back_by=back_by(payment))


def _screen_others_anew(session: Session, registration: Registration, *, now: datetime) -> None:
    """Give the other proposals the names they would now lead to: one of them may have been accepted before."""
    for other in waiting_changes(session, registration.id):
        part = PartKey(other.part)
        names = screened_names(session, registration, part, other.after)
        if names != screened_names(session, registration):
            screening.open_case(session, CHANGE, other.id, names, now=now, about=[registration.user_id])


def follow_change_case(session: Session, case: Case, now: datetime) -> None:
    """Note on the application that the screening of a proposed change moved."""
    change = session.get(RegistrationChange, case.subject_id)
    if change is not None:
        registration = locked(session, change.registration_id)
        said = f"Screening of the proposed change of '{PART_LABELS[PartKey(change.part)]}': {words(case.state)}."
        note(session, registration, said, actor_id=None, now=now)
