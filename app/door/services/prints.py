"""Printing badges, one or hundreds, and the log of it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import NotFound, Refused
from app.documents import services as documents
from app.documents.states import Purpose
from app.door.models import BadgePrint, BadgeRun
from app.door.queries.badges import BadgeRow, badges_to_print
from app.door.rules.chosen import Chosen
from app.door.states import BadgeReason, Layout
from app.notifications import outbox

PRINT_JOB, DROP_JOB = "door.print_badges", "door.drop_sheet"
SHEET_KEPT = timedelta(days=7)
MOST_BADGES = 5_000


def start_run(
    session: Session, summit_id: UUID, chosen: Chosen, *, layout: Layout, return_to: str, actor_id: UUID, now: datetime
) -> BadgeRun:
    """Queue the printing of all badges of a choice. Refuses a choice that takes none."""
    badges = badges_to_print(session, summit_id, chosen)
    if not badges:
        raise Refused("No badge fits that choice. Choose more types, another market, or badges printed before.")
    if len(badges) > MOST_BADGES:
        raise Refused(
            f"That are {len(badges)} badges; print at most {MOST_BADGES} at a time. Choose a type or a market."
        )
    run = _log(session, summit_id, badges, layout=layout, chosen=chosen, reprint=None, actor_id=actor_id, now=now)
    run.job_id = outbox.queue(
        session, PRINT_JOB, {"run": str(run.id)}, now=now, starter_id=actor_id,
        title=f"Badges for {len(badges)} people", return_to=return_to,
    )  # fmt: skip
    return run


def log_one(
    session: Session, summit_id: UUID, badge: BadgeRow, *, reprint: BadgeReason | None, actor_id: UUID, now: datetime
) -> BadgeRun:
    """Log that one badge was printed at the desk."""
    run = _log(
        session, summit_id, [badge], layout=Layout.A6, chosen=None, reprint=reprint, actor_id=actor_id, now=now
    )  # fmt: skip
    run.finished_at = now
    return run


def _log(
    session: Session, summit_id: UUID, badges: Sequence[BadgeRow], *, layout: Layout, chosen: Chosen | None,
    reprint: BadgeReason | None, actor_id: UUID, now: datetime,
) -> BadgeRun:  # fmt: skip
    run = BadgeRun(
        summit_id=summit_id, layout=layout, chosen=chosen.plain() if chosen else {}, badges=len(badges),
        reprint=reprint, made_by=actor_id, made_at=now,
    )  # fmt: skip
    session.add(run)
    session.flush()
    session.add_all(
        BadgePrint(run_id=run.id, registration_id=badge.registration_id, number=badge.number, position=position)
        for position, badge in enumerate(badges, 1)
    )
    audit.record(
        session, "badges.printed", ("badge_run", run.id), actor_id=actor_id, after=layout,
        reason=reprint or "", detail={"badges": len(badges), "chosen": run.chosen},
    )  # fmt: skip
    return run


def finish_run(session: Session, run_id: UUID, pdf: bytes, *, printed: Collection[UUID], now: datetime) -> None:
    """Keep the sheet of a run for a week. Badges that no longer counted are left out of the log, as of the paper."""
    run = session.get(BadgeRun, run_id, with_for_update=True)
    if run is None:
        raise NotFound("That run of badges does not exist.")
    if run.finished_at is not None:
        return
    session.execute(delete(BadgePrint).where(BadgePrint.run_id == run.id, BadgePrint.registration_id.not_in(printed)))
    run.finished_at = now
    run.badges = session.scalar(select(func.count()).where(BadgePrint.run_id == run.id)) or 0
    if not run.badges:
        return
    name = f"badges-{run.made_at:%Y-%m-%d-%H%M}.pdf"
    file = documents.keep_file(session, pdf, name=name, purpose=Purpose.PAPER, owner_id=run.made_by, now=now)
    run.file_id = file.id
    outbox.queue(session, DROP_JOB, {"run": str(run.id)}, now=now, run_at=now + SHEET_KEPT)
    audit.record(
        session, "badges.sheet_made", ("badge_run", run.id), actor_id=None, detail={"badges": run.badges}
    )  # fmt: skip


def drop_sheet(session: Session, run_id: UUID, *, now: datetime) -> None:
    """Drop the sheet of a run: the log stays, the names on paper do not."""
    run = session.get(BadgeRun, run_id, with_for_update=True)
    if run is not None and run.file_id is not None:
        file_id, run.file_id = run.file_id, None
        documents.drop_file(session, file_id, actor_id=None, now=now, reason="A week after printing.")
        audit.record(session, "badges.sheet_dropped", ("badge_run", run.id), actor_id=None)


def note_taken(session: Session, run_id: UUID, *, actor_id: UUID) -> None:
    """Note that somebody took the sheet of a run."""
    audit.record(session, "badges.sheet_taken", ("badge_run", run_id), actor_id=actor_id)
