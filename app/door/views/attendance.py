"""Attendance as it stands, conflicts to look at, who is expected."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.services import require_recent_sign_in
from app.core import clock
from app.core.access import allow, principal
from app.core.asked import page_number
from app.core.csv_out import csv_text
from app.core.db import db, transaction
from app.door import queries, services
from app.door.forms import CloseForm
from app.door.states import RESULT_LABELS, ConflictState
from app.door.views.blueprint import DOOR, ORGANIZERS, bp, market_choices, summit_now
from app.registration.queries import SummitView
from app.registration.states import TYPE_LABELS, ParticipantType
from app.regulatory.queries import country_choices

BAR, GAP, HEIGHT = 14, 4, 120


@bp.get("/door/attendance")
@allow(read=DOOR)
def attendance() -> ResponseReturnValue:
    """Counts by gate, type and market, and arrivals; renews itself without keeping anybody signed in."""
    summit = summit_now()
    page = queries.attendance_page(db(), summit, now=clock.now())
    template = "door/_attendance.html" if request.headers.get("HX-Request") else "door/attendance.html"
    return render_template(
        template, summit=summit, page=page, type_labels=TYPE_LABELS, countries=dict(country_choices(db())),
        chart={"bar": BAR, "step": BAR + GAP, "height": HEIGHT},
    )  # fmt: skip


@bp.get("/door/conflicts")
@allow(read=ORGANIZERS)
def conflicts() -> ResponseReturnValue:
    """Whom a gate let in and the record does not."""
    return _conflicts(summit_now(), None, CloseForm(formdata=None), 200)


def _conflicts(summit: SummitView, at: UUID | None, form: CloseForm, code: int) -> ResponseReturnValue:
    asked = request.args.get("state", "")
    state = ConflictState(asked) if asked in list(ConflictState) else ConflictState.OPEN
    page = queries.conflicts(db(), summit.id, state, number=page_number())
    return render_template(
        "door/conflicts.html", summit=summit, page=page, state=state, states=ConflictState, form=form, at=at,
        labels=RESULT_LABELS,
    ), code  # fmt: skip


@bp.post("/door/conflicts/<uuid:conflict_id>")
@allow(write=ORGANIZERS)
def close_conflict(conflict_id: UUID) -> ResponseReturnValue:
    """Note what was found out, and close a conflict."""
    summit, form = summit_now(), CloseForm()
    if not form.validate_on_submit():
        return _conflicts(summit, conflict_id, form, 422)
    with transaction() as session:
        services.close_conflict(
            session, summit.id, conflict_id, words=form.words.data, actor_id=principal().user_id, now=clock.now()
        )
    flash("The conflict is closed.", "success")
    return redirect(url_for("door.conflicts"), 303)


@bp.get("/door/expected")
@allow(read=DOOR)
def expected() -> ResponseReturnValue:
    """Who is confirmed and has not come yet."""
    summit = summit_now()
    kind, market = request.args.get("type", ""), request.args.get("market", "")
    markets = dict(market_choices(summit))
    chosen = ParticipantType(kind) if kind in list(ParticipantType) else None
    market = market if market in markets else ""
    page = queries.expected(db(), summit, chosen, market, now=clock.now(), number=page_number())
    return render_template(
        "door/expected.html", summit=summit, page=page, chosen=chosen, market=market, type_labels=TYPE_LABELS,
        markets=markets,
    )  # fmt: skip


@bp.post("/door/attendance/export")
@allow(write=ORGANIZERS)
def export_attendance() -> ResponseReturnValue:
    """Everybody confirmed and when they first came, as CSV; who took it is on the record."""
    require_recent_sign_in(db(), principal().session_id, now=clock.now())
    summit, now = summit_now(), clock.now()
    with transaction() as session:
        rows = queries.everybody(session, summit, now=now)
        services.note_export(session, summit.id, people=len(rows), actor_id=principal().user_id)
    countries = dict(country_choices(db()))
    lines = [
        (row.name, row.organization, countries.get(row.country, row.country), TYPE_LABELS[row.participant_type],
         row.first_at.isoformat(timespec="seconds") if row.first_at else "", row.gate or "",
         "yes" if row.inside else "no")
        for row in rows
    ]  # fmt: skip
    header = ("Name", "Organization", "Country", "Type", "First came (UTC)", "Gate", "Inside now")
    answer = Response(csv_text(header, lines), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="attendance-{now:%Y-%m-%d-%H%M}.csv"'
    return answer
