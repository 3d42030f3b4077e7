"""Receipts for money that came, credit notes for money that went back: one for each, however often it is told."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.money import Money
from app.invoicing import letters
from app.invoicing.models import BilledPayment, Paper, PaperLine
from app.invoicing.queries.credited import credited_of_payment, lines_left
from app.invoicing.rules.facts import Draft, draft_from
from app.invoicing.services.bill import credit, line_of
from app.invoicing.services.context import billed_of, details_of, is_billed, treatment_of
from app.invoicing.services.issue import issue
from app.invoicing.states import PaperKind
from app.payments.models import Attempt, Payment, Refund
from app.payments.states import AttemptKind, AttemptState


def give_receipt(session: Session, payment: Payment, now: datetime) -> None:
    """Issue the receipt of a payment that succeeded: one for the charge or transfer that paid it."""
    if not is_billed(payment):
        return
    paid_by = _paid_by(session, payment)
    if paid_by is None:
        return
    draft = replace(
        _draft(session, payment), kind=PaperKind.RECEIPT, pay_to=None, due_on=None, paid=_how(payment, paid_by, now)
    )
    issue(
        session, draft, cause=f"receipt:{paid_by.id}", payer_id=payment.payer_id,
        organization_id=billed_of(session, payment).organization_id, actor_id=None, now=now,
    )  # fmt: skip


def _draft(session: Session, payment: Payment) -> Draft:
    """Return what the payment's invoice says of it, or what was sold when there is no invoice."""
    found = session.get(BilledPayment, payment.id)
    if found is not None:
        invoice = session.get_one(Paper, found.invoice_id)
        lines = [line for line in lines_left(session, invoice) if line.payment_id == payment.id]
        return replace(draft_from(invoice.facts, lines), refers_to=invoice.number, refers_on=invoice.facts["issued"])
    sold = billed_of(session, payment)
    return Draft(
        kind=PaperKind.RECEIPT, currency=payment.currency or "", seller=sold.seller, buyer=sold.buyer,
        lines=(line_of(payment, sold),), tax_label=sold.tax_label,
        basis_points=sold.basis_points, zone=sold.zone,
        treatment=treatment_of(details_of(session, payment_id=payment.id)),
    )  # fmt: skip


def _paid_by(session: Session, payment: Payment) -> Attempt | None:
    wanted = select(Attempt).where(
        Attempt.payment_id == payment.id,
        Attempt.state == AttemptState.SUCCEEDED,
        Attempt.kind != AttemptKind.CARD_PAGE,
    )
    return session.scalars(wanted).one_or_none()


def _how(payment: Payment, paid_by: Attempt, now: datetime) -> str:
    on = f"{now.day} {now:%B %Y}"
    if paid_by.kind is AttemptKind.TRANSFER:
        return f"Received by bank transfer, {on}"
    card = f" ending in {payment.card_last4}" if payment.card_last4 and paid_by.kind is AttemptKind.SAVED_CARD else ""
    return f"Received by card{card}, {on}"


def credit_refund(session: Session, payment: Payment, refund: Refund, now: datetime) -> None:
    """Issue the credit notes for what a refund brought the total of refunds above what credit notes say already.

    So a refund that came back from the bank and is sent again is credited once, and surplus money never. Of money
    that was carried over from whom the payer replaced, what their own papers do not hold is credited on the other's.
    """
    papers = [(one, paper) for one in _chain(session, payment) if (paper := _paper_to_credit(session, one))]
    owed = sum(one.refunded_cents for one in _chain(session, payment))
    owed -= sum(credited_of_payment(session, one.id, paper.id) for one, paper in papers)
    for one, paper in papers:
        line = next((line for line in lines_left(session, paper) if line.payment_id == one.id), None)
        if line is None or owed <= 0:
            continue
        part = min(owed, line.gross_cents)
        owed -= part
        credit(
            session, paper, [replace(line, gross_cents=part)], cause=f"refund:{refund.id}:{paper.number}",
            reason=f"{Money(part, paper.currency)} went back: {refund.reason}"[:300], actor_id=None, now=now,
            send_to=letters.reader_of(session, paper, payment),
        )  # fmt: skip


def _chain(session: Session, payment: Payment) -> list[Payment]:
    """Return a payment and those whose money was carried over to it, the newest first."""
    found, at = [payment], payment
    while at.carried_from_id is not None:
        at = session.get_one(Payment, at.carried_from_id)
        found.append(at)
    return found


def _paper_to_credit(session: Session, payment: Payment) -> Paper | None:
    """Return what a refund is credited on: the payment's invoice, else its newest receipt."""
    found = session.get(BilledPayment, payment.id)
    if found is not None:
        return session.get_one(Paper, found.invoice_id)
    wanted = select(Paper).join(PaperLine, PaperLine.paper_id == Paper.id)
    wanted = wanted.where(PaperLine.payment_id == payment.id, Paper.kind == PaperKind.RECEIPT)
    return session.scalars(wanted.order_by(Paper.issued_at.desc(), Paper.sequence.desc()).limit(1)).first()


def take_back_receipt(session: Session, payment: Payment, now: datetime) -> None:
    """Reverse the receipt of a payment whose money turned out to be somebody else's."""
    wanted = select(Paper).join(PaperLine, PaperLine.paper_id == Paper.id)
    wanted = wanted.where(PaperLine.payment_id == payment.id, Paper.kind == PaperKind.RECEIPT)
    for receipt in session.scalars(wanted.order_by(Paper.issued_at, Paper.sequence)):
        if lines := lines_left(session, receipt):
            credit(session, receipt, lines, cause=f"taken_back:{receipt.number}",
                   reason="The money had been matched with this payment by mistake.", actor_id=None, now=now,
                   send_to=payment.payer_email)  # fmt: skip
