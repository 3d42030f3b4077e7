"""What a company does with its entry: start it, write it, submit it, keep it current."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.core import audit, states
from app.core.errors import InvalidInput, NotFound, Refused
from app.directory import rules
from app.directory.models import Entry, EntryVersion, Proposal
from app.directory.queries.content import content_of, newest_version, reported_topics, working_copy
from app.directory.rules import checks
from app.directory.services.index import index
from app.directory.services.keep import keep_version, new_entry
from app.directory.services.moves import (
    Outdated,
    ask_again,
    hide,
    move,
    own_entry,
    record,
    require_writer,
    shown,
    touch,
)
from app.directory.services.tell import tell_company
from app.directory.states import (
    PROPOSAL_MOVES,
    Category,
    EntryEvent,
    EntryState,
    ProposalEvent,
    ProposalState,
    VersionKind,
    advance,
)


class NotAttested(InvalidInput):
    """Text was sent without the statement that it holds no controlled data."""

    code = "not_attested"


def create_entry(
    session: Session, *, organization_id: UUID, user_id: UUID, name: str, category: Category, now: datetime
) -> Entry:
    """Start an entry for a company that the reported data does not name; nobody else sees it before publication.

    Raises NotFound for somebody who does not write for the company, InvalidInput for a missing name.
    """
    require_writer(session, organization_id, user_id)
    organization = accounts.organization(session, organization_id)
    name = " ".join(name.split())
    if not 0 < len(name) <= 200:
        raise InvalidInput("Enter the name of the programme, at most 200 characters.")
    key = rules.slug(name, session.scalars(select(Entry.key)))
    content = {
        **rules.EMPTY, "name": name, "category": category.value,
        "lead_company": organization.name if organization else "",
    }  # fmt: skip
    entry = new_entry(session, key, content, state=EntryState.DRAFT, organization_id=organization_id, created_at=now)
    audit.record(
        session, "entry.created", ("directory_entry", entry.id), actor_id=user_id, after=entry.state,
        detail={"key": key, "organization": str(organization_id)},
    )  # fmt: skip
    return entry


def edit_draft(
    session: Session,
    *,
    entry_id: UUID,
    user_id: UUID,
    fields: Mapping[str, Any],
    attestation: str,
    revision: int | None = None,
    now: datetime,
) -> EntryVersion:
    """Keep a new draft of an entry; what is shown does not change until a reviewer publishes.

    `fields` may hold any of checks.EDITABLE; others are refused. `attestation` is the version of the statement
    agreed to. `revision` is the one the writer saw: raises Outdated when somebody changed the entry since.
    """
    entry = own_entry(session, entry_id, user_id)
    if attestation != rules.ATTESTATION:
        raise NotAttested("Tick the statement that this text holds no controlled technical data, then save again.")
    if revision is not None and revision != entry.revision:
        raise Outdated(
            "Somebody else changed this entry while you were writing. Copy your words, reload the page and add them."
        )
    before = entry.state
    entry.state = advance(entry.state, EntryEvent.EDIT)
    content = {**working_copy(session, entry), **checks.checked(fields)}
    content["milestones"] = rules.with_slips(content_of(entry), content)
    content["topic_keys"] = rules.likely_topics({**content, "topic_keys": reported_topics(session, entry.id)})
    touch(entry, now)
    version = keep_version(
        session, entry, VersionKind.DRAFT, content, author_id=user_id, now=now,
        attested_by=user_id, attested_at=now, attestation=attestation,
    )  # fmt: skip
    record(session, entry, EntryEvent.EDIT, before, actor_id=user_id,
            detail={"version": version.number, "fields": version.changed_fields})  # fmt: skip
    return version


def submit_for_review(session: Session, *, entry_id: UUID, user_id: UUID, now: datetime) -> None:
    """Ask for the draft to be published. Raises Refused naming the fields that are still empty."""
    entry = own_entry(session, entry_id, user_id)
    content = working_copy(session, entry)
    newest = newest_version(session, entry.id)
    if newest is None or newest.attestation != rules.ATTESTATION:
        raise Refused("Save your draft once with the statement about controlled data, then submit it.")
    if lacking := rules.missing(content):
        raise Refused(f"Fill in {', '.join(lacking)} and save, then submit the entry for review.")
    move(session, entry, EntryEvent.SUBMIT, actor_id=user_id, now=now)


def withdraw_entry(session: Session, *, entry_id: UUID, user_id: UUID, now: datetime) -> None:
    """Take a company's own entry out of the directory at once."""
    hide(session, own_entry(session, entry_id, user_id), EntryEvent.WITHDRAW, actor_id=user_id, reason="", now=now)


def reopen_entry(session: Session, *, entry_id: UUID, user_id: UUID, now: datetime) -> None:
    """Take a withdrawn entry up again as a draft."""
    move(session, own_entry(session, entry_id, user_id), EntryEvent.REOPEN, actor_id=user_id, now=now)


def confirm_entry(session: Session, *, entry_id: UUID, user_id: UUID, now: datetime) -> None:
    """Say that what is shown is still right; it counts as current from today."""
    entry = own_entry(session, entry_id, user_id)
    move(session, entry, EntryEvent.CONFIRM, actor_id=user_id, now=now)
    entry.confirmed_at, entry.as_of = now, now.date().isoformat()
    index(session, entry)
    shown(session, entry, now)
    ask_again(session, entry, now)


def grow_stale(session: Session, *, now: datetime) -> int:
    """Mark what no company confirmed for too long, tell the companies, and return how many entries that were."""
    wanted = select(Entry).where(Entry.state == EntryState.PUBLISHED, Entry.confirmed_at <= now - rules.CONFIRM_EVERY)
    overdue = session.scalars(wanted.order_by(Entry.id).with_for_update()).all()
    for entry in overdue:
        move(session, entry, EntryEvent.GROW_STALE, actor_id=None, now=now)
        tell_company(session, entry, "directory_reviewed", {"outcome": "stale", "reason": ""}, now=now)
    return len(overdue)


def remind_to_confirm(session: Session, entry_id: UUID, *, now: datetime) -> bool:
    """Tell a company that its entry goes stale soon, unless it was confirmed meanwhile; return whether that was so."""
    entry = session.get(Entry, entry_id)
    if entry is None or entry.state is not EntryState.PUBLISHED or entry.confirmed_at is None:
        return False
    left = entry.confirmed_at + rules.CONFIRM_EVERY - now
    if left > max(rules.REMIND_BEFORE):
        return False
    words = {"outcome": "due", "reason": "", "days": str(max(left.days, 0))}
    tell_company(session, entry, "directory_reviewed", words, now=now)
    return True


def decide_proposal(
    session: Session,
    *,
    entry_id: UUID,
    user_id: UUID,
    event: ProposalEvent,
    attestation: str = "",
    now: datetime,
) -> None:
    """Take newly reported facts into the draft, or dismiss them. Raises NotFound when none are waiting."""
    entry = own_entry(session, entry_id, user_id)
    wanted = select(Proposal).where(Proposal.entry_id == entry.id, Proposal.state == ProposalState.OPEN)
    proposal = session.scalars(wanted.with_for_update()).one_or_none()
    if proposal is None:
        raise NotFound("There are no newly reported facts to decide about.")
    if event is ProposalEvent.TAKE:
        news = {name: value for name, value in proposal.content.items() if name in checks.PROPOSABLE}
        edit_draft(session, entry_id=entry_id, user_id=user_id, fields=news, attestation=attestation, now=now)
    before = proposal.state
    proposal.state = states.advance(PROPOSAL_MOVES, proposal.state, event, thing="proposal")
    proposal.decided_by, proposal.decided_at = user_id, now
    audit.record(
        session, f"proposal.{proposal.state}", ("directory_proposal", proposal.id), actor_id=user_id,
        before=before, after=proposal.state,
    )  # fmt: skip
