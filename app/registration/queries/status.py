"""An applicant's own page."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organization
from app.core.money import Money
from app.payments.queries import PaymentRow
from app.payments.states import PaymentState
from app.registration.models import RegistrationStep
from app.registration.queries.money import payment_of, refund_if_withdrawn
from app.registration.queries.people import RegistrationRow
from app.registration.queries.summit import SummitView
from app.registration.rules.progress import Action, Standing, next_action, process
from app.registration.states import EVENT_WORDS, RegistrationEvent

SHOWN_TO_APPLICANT = frozenset(RegistrationEvent) - {RegistrationEvent.OPEN_REVIEW, RegistrationEvent.REQUEST_PAYMENT}
CHARGE_NEEDS_PAYER = frozenset({PaymentState.REQUIRES_ACTION, PaymentState.FAILED})


@dataclass(frozen=True, slots=True)
class PastStep:
    """One thing that happened, in words."""

    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StatusPage:
    """Where an application stands; `refund_cents` is what a withdrawal would bring back now."""

    registration: RegistrationRow
    organization: str | None
    payment: PaymentRow | None
    price: str | None
    action: Action
    process: list[tuple[str, str]]
    refund_cents: int
    history: list[PastStep]


def status_page(session: Session, summit: SummitView, row: RegistrationRow, *, now: datetime) -> StatusPage:
    """Return everything the page shows to the person the application belongs to."""
    payment = payment_of(session, row.id)
    name = select(Organization.name).where(Organization.id == row.organization_id)
    price = None
    if row.terms and row.terms.price_cents:
        price = str(Money(row.terms.price_cents, row.terms.currency))
    standing = Standing(
        state=row.state, price=price, card_saved=payment is not None and payment.state is not PaymentState.CREATED,
        charge_needs_payer=payment is not None and payment.state in CHARGE_NEEDS_PAYER,
        decision_due_on=row.decision_due_on, offer_until=row.offer_until, pay_until=row.pay_until,
    )  # fmt: skip
    return StatusPage(
        registration=row, organization=session.scalar(name) if row.organization_id else None, payment=payment,
        price=price, action=next_action(standing), process=process(standing),
        refund_cents=refund_if_withdrawn(payment, row.terms, summit.settings, now), history=_history(session, row.id),
    )  # fmt: skip


def _history(session: Session, registration_id: UUID) -> list[PastStep]:
    wanted = select(RegistrationStep.event, RegistrationStep.at).where(
        RegistrationStep.registration_id == registration_id, RegistrationStep.event.in_(SHOWN_TO_APPLICANT)
    )
    found = session.execute(wanted.order_by(RegistrationStep.number.desc()))
    return [PastStep(_words(event), at) for event, at in found if event is not None]


def _words(event: RegistrationEvent) -> str:
    return EVENT_WORDS[event].replace("_", " ").capitalize()
