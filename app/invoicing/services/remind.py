"""Reminders of invoices: so many days before the day they are due, and none once nothing is open."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.core import audit
from app.core.money import Money
from app.invoicing import letters
from app.invoicing.models import Paper
from app.invoicing.queries.opens import as_open
from app.notifications import outbox

REMIND = "invoicing.remind"
MORNING = time(9)


def schedule_reminders(session: Session, paper: Paper, days: Iterable[int], *, now: datetime) -> None:
    """Queue a reminder for each number of days before the invoice is due that is still to come."""
    if paper.due_on is None:
        return
    at_home = ZoneInfo(str(paper.facts["zone"]))
    for before in sorted(set(days), reverse=True):
        at = datetime.combine(paper.due_on - timedelta(days=before), MORNING, at_home)
        if at > now:
            outbox.queue(session, REMIND, {"paper": str(paper.id), "days": before}, now=now, run_at=at)


def remind(session: Session, paper_id: UUID, *, days: int, now: datetime) -> bool:
    """Remind whoever an invoice went to, while something is open on it; tell whether they were."""
    paper = session.get(Paper, paper_id)
    if paper is None or not (open_cents := as_open(session, paper).open_cents):
        return False
    to = letters.address_of(session, paper.payer_id)
    if to is None:
        return False
    letters.remind_of_invoice(session, paper, Money(open_cents, paper.currency), to, now=now)
    audit.record(session, "invoice.reminded", ("paper", paper.id), actor_id=None, detail={"days": days})
    return True
