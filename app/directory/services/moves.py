"""How a kept entry changes state: held, advanced by the table, counted and noted; shared by writers and reviewers."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.core import audit
from app.core.access import Role
from app.core.errors import InvalidInput, NotFound, Refused
from app.directory import rules
from app.directory.models import Entry
from app.directory.queries.content import NO_ENTRY
from app.directory.rules import tidy
from app.directory.services.index import index
from app.directory.services.keep import locked
from app.directory.states import EntryEvent, EntryState, advance
from app.notifications import outbox

# Filled where the rooms are put together: who hears that an entry was withdrawn or suspended.
on_hide: list[Callable[[Session, UUID, datetime], None]] = []
# Who hears that an entry is shown, or reads differently from before.
on_show: list[Callable[[Session, UUID, datetime], None]] = []
GROW_STALE, REMIND = "directory.grow_stale", "directory.remind"
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


def own_entry(session: Session, entry_id: UUID, user_id: UUID) -> Entry:
    """Return the entry, held for change, if the person writes for its company; otherwise it does not exist for them."""
    entry = locked(session, entry_id)
    if entry.organization_id is None:
        raise NotFound(NO_ENTRY)
    require_writer(session, entry.organization_id, user_id)
    return entry


def require_writer(session: Session, organization_id: UUID, user_id: UUID) -> None:
    """Raise NotFound unless the person writes for the company: for anybody else its entries do not exist."""
    members = accounts.members(session, organization_id)
    if not any(member.user_id == user_id and member.role in EDITORS for member in members):
        raise NotFound(NO_ENTRY)


def require_outsider(session: Session, entry: Entry, actor_id: UUID) -> None:
    """Raise Refused when there is no company to decide about, or the reviewer belongs to it."""
    if entry.organization_id is None:
        raise Refused("Nobody has claimed this entry, so there is nothing to review.")
    if any(member.user_id == actor_id for member in accounts.members(session, entry.organization_id)):
        raise Refused("You belong to this company, so another reviewer has to decide about its entry.")


def move(
    session: Session, entry: Entry, event: EntryEvent, *, actor_id: UUID | None, reason: str = "", now: datetime
) -> None:
    """Move a held entry, count the change and record it. Raises TransitionRefused."""
    before, entry.state = entry.state, advance(entry.state, event)
    touch(entry, now)
    record(session, entry, event, before, actor_id=actor_id, reason=reason)


def hide(session: Session, entry: Entry, event: EntryEvent, *, actor_id: UUID, reason: str, now: datetime) -> None:
    """Take an entry out of everyone's sight, and let the rooms above end what they planned with it."""
    before, entry.state = entry.state, advance(entry.state, event)
    entry.shown_since = None
    touch(entry, now)
    record(session, entry, event, before, actor_id=actor_id, reason=reason)
    index(session, entry)
    for handler in on_hide:
        handler(session, entry.id, now)


def shown(session: Session, entry: Entry, now: datetime) -> None:
    """Let the rooms above follow what an entry shows from now on."""
    session.flush()
    for handler in on_show:
        handler(session, entry.id, now)


def ask_again(session: Session, entry: Entry, now: datetime) -> None:
    """Plan the reminders to confirm an entry, and the day on which it goes stale without it."""
    outbox.queue(session, GROW_STALE, {}, now=now, run_at=now + rules.CONFIRM_EVERY)
    for ahead in rules.REMIND_BEFORE:
        outbox.queue(session, REMIND, {"entry": str(entry.id)}, now=now, run_at=now + rules.CONFIRM_EVERY - ahead)


def touch(entry: Entry, now: datetime) -> None:
    """Count a change of a held entry, so that who edits an older revision is told."""
    entry.changed_at = now
    entry.revision += 1


def record(
    session: Session,
    entry: Entry,
    event: EntryEvent,
    before: EntryState,
    *,
    actor_id: UUID | None,
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Put on the record what happened to an entry, which stood at `before`."""
    audit.record(
        session, f"entry.{PAST[event]}", ("directory_entry", entry.id), actor_id=actor_id,
        before=before, after=entry.state, reason=reason, detail=detail,
    )  # fmt: skip


def said(reason: str) -> str:
    """Return a reason as it is kept. Raises InvalidInput for none."""
    if not (reason := tidy(reason)):
        raise InvalidInput("Give a reason: the company reads it.")
    return reason
