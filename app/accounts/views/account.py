"""One's own account: name and time zone, address, password, where one is signed in."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields import Field

from app.accounts import cookies, lists, own_account, passwords, sessions, sign_in
from app.accounts.forms import ChangeAddressForm, ChangePasswordForm, ProfileForm, judged
from app.accounts.rules import normal_email
from app.accounts.throttle import mail_to
from app.accounts.views.blueprint import bp
from app.accounts.views.entering import checked
from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.db import db, transaction
from app.core.errors import InvalidInput


@bp.route("/account", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def account() -> ResponseReturnValue:
    person = principal()
    form = ProfileForm(data={"name": person.name, "time_zone": person.time_zone})
    if form.validate_on_submit():
        with transaction() as session:
            own_account.change_profile(
                session, person.user_id, name=form.name.data, time_zone=form.time_zone.data
            )  # fmt: skip
        flash("Saved.", "success")
        return redirect(url_for("accounts.account"), 303)
    page = render_template(
        "accounts/account.html", form=form, person=person, belongs_to=lists.belongs_to(db(), person.user_id),
        sessions=lists.sessions_of(db(), person.user_id, staff=person.is_staff, now=clock.now()),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@bp.route("/account/sessions/<uuid:session_id>/end", methods=["POST"])
@allow(write=SIGNED_IN)
def end_session(session_id: UUID) -> ResponseReturnValue:
    person = principal()
    with transaction() as session:
        sessions.end_session(session, session_id, user_id=person.user_id, actor_id=person.user_id, now=clock.now())
    flash("That session has ended.", "success")
    return redirect(url_for("accounts.account"), 303)


@bp.route("/account/sessions/end-others", methods=["POST"])
@allow(write=SIGNED_IN)
def end_other_sessions() -> ResponseReturnValue:
    person = principal()
    with transaction() as session:
        count = sessions.end_sessions(
            session, person.user_id, actor_id=person.user_id, keep=person.session_id, now=clock.now()
        )
    flash(f"Signed out in {count} other {'place' if count == 1 else 'places'}.", "success")
    return redirect(url_for("accounts.account"), 303)


@bp.route("/account/password", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def change_password() -> ResponseReturnValue:
    person, form = principal(), ChangePasswordForm()
    own = (person.name, person.email, *(held.organization_name for held in person.memberships))
    if form.validate_on_submit() and judged(form.new_password, own) and _is_me(form.password):
        password_hash = passwords.hashed(form.new_password.data)
        with transaction() as session:
            own_account.change_password(
                session, person.user_id, password_hash, keep=person.session_id, now=clock.now()
            )  # fmt: skip
            token = sessions.renew_session(session, person.session_id, now=clock.now())
        cookies.adopt_session(token)
        flash("Your password is changed. Everywhere else you are signed out.", "success")
        return redirect(url_for("accounts.account"), 303)
    return render_template("accounts/change_password.html", form=form), 422 if form.errors else 200


@bp.route("/account/address", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def change_address() -> ResponseReturnValue:
    person, form = principal(), ChangeAddressForm()
    if form.validate_on_submit() and _is_me(form.password):
        may_mail = cookies.throttle().try_once(mail_to(normal_email(form.email.data)))
        try:
            with transaction() as session:
                own_account.ask_for_address(
                    session, person.user_id, form.email.data, may_mail=may_mail, now=clock.now()
                )
        except InvalidInput as refusal:
            form.email.errors.append(refusal.message)
        else:
            flash(f"Open the link that we mailed to {form.email.data}. Until then your address stays.", "info")
            return redirect(url_for("accounts.account"), 303)
    return render_template("accounts/change_address.html", form=form, person=person), 422 if form.errors else 200


def _is_me(field: Field) -> bool:
    """Tell whether a field holds the password of whoever is signed in, and say so at the field if not."""
    refusal = checked(sign_in.known(db(), principal().email), field.data)
    if refusal is not None:
        field.errors.append("That is not your present password.")
    return refusal is None
