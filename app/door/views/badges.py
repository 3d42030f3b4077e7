"""Printing badges: batches with a log, and one person's badge at the desk."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from app.accounts.services import require_recent_sign_in
from app.core import clock
from app.core.access import allow, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import NotFound, Refused
from app.documents import services as documents
from app.documents.rules.disposition import attachment
from app.door import queries, services
from app.door.forms import FindForm, NamesForm, PrintForm, ReasonForm
from app.door.queries import BadgeRow
from app.door.rules.chosen import Chosen, in_words
from app.door.states import LAYOUT_LABELS, REASON_LABELS, BadgeReason, Layout
from app.door.views.badge import pdf_of
from app.door.views.blueprint import DOOR, ORGANIZERS, bp, market_choices, summit_now
from app.registration.queries import SummitView
from app.registration.states import TYPE_LABELS, ParticipantType
from app.regulatory.queries import country_choices


@bp.get("/door/badges")
@allow(read=DOOR)
def badges() -> ResponseReturnValue:
    """Choose badges to print, find one, and read the print log."""
    summit = summit_now()
    return _desk(summit, _print_form(summit), 200)


def _print_form(summit: SummitView) -> PrintForm:
    form = PrintForm()
    form.market.choices = [SelectChoice(key, words) for key, words in market_choices(summit)]
    return form


def _desk(summit: SummitView, form: PrintForm, code: int) -> ResponseReturnValue:
    countries = dict(country_choices(db()))
    log = queries.runs(db(), summit.id, number=page_number())
    return render_template(
        "door/badges.html", summit=summit, form=form, find=FindForm(formdata=None), log=log,
        unprinted=queries.count_to_print(db(), summit.id, Chosen()),
        everybody=queries.count_to_print(db(), summit.id, Chosen(unprinted=False)),
        words={run.id: in_words(run.chosen, countries) for run in log.items}, layouts=LAYOUT_LABELS,
        reasons=REASON_LABELS, may_print=ORGANIZERS.admits(principal()),
    ), code  # fmt: skip


@bp.post("/door/badges")
@allow(write=ORGANIZERS)
def print_badges() -> ResponseReturnValue:
    """Queue the printing of a choice of badges."""
    summit = summit_now()
    form = _print_form(summit)
    if not form.validate_on_submit():
        return _desk(summit, form, 422)
    chosen = Chosen(
        types=tuple(ParticipantType(kind) for kind in form.types.data or ()), market=form.market.data or "",
        unprinted=bool(form.unprinted.data), order=form.order.data,
    )  # fmt: skip
    try:
        with transaction() as session:
            run = services.start_run(
                session, summit.id, chosen, layout=Layout(form.layout.data), return_to=url_for("door.badges"),
                actor_id=principal().user_id, now=clock.now(),
            )  # fmt: skip
            job_id = run.job_id
    except Refused as refusal:
        form.unprinted.errors = [refusal.message]
        return _desk(summit, form, 422)
    return redirect(url_for("notifications.job", job_id=job_id), 303)


@bp.get("/door/badges/runs/<uuid:badge_run_id>")
@allow(read=DOOR)
def badge_sheet(badge_run_id: UUID) -> ResponseReturnValue:
    """Hand out the sheet of a run while it is kept, with everybody's codes; who took it is on the record."""
    require_recent_sign_in(db(), principal().session_id, now=clock.now())
    summit = summit_now()
    found = queries.run(db(), summit.id, badge_run_id)
    if found is None or found.file_id is None:
        raise NotFound("There is no such sheet, or it was dropped a week after it was made. Print the badges again.")
    with transaction() as session:
        pdf = documents.open_file(session, found.file_id)
        services.note_taken(session, found.id, actor_id=principal().user_id)
    answer = Response(b"" if request.method == "HEAD" else pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = attachment(f"badges-{found.made_at:%Y-%m-%d-%H%M}.pdf")
    return answer


@bp.post("/door/badges/people")
@allow(write=DOOR)
def find_badge() -> ResponseReturnValue:
    """Find somebody's badge; the search is posted so that no name stands in an address."""
    summit, form = summit_now(), FindForm()
    sound = form.validate_on_submit()
    found = queries.find_badges(db(), summit.id, form.search.data) if sound else []
    return render_template(
        "door/badge_people.html", summit=summit, form=form, people=found, countries=dict(country_choices(db()))
    ), 200 if sound else 422


@bp.get("/door/badges/<uuid:registration_id>")
@allow(read=DOOR)
def badge_at_desk(registration_id: UUID) -> ResponseReturnValue:
    """One person's badge: what stands on it, its prints, and what can be done about it."""
    summit = summit_now()
    return _one(summit, _badge(summit, registration_id), ReasonForm(formdata=None), None, 200)


def _badge(summit: SummitView, registration_id: UUID) -> BadgeRow:
    found = queries.badge_for(db(), summit.id, registration_id)
    if found is None:
        raise NotFound("That person has no badge.")
    return found


def _one(
    summit: SummitView, badge: BadgeRow, form: ReasonForm, names: NamesForm | None, code: int
) -> ResponseReturnValue:
    names = names or NamesForm(data={"preferred": badge.preferred, "native": badge.native}, formdata=None)
    return render_template(
        "door/badge_at_desk.html", summit=summit, badge=badge, form=form, names=names, type_labels=TYPE_LABELS,
        prints=queries.prints_of(db(), badge.registration_id), reasons=REASON_LABELS,
        countries=dict(country_choices(db())),
    ), code  # fmt: skip


@bp.post("/door/badges/<uuid:registration_id>/print")
@allow(write=DOOR)
def print_one(registration_id: UUID) -> ResponseReturnValue:
    """Print a badge that was not printed yet."""
    summit = summit_now()
    badge = _badge(summit, registration_id)
    if badge.printed or badge.stopped:
        raise Refused("This badge was printed or stopped already. Make it anew, with a reason.")
    with transaction() as session:
        services.log_one(session, summit.id, badge, reprint=None, actor_id=principal().user_id, now=clock.now())
    return pdf_of(badge, summit)


@bp.post("/door/badges/<uuid:registration_id>/replace")
@allow(write=DOOR)
def replace_badge(registration_id: UUID) -> ResponseReturnValue:
    """Make a badge anew with a reason, and print it; the former one counts no more."""
    summit, form = summit_now(), ReasonForm()
    badge = _badge(summit, registration_id)
    if not form.validate_on_submit():
        return _one(summit, badge, form, None, 422)
    reason = BadgeReason(form.reason.data)
    with transaction() as session:
        services.replace_badge(
            session, summit.id, registration_id, reason=reason, words=form.words.data or "",
            actor_id=principal().user_id, now=clock.now(),
        )  # fmt: skip
        made = queries.badge_for(session, summit.id, registration_id)
        assert made is not None  # noqa: S101 - made a moment ago
        services.log_one(session, summit.id, made, reprint=reason, actor_id=principal().user_id, now=clock.now())
    return pdf_of(made, summit)


@bp.post("/door/badges/<uuid:registration_id>/stop")
@allow(write=DOOR)
def stop_badge(registration_id: UUID) -> ResponseReturnValue:
    """Let a badge count no more."""
    summit, form = summit_now(), ReasonForm()
    if not form.validate_on_submit():
        return _one(summit, _badge(summit, registration_id), form, None, 422)
    with transaction() as session:
        services.stop_badge(
            session, summit.id, registration_id, reason=BadgeReason(form.reason.data), words=form.words.data or "",
            actor_id=principal().user_id, now=clock.now(),
        )  # fmt: skip
    flash("The badge counts no more. Gates without a network learn it when they are back.", "success")
    return redirect(url_for("door.badge_at_desk", registration_id=registration_id), 303)


@bp.post("/door/badges/<uuid:registration_id>/name")
@allow(write=DOOR)
def name_at_desk(registration_id: UUID) -> ResponseReturnValue:
    """Correct how a badge names its bearer; it shows on the next print."""
    summit, form = summit_now(), NamesForm()
    if not form.validate_on_submit():
        return _one(summit, _badge(summit, registration_id), ReasonForm(formdata=None), form, 422)
    with transaction() as session:
        services.name_badge(
            session, summit.id, registration_id, preferred=form.preferred.data or "", native=form.native.data or "",
            actor_id=principal().user_id, now=clock.now(),
        )  # fmt: skip
    flash("The next print names them so.", "success")
    return redirect(url_for("door.badge_at_desk", registration_id=registration_id), 303)
