"""Reminders: to a partner before an interest lapses, to a company when a next step is overdue; each once."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.core.access import COMPANY
from app.directory import queries as directory
from app.directory.models import Entry
from app.interest import rules
from app.interest.models import Interest, InterestLead
from app.interest.services.tell import tell_company, tell_partner
from app.interest.states import LIVE

REMIND_STEPS = "interest.remind_steps"


def remind_expiring(session: Session, *, now: datetime, limit: int = 500) -> int:
    """Ask partners whether interests that lapse within 14 days still hold; once for each time limit."""
    wanted = select(Interest).where(
        Interest.state.in_(LIVE), Interest.reminded_at.is_(None), Interest.expires_at > now,
        Interest.expires_at <= now + rules.REMIND_BEFORE,
    )  # fmt: skip
    due = session.scalars(wanted.order_by(Interest.expires_at, Interest.id).limit(limit).with_for_update()).all()
    entries = directory.entry_rows(session, [interest.entry_id for interest in due])
    for interest in due:
        interest.reminded_at = now
        by = rules.day_words(interest.expires_at)
        tell_partner(
            session, interest, entries[interest.entry_id], "interest_expiring", "", now=now, page="/keep", by=by
        )
    session.flush()
    return len(due)


def remind_steps(session: Session, *, now: datetime, limit: int = 500) -> int:
    """Tell the owners of leads, or all who write for the company, which next steps are overdue; once for each step."""
    wanted = (
        select(InterestLead, Interest)
        .join(Interest, Interest.id == InterestLead.interest_id)
        .join(Entry, Entry.id == Interest.entry_id)
        .where(
            InterestLead.next_on < now.date(), InterestLead.told_at.is_(None), Interest.state.in_(LIVE),
            Entry.organization_id == InterestLead.organization_id,
        )
        .order_by(InterestLead.next_on, InterestLead.id)
        .limit(limit)
        .with_for_update(of=InterestLead)
    )  # fmt: skip
    due = session.execute(wanted).all()
    entries = directory.entry_rows(session, [interest.entry_id for _, interest in due])
    for lead, interest in due:
        lead.told_at = now
        members = accounts.members(session, lead.organization_id)
        owner = [m.email for m in members if m.user_id == lead.owner_id and m.role in COMPANY]
        tell_company(
            session, interest, entries[interest.entry_id], "interest_step_due", "", now=now, to=owner,
            step=lead.next_step, by=rules.day_words(lead.next_on or now),
        )  # fmt: skip
    session.flush()
    return len(due)
