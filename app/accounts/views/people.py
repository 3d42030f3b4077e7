"""The administrators' list of people: roles, suspension, sessions."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from app.accounts import administer, lists, merging, services, sessions
from app.accounts.forms import ReasonForm, StaffRoleForm, coerced
from app.accounts.states import RecordKind
from app.accounts.views.blueprint import bp
from app.core import clock
from app.core.access import Role, allow, holders, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound

ADMINISTRATORS = holders(Role.ADMINISTRATOR)
CHANGE = "change-"  # two forms with a reason stand on one page


@bp.route("/people")
@allow(read=ADMINISTRATORS)
def people() -> ResponseReturnValue:
    asked = {
        "search": request.args.get("search", ""),
        "role": request.args.get("role", ""),
        "sort": request.args.get("sort", "name"),
    }
    page = lists.users(
        db(), search=asked["search"], role=coerced(asked["role"]), sort=asked["sort"],
        number=page_number(),
    )  # fmt: skip
    return render_template("accounts/people.html", page=page, asked=asked)


@bp.route("/people/<uuid:user_id>")
@allow(read=ADMINISTRATORS)
def person(user_id: UUID) -> ResponseReturnValue:
    """Show one person; a record that was merged leads to the one that was kept."""
    if (kept := merging.kept_record(db(), RecordKind.PERSON, user_id)) is not None:
        return redirect(url_for("accounts.person", user_id=kept))
    return _page(user_id)


def _page(user_id: UUID, rejected: FlaskForm | None = None) -> ResponseReturnValue:
    found = lists.user(db(), user_id)
    if found is None:
        raise NotFound("That person does not exist.")
    page = render_template(
        "accounts/person.html", found=found, form=rejected,
        grant_form=rejected if isinstance(rejected, StaffRoleForm) else StaffRoleForm(formdata=None),
        reason_form=rejected if isinstance(rejected, ReasonForm) else ReasonForm(formdata=None, prefix=CHANGE),
        belongs_to=lists.belongs_to(db(), user_id), is_me=user_id == principal().user_id,
        sessions=lists.sessions_of(
            db(), user_id, staff=lists.works_for_summit(found.roles), now=clock.now()
        ),
    )  # fmt: skip
    return page, 422 if rejected is not None else 200


def _done(user_id: UUID, form: FlaskForm, change: Callable[[Session], None], told: str) -> ResponseReturnValue:
    """Make a change that the form describes, or show the page with what was wrong."""
    services.require_recent_sign_in(db(), principal().session_id, now=clock.now())
    if not form.validate_on_submit():
        return _page(user_id, form)
    try:
        with transaction() as session:
            change(session)
    except NotFound:
        raise
    except DomainError as refusal:
        if user_id == principal().user_id:
            raise  # one's own page offers no form to show this at
        form.reason.errors.append(refusal.message)
        return _page(user_id, form)
    flash(told, "success")
    return redirect(url_for("accounts.person", user_id=user_id), 303)


def _act(user_id: UUID, act: Callable[..., object], told: str) -> ResponseReturnValue:
    """Do something to a person for the reason given."""
    form = ReasonForm(prefix=CHANGE)

    def change(session: Session) -> None:
        act(session, user_id, actor_id=principal().user_id, reason=form.reason.data, now=clock.now())

    return _done(user_id, form, change, told)


@bp.route("/people/<uuid:user_id>/roles", methods=["POST"])
@allow(write=ADMINISTRATORS)
def give_role(user_id: UUID) -> ResponseReturnValue:
    form = StaffRoleForm()

    def change(session: Session) -> None:
        administer.give_role(
            session, user_id, Role(form.role.data), actor_id=principal().user_id, reason=form.reason.data,
            now=clock.now(),
        )  # fmt: skip

    return _done(user_id, form, change, "The role is granted.")


@bp.route("/people/<uuid:user_id>/roles/<string:role>/revoke", methods=["POST"])
@allow(write=ADMINISTRATORS)
def take_role(user_id: UUID, role: str) -> ResponseReturnValue:
    form, wanted = ReasonForm(prefix=CHANGE), coerced(role)
    if wanted is None:
        raise NotFound("There is no such role.")

    def change(session: Session) -> None:
        administer.take_role(
            session, user_id, wanted, actor_id=principal().user_id, reason=form.reason.data, now=clock.now()
        )

    return _done(user_id, form, change, "The role is revoked.")


@bp.route("/people/<uuid:user_id>/suspend", methods=["POST"])
@allow(write=ADMINISTRATORS)
def suspend(user_id: UUID) -> ResponseReturnValue:
    return _act(user_id, administer.suspend_user, "The account is suspended and signed out everywhere.")


@bp.route("/people/<uuid:user_id>/restore", methods=["POST"])
@allow(write=ADMINISTRATORS)
def restore(user_id: UUID) -> ResponseReturnValue:
    return _act(user_id, administer.restore_user, "The person can sign in again.")


@bp.route("/people/<uuid:user_id>/sessions/end", methods=["POST"])
@allow(write=ADMINISTRATORS)
def end_sessions_of(user_id: UUID) -> ResponseReturnValue:
    return _act(user_id, sessions.end_sessions, "The person is signed out everywhere.")
