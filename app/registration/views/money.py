"""The money part of a participant's own page."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.money import Money
from app.invoicing import queries as invoicing
from app.payments.states import METHOD_LABELS, PaymentMethod, PaymentState
from app.registration.queries import Section, StatusPage, SummitView
from app.registration.queries.others import other_applications
from app.registration.queries.sections import ARRIVED_BY, Deadline

WAITS = frozenset({PaymentState.REQUIRES_ACTION, PaymentState.FAILED})


def money_section(session: Session, page: StatusPage, _summit: SummitView, _now: datetime) -> Section | None:
    """Return what the participant's money has done: price, voucher, charge, papers, what went back."""
    row, payment = page.registration, page.payment
    mine = invoicing.my_money(session, payment.id) if payment else None
    if payment is None or mine is None or row.terms is None:
        return None
    due = []
    if payment.state in WAITS and payment.pay_by and payment.method is not PaymentMethod.GROUP:
        due.append(Deadline(ARRIVED_BY if payment.method is PaymentMethod.TRANSFER else "Pay the fee", payment.pay_by))
    facts = {
        "mine": mine, "payment": payment, "price": Money(row.terms.price_cents, row.terms.currency),
        "methods": METHOD_LABELS,
    }  # fmt: skip
    return Section("My money", "invoicing/_money.html", facts, order=20, deadlines=tuple(due))


def others_section(session: Session, page: StatusPage, _summit: SummitView, _now: datetime) -> Section | None:
    """Return the papers, refunds and letters of a person's other applications; None when they have none.

    They are those of records that were merged into this one, and those that ended before the person applied again.
    """
    if not page.registration.has_others:
        return None
    found = other_applications(session, page.registration.user_id, but=page.registration.id)
    return (
        Section("Your other applications", "registration/_others.html", {"others": found}, order=70) if found else None
    )
