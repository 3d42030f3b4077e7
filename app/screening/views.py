"""Pages of this room: the queue of cases and one case."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import allow, holders, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import Forbidden, NotFound, Refused
from app.core.settings import settings
from app.regulatory.queries import country_choices
from app.screening import queries, rules, services
from app.screening.forms import DecisionForm
from app.screening.states import EVENT_LABELS, STATE_TONES, CaseEvent, CaseState

bp = Blueprint("screening", __name__, url_prefix="/screening")
SCREENERS = holders(*queries.SCREENING)
AGES = {0: "Any age", 1: "A day or more", 3: "3 days or more", 7: "A week or more"}
SCORES = {0: "Any score", rules.REVIEW_AT: f"{rules.REVIEW_AT} or more", 70: "70 or more", 85: "85 or more"}
SORTS = {"oldest": "Oldest first", "newest": "Newest first", "score": "Highest score first"}
HOLDERS = {"anyone": "Anyone", "me": "Me", "nobody": "Nobody"}


@bp.get("/cases")
@allow(read=SCREENERS)
def cases() -> ResponseReturnValue:
    """List cases; open ones unless asked otherwise."""
    asked = {
        "state": request.args.get("state", CaseState.OPEN.value),
        "held": _one_of("held", HOLDERS, "anyone"),
        "sort": _one_of("sort", SORTS, "oldest"),
        "words": request.args.get("words", "").strip()[:100],
    }
    age, score = _whole("age", AGES), _whole("score", SCORES)
    page = queries.queue(
        db(),
        reader=principal().user_id,
        state=CaseState(asked["state"]) if asked["state"] in list(CaseState) else None,
        assigned=principal().user_id if asked["held"] == "me" else None,
        unassigned=asked["held"] == "nobody",
        least_score=score,
        opened_before=clock.now() - timedelta(days=age) if age else None,
        search=asked["words"],
        sort=asked["sort"],
        number=page_number(),
    )
    return render_template(
        "screening/cases.html", page=page, asked=asked | {"score": score, "age": age}, states=CaseState,
        tones=STATE_TONES, ages=AGES, scores=SCORES, sorts=SORTS, holders=HOLDERS,
        current=queries.current_list(db()), notice=_notice(),
    )  # fmt: skip


@bp.route("/cases/<uuid:case_id>", methods=["GET", "POST"])
@allow(read=SCREENERS, write=SCREENERS)
def case(case_id: UUID) -> ResponseReturnValue:
    """Show one case, names beside possible hits, and take a step in it."""
    page = _page(case_id)
    form = DecisionForm()
    form.offer(page.case.state, has_hits=page.case.hit_count > 0)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.move_case(
                    session, case_id, CaseEvent(form.event.data), actor_id=principal().user_id,
                    reason=form.said, now=clock.now(),
                )  # fmt: skip
        except Refused as refusal:
            form.event.errors = [*form.event.errors, refusal.message]
        else:
            flash(_done(page, CaseEvent(form.event.data)), "success")
            return redirect(url_for("screening.case", case_id=case_id), 303)
    return render_template(
        "screening/case.html", page=page, form=form, tones=STATE_TONES, events=EVENT_LABELS,
        notice=_notice(page), countries=dict(country_choices(db())),
    ), 422 if form.errors else 200  # fmt: skip


@bp.post("/cases/<uuid:case_id>/assign")
@allow(write=SCREENERS)
def assign(case_id: UUID) -> ResponseReturnValue:
    """Take a case, or give it back to the queue."""
    person = principal().user_id
    _page(case_id)
    to = None if request.form.get("to") == "nobody" else person
    with transaction() as session:
        services.assign_case(session, case_id, to=to, actor_id=person)
    flash("The case is yours." if to else "The case is back in the queue.", "success")
    return redirect(url_for("screening.case", case_id=case_id), 303)


def _page(case_id: UUID) -> queries.CasePage:
    page = queries.case_page(db(), case_id)
    if page is None:
        raise NotFound("There is no such screening case. Go back to the list of cases.")
    if principal().user_id in page.concerns:
        raise Forbidden("This case is about you or your application. Another screener handles it.")
    return page


def _notice(page: queries.CasePage | None = None) -> str:
    """Return what is said about the list a case was screened with, or about the newest one."""
    if page is not None and page.list_as_of is not None:
        as_of = page.list_as_of
    elif (current := queries.current_list(db())) is not None:
        as_of = current.as_of
    else:
        return "No restricted-party list is loaded, so nothing can be screened. An administrator must load one."
    return rules.list_notice(as_of, now=clock.now(), max_age_days=settings().screening_list_max_age_days)


def _done(page: queries.CasePage, event: CaseEvent) -> str:
    after = queries.case_page(db(), page.case.id)
    if after is not None and after.case.state is page.case.state:
        return f"Your recommendation is recorded: {EVENT_LABELS[event]}. A second person must agree."
    return f"Recorded: {EVENT_LABELS[event]}."


def _one_of(name: str, known: dict[str, str], usual: str) -> str:
    asked = request.args.get(name, usual)
    return asked if asked in known else usual


def _whole(name: str, known: dict[int, str]) -> int:
    asked = request.args.get(name, "0")
    return int(asked) if asked.isdecimal() and len(asked) < 4 and int(asked) in known else 0
