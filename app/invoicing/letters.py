"""The words this room sends; each is queued in the transaction of what it tells."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.money import Money
from app.invoicing.models import Paper, Payout
from app.invoicing.states import KIND_LABELS
from app.notifications import mail
from app.payments.models import Payment

PAPER = "paper"
"""Under this name the mails of this room attach a paper."""


def address_of(session: Session, user_id: UUID | None) -> str | None:
    """Return where a person gets mail, None for nobody."""
    return None if user_id is None else session.scalar(select(User.email).where(User.id == user_id))


def reader_of(session: Session, paper: Paper, payment: Payment) -> str:
    """Return where what refers to a paper goes: whom it went to when it is for several, else the payer."""
    return (address_of(session, paper.payer_id) if paper.is_group else None) or payment.payer_email


def send_paper(session: Session, paper: Paper, to: str, *, now: datetime) -> None:
    """Send a paper, with its PDF."""
    facts = paper.facts
    context = {
        "kind": paper.kind.value, "label": KIND_LABELS[paper.kind], "number": paper.number, "buyer": paper.buyer_name,
        "name": facts["buyer"]["contact"] or paper.buyer_name, "sum": facts["shown"]["gross"], "due": facts["due"],
        "reference": facts["reference_shown"], "account": facts["pay_to"], "reason": facts["reason"],
        "refers_to": facts["refers_to"], "paper_id": str(paper.id),
    }  # fmt: skip
    mail.queue_mail(session, "invoicing_paper", to=[to], context=context, now=now, attachments=[(PAPER, str(paper.id))])


def remind_of_invoice(session: Session, paper: Paper, is_open: Money, to: str, *, now: datetime) -> None:
    """Remind of an invoice on which something is open, with its PDF."""
    facts = paper.facts
    context = {
        "number": paper.number, "name": facts["buyer"]["contact"] or paper.buyer_name, "open": str(is_open),
        "due": facts["due"], "reference": facts["reference_shown"], "account": facts["pay_to"],
        "paper_id": str(paper.id),
    }  # fmt: skip
    attached = [(PAPER, str(paper.id))]
    mail.queue_mail(session, "invoicing_reminder", to=[to], context=context, now=now, attachments=attached)


def ask_for_account(
    session: Session, payment: Payment, payout: Payout, payee_id: UUID | None, *, now: datetime
) -> None:
    """Ask whoever says where money of a payment goes, None for a payer we know by mail only, for the account."""
    payee = session.get(User, payee_id) if payee_id else None
    context = {
        "name": payee.name if payee else payment.payer_name, "description": payment.description,
        "sum": str(Money(payout.amount_cents, payout.currency)), "payout_id": str(payout.id),
    }  # fmt: skip
    to = payee.email if payee else payment.payer_email
    mail.queue_mail(session, "invoicing_payout", to=[to], context=context, now=now)
