"""What a reviewer decides about a company's entry."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.errors import Refused
from app.directory import rules
from app.directory.queries.content import content_of, newest_version
from app.directory.services.index import index
from app.directory.services.keep import keep_stage, keep_version, locked, put
from app.directory.services.moves import Outdated, ask_again, hide, move, record, require_outsider, said, shown
from app.directory.services.tell import tell_company
from app.directory.states import EntryEvent, Verification, VersionKind, advance


def publish(
    session: Session, *, entry_id: UUID, actor_id: UUID, version: int | None = None, reason: str = "", now: datetime
) -> None:
    """Show the submitted draft to everyone its fields are meant for.

    `version` is the one the reviewer compared: raises Outdated when another was submitted since. Raises Refused
    for a reviewer who belongs to the company.
    """
    entry = locked(session, entry_id)
    require_outsider(session, entry, actor_id)
    draft = newest_version(session, entry.id)
    if draft is None:
        raise Refused("There is no draft to publish. The company has to save one first.")
    if version is not None and version != draft.number:
        raise Outdated("The company sent another version since you opened this page. Reload it and compare again.")
    reason = rules.tidy(reason)
    before = entry.state
    entry.state = advance(entry.state, EntryEvent.PUBLISH)
    content = {**rules.EMPTY, **draft.content}
    content |= {
        "milestones": rules.with_slips(content_of(entry), content), "as_of": now.date().isoformat(),
        "verification": Verification.COMPANY.value, "unverified_parts": "",
    }  # fmt: skip
    content["topic_keys"] = content["topic_keys"] or rules.likely_topics(content)
    entry.confirmed_at = now
    entry.shown_since = entry.shown_since or now
    put(entry, content, now=now)
    index(session, entry)
    keep_stage(session, entry, now=now)
    keep_version(
        session, entry, VersionKind.PUBLISHED, content, author_id=actor_id, now=now,
        attested_by=draft.attested_by, attested_at=draft.attested_at, attestation=draft.attestation,
    )  # fmt: skip
    record(session, entry, EntryEvent.PUBLISH, before, actor_id=actor_id, reason=reason)
    shown(session, entry, now)
    ask_again(session, entry, now)
    tell_company(session, entry, "directory_reviewed", {"outcome": "published", "reason": reason}, now=now)


def return_draft(session: Session, *, entry_id: UUID, actor_id: UUID, reason: str, now: datetime) -> None:
    """Give a submitted draft back with what to change. Raises InvalidInput without a reason."""
    reason = said(reason)
    entry = locked(session, entry_id)
    require_outsider(session, entry, actor_id)
    move(session, entry, EntryEvent.RETURN, actor_id=actor_id, reason=reason, now=now)
    tell_company(session, entry, "directory_reviewed", {"outcome": "returned", "reason": reason}, now=now)


def suspend_entry(session: Session, *, entry_id: UUID, actor_id: UUID, reason: str, now: datetime) -> None:
    """Take a claimed entry out of everyone's sight at once. Raises InvalidInput without a reason."""
    reason = said(reason)
    entry = locked(session, entry_id)
    hide(session, entry, EntryEvent.SUSPEND, actor_id=actor_id, reason=reason, now=now)
    tell_company(session, entry, "directory_reviewed", {"outcome": "suspended", "reason": reason}, now=now)


def reinstate_entry(session: Session, *, entry_id: UUID, actor_id: UUID, reason: str, now: datetime) -> None:
    """Let a company work on a suspended entry again; it is shown after the next review."""
    reason = said(reason)
    entry = locked(session, entry_id)
    require_outsider(session, entry, actor_id)
    move(session, entry, EntryEvent.REINSTATE, actor_id=actor_id, reason=reason, now=now)
    tell_company(session, entry, "directory_reviewed", {"outcome": "reinstated", "reason": reason}, now=now)
