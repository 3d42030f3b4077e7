"""What a company does with its entry and what a reviewer decides about it; the only writers besides a load."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.core import audit, states
from app.core.access import Role
from app.core.errors import InvalidInput, NotFound, Refused
from app.directory import checks, rules
from app.directory.claim import claim_entry, decide_claim
from app.directory.keep import NO_ENTRY, index, keep_version, locked, new_entry, newest_version, put, working_copy
from app.directory.models import Entry, EntryVersion, Proposal
from app.directory.states import (
    PROPOSAL_MOVES,
    Category,
    EntryEvent,
    EntryState,
    ProposalEvent,
    ProposalState,
    Verification,
    VersionKind,
    advance,
)
from app.directory.tell import tell_company

__all__ = [
    "claim_entry", "confirm_entry", "create_entry", "decide_claim", "decide_proposal", "edit_draft", "grow_stale",
    "publish", "reinstate_entry", "reopen_entry", "return_draft", "submit_for_review", "suspend_entry",
    "withdraw_entry",
]  # fmt: skip

EDITORS = frozenset({Role.COMPANY_OWNER, Role.COMPANY_DELEGATE})
PAST: dict[EntryEvent, str] = {
    EntryEvent.EDIT: "edited",
    EntryEvent.SUBMIT: "submitted",
    EntryEvent.RETURN: "returned",
    EntryEvent.PUBLISH: "published",
    EntryEvent.CONFIRM: "confirmed",
    EntryEvent.GROW_STALE: "grown_stale",
    EntryEvent.SUSPEND: "suspended",
    EntryEvent.REINSTATE: "reinstated",
    EntryEvent.WITHDRAW: "withdrawn",
    EntryEvent.REOPEN: "reopened",
}


class Outdated(Refused):
    """Somebody else changed the entry since this person opened it."""

    code = "outdated"


class NotAttested(InvalidInput):
    """Text was sent without the statement that it holds no controlled data."""

    code = "not_attested"


def create_entry(
    session: Session, *, organization_id: UUID, user_id: UUID, name: str, category: Category, now: datetime
) -> Entry:
    """Start an entry for a company that the reported data does not name; nobody else sees it before publication.

    Raises NotFound for somebody who does not write for the company, InvalidInput for a missing name.
    """
    _require_writer(session, organization_id, user_id)
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
    entry = _own(session, entry_id, user_id)
    if attestation != rules.ATTESTATION:
        raise NotAttested("Tick the statement that this text holds no controlled technical data, then save again.")
    if revision is not None and revision != entry.revision:
        raise Outdated(
            "Somebody else changed this entry while you were writing. Copy your words, reload the page and add them."
        )
    before = entry.state
    entry.state = advance(entry.state, EntryEvent.EDIT)
    content = {**working_copy(session, entry), **checks.checked(fields)}
    _touch(entry, now)
    version = keep_version(
        session, entry, VersionKind.DRAFT, content, author_id=user_id, now=now,
        attested_by=user_id, attested_at=now, attestation=attestation,
    )  # fmt: skip
    _record(session, entry, EntryEvent.EDIT, before, actor_id=user_id,
            detail={"version": version.number, "fields": version.changed_fields})  # fmt: skip
    return version


def submit_for_review(session: Session, *, entry_id: UUID, user_id: UUID, now: datetime) -> None:
    """Ask for the draft to be published. Raises Refused naming the fields that are still empty."""
    entry = _own(session, entry_id, user_id)
    content = working_copy(session, entry)
    newest = newest_version(session, entry.id)
    if newest is None or newest.attestation != rules.ATTESTATION:
        raise Refused("Save your draft once with the statement about controlled data, then submit it.")
    if lacking := rules.missing(content):
        raise Refused(f"Fill in {', '.join(lacking)} and save, then submit the entry for review.")
    _move(session, entry, EntryEvent.SUBMIT, actor_id=user_id, now=now)


def publish(
    session: Session, *, entry_id: UUID, actor_id: UUID, version: int | None = None, reason: str = "", now: datetime
) -> None:
    """Show the submitted draft to everyone its fields are meant for.

    `version` is the one the reviewer compared: raises Outdated when another was submitted since. Raises Refused
    for a reviewer who belongs to the company.
    """
    entry = locked(session, entry_id)
    _require_outsider(session, entry, actor_id)
    draft = newest_version(session, entry.id)
    if draft is None:
        raise Refused("There is no draft to publish. The company has to save one first.")
    if version is not None and version != draft.number:
        raise Outdated("The company sent another version since you opened this page. Reload it and compare again.")
    before = entry.state
    entry.state = advance(entry.state, EntryEvent.PUBLISH)
    content = {
        **rules.EMPTY, **draft.content, "as_of": now.date().isoformat(),
        "verification": Verification.COMPANY.value, "unverified_parts": "",
    }  # fmt: skip
    entry.confirmed_at = now
    entry.shown_since = entry.shown_since or now
    put(entry, content, now=now)
    index(session, entry)
    keep_version(
        session, entry, VersionKind.PUBLISHED, content, author_id=actor_id, now=now,
        attested_by=draft.attested_by, attested_at=draft.attested_at, attestation=draft.attestation,
    )  # fmt: skip
    _record(session, entry, EntryEvent.PUBLISH, before, actor_id=actor_id, reason=reason)
    tell_company(session, entry, "directory_reviewed", {"outcome": "published", "reason": reason}, now=now)


def return_draft(session: Session, *, entry_id: UUID, actor_id: UUID, reason: str, now: datetime) -> None:
    """Give a submitted draft back with what to change. Raises InvalidInput without a reason."""
    entry = locked(session, entry_id)
    _require_outsider(session, entry, actor_id)
    _move(session, entry, EntryEvent.RETURN, actor_id=actor_id, reason=_said(reason), now=now)
    tell_company(session, entry, "directory_reviewed", {"outcome": "returned", "reason": reason}, now=now)


def suspend_entry(session: Session, *, entry_id: UUID, actor_id: UUID, reason: str, now: datetime) -> None:
    """Take a claimed entry out of everyone's sight at once. Raises InvalidInput without a reason."""
    entry = locked(session, entry_id)
    _hide(session, entry, EntryEvent.SUSPEND, actor_id=actor_id, reason=_said(reason), now=now)
    tell_company(session, entry, "directory_reviewed", {"outcome": "suspended", "reason": reason}, now=now)


def reinstate_entry(session: Session, *, entry_id: UUID, actor_id: UUID, reason: str, now: datetime) -> None:
    """Let a company work on a suspended entry again; it is shown after the next review."""
    entry = locked(session, entry_id)
    _require_outsider(session, entry, actor_id)
    _move(session, entry, EntryEvent.REINSTATE, actor_id=actor_id, reason=_said(reason), now=now)
    tell_company(session, entry, "directory_reviewed", {"outcome": "reinstated", "reason": reason}, now=now)


def withdraw_entry(session: Session, *, entry_id: UUID, user_id: UUID, now: datetime) -> None:
    """Take a company's own entry out of the directory at once."""
    _hide(session, _own(session, entry_id, user_id), EntryEvent.WITHDRAW, actor_id=user_id, reason="", now=now)


def reopen_entry(session: Session, *, entry_id: UUID, user_id: UUID, now: datetime) -> None:
    """Take a withdrawn entry up again as a draft."""
    _move(session, _own(session, entry_id, user_id), EntryEvent.REOPEN, actor_id=user_id, now=now)


def confirm_entry(session: Session, *, entry_id: UUID, user_id: UUID, now: datetime) -> None:
    """Say that what is shown is still right; it counts as current from today."""
    entry = _own(session, entry_id, user_id)
    _move(session, entry, EntryEvent.CONFIRM, actor_id=user_id, now=now)
    entry.confirmed_at, entry.as_of = now, now.date().isoformat()


def grow_stale(session: Session, *, now: datetime) -> int:
    """Mark what no company confirmed for too long, tell the companies, and return how many entries that were."""
    wanted = select(Entry).where(Entry.state == EntryState.PUBLISHED, Entry.confirmed_at <= now - rules.CONFIRM_EVERY)
    overdue = session.scalars(wanted.order_by(Entry.id).with_for_update()).all()
    for entry in overdue:
        _move(session, entry, EntryEvent.GROW_STALE, actor_id=None, now=now)
        tell_company(session, entry, "directory_reviewed", {"outcome": "stale", "reason": ""}, now=now)
    return len(overdue)


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
    entry = _own(session, entry_id, user_id)
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


def _own(session: Session, entry_id: UUID, user_id: UUID) -> Entry:
    """Return the entry, held for change, if the person writes for its company; otherwise it does not exist for them."""
    entry = locked(session, entry_id)
    if entry.organization_id is None:
        raise NotFound(NO_ENTRY)
    _require_writer(session, entry.organization_id, user_id)
    return entry


def _require_writer(session: Session, organization_id: UUID, user_id: UUID) -> None:
    members = accounts.members(session, organization_id)
    if not any(member.user_id == user_id and member.role in EDITORS for member in members):
        raise NotFound(NO_ENTRY)


def _require_outsider(session: Session, entry: Entry, actor_id: UUID) -> None:
    if entry.organization_id is None:
        raise Refused("Nobody has claimed this entry, so there is nothing to review.")
    if any(member.user_id == actor_id for member in accounts.members(session, entry.organization_id)):
        raise Refused("You belong to this company, so another reviewer has to decide about its entry.")


def _move(
    session: Session, entry: Entry, event: EntryEvent, *, actor_id: UUID | None, reason: str = "", now: datetime
) -> None:
    before, entry.state = entry.state, advance(entry.state, event)
    _touch(entry, now)
    _record(session, entry, event, before, actor_id=actor_id, reason=reason)


def _hide(session: Session, entry: Entry, event: EntryEvent, *, actor_id: UUID, reason: str, now: datetime) -> None:
    before, entry.state = entry.state, advance(entry.state, event)
    entry.shown_since = None
    _touch(entry, now)
    _record(session, entry, event, before, actor_id=actor_id, reason=reason)


def _touch(entry: Entry, now: datetime) -> None:
    entry.changed_at = now
    entry.revision += 1


def _record(
    session: Session,
    entry: Entry,
    event: EntryEvent,
    before: EntryState,
    *,
    actor_id: UUID | None,
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    audit.record(
        session, f"entry.{PAST[event]}", ("directory_entry", entry.id), actor_id=actor_id,
        before=before, after=entry.state, reason=reason, detail=detail,
    )  # fmt: skip


def _said(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput("Give a reason: the company reads it.")
    return reason.strip()
