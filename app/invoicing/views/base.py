"""What the pages of this room share."""

from typing import Any

from flask import Blueprint
from flask_wtf import FlaskForm
from wtforms import Field

from app.core.access import Role, holders
from app.core.errors import DomainError
from app.invoicing.states import EntryState, PayoutState, Standing

bp = Blueprint("invoicing", __name__)
DESK = holders(Role.FINANCE, Role.ORGANIZER)
FINANCE = holders(Role.FINANCE)
TONES: dict[Any, str] = {
    Standing.OPEN: "info", Standing.PART_PAID: "warn", Standing.PAID: "good", Standing.REVERSED: "plain",
    EntryState.PARKED: "warn", EntryState.SUGGESTED: "info", EntryState.BOOKED: "good",
    PayoutState.ASKED: "info", PayoutState.READY: "warn", PayoutState.PAID: "good", PayoutState.CAME_BACK: "bad",
}  # fmt: skip


def refuse(form: FlaskForm, refusal: DomainError, field: Field | None = None) -> None:
    """Show a refusal at its field, else above the form."""
    if field is None:
        form.form_errors.append(refusal.message)
    else:
        field.errors = [*field.errors, refusal.message]
