"""The blueprint of this room, and what its pages share."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from flask import Blueprint
from sqlalchemy.orm import Session

from app.core.access import Role, holders
from app.payments.states import PaymentState

bp = Blueprint("payments", __name__)
DESK = holders(Role.FINANCE, Role.ORGANIZER)
FINANCE = holders(Role.FINANCE)
# Filled by the application: the endpoint of the page a payer goes on to, and of the page on which staff deal with
# what was paid for, and how many cents its terms would give back now, by kind of subject; where a payment's numbered
# receipt is; as what people come; in which currencies prices stand.
subject_page: dict[str, str] = {}
receipt_pdf: list[Callable[[Session, UUID], str | None]] = []
back_by_terms: dict[str, Callable[[Session, UUID, datetime], int | None]] = {}
subject_desk: dict[str, Callable[[object], str]] = {}
participant_types: list[tuple[str, str]] = []
currencies: list[Callable[[Session], Sequence[str]]] = []
TONES = {
    PaymentState.CREATED: "plain", PaymentState.CARD_SAVED: "info", PaymentState.PROCESSING: "info",
    PaymentState.REQUIRES_ACTION: "warn", PaymentState.SUCCEEDED: "good", PaymentState.FAILED: "bad",
    PaymentState.VOIDED: "plain",
}  # fmt: skip
