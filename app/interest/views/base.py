"""What all pages of interest share."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from flask import Blueprint, flash, request
from sqlalchemy.orm import Session

from app.core import clock
from app.core.access import COMPANY, Role, holders, principal
from app.core.errors import InvalidInput, Refused
from app.core.money import BAND_SCALE
from app.interest import rules, services
from app.interest.edge import counting_refusals
from app.interest.forms import MoveForm, PassForm
from app.interest.states import InterestEvent, PassReason, Side
from app.regulatory.states import PARTICIPATION_LABELS

bp = Blueprint("interest", __name__)
COMPANY_PEOPLE = holders(*COMPANY)
COMPANY_EDITORS = holders(Role.COMPANY_OWNER, Role.COMPANY_DELEGATE)
COUNTERS = holders(Role.ORGANIZER, Role.REVIEWER, Role.ADMINISTRATOR)
WORDS = {
    "states": rules.STATE_LABELS,
    "events": rules.EVENT_LABELS,
    "past": rules.PAST,
    "reasons": rules.REASON_LABELS,
    "visibilities": rules.VISIBILITY_LABELS,
    "answers": rules.ANSWER_LABELS,
    "kinds": PARTICIPATION_LABELS,
    "non_binding": rules.NON_BINDING,
    "currencies": list(BAND_SCALE),
}
TONES = {"passed": "plain", "lapsed": "plain", "signed": "good"}
M = TypeVar("M", bound=StrEnum)


def asked_for(name: str, members: type[M]) -> M | None:
    """Return the member that the address names, None for none or one that there is not."""
    asked = request.args.get(name, "")
    return next((member for member in members if member.value == asked), None)


def uuid_or_none(text: str | None) -> UUID | None:
    """Return the id that stands in a field, None for anything else."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def take_step(interest_id: UUID, side: Side) -> MoveForm | PassForm | None:
    """Take the step named by the button; return the form that was refused with the reason, None when it is done."""
    event = next((event for event in InterestEvent if event.value == request.form.get("event")), None)
    if event is None:
        raise InvalidInput("Choose a step with one of the buttons on the page of the interest.")
    form = PassForm() if event is InterestEvent.PASS else MoveForm()
    asked = request.form.get("pass_reason", "")
    why = next((reason for reason in PassReason if reason.value == asked), None)
    try:
        counting_refusals(
            lambda session: services.move_interest(
                session, interest_id, event, actor_id=principal().user_id, side=side, pass_reason=why,
                reason=form.reason.data or "", expected=uuid_or_none(form.stamp.data), now=clock.now(),
            )
        )  # fmt: skip
    except Refused as refusal:
        form.form_errors.append(refusal.message)
        return form
    flash(
        "Done. The other side is told by mail." if event is not InterestEvent.RENEW else "Confirmed for 90 days.",
        "success",
    )
    return None


def step_forms(stamp: UUID, refused: MoveForm | PassForm | None) -> dict[str, MoveForm | PassForm | None]:
    """Return the forms of a page's steps; one that was refused keeps what was typed and is about what is read now."""
    data = {"stamp": str(stamp)}
    if refused is not None:
        refused.stamp.data = data["stamp"]
    return {
        "form": refused if isinstance(refused, MoveForm) else MoveForm(formdata=None, data=data),
        "pass_form": refused if isinstance(refused, PassForm) else PassForm(formdata=None, data=data),
        "refused": refused,
    }


def do(work: Callable[[Session], object], said: str) -> bool:
    """Do a piece of work; tell on the page one returns to that it is done, or why not."""
    try:
        counting_refusals(work)
    except Refused as refusal:
        flash(refusal.message, "error")
        return False
    flash(said, "success")
    return True
