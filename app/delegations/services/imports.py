"""Importing delegates from a sheet: looked through first, then run; the same sheet again makes nobody twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import NotFound, Refused
from app.core.states import advance
from app.delegations.models import DelegationImport
from app.delegations.queries.imports import Looked, RowView, look_through, sheet_of
from app.delegations.rules.sheet import read_sheet
from app.delegations.services.endorse import acting
from app.delegations.services.members import AlreadyIn, enter
from app.delegations.states import IMPORT_TRANSITIONS, ImportEvent, ImportState, RowOutcome
from app.documents import services as documents
from app.documents.rules.check import Checked
from app.documents.states import Kind, Purpose
from app.notifications import outbox
from app.notifications.states import MessageState

RUN = "delegations.import"
AT_ONCE = 50
"""Up to so many rows are imported while the person waits; more become a job."""
BATCH = 25
LOADS = (RowOutcome.NEW, RowOutcome.RESERVE)


@dataclass(frozen=True, slots=True)
class Part:
    """How some rows of an import came out."""

    entered: int
    reserve: int
    known: int
    problems: list[str]


def upload(
    session: Session, delegation_id: UUID, sheet: Checked, *, keeps_reserve: bool, actor_id: UUID, now: datetime
) -> DelegationImport:
    """Keep a sheet for a dry run; nobody is entered. Raises UnusableSheet for one that cannot be read at all."""
    delegation = acting(session, delegation_id, actor_id)
    read_sheet(sheet.content, is_xlsx=sheet.kind is Kind.XLSX)
    file = documents.keep_file(session, sheet, purpose=Purpose.IMPORT_SHEET, owner_id=actor_id, now=now)
    made = DelegationImport(
        delegation_id=delegation.id, file_id=file.id, state=ImportState.UPLOADED, keeps_reserve=keeps_reserve,
        counts={}, uploaded_at=now, uploaded_by_id=actor_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    audit.record(
        session, "import.uploaded", ("delegation", delegation.id), actor_id=actor_id, detail={"file": str(file.id)}
    )
    return made


def start(session: Session, delegation_id: UUID, import_id: UUID, *, actor_id: UUID, now: datetime) -> bool:
    """Enter the sound rows of an import; return whether it is done, False when a job does it.

    Raises Refused when there is nothing to enter.
    """
    delegation = acting(session, delegation_id, actor_id)
    found = _locked(session, delegation.id, import_id)
    looked = look_through(session, found)
    loads = [row for row in looked.rows if row.outcome in LOADS]
    if not loads:
        raise Refused("No row of this sheet would enter anybody. Correct the rows and upload the sheet again.")
    _move(found, ImportEvent.START)
    found.counts = {}
    audit.record(
        session, "import.started", ("delegation", delegation.id), actor_id=actor_id, detail={"rows": len(loads)}
    )
    if len(loads) <= AT_ONCE:
        finish(session, import_id, [run_rows(session, found, loads, actor_id=actor_id, now=now)], looked, now=now)
        return True
    found.job_id = outbox.queue(
        session, RUN, {"import": str(found.id), "actor": str(actor_id)}, now=now, starter_id=actor_id,
        title=f"Import of {len(loads)} delegates", return_to=f"/delegations/{delegation.id}/imports/{found.id}",
    )  # fmt: skip
    return False


def run_rows(
    session: Session, found: DelegationImport, rows: Sequence[RowView], *, actor_id: UUID, now: datetime
) -> Part:
    """Enter some rows; one that is refused meanwhile is told and stops nobody else. Who is there already stays."""
    entered = reserve = known = 0
    problems: list[str] = []
    for row in rows:
        if row.person is None:
            continue
        try:
            with session.begin_nested():
                made = enter(
                    session, found.delegation_id, row.person, actor_id=actor_id, now=now,
                    keep_reserve=found.keeps_reserve,
                )  # fmt: skip
        except AlreadyIn:
            known += 1
        except Refused as refusal:
            problems.append(f"Row {row.number}: {refusal.message}")
        else:
            entered += made.rank is None
            reserve += made.rank is not None
    return Part(entered, reserve, known, problems)


def finish(session: Session, import_id: UUID, parts: Sequence[Part], looked: Looked, *, now: datetime) -> None:
    """Write down how an import came out; one that was stopped meanwhile stays stopped."""
    found = session.get_one(DelegationImport, import_id, with_for_update=True, populate_existing=True)
    if found.state is not ImportState.RUNNING:
        return
    _move(found, ImportEvent.FINISH)
    found.finished_at = now
    found.counts = {
        "entered": sum(part.entered for part in parts),
        "reserve": sum(part.reserve for part in parts),
        "known": sum(part.known for part in parts) + looked.counts[RowOutcome.KNOWN],
        "wrong": looked.counts[RowOutcome.WRONG],
        "problems": [problem for part in parts for problem in part.problems][:100],
    }
    session.flush()
    audit.record(
        session, "import.finished", ("delegation", found.delegation_id), actor_id=found.uploaded_by_id,
        detail={key: value for key, value in found.counts.items() if key != "problems"},
    )  # fmt: skip


def look_again(session: Session, import_id: UUID) -> Looked:
    """Return what the rows of a running import would do now: begun again after a crash it goes on where it stopped."""
    return look_through(session, _by_id(session, import_id))


def run_batch(
    session: Session, import_id: UUID, rows: Sequence[RowView], *, actor_id: UUID, now: datetime
) -> Part | None:
    """Enter some rows of a running import; None when it was stopped meanwhile."""
    found = _by_id(session, import_id)
    if found.state is not ImportState.RUNNING:
        return None
    return run_rows(session, found, rows, actor_id=actor_id, now=now)


def follow_stopped(session: Session, payload: Any, _state: MessageState, _now: datetime) -> None:
    """Note that the job of an import was called off or failed: who was entered stays, the rest can be run again."""
    found = session.get(DelegationImport, UUID(payload["import"]), with_for_update=True)
    if found is not None and found.state is ImportState.RUNNING:
        _move(found, ImportEvent.STOP)
        session.flush()


def _by_id(session: Session, import_id: UUID) -> DelegationImport:
    found = session.get(DelegationImport, import_id)
    if found is None:
        raise NotFound("That import does not exist.")
    return found


def _locked(session: Session, delegation_id: UUID, import_id: UUID) -> DelegationImport:
    found = session.get(DelegationImport, import_id, with_for_update=True, populate_existing=True)
    if found is None or found.delegation_id != delegation_id:
        raise NotFound("That import does not exist.")
    sheet_of(session, found)
    return found


def _move(found: DelegationImport, event: ImportEvent) -> None:
    found.state = advance(IMPORT_TRANSITIONS, found.state, event, thing="import")
