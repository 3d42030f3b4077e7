"""Change a submitted application: at once where nothing rests on it, else proposed to the desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organization
from app.core import audit
from app.core.errors import InvalidInput, NotFound, Refused
from app.registration.application_models import RegistrationChange
from app.registration.change_states import PART_LABELS, ChangeEvent, ChangeState, PartKey
from app.registration.models import Registration
from app.registration.queries.application import asked_of
from app.registration.queries.changes import facts_by_part
from app.registration.queries.money import KIND
from app.registration.rules.application import type_refusal
from app.registration.rules.changing import DECIDED, differing, sort_out
from app.registration.rules.in_words import LABELS
from app.registration.services.apply import own
from app.registration.services.change_effect import CHANGE, put_into, screened_names
from app.registration.services.inputs import note_page_saved
from app.registration.services.moves import note, settings_in_force
from app.registration.services.pending import close_change, waiting_change
from app.registration.states import ENDED, RegistrationState
from app.screening import services as screening

Wanted = Mapping[PartKey, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the changes: the names of facts that took effect, and of those that wait for the desk."""

    applied: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()


def change_application(
    session: Session, registration_id: UUID, wanted: Wanted, *, page: str, seen_edits: int, actor_id: UUID,
    now: datetime, why: str = "",
) -> Outcome:  # fmt: skip
    """Change parts of one's own submitted application; `wanted` holds each part's facts as they should be.

    Raises SavedElsewhere when the page was saved since `seen_edits`, InvalidInput for what does not fit, Refused when
    the application has ended. A proposal takes the place of an earlier one about the same part.
    """
    registration = own(session, registration_id, actor_id)
    _refuse_unchangeable(registration)
    note_page_saved(session, registration_id, page, seen_edits=seen_edits, now=now)
    _version, settings = settings_in_force(session, registration.summit_id)
    asked = asked_of(session, registration)
    flagged = {q.key for q in asked.version.definition.questions() if q.reopens_vetting} if asked.version else set()
    applied: list[str] = []
    proposed: list[str] = []
    for part, after in wanted.items():
        before = facts_by_part(registration, asked)[part]
        _refuse_unfit(session, registration, part, before, after)
        sorted_ = sort_out(
            part, before, after, state=registration.state, is_closed=now >= settings.closes_at, flagged=flagged
        )
        if sorted_.at_once:
            _apply(session, registration, part, before, sorted_.at_once, actor_id=actor_id, now=now)
            applied += sorted_.at_once
        if sorted_.proposed:
            _propose(session, registration, part, before, sorted_.proposed, why=why, actor_id=actor_id, now=now)
            proposed += sorted_.proposed
    return Outcome(tuple(applied), tuple(proposed))


def _refuse_unchangeable(registration: Registration) -> None:
    if registration.state is RegistrationState.DRAFT:
        raise Refused("This application has not been submitted. Open it, change what you want and submit it.")
    if registration.state in ENDED or registration.letter_at is not None:
        raise Refused("This application cannot be changed at the moment. Its page shows where it stands.")


def _refuse_unfit(
    session: Session, registration: Registration, part: PartKey, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Refuse what may not change after submission, and an organization that does not fit the person."""
    if part is PartKey.YOU and after.get("participant_type", before.get("participant_type")) != before.get(
        "participant_type"
    ):
        raise InvalidInput(
            "As what you come decides the fee and cannot be changed any more. Withdraw and apply again, or write to us."
        )
    if part is not PartKey.ORGANIZATION or not differing(before, after):
        return
    kind = after["new"]["kind"] if after.get("new") else _own_organization(session, registration, after).kind
    if registration.participant_type and (refusal := type_refusal(registration.participant_type, kind)):
        raise InvalidInput(refusal)


def _own_organization(session: Session, registration: Registration, after: Mapping[str, Any]) -> Organization:
    belongs = select(Organization).join(Membership, Membership.organization_id == Organization.id)
    belongs = belongs.where(
        Membership.user_id == registration.user_id, Organization.id == UUID(str(after["organization_id"]))
    )
    found = session.scalars(belongs).one_or_none()
    if found is None:
        raise InvalidInput("Choose an organization you belong to, or enter a new one.")
    return found


def _apply(
    session: Session, registration: Registration, part: PartKey, before: Mapping[str, Any], after: dict[str, Any], *,
    actor_id: UUID, now: datetime,
) -> None:  # fmt: skip
    """Let a change take effect; names that changed are screened again before anybody can be approved."""
    old_names = screened_names(session, registration)
    put_into(session, registration, part, after, actor_id=actor_id, now=now)
    if (names := screened_names(session, registration)) != old_names:
        screening.open_case(session, KIND, registration.id, names, now=now, about=[registration.user_id])
    change = _add(session, registration, part, before, after, ChangeState.APPLIED, "", actor_id, now)
    named = ", ".join(LABELS.get(name, name).lower() for name in after)
    note(session, registration, f"Changed by the applicant: {named}.", actor_id=actor_id, now=now)
    _record(session, change, "changed", actor_id)


def _propose(
    session: Session, registration: Registration, part: PartKey, before: Mapping[str, Any], after: dict[str, Any], *,
    why: str, actor_id: UUID, now: datetime,
) -> None:  # fmt: skip
    if earlier := waiting_change(session, registration.id, part):
        after = {**earlier.after, **after}
        close_change(session, earlier, ChangeEvent.WITHDRAW, actor_id=actor_id, now=now, reason="Proposed anew.")
    change = _add(session, registration, part, before, after, ChangeState.PROPOSED, why.strip(), actor_id, now)
    names = screened_names(session, registration, part, after)
    if names != screened_names(session, registration):
        screening.open_case(session, CHANGE, change.id, names, now=now, about=[registration.user_id])
    note(session, registration, f"A change of '{PART_LABELS[part]}' was proposed.", actor_id=actor_id, now=now)
    _record(session, change, "change_proposed", actor_id)


def ask_to_withdraw(session: Session, registration_id: UUID, *, why: str, actor_id: UUID, now: datetime) -> None:
    """Ask the desk to let one leave, after registration closed; the place stays until it decides."""
    registration = own(session, registration_id, actor_id)
    _refuse_unchangeable(registration)
    if registration.state not in DECIDED:
        raise Refused("Nothing waits for a decision here: withdraw the application itself.")
    if waiting_change(session, registration.id, PartKey.WITHDRAWAL):
        raise Refused("You have asked to withdraw already. The organizers decide, and you get a mail.")
    change = _add(session, registration, PartKey.WITHDRAWAL, {}, {}, ChangeState.PROPOSED, why.strip(), actor_id, now)
    note(session, registration, "The applicant asks to withdraw.", actor_id=actor_id, now=now)
    _record(session, change, "withdrawal_asked", actor_id)


def take_back_change(session: Session, change_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Take one's own proposed change back. Raises NotFound for another's, TransitionRefused for a decided one."""
    change = session.get(RegistrationChange, change_id)
    whose = select(Registration.user_id).where(Registration.id == change.registration_id) if change else None
    if change is None or whose is None or session.scalar(whose) != actor_id:
        raise NotFound("That change does not exist.")
    registration = own(session, change.registration_id, actor_id)
    close_change(session, change, ChangeEvent.WITHDRAW, actor_id=actor_id, now=now)
    note(session, registration, "The applicant took a proposed change back.", actor_id=actor_id, now=now)


def _add(
    session: Session, registration: Registration, part: PartKey, before: Mapping[str, Any], after: Mapping[str, Any],
    state: ChangeState, why: str, actor_id: UUID, now: datetime,
) -> RegistrationChange:  # fmt: skip
    last = session.scalar(
        select(func.max(RegistrationChange.number)).where(RegistrationChange.registration_id == registration.id)
    )
    change = RegistrationChange(
        registration_id=registration.id, number=(last or 0) + 1, part=part.value, state=state,
        before={name: before.get(name) for name in after}, after=dict(after), why=why, proposed_by=actor_id,
        proposed_at=now,
    )  # fmt: skip
    session.add(change)
    session.flush()
    return change


def _record(session: Session, change: RegistrationChange, verb: str, actor_id: UUID) -> None:
    """Record a change; of answers only which, as for every answer, so that the record holds no personal one."""
    if change.part == PartKey.QUESTIONS:
        said: dict[str, Any] = {"changed": sorted(change.after)}
    else:
        said = {"before": change.before, "after": change.after}
    audit.record(
        session, f"registration.{verb}", ("registration", change.registration_id), actor_id=actor_id,
        reason=change.why, detail={"part": change.part, **said},
    )  # fmt: skip
