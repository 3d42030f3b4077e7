"""Keeping the record of who is inside in step with all scans there are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.states import advance
from app.door.models import Admission, Conflict, Scan
from app.door.rules.stays import Pass, Stay, is_conflict, replay
from app.door.states import CONFLICT_TRANSITIONS, ConflictEvent, ConflictState, ScanResult
from app.registration.queries import SummitView

THING = "conflict"


@dataclass(slots=True)
class _Kept:
    """What the database holds of one person before new scans come in."""

    scans: list[Scan] = field(default_factory=list)
    admissions: list[Admission] = field(default_factory=list)
    conflicts: dict[UUID, Conflict] = field(default_factory=dict)


def keep_record(
    session: Session, summit: SummitView, fresh: Sequence[Scan], again: Sequence[Scan], *, now: datetime
) -> None:
    """Keep the `fresh` scans and replay all scans of everybody concerned; note answers, stays and conflicts.

    `again` are scans of before about which something became known. The registrations are locked by the caller.
    """
    kept = _kept(session, {scan.registration_id for scan in [*fresh, *again] if scan.registration_id is not None})
    stays = {person: _answer_all(session, summit, person, held, fresh) for person, held in kept.items()}
    for scan in fresh:
        scan.told = scan.told or scan.result
        _audit(session, scan)
    session.add_all(fresh)
    session.flush()
    for person, held in kept.items():
        _note_stays(session, summit.id, person, held, stays[person])
        for scan in held.scans:
            _note_conflict(session, scan, held.conflicts.get(scan.id), now)
    for scan in [*fresh, *again]:
        if scan.registration_id is None:
            found = select(Conflict).where(Conflict.scan_id == scan.id) if scan in again else None
            _note_conflict(session, scan, None if found is None else session.scalars(found).one_or_none(), now)


def _kept(session: Session, people: Collection[UUID]) -> dict[UUID, _Kept]:
    """Read what is held of these people: nothing more of those who were never scanned."""
    kept = {person: _Kept() for person in sorted(people)}
    if not kept:
        return kept
    for scan in session.scalars(select(Scan).where(Scan.registration_id.in_(kept)).order_by(Scan.at, Scan.nonce)):
        if scan.registration_id is not None:
            kept[scan.registration_id].scans.append(scan)
    known = [person for person, held in kept.items() if held.scans]
    if known:
        wanted = select(Admission).where(Admission.registration_id.in_(known)).order_by(Admission.admitted_at)
        for row in session.scalars(wanted.execution_options(populate_existing=True)):
            kept[row.registration_id].admissions.append(row)
        conflicts = select(Scan.registration_id, Conflict).join(Scan, Scan.id == Conflict.scan_id)
        for person, conflict in session.execute(conflicts.where(Scan.registration_id.in_(known))):
            if person is not None:
                kept[person].conflicts[conflict.scan_id] = conflict
    return kept


def _answer_all(session: Session, summit: SummitView, person: UUID, held: _Kept, fresh: Sequence[Scan]) -> list[Stay]:
    """Answer every scan of one person, the new ones added, and return the stays that come of them."""
    new = [scan for scan in fresh if scan.registration_id == person]
    _put_last(new, held.scans)
    before = {scan.id: scan.result for scan in held.scans}
    held.scans += new
    passes = [Pass(s.id, s.nonce, s.at, s.gate, s.direction, s.standing) for s in held.scans]
    answers, stays = replay(passes, summit.zone)
    for scan in held.scans:
        answer = answers[scan.id]
        scan.result = answer.result
        scan.earlier_at = answer.earlier.since if answer.earlier else None
        scan.earlier_gate = answer.earlier.gate if answer.earlier else ""
        if before.get(scan.id, scan.result) is not scan.result:
            _audit_corrected(session, scan, before[scan.id])
    return stays


def _put_last(new: Sequence[Scan], known: Sequence[Scan]) -> None:
    """Let what is scanned while we look come after all that is known, also within one tick of the clock."""
    newest = max((scan.at for scan in known), default=None)
    for scan in new:
        if scan.device_at is None and newest is not None and scan.at <= newest:
            scan.at = newest + timedelta(microseconds=1)


def _audit_corrected(session: Session, scan: Scan, before: ScanResult) -> None:
    audit.record(
        session, "scan.corrected", ("registration", scan.registration_id or scan.id), actor_id=None, before=before,
        after=scan.result, detail={"gate": scan.gate, "scan": str(scan.id)},
    )  # fmt: skip


def _audit(session: Session, scan: Scan) -> None:
    subject = ("registration", scan.registration_id) if scan.registration_id else ("scan", scan.id)
    detail = {"gate": scan.gate} | ({"device": str(scan.device_id)} if scan.device_id else {})
    audit.record(session, f"badge.{scan.result}", subject, actor_id=scan.scanned_by, detail=detail)


def _note_conflict(session: Session, scan: Scan, kept: Conflict | None, now: datetime) -> None:
    conflicting = is_conflict(scan.told, scan.result)
    if kept is None:
        if conflicting:
            session.add(Conflict(summit_id=scan.summit_id, scan_id=scan.id, found_at=now))
            _audit_conflict(session, scan, None, ConflictState.OPEN)
        return
    event = ConflictEvent.FIND_AGAIN if conflicting else ConflictEvent.CLEAR
    if (kept.state, event) in CONFLICT_TRANSITIONS:
        before, kept.state = kept.state, advance(CONFLICT_TRANSITIONS, kept.state, event, thing=THING)
        kept.closed_at = None if conflicting else now
        _audit_conflict(session, scan, before, kept.state)


def _audit_conflict(session: Session, scan: Scan, before: ConflictState | None, after: ConflictState) -> None:
    audit.record(
        session, f"door_conflict.{'found' if after is ConflictState.OPEN else 'cleared'}",
        ("registration", scan.registration_id or scan.id), actor_id=None, before=before, after=after,
        detail={"gate": scan.gate, "told": scan.told, "record": scan.result},
    )  # fmt: skip


def _note_stays(session: Session, summit_id: UUID, person: UUID, held: _Kept, stays: list[Stay]) -> None:
    """Make the admissions say what the stays say, touching no more than differs.

    What closes is written before what opens, as the database lets nobody be inside twice even for a moment.
    """
    kept, same = held.admissions, 0
    while same < min(len(kept), len(stays)) and _is(kept[same], stays[same]):
        same += 1
    for row in kept[same:]:
        session.delete(row)
    for row, stay in zip(kept[:same], stays, strict=False):
        row.left_at = stay.until
    session.flush()
    takers = {scan.id: scan.scanned_by for scan in held.scans}
    session.add_all(
        Admission(
            summit_id=summit_id, registration_id=person, scan_id=stay.began, gate=stay.gate,
            admitted_at=stay.since, admitted_by=takers[stay.began], left_at=stay.until,
        )
        for stay in stays[same:]
    )  # fmt: skip


def _is(row: Admission, stay: Stay) -> bool:
    """Tell whether a row is of that stay; rows from before scans were noted on them are known by their time."""
    return row.admitted_at == stay.since and row.scan_id in (None, stay.began)
