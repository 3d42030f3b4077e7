"""The mails of the directory: what was decided about a claim or an entry, to those who act for the company."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.core.access import Role
from app.directory.models import Claim, Entry
from app.notifications import mail

WRITERS = frozenset({Role.COMPANY_OWNER, Role.COMPANY_DELEGATE})


def writers_of(session: Session, organization_id: UUID) -> list[str]:
    """Return the addresses of those who write for a company, longest members first."""
    return [member.email for member in accounts.members(session, organization_id) if member.role in WRITERS]


def tell_company(session: Session, entry: Entry, template: str, words: Mapping[str, str], *, now: datetime) -> None:
    """Queue a mail about its entry to each writer of the company."""
    if entry.organization_id is None:
        return
    context = {"entry_name": entry.name, "entry_key": entry.key, **words}
    for address in writers_of(session, entry.organization_id):
        mail.queue_mail(session, template, to=[address], context=context, now=now)


def tell_claimant(session: Session, entry: Entry, claim: Claim, *, now: datetime) -> None:
    """Queue a mail to the person who claimed, saying what was decided and why."""
    claimant = accounts.people(session, [claim.claimant_id]).get(claim.claimant_id)
    if claimant is None:
        return
    context = {
        "name": claimant.name, "entry_name": entry.name, "entry_key": entry.key, "outcome": claim.state.value,
        "reason": claim.reason,
    }  # fmt: skip
    mail.queue_mail(session, "directory_claim_decided", to=[claimant.email], context=context, now=now)
