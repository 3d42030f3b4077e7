"""Reported facts: reading the destinations file and giving the directory what it says.

An entry that nobody claimed follows the file. A claimed one belongs to its company: what the file says
anew becomes a proposal that the company takes into its draft or dismisses.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core import audit
from app.core.reference import Loaded, Loader
from app.core.sheets import BadField
from app.directory import rules
from app.directory.models import DestinationRow, Entry, Proposal
from app.directory.queries.content import working_copy
from app.directory.rules.checks import PROPOSABLE
from app.directory.services.index import index
from app.directory.services.keep import keep_stage, keep_version, new_entry, put
from app.directory.services.moves import shown
from app.directory.states import (
    Category,
    EntryEvent,
    EntryState,
    ProposalState,
    Verification,
    VersionKind,
    advance,
)
from app.regulatory.states import Opening

COLUMNS = (
    "key", "name", "lead_company", "us_state", "partners", "partner_countries", "category", "stage",
    "target_first_launch", "funding_facts", "foreign_participation", "partner_openings", "reg_topics",
    "source_url", "as_of", "verification", "unverified_parts",
)  # fmt: skip


def parse(cells: Mapping[str, str]) -> dict[str, Any]:
    """Return the content of one row of the file. Raises BadField naming the column that cannot be used."""
    if not rules.KEY.fullmatch(cells["key"]) or cells["key"] in rules.RESERVED_KEYS or len(cells["key"]) > 80:
        raise BadField("key", "must be small letters, digits and hyphens, and not an address the directory uses.")
    return {
        **{name: rules.EMPTY[name] for name in rules.REPORTED},
        **{name: _text(cells, name, 200) for name in ("name", "lead_company")},
        **{name: cells[name] for name in ("stage", "target_first_launch")},
        "partners": rules.reported_partners(cells["partners"]),
        "funding_facts": rules.reported_funding(cells["funding_facts"]),
        **{name: cells[name] for name in ("foreign_participation", "unverified_parts")},
        "us_state": _code(cells["us_state"], "us_state"),
        "category": _one_of(cells["category"], Category, "category"),
        "stage_group": rules.stage_group(cells["stage"]).value,
        "partner_countries": [_code(value, "partner_countries") for value in _listed(cells, "partner_countries")],
        "openings": [_one_of(value, Opening, "partner_openings") for value in _listed(cells, "partner_openings")],
        "topic_keys": [_topic(value) for value in _listed(cells, "reg_topics")],
        "sources": [source for part in cells["source_url"].split("|") if (source := part.strip())],
        "as_of": _as_of(cells["as_of"]),
        "verification": _one_of(cells["verification"], Verification, "verification"),
    }


def _text(cells: Mapping[str, str], column: str, longest: int) -> str:
    if not 0 < len(cells[column]) <= longest:
        raise BadField(column, f"must hold 1 to {longest} characters.")
    return cells[column]


def _listed(cells: Mapping[str, str], column: str) -> list[str]:
    values = [value for part in cells[column].split(";") if (value := part.strip())]
    return list(dict.fromkeys(values))


def _code(value: str, column: str) -> str:
    if value and not re.fullmatch(r"[A-Z]{2}", value):
        raise BadField(column, f"{value!r} is not a code of two capital letters.")
    return value


def _one_of(value: str, known: Iterable[str], column: str) -> str:
    if value not in list(known):
        raise BadField(column, f"{value!r} is not one of {', '.join(known)}.")
    return value


def _topic(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9_]{1,80}", value):
        raise BadField("reg_topics", f"{value!r} is not the key of a policy topic.")
    return value


def _as_of(value: str) -> str:
    if not value:
        return value
    if not rules.is_partial_date(value):
        raise BadField("as_of", f"{value!r} is not a day, month or year like 2026-02-12, 2026-02 or 2026.")
    return value


def follow(session: Session, loaded: Loaded, now: datetime) -> None:
    """Bring the directory to a newly loaded version of the file; called in the load's own transaction."""
    wanted = select(DestinationRow.key, DestinationRow.content).where(DestinationRow.to_version.is_(None))
    contents: dict[str, dict[str, Any]] = {row[0]: row[1] for row in session.execute(wanted)}
    touched = [*loaded.added, *loaded.changed, *loaded.removed]
    found = session.scalars(select(Entry).where(Entry.key.in_(touched)).order_by(Entry.id).with_for_update())
    entries = {entry.key: entry for entry in found}
    for key in (*loaded.added, *loaded.changed):
        report(session, key, entries.get(key), contents[key], now=now)
    for key in loaded.removed:
        if key in entries and entries[key].state is EntryState.UNCLAIMED:
            _drop(session, entries[key], now=now)


def report(session: Session, key: str, entry: Entry | None, content: Mapping[str, Any], *, now: datetime) -> None:
    """Make, renew or propose to renew one entry from reported facts."""
    reported = {**rules.EMPTY, **content}
    if entry is not None and entry.organization_id is not None:
        _propose(session, entry, content, now=now)
        return
    if entry is None:
        entry = new_entry(session, key, reported, state=EntryState.UNCLAIMED, shown_since=now, created_at=now)
        before = None
    else:
        before = entry.state
        entry.state = advance(entry.state, EntryEvent.REPORT)
        entry.shown_since = entry.shown_since or now
        put(entry, reported, now=now)
        index(session, entry)
    keep_stage(session, entry, now=now)
    version = keep_version(session, entry, VersionKind.REPORTED, reported, author_id=None, now=now)
    audit.record(
        session, "entry.reported", ("directory_entry", entry.id), actor_id=None, before=before, after=entry.state,
        detail={"key": key, "version": version.number, "fields": version.changed_fields},
    )  # fmt: skip
    shown(session, entry, now)


def _propose(session: Session, entry: Entry, content: Mapping[str, Any], *, now: datetime) -> None:
    standing = working_copy(session, entry)
    if all(standing[name] == content[name] for name in PROPOSABLE):
        return
    replaced = update(Proposal).where(Proposal.entry_id == entry.id, Proposal.state == ProposalState.OPEN)
    session.execute(replaced.values(state=ProposalState.REPLACED, decided_at=now))
    proposal = Proposal(entry_id=entry.id, state=ProposalState.OPEN, content=dict(content), reported_at=now)
    session.add(proposal)
    session.flush()
    audit.record(
        session, "proposal.made", ("directory_proposal", proposal.id), actor_id=None, after=ProposalState.OPEN,
        detail={"entry": str(entry.id)},
    )  # fmt: skip


def _drop(session: Session, entry: Entry, *, now: datetime) -> None:
    before, entry.state = entry.state, advance(entry.state, EntryEvent.DROP)
    entry.shown_since, entry.changed_at, entry.revision = None, now, entry.revision + 1
    index(session, entry)
    audit.record(
        session, "entry.dropped", ("directory_entry", entry.id), actor_id=None, before=before, after=entry.state,
        reason="No longer in the reported data.",
    )  # fmt: skip


LOADERS = {
    "destinations": Loader(
        "destinations", "destinations.csv", "key", COLUMNS, DestinationRow, parse, lambda _: {}, follow
    )
}  # fmt: skip
