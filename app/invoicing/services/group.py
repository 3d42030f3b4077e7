"""One invoice for the fees of a delegation: gathered, issued on demand or by itself, credited when a member leaves."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership
from app.core import ids
from app.core.access import Role
from app.core.errors import Refused
from app.invoicing import letters
from app.invoicing.models import BilledPayment, GroupDue, Paper
from app.invoicing.rules.deadline import deadline
from app.invoicing.rules.facts import Billed, Draft, Line
from app.invoicing.services.bill import hold, invoice_due, line_of
from app.invoicing.services.context import billed_of, buyer_of_organization, is_billed
from app.invoicing.services.issue import issue
from app.invoicing.services.remind import schedule_reminders
from app.invoicing.states import PaperKind
from app.notifications import outbox
from app.payments.models import Payment
from app.payments.moves import lock_payment
from app.payments.states import PaymentMethod, PaymentState

GROUP_JOB = "invoicing.group"
GATHER = timedelta(days=3)
"""How long fees of one organization are gathered before they are invoiced by themselves."""
WAITS = frozenset({PaymentState.REQUIRES_ACTION, PaymentState.FAILED})


def gather_due(session: Session, payment: Payment, now: datetime) -> None:
    """Put a locked payment that is due on its organization's list; without an organization it is invoiced alone.

    The place is held as long as for an invoice issued now; the group invoice then sets one deadline for all on it.
    """
    if not is_billed(payment):
        return
    sold = billed_of(session, payment)
    if sold.organization_id is None:
        invoice_due(session, payment, now)
        return
    if session.get(BilledPayment, payment.id) is not None:
        return
    by = deadline(issued_at=now, days=sold.invoice_days, first_day=sold.first_day, zone=sold.zone)
    hold(session, payment, by, now=now)
    currency = payment.currency or ""
    session.merge(
        GroupDue(payment_id=payment.id, organization_id=sold.organization_id, currency=currency, due_since=now)
    )
    session.flush()
    payload = {"organization": str(sold.organization_id), "currency": currency}
    outbox.queue(session, GROUP_JOB, payload, now=now, run_at=now + GATHER)


def issue_group_invoice(
    session: Session, organization_id: UUID, currency: str, *, actor_id: UUID | None, now: datetime
) -> Paper:
    """Issue one invoice over everything gathered for an organization in one currency; every line is one person's fee.

    All of them share its deadline. Raises Refused when nothing is gathered, or no account takes the currency.
    """
    payments = _gathered(session, organization_id, currency)
    if not payments:
        raise Refused("No fee waits for a group invoice now. A fee joins the list when its application is approved.")
    sold = [billed_of(session, payment) for payment in payments]
    first = sold[0]
    account = first.account(currency)
    if account is None:
        raise Refused(f"There is no bank account for {currency} in the summit's settings. Ask the organizers.")
    by = deadline(
        issued_at=now, days=min(one.invoice_days for one in sold), first_day=min(one.first_day for one in sold),
        zone=first.zone,
    )  # fmt: skip
    buyer, treatment = buyer_of_organization(session, organization_id)
    draft = Draft(
        kind=PaperKind.INVOICE, currency=currency, seller=first.seller, buyer=buyer, lines=_lines(payments, sold),
        tax_label=first.tax_label, basis_points=first.basis_points, zone=first.zone, treatment=treatment,
        pay_to=account, due_on=by.due_on,
    )  # fmt: skip
    payer_id = actor_id if _belongs(session, organization_id, actor_id) else focal_point(session, organization_id)
    paper = issue(
        session, draft, cause=f"group:{ids.new_id()}", payer_id=payer_id, organization_id=organization_id,
        is_group=True, actor_id=actor_id, now=now, send_to=letters.address_of(session, payer_id),
    )  # fmt: skip
    schedule_reminders(session, paper, first.reminder_days, now=now)
    for payment in payments:
        session.merge(BilledPayment(payment_id=payment.id, invoice_id=paper.id))
        hold(session, payment, by, now=now)
    session.execute(delete(GroupDue).where(GroupDue.payment_id.in_([payment.id for payment in payments])))
    return paper


def invoice_gathered(session: Session, organization_id: UUID, currency: str, *, now: datetime) -> Paper | None:
    """Issue the group invoice that nobody asked for in time; None when nothing has waited long enough."""
    oldest = select(GroupDue.due_since).where(
        GroupDue.organization_id == organization_id, GroupDue.currency == currency, GroupDue.due_since <= now - GATHER
    )
    if session.scalar(oldest.limit(1)) is None or not _gathered(session, organization_id, currency):
        return None
    return issue_group_invoice(session, organization_id, currency, actor_id=None, now=now)


def forget_due(session: Session, payment: Payment, now: datetime) -> None:
    """Take a payment that is no longer owed off its organization's list."""
    session.execute(delete(GroupDue).where(GroupDue.payment_id == payment.id))


def focal_point(session: Session, organization_id: UUID) -> UUID | None:
    """Return who has been an organization's focal point for longest, else its owner, None when nobody is."""
    for role in (Role.FOCAL_POINT, Role.COMPANY_OWNER):
        wanted = select(Membership.user_id).where(
            Membership.organization_id == organization_id, Membership.role == role
        )
        if found := session.scalar(wanted.order_by(Membership.created_at, Membership.id).limit(1)):
            return found
    return None


def _gathered(session: Session, organization_id: UUID, currency: str) -> list[Payment]:
    """Return the gathered payments that are still owed that way, locked, oldest first."""
    wanted = select(GroupDue.payment_id).where(
        GroupDue.organization_id == organization_id, GroupDue.currency == currency
    )
    locked = [lock_payment(session, payment_id) for payment_id in sorted(session.scalars(wanted))]
    since = select(GroupDue.payment_id, GroupDue.due_since).where(GroupDue.organization_id == organization_id)
    listed = {payment_id: at for payment_id, at in session.execute(since)}
    due = [
        payment for payment in locked
        if payment.id in listed and payment.state in WAITS and payment.method is PaymentMethod.GROUP
        and session.get(BilledPayment, payment.id) is None
    ]  # fmt: skip
    return sorted(due, key=lambda payment: (listed[payment.id], payment.id))


def _lines(payments: list[Payment], sold: list[Billed]) -> tuple[Line, ...]:
    return tuple(line_of(payment, one) for payment, one in zip(payments, sold, strict=True))


def _belongs(session: Session, organization_id: UUID, user_id: UUID | None) -> bool:
    wanted = select(Membership.id).where(Membership.organization_id == organization_id, Membership.user_id == user_id)
    return user_id is not None and session.scalar(wanted) is not None
