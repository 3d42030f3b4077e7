"""Decide about many applications: select, look at the effect, run, read how each came out, undo."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import Role, allow, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.core.states import words
from app.notifications import queries as notifications
from app.notifications.queries import JobRow
from app.registration.forms.desk import BulkForm
from app.registration.limits import list_age_limit
from app.registration.queries import SummitView
from app.registration.queries.bulk import BulkRow, bulks_of, candidates, items, still_undoable
from app.registration.queries.bulk import bulk as bulk_of
from app.registration.queries.desk import taken_places
from app.registration.queries.desk_list import count, known_ids, matching_ids
from app.registration.queries.desk_views import views_for
from app.registration.queries.reasons import reason_list
from app.registration.queries.scopes import reviewer_names
from app.registration.rules.bulk import MOST_IN_BULK, PoolForecast, Preview, preview
from app.registration.rules.words import pool_title
from app.registration.services import bulk as services
from app.registration.states import ACT_LABELS, TYPE_LABELS, Act, BulkState, Outcome, PoolKind
from app.registration.views.blueprint import bp, summit_now
from app.registration.views.desk_shared import DESK, about, shown
from app.regulatory.queries import country_choices

SHOWN_REFUSALS = 50


@bp.post("/registrations/bulk")
@allow(write=DESK)
def select_registrations() -> ResponseReturnValue:
    """Keep what was ticked, or everything that matches, and go on to the decision."""
    summit = summit_now()
    through = shown(request.args, views_for(db(), summit.id, principal().user_id))
    looking = about(summit)
    if request.form.get("scope") == "all":
        matching = count(db(), looking, through.filter)
        if matching > MOST_IN_BULK:
            flash(f"{matching} applications match; at most {MOST_IN_BULK} are decided at once. Narrow them.", "error")
            return redirect(url_for("registration.registrations", **through.args), 303)
        chosen = matching_ids(db(), looking, through.filter, limit=MOST_IN_BULK)
    else:
        chosen = known_ids(db(), looking, _ticked())
    if not chosen:
        flash("Select at least one application first.", "error")
        return redirect(url_for("registration.registrations", **through.args), 303)
    with transaction() as session:
        bulk_id = services.choose(session, summit.id, chosen, actor_id=principal().user_id, now=clock.now())
    return redirect(url_for("registration.bulk", bulk_id=bulk_id), 303)


def _ticked() -> list[UUID]:
    found = []
    for text in request.form.getlist("chosen")[:MOST_IN_BULK]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _found(summit: SummitView, bulk_id: UUID) -> BulkRow:
    found = bulk_of(db(), summit.id, bulk_id)
    mine = found is not None and found.made_by == principal().user_id
    if found is None or not (mine or Role.ORGANIZER in principal().roles):
        raise NotFound("That decision does not exist.")
    return found


@bp.get("/registrations/bulk")
@allow(read=DESK)
def bulks() -> ResponseReturnValue:
    """Decisions about many applications: mine, or everybody's for organizers."""
    summit = summit_now()
    maker = None if Role.ORGANIZER in principal().roles else principal().user_id
    page = bulks_of(db(), summit.id, maker, number=page_number())
    return render_template("registration/bulks.html", summit=summit, page=page, labels=ACT_LABELS, outcomes=Outcome)


@bp.route("/registrations/bulk/<uuid:bulk_id>", methods=["GET", "POST"])
@allow(read=DESK, write=DESK)
def bulk(bulk_id: UUID) -> ResponseReturnValue:
    """Choose what to decide and look at its effect; later, read how each application came out."""
    summit = summit_now()
    found = _found(summit, bulk_id)
    if found.state is not BulkState.PREVIEWED:
        return _result(summit, found)
    form = BulkForm(data={"act": found.act, "priority": 0, **found.particulars})
    form.offer(reason_list(db(), summit.id)[1], reviewer_names(db()))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.prepare(
                    session, bulk_id, Act(form.act.data), form.particulars(), actor_id=principal().user_id,
                    now=clock.now(),
                )  # fmt: skip
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
        else:
            return redirect(url_for("registration.bulk", bulk_id=bulk_id), 303)
    names = dict(country_choices(db()))
    seen = _preview(summit, found, names)
    places, untouched = _places(seen, names)
    return render_template(
        "registration/bulk.html", summit=summit, bulk=found, form=form, seen=seen, labels=ACT_LABELS,
        refusals=seen.refused[:SHOWN_REFUSALS] if seen else [], most_shown=SHOWN_REFUSALS,
        places=places, untouched=untouched, is_mine=found.made_by == principal().user_id,
        delay=summit.settings.decision_delay_minutes,
    ), 422 if form.errors else 200  # fmt: skip


def _preview(summit: SummitView, found: BulkRow, names: dict[str, str]) -> Preview | None:
    if found.act is None:
        return None
    chosen = candidates(
        db(), about(summit), found.id, organizations=principal().organizations(), max_list_age_days=list_age_limit()
    )
    return preview(
        found.act, chosen, actor_id=principal().user_id, rules=summit.settings.pools,
        taken=taken_places(db(), summit.id), countries=names,
        over_target_reason=str(found.particulars.get("over_target_reason") or ""),
    )  # fmt: skip


def _places(seen: Preview | None, names: dict[str, str]) -> tuple[list[tuple[str, PoolForecast]], int]:
    """Return the pools with their titles, and how many organizations are left out because they stay within limits."""
    if seen is None:
        return [], 0
    organizations = {str(c.organization_id): c.organization for c in [*seen.accepted, *(c for c, _w in seen.refused)]}
    found, left_out = [], 0
    for pool in seen.pools:
        if pool.kind is not PoolKind.ORGANIZATION:
            found.append((pool_title(pool.kind, pool.key, names), pool))
        elif pool.after >= pool.capacity or pool.is_over_target:
            found.append((f"Organization: {organizations.get(pool.key, '')}", pool))
        else:
            left_out += 1
    return found, left_out


@bp.post("/registrations/bulk/<uuid:bulk_id>/run")
@allow(write=DESK)
def run_bulk(bulk_id: UUID) -> ResponseReturnValue:
    """Let the job begin, or go on where it was stopped."""
    _found(summit_now(), bulk_id)
    back = url_for("registration.bulk", bulk_id=bulk_id)
    with transaction() as session:
        services.run(session, bulk_id, actor_id=principal().user_id, return_to=back, now=clock.now())
    return redirect(back, 303)


@bp.post("/registrations/bulk/<uuid:bulk_id>/undo")
@allow(write=DESK)
def undo_bulk(bulk_id: UUID) -> ResponseReturnValue:
    """Select what this decision did and whose letters have not left, to undo it."""
    summit = summit_now()
    _found(summit, bulk_id)
    with transaction() as session:
        made = services.choose_undo(session, bulk_id, actor_id=principal().user_id, now=clock.now())
    return redirect(url_for("registration.bulk", bulk_id=made), 303)


def _result(summit: SummitView, found: BulkRow) -> ResponseReturnValue:
    outcome = _asked_outcome(found)
    return render_template(
        "registration/bulk_result.html", summit=summit, bulk=found, job=_job(found), labels=ACT_LABELS,
        outcome=outcome, outcomes=Outcome, page=items(db(), found.id, outcome, number=page_number()), words=words,
        undoable=still_undoable(db(), found.id, now=clock.now()), types=TYPE_LABELS,
        is_mine=found.made_by == principal().user_id,
    )  # fmt: skip


def _asked_outcome(found: BulkRow) -> Outcome:
    asked = request.args.get("outcome", "")
    if asked in list(Outcome):
        return Outcome(asked)
    return Outcome.REFUSED if found.counts.get(Outcome.REFUSED) else Outcome.DONE


def _job(found: BulkRow) -> JobRow | None:
    """Return the job, None once it is over and was removed."""
    if found.job_id is None:
        return None
    try:
        return notifications.job(db(), found.job_id)
    except NotFound:
        return None
