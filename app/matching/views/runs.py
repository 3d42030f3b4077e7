"""Match runs: started, watched, reviewed, published, rolled back by organizers."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import allow, principal
from app.core.asked import page_number, words
from app.core.db import db, transaction
from app.core.errors import DomainError, InvalidInput
from app.matching import queries, services
from app.matching.facts import read_facts
from app.matching.forms import MoveForm, RulingForm, RunForm
from app.matching.propose import RunSettings, explain
from app.matching.solver import NotMade
from app.matching.states import RUN_MOVES, Bar, Ruling, RunEvent
from app.matching.views.base import ORGANIZERS, bp, summit

EVENT_LABELS = {
    RunEvent.REVIEW: "Mark as reviewed",
    RunEvent.REOPEN: "Back to draft",
    RunEvent.PUBLISH: "Publish: suggest these meetings to both sides",
    RunEvent.ROLL_BACK: "Roll back: withdraw what is not agreed yet",
}
WHY: dict[Bar | NotMade | None, str] = {
    Bar.POLICY: "A policy rule stops this pair.",
    Bar.OWN_COMPANY: "They are one company.",
    Bar.PARTNER_SAID_NO: "A block: one side said no.",
    Bar.COMPANY_SAID_NO: "A block: one side said no.",
    Bar.BLOCKED: "A block: one side keeps this pair apart in private.",
    Bar.LEFT_OUT: "Organizers left this pair out.",
    Bar.OFF_FILTER: "A block: one side keeps such requests apart in private.",
    NotMade.LEFT_FULL: "Capacity: the partner has all meetings it may have, worth more in the whole plan.",
    NotMade.RIGHT_FULL: "Capacity: the programme has all meetings it may have, worth more in the whole plan.",
    NotMade.BOTH_HAD_BETTER: "Both had better: partner and programme are full with pairs worth more together.",
    NotMade.WORTH_NOTHING: "Facts changed since the run; a new run may make this pair.",
    None: "One of the two does not meet at this summit (any more).",
}
MOST_WHY = 20


@bp.route("/match-runs", methods=["GET", "POST"])
@allow(read=ORGANIZERS, write=ORGANIZERS)
def runs() -> ResponseReturnValue:
    """List match runs and start one."""
    here, form = summit(), RunForm()
    if form.validate_on_submit():
        settings = RunSettings(form.partner_capacity.data, form.entry_capacity.data, form.floor.data)
        try:
            with transaction() as session:
                made = services.start_run(
                    session, summit_id=here.id, settings=settings, actor_id=principal().user_id, now=clock.now()
                )
                job_id = made.job_id
        except InvalidInput as refusal:
            form.floor.errors = [*form.floor.errors, refusal.message]
        else:
            return redirect(url_for("notifications.job", job_id=job_id), 303)
    page = queries.runs(db(), here.id, number=page_number())
    return render_template("matching/runs.html", page=page, form=form, zone=here.zone), 422 if form.errors else 200


@bp.get("/match-runs/<uuid:run_id>")
@allow(read=ORGANIZERS)
def run(run_id: UUID) -> ResponseReturnValue:
    """Show a run: measures, pairs with reasons, and what can be done with it."""
    return _page(run_id, MoveForm(formdata=None))


def _page(run_id: UUID, form: MoveForm) -> ResponseReturnValue:
    found = queries.run(db(), run_id)
    page = queries.reviewed_pairs(db(), run_id, search=words(), number=page_number())
    steps = [event for (state, event) in RUN_MOVES if state is found.state]
    shown = render_template(
        "matching/run.html", run=found, page=page, form=form, steps=steps, labels=EVENT_LABELS, search=words(),
        zone=summit().zone, ruling_form=RulingForm(formdata=None),
    )  # fmt: skip
    return shown, 422 if form.errors else 200


@bp.post("/match-runs/<uuid:run_id>/move")
@allow(write=ORGANIZERS)
def move(run_id: UUID) -> ResponseReturnValue:
    """Review, reopen, publish or roll back."""
    form = MoveForm()
    if form.validate_on_submit():
        event = RunEvent(form.event.data)
        try:
            with transaction() as session:
                moved = services.move_run(
                    session, run_id, event, actor_id=principal().user_id, reason=form.reason.data or "",
                    now=clock.now(),
                )  # fmt: skip
                state = moved.state
        except InvalidInput as refusal:
            form.reason.errors = [*form.reason.errors, refusal.message]
        else:
            flash(f"The run is now {state.value.replace('_', ' ')}.", "success")
            return redirect(url_for("matching.run", run_id=run_id), 303)
    return _page(run_id, form)


@bp.post("/match-runs/<uuid:run_id>/rulings")
@allow(write=ORGANIZERS)
def rule(run_id: UUID) -> ResponseReturnValue:
    """Pin a pair or leave it out from the next run on, or take that back."""
    here, form = summit(), RulingForm()
    try:
        registration_id, entry_id = UUID(form.registration.data or ""), UUID(form.entry.data or "")
        ruling = Ruling(form.ruling.data) if form.ruling.data else None
    except ValueError:
        raise InvalidInput("That pair is not known. Load the page again.") from None
    if not form.validate_on_submit():
        raise InvalidInput("Load the page again and give a short reason.")
    try:
        with transaction() as session:
            services.set_ruling(
                session, summit_id=here.id, registration_id=registration_id, entry_id=entry_id, ruling=ruling,
                reason=form.reason.data or "", actor_id=principal().user_id, now=clock.now(),
            )  # fmt: skip
    except DomainError as refusal:
        flash(refusal.message, "error")
    else:
        flash("Noted for the next run.", "success")
    return redirect(url_for("matching.run", run_id=run_id, page=request.args.get("page", 1)), 303)


@bp.get("/match-runs/<uuid:run_id>/why")
@allow(read=ORGANIZERS)
def why(run_id: UUID) -> ResponseReturnValue:
    """Say why pairs were not made: those of the partners and programmes whose names hold the words asked for."""
    here, found = summit(), queries.run(db(), run_id)
    partner, programme = words("partner"), words("programme")
    answers = _answers(found, partner, programme) if partner and programme else []
    return render_template(
        "matching/why.html", run=found, partner=partner, programme=programme, answers=answers[:MOST_WHY],
        more=max(0, len(answers) - MOST_WHY), summit=here,
    )  # fmt: skip


def _answers(found: queries.RunRow, partner: str, programme: str) -> list[tuple[str, str, str]]:
    facts = read_facts(db(), summit().id)
    made = {(pair.registration_id, pair.entry_id) for pair in queries.pairs_of(db(), found.id)}
    settings = RunSettings(found.partner_capacity, found.entry_capacity, found.floor)
    answers: list[tuple[str, str, str]] = []
    for one in facts.partners:
        if partner.lower() not in f"{one.name} {one.organization_name}".lower():
            continue
        for entry in facts.programmes:
            if programme.lower() in f"{entry.name} {entry.lead_company}".lower() and len(answers) <= MOST_WHY:
                pair = (one.registration_id, entry.id)
                said = "This pair was made." if pair in made else WHY[explain(facts, settings, made, pair)]
                answers.append((f"{one.name}, {one.organization_name}", entry.name, said))
    return answers
