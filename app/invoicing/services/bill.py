"""Invoices for single payments: issued when the fee is due, reversed when nothing is owed, replaced when mistaken."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import InvalidInput, NotFound, Refused
from app.invoicing import letters
from app.invoicing.models import BilledPayment, BillingDetails, Paper, PaperLine
from app.invoicing.queries.credited import lines_left
from app.invoicing.rules.deadline import Deadline, deadline
from app.invoicing.rules.facts import Billed, Buyer, Draft, Line, PayTo, credit_of, draft_from
from app.invoicing.services.context import billed_of, details_of, hold_until, is_billed, treatment_of
from app.invoicing.services.issue import issue
from app.invoicing.services.remind import schedule_reminders
from app.invoicing.states import PaperKind, Treatment
from app.payments.models import Payment
from app.payments.moves import asked_cents, lock_payment


def invoice_due(session: Session, payment: Payment, now: datetime) -> None:
    """Issue the invoice of a locked payment that comes by bank; hold what it is for until the money can be there.

    A payment that stands on an invoice already keeps it.
    """
    if not is_billed(payment):
        return
    sold = billed_of(session, payment)
    by = deadline(issued_at=now, days=sold.invoice_days, first_day=sold.first_day, zone=sold.zone)
    hold(session, payment, by, now=now)
    if session.get(BilledPayment, payment.id) is not None:
        return
    invoice_payment(session, payment, sold, by, actor_id=None, now=now)


def hold(session: Session, payment: Payment, by: Deadline, *, now: datetime) -> None:
    """Move the deadline of a payment, and of what it is for."""
    payment.pay_by = by.held_until
    session.flush()
    if payment.subject_kind in hold_until:
        hold_until[payment.subject_kind](session, payment.subject_id, by.held_until, now)


def invoice_payment(
    session: Session, payment: Payment, sold: Billed, by: Deadline, *, actor_id: UUID | None, now: datetime
) -> Paper:
    """Issue the invoice of one locked payment and send it to the payer."""
    currency = payment.currency or ""
    draft = Draft(
        kind=PaperKind.INVOICE, currency=currency, seller=sold.seller, buyer=sold.buyer,
        lines=(line_of(payment, sold),), tax_label=sold.tax_label,
        basis_points=sold.basis_points, zone=sold.zone,
        treatment=treatment_of(details_of(session, payment_id=payment.id)), pay_to=_account(sold, currency),
        due_on=by.due_on,
    )  # fmt: skip
    times = len(session.scalars(select(PaperLine.id).where(PaperLine.payment_id == payment.id)).all())
    paper = issue(
        session, draft, cause=f"invoice:{payment.id}:{times}", payer_id=payment.payer_id,
        organization_id=sold.organization_id, actor_id=actor_id, now=now, send_to=payment.payer_email,
    )  # fmt: skip
    session.merge(BilledPayment(payment_id=payment.id, invoice_id=paper.id))
    session.flush()
    schedule_reminders(session, paper, sold.reminder_days, now=now)
    return paper


def line_of(payment: Payment, sold: Billed) -> Line:
    """Return the line for a payment: what is asked for, without what was paid for the place by whom they replace."""
    difference = ", difference to what was paid for this place before" if payment.carried_cents else ""
    return Line(f"{sold.text}{difference}", asked_cents(payment), payment.id)


def _account(sold: Billed, currency: str) -> PayTo:
    account = sold.account(currency)
    if account is None:
        raise Refused(f"There is no bank account for {currency} in the summit's settings. Choose to pay by card.")
    return account


def reverse_void(session: Session, payment: Payment, now: datetime) -> None:
    """Credit what is left of a payment's line on its invoice: nothing is owed for it any more."""
    found = session.get(BilledPayment, payment.id)
    if found is None:
        return
    invoice = session.get_one(Paper, found.invoice_id)
    session.execute(delete(BilledPayment).where(BilledPayment.payment_id == payment.id))
    lines = [line for line in lines_left(session, invoice) if line.payment_id == payment.id]
    if lines:
        credit(
            session, invoice, lines, cause=f"void:{payment.id}:{invoice.number}",
            reason="Nothing is owed for this any more.", actor_id=None, now=now,
            send_to=letters.reader_of(session, invoice, payment),
        )  # fmt: skip


def credit(
    session: Session, paper: Paper, lines: list[Line], *, cause: str, reason: str, actor_id: UUID | None,
    now: datetime, send_to: str | None,
) -> Paper:  # fmt: skip
    """Issue a credit note over lines of a paper; the paper itself stays as it was."""
    return issue(
        session, credit_of(paper.facts, lines, reason=reason), cause=cause, payer_id=paper.payer_id,
        organization_id=paper.organization_id, is_group=paper.is_group, refers_to_id=paper.id, actor_id=actor_id,
        now=now, send_to=send_to,
    )  # fmt: skip


def keep_details(
    session: Session, buyer: Buyer, *, payment_id: UUID | None = None, organization_id: UUID | None = None,
    treatment: Treatment | None = None, actor_id: UUID, now: datetime,
) -> None:  # fmt: skip
    """Keep whom the papers of a payment, or of an organization, name as buyer. They hold for papers from now on.

    Tax treatment stays as it was unless one is given: a buyer does not choose it.
    """
    if not buyer.name.strip():
        raise InvalidInput("Write the legal name that the invoice should carry.")
    row = details_of(session, payment_id=payment_id, organization_id=organization_id)
    if row is None:
        row = BillingDetails(
            payment_id=payment_id, organization_id=organization_id, name="", treatment=Treatment.STANDARD,
            changed_at=now,
        )  # fmt: skip
        session.add(row)
    row.name, row.address, row.country = buyer.name.strip(), buyer.address.strip(), buyer.country
    row.tax_id, row.order_number = buyer.tax_id.strip(), buyer.order_number.strip()
    row.treatment, row.changed_at = treatment or row.treatment, now
    session.flush()
    about = ("payment", payment_id) if payment_id else ("organization", organization_id or "")
    audit.record(session, "billing.details_changed", about, actor_id=actor_id, detail={"treatment": row.treatment})


def reissue(
    session: Session, paper_id: UUID, buyer: Buyer, *, treatment: Treatment, reason: str, actor_id: UUID, now: datetime
) -> Paper:
    """Reverse an invoice that names the wrong buyer or tax, and issue another with the same lines in its place.

    Money that came, or still comes, under the old reference counts for the new one: both are about the same payments.
    Raises Refused for what is no invoice, or one that was reversed whole before.
    """
    old = session.get(Paper, paper_id)
    if old is None:
        raise NotFound("That paper does not exist.")
    if old.kind is not PaperKind.INVOICE:
        raise Refused("Only an invoice is replaced. A receipt says what was paid, whoever is named on it.")
    if not reason.strip():
        raise InvalidInput("Say what was wrong: the credit note carries it.")
    payments = [lock_payment(session, payment_id) for payment_id in _payments_of(session, old)]
    lines = lines_left(session, old)
    if not lines:
        raise Refused("This invoice was reversed before. Open the one that took its place.")
    if not buyer.name.strip():
        raise InvalidInput("Write the legal name that the invoice should carry.")
    keep_details(
        session, buyer, payment_id=None if old.is_group else payments[0].id,
        organization_id=old.organization_id if old.is_group else None, treatment=treatment, actor_id=actor_id, now=now,
    )  # fmt: skip
    credit(session, old, lines, cause=f"replaced:{old.number}", reason=reason.strip(), actor_id=actor_id, now=now,
           send_to=None)  # fmt: skip
    whole = [replace(line, before_cents=0) for line in lines]
    draft = replace(draft_from(old.facts, whole), buyer=_with_contact(buyer, old), treatment=treatment)
    new = issue(
        session, draft, cause=f"replaces:{old.number}", payer_id=old.payer_id, organization_id=old.organization_id,
        is_group=old.is_group, actor_id=actor_id, now=now, send_to=letters.address_of(session, old.payer_id),
    )  # fmt: skip
    for payment in payments:
        if session.get(BilledPayment, payment.id) is not None:
            session.merge(BilledPayment(payment_id=payment.id, invoice_id=new.id))
    session.flush()
    return new


def _with_contact(buyer: Buyer, old: Paper) -> Buyer:
    return replace(buyer, contact=str(old.facts["buyer"]["contact"]), name=buyer.name.strip())


def _payments_of(session: Session, paper: Paper) -> list[UUID]:
    wanted = select(PaperLine.payment_id).where(PaperLine.paper_id == paper.id, PaperLine.payment_id.is_not(None))
    return sorted({payment_id for payment_id in session.scalars(wanted) if payment_id})
