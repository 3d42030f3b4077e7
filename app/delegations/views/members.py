"""One delegate: entered, changed, removed, invited again; the draft filled in and submitted on their behalf."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts import cookies
from app.accounts.models import Organization
from app.accounts.throttle import mail_to
from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.delegations import services
from app.delegations.forms import EmptyForm, PersonForm, PrepareForm
from app.delegations.models import Delegate
from app.delegations.queries.pages import DelegateRow
from app.delegations.rules.people import Known
from app.delegations.states import ENDORSEMENT_LABELS
from app.delegations.views.blueprint import TONES, Open, bp, member, opened
from app.registration.states import TYPE_LABELS, RegistrationState
from app.regulatory.queries import country_choices

TOO_MANY_MAILS = "We sent enough messages to that address for now."


def _countries() -> dict[str, str]:
    return dict(country_choices(db()))


@bp.route("/delegations/<uuid:delegation_id>/members/new", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def new_member(delegation_id: UUID) -> ResponseReturnValue:
    """Enter somebody, who is thereby endorsed and invited."""
    of = opened(delegation_id, to_change=True)
    kind = db().get_one(Organization, of.view.organization_id).kind
    form = PersonForm(data={"participant_type": Known({}, kind).usual_type.value, "citizenship": of.view.country})
    form.offer(_countries())
    if form.validate_on_submit():
        person, keep = form.person(), bool(form.keep_reserve.data)
        cookies.throttle().spend(mail_to(person.email), sentence=TOO_MANY_MAILS)
        try:
            with transaction() as session:
                made = services.enter(
                    session, of.id, person, actor_id=principal().user_id, now=clock.now(), keep_reserve=keep
                )
                is_reserve = made.rank is not None
        except NotFound:
            raise
        except services.CapReached as refusal:
            form.keep_reserve.errors = [*form.keep_reserve.errors, refusal.message]
        except DomainError as refusal:
            form.email.errors = [*form.email.errors, refusal.message]
        else:
            said = "is in reserve: your organization has no place left" if is_reserve else "is endorsed and invited"
            flash(f"{person.name} {said}.", "success")
            return redirect(url_for("delegations.delegation", delegation_id=of.id), 303)
    return render_template("delegations/new_member.html", of=of, form=form), 422 if form.errors else 200


@bp.route("/delegations/<uuid:delegation_id>/members/<uuid:delegate_id>", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def delegate(delegation_id: UUID, delegate_id: UUID) -> ResponseReturnValue:
    """Show where somebody stands; change what was entered while they have not taken over."""
    of = opened(delegation_id)
    row = member(of, delegate_id)
    form = PersonForm(data={**_entered(row), "keep_reserve": False})
    form.offer(_countries())
    if form.is_submitted() and not of.may_change:
        raise NotFound("That person is not in this delegation any more.")
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.change(
                    session, of.id, delegate_id, form.person(), actor_id=principal().user_id, now=clock.now()
                )
        except NotFound:
            raise
        except DomainError as refusal:
            form.email.errors = [*form.email.errors, refusal.message]
        else:
            flash("Saved.", "success")
            return redirect(url_for("delegations.delegate", delegation_id=of.id, delegate_id=delegate_id), 303)
    return render_template(
        "delegations/delegate.html", of=of, row=row, form=form, labels=ENDORSEMENT_LABELS, tones=TONES,
        types=TYPE_LABELS, countries=_countries(), is_draft=row.state in (None, RegistrationState.DRAFT),
    ), 422 if form.errors else 200  # fmt: skip


def _entered(row: DelegateRow) -> dict[str, Any]:
    names = ("name", "email", "job_title", "citizenship", "birth_year")
    return {**{name: getattr(row, name) for name in names}, "participant_type": row.participant_type.value}


def _do(of: Open, delegate_id: UUID, act: Callable[[Session], object], said: str) -> ResponseReturnValue:
    """Do something to a delegate; a refusal is told on their page."""
    form = EmptyForm()
    try:
        if form.validate_on_submit():
            with transaction() as session:
                act(session)
            flash(said, "success")
    except NotFound:
        raise
    except DomainError as refusal:
        flash(refusal.message, "error")
    return redirect(url_for("delegations.delegate", delegation_id=of.id, delegate_id=delegate_id), 303)


@bp.post("/delegations/<uuid:delegation_id>/members/<uuid:delegate_id>/invite")
@allow(write=SIGNED_IN)
def invite_again(delegation_id: UUID, delegate_id: UUID) -> ResponseReturnValue:
    """Mail a new invitation."""
    of = opened(delegation_id, to_change=True)
    cookies.throttle().spend(mail_to(member(of, delegate_id).email), sentence=TOO_MANY_MAILS)

    def act(session: Session) -> None:
        services.invite_again(session, of.id, delegate_id, actor_id=principal().user_id, now=clock.now())

    return _do(of, delegate_id, act, "We mailed a new invitation. The earlier one no longer works.")


@bp.post("/delegations/<uuid:delegation_id>/members/<uuid:delegate_id>/remove")
@allow(write=SIGNED_IN)
def remove(delegation_id: UUID, delegate_id: UUID) -> ResponseReturnValue:
    """Take somebody off the delegation."""
    of, form = opened(delegation_id, to_change=True), EmptyForm()
    name = member(of, delegate_id).name
    try:
        if form.validate_on_submit():
            with transaction() as session:
                services.remove(session, of.id, delegate_id, actor_id=principal().user_id, now=clock.now())
    except NotFound:
        raise
    except DomainError as refusal:
        flash(refusal.message, "error")
        return redirect(url_for("delegations.delegate", delegation_id=of.id, delegate_id=delegate_id), 303)
    flash(f"{name} is no longer in your delegation.", "success")
    return redirect(url_for("delegations.delegation", delegation_id=of.id), 303)


@bp.route("/delegations/<uuid:delegation_id>/members/<uuid:delegate_id>/application", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def prepare(delegation_id: UUID, delegate_id: UUID) -> ResponseReturnValue:
    """Fill in the rest of an application for somebody."""
    of = opened(delegation_id, to_change=True)
    row = member(of, delegate_id)
    kept = db().get_one(Delegate, delegate_id).prepared.get("aims") or {}
    form = PrepareForm(data={name: kept[name] for name in ("seeks", "offers", "band", "languages") if kept.get(name)})
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.prepare(
                    session, of.id, delegate_id, form.aims(), form.ownership.data, actor_id=principal().user_id,
                    now=clock.now(),
                )  # fmt: skip
        except NotFound:
            raise
        except DomainError as refusal:
            form.ownership.errors = [*form.ownership.errors, refusal.message]
        else:
            flash(f"Saved for {row.name}, who can change it until the application is submitted.", "success")
            return redirect(url_for("delegations.delegate", delegation_id=of.id, delegate_id=delegate_id), 303)
    return render_template("delegations/prepare.html", of=of, row=row, form=form), 422 if form.errors else 200


@bp.post("/delegations/<uuid:delegation_id>/members/<uuid:delegate_id>/submit")
@allow(write=SIGNED_IN)
def submit_on_behalf(delegation_id: UUID, delegate_id: UUID) -> ResponseReturnValue:
    """Submit somebody's application for them."""
    of = opened(delegation_id, to_change=True)
    member(of, delegate_id)

    def act(session: Session) -> None:
        services.submit_on_behalf(session, of.id, delegate_id, actor_id=principal().user_id, now=clock.now())

    return _do(of, delegate_id, act, "Submitted. The person is asked to declare that it is complete and true.")
