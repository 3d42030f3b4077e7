"""After submission: what can be changed, what waits for the desk, asking to leave; and the desk's decision."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import SIGNED_IN, Role, allow, holders, principal
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.questionnaires.asking import Asking, filled_in, form_of
from app.registration import queries, services
from app.registration.change_states import PartKey
from app.registration.forms.apply import ChangeForm, ConfirmForm, DecideChangeForm, QuestionsForm
from app.registration.limits import list_age_limit
from app.registration.queries.application import Asked, asked_of, facts_of
from app.registration.queries.changes import ChangeRow, changes_of
from app.registration.queries.desk import DeskPage
from app.registration.queries.desk_list import Desk
from app.registration.queries.scopes import scopes_of
from app.registration.rules.changing import withdrawal_waits
from app.registration.views.blueprint import bp, summit_now
from app.registration.views.review import parts_in_words, require_flow

DESK = holders(Role.REVIEWER, Role.ORGANIZER)


@bp.get("/apply/change")
@allow(read=SIGNED_IN)
def change() -> ResponseReturnValue:
    """Everything that was said, with a way to change it, and what became of earlier changes."""
    of = require_flow()
    return render_template(
        "registration/change.html", mine=of.mine, summit=of.summit, parts=parts_in_words(of), form=ConfirmForm(),
        changes=changes_of(db(), of.mine.id, of.asked), is_closed=clock.now() >= of.summit.settings.closes_at,
    )  # fmt: skip


@bp.post("/apply/changes/<uuid:change_id>/take-back")
@allow(write=SIGNED_IN)
def take_back_change(change_id: UUID) -> ResponseReturnValue:
    """Take back a change that waits."""
    with transaction() as session:
        services.take_back_change(session, change_id, actor_id=principal().user_id, now=clock.now())
    flash("The change is taken back. Everything stays as it is.", "success")
    return redirect(url_for("registration.change"), 303)


@bp.route("/apply/ask-to-withdraw", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def ask_to_withdraw() -> ResponseReturnValue:
    """Ask to leave after registration closed; before that, withdrawing needs nobody's leave."""
    of, form = require_flow(), ChangeForm()
    if not withdrawal_waits(of.mine.state, is_closed=clock.now() >= of.summit.settings.closes_at):
        return redirect(url_for("registration.withdraw"), 303)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.ask_to_withdraw(
                    session, of.mine.id, why=form.why.data, actor_id=principal().user_id, now=clock.now()
                )
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("The organizers have your request. They decide, and you get a mail.", "success")
            return redirect(url_for("registration.change"), 303)
    page = queries.status_page(db(), of.summit, of.mine, now=clock.now())
    return render_template("registration/ask_to_withdraw.html", form=form, mine=of.mine, page=page), (
        422 if form.errors else 200
    )


def _desk_page(registration_id: UUID) -> DeskPage:
    """Return what the desk reads about an application. Raises NotFound for one that is not the reader's to read."""
    summit, reader = summit_now(), principal()
    about = Desk(summit, reader.user_id, scopes_of(db(), summit.id, reader.user_id), clock.now())
    page = queries.desk_page(db(), about, registration_id, reader_organizations=reader.organizations())
    if page is None:
        raise NotFound("That application does not exist.")
    return page


def _change_of(change_id: UUID) -> tuple[ChangeRow, DeskPage]:
    """Return a change and its application as the desk reads them. Raises NotFound."""
    found = queries.change(db(), change_id)
    if found is None:
        raise NotFound("That change does not exist.")
    page = _desk_page(found.registration_id)
    asked = Asked(None, {}, facts_of(page.registration), 0)
    if found.part == PartKey.QUESTIONS:
        asked = asked_of(db(), page.registration)
    return changes_of(db(), page.registration.id, asked, only=change_id, countries=page.countries)[0], page


@bp.route("/registrations/changes/<uuid:change_id>", methods=["GET", "POST"])
@allow(read=DESK, write=DESK)
def decide_change(change_id: UUID) -> ResponseReturnValue:
    """Decide about one proposed change."""
    row, page = _change_of(change_id)
    mine, form = page.registration, DecideChangeForm()
    if form.validate_on_submit():
        try:
            _decide(change_id, form)
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
            row, page = _change_of(change_id)
        else:
            flash("The decision about the change has been recorded and the applicant is told.", "success")
            return redirect(url_for("registration.registration", registration_id=mine.id), 303)
    return render_template(
        "registration/decide_change.html", row=row, mine=mine, page=page, form=form, summit=summit_now()
    ), 422 if form.errors else 200


def _decide(change_id: UUID, form: DecideChangeForm) -> None:
    actor, now, reason = principal().user_id, clock.now(), (form.reason.data or "").strip()
    with transaction() as session:
        if form.decision.data == "accept":
            services.accept_change(
                session, change_id, actor_id=actor, now=now, reason=reason, max_list_age_days=list_age_limit()
            )
        else:
            services.refuse_change(session, change_id, reason=reason, actor_id=actor, now=now)


@bp.route("/registrations/<uuid:registration_id>/staff-answers", methods=["GET", "POST"])
@allow(read=DESK, write=DESK)
def staff_answers(registration_id: UUID) -> ResponseReturnValue:
    """What the desk fills in about an application; the person never sees it."""
    page = _desk_page(registration_id)
    mine = page.registration
    asked = asked_of(db(), mine)
    if asked.version is None:
        raise NotFound("The questionnaire of this summit asks nothing that staff fill in.")
    asking = Asking(asked.version.definition, asked.facts, dict(page.countries), dict(asked.answers), is_staff=True)
    form = form_of(QuestionsForm, asking)(data=filled_in(asking))
    seen = request.form.get("seen_edits", "")
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.save_staff_answers(
                    session, registration_id, form.page_answers(), actor_id=principal().user_id, now=clock.now(),
                    seen_edits=int(seen) if seen.isdecimal() and len(seen) < 10 else asked.edits,
                )  # fmt: skip
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("Saved.", "success")
            return redirect(url_for("registration.registration", registration_id=registration_id), 303)
    edits = asked_of(db(), mine).edits
    return render_template("registration/staff_answers.html", mine=mine, form=form, edits=edits), (
        422 if form.errors else 200
    )
