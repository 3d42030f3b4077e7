"""The organizers' timetable: who sits where, seat all, what has no table."""

from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import allow, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.paging import Page
from app.registration.queries import SummitView
from app.scheduling import queries, rules, services
from app.scheduling.forms import SeatingForm
from app.scheduling.states import STATE_LABELS, Mode
from app.scheduling.views.base import ORGANIZERS, bp, summit

TABLES_A_PAGE = 20


@bp.get("/timetable")
@allow(read=ORGANIZERS)
def timetable() -> ResponseReturnValue:
    """Show a day of the timetable, tables by slots, and what the last seatings came to."""
    return _page(SeatingForm(formdata=None))


def _page(form: SeatingForm) -> ResponseReturnValue:
    here = summit()
    days = rules.days([slot.starts_at for slot in here.slots], here.zone)
    day = _day(days)
    tables = _tables(here)
    begins, ends = rules.day_span(day, here.zone) if day else (clock.now(), clock.now())
    grid = queries.timetable(db(), here.id, day_starts=begins, day_ends=ends, tables=tables.items)
    page = render_template(
        "scheduling/timetable.html", summit=here, days=days, day=day, grid=grid, tables=tables, form=form,
        standing=queries.standing(db(), here.id), labels=STATE_LABELS, seatings=queries.seatings(db(), here.id),
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _day(days: list[date]) -> date | None:
    asked = request.args.get("day", "")
    return next((day for day in days if day.isoformat() == asked), days[0] if days else None)


def _tables(here: SummitView) -> Page[int]:
    pages = max(1, -(-here.tables // TABLES_A_PAGE))
    number = max(1, min(page_number(), pages))
    first = (number - 1) * TABLES_A_PAGE + 1
    items = list(range(first, min(first + TABLES_A_PAGE, here.tables + 1)))
    return Page(items, here.tables, number, TABLES_A_PAGE)


@bp.post("/timetable/seat")
@allow(write=ORGANIZERS)
def seat() -> ResponseReturnValue:
    """Start a seating as a job and lead to its progress."""
    form = SeatingForm()
    if not form.validate_on_submit():
        return _page(form)
    here = summit()
    with transaction() as session:
        made = services.start_seating(
            session, summit=here, mode=Mode(form.mode.data), actor_id=principal().user_id, now=clock.now()
        )
        job_id = made.job_id
    flash("The timetable is being computed.", "success")
    return redirect(url_for("notifications.job", job_id=job_id), 303)


@bp.get("/timetable/without-table")
@allow(read=ORGANIZERS)
def without_table() -> ResponseReturnValue:
    """List agreed meetings that have no table, with why."""
    page = queries.without_table(db(), summit().id, number=page_number())
    return render_template("scheduling/without_table.html", page=page)


@bp.post("/meetings/<uuid:meeting_id>/free")
@allow(write=ORGANIZERS)
def free(meeting_id: UUID) -> ResponseReturnValue:
    """Take a meeting's table away; it waits for the next seating."""
    with transaction() as session:
        services.free_slot(session, meeting_id, actor_id=principal().user_id, now=clock.now())
    flash("The table is free again; the meeting waits for the next seating.", "success")
    return redirect(url_for("scheduling.meeting", meeting_id=meeting_id), 303)
