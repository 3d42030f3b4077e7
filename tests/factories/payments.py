"""Makers of valid payments."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import clock, ids
from app.payments import services
from app.payments.models import Payment
from app.payments.moves import move_payment
from app.payments.states import PaymentEvent


def payment(session: Session, *, now: datetime | None = None, payer_id: UUID | None = None, **fields: Any) -> Payment:
    """A payment just opened, about something of kind `test` unless told otherwise."""
    made = services.open_payment(
        session,
        subject_kind=fields.pop("subject_kind", "test"),
        subject_id=fields.pop("subject_id", ids.new_id()),
        payer_id=payer_id,
        payer_name="Aiko Tanaka",
        payer_email="aiko@example.org",
        description="Place at the summit",
        now=now or clock.now(),
    )
    for name, value in fields.items():
        setattr(made, name, value)
    session.flush()
    return made


def with_card(session: Session, **fields: Any) -> Payment:
    """A payment whose payer saved a card, on references the provider would have given."""
    made = payment(session, **fields)
    made.customer_ref, made.card_ref, made.card_brand, made.card_last4 = "cus_test", "pm_test", "visa", "4242"
    move_payment(session, made, PaymentEvent.SAVE_CARD, actor_id=None, now=clock.now())
    return made
