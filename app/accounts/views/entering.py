"""Sign in, sign out, sign up."""

from uuid import UUID

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import cookies, lists, passwords, sessions, sign_in, sign_up
from app.accounts.forms import PasswordOnlyForm, SignInForm, SignUpForm, judged
from app.accounts.rules import normal_email
from app.accounts.sign_in import Known
from app.accounts.throttle import mail_from, mail_to, sign_in_buckets
from app.accounts.views.blueprint import bp
from app.config import Environment
from app.core import clock
from app.core.access import EVERYONE, SIGNED_IN, allow, principal, principal_or_none
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.redirects import safe_local
from app.core.settings import settings

TOO_MANY_SIGN_INS = "There were too many tries to sign in from here or to this account."
TOO_MANY_MAILS = "Too many messages were asked for from your network."


@bp.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
@allow(read=EVERYONE, write=EVERYONE)
def sign_in_page() -> ResponseReturnValue:
    onward = wanted_page()
    if request.method == "GET" and principal_or_none() is not None:
        return redirect(onward, 303)
    form = SignInForm()
    if form.validate_on_submit():
        found = sign_in.known(db(), form.email.data)
        refusal = checked(found, form.password.data)
        if refusal is None:
            return _entered(found, form.password.data, onward)
        form.password.errors.append(refusal.message)
    demo_people = lists.demo_people(db()) if is_demonstration() else []
    page = render_template("accounts/sign_in.html", form=form, onward=onward, demo_people=demo_people)
    return page, 422 if form.errors else 200


def wanted_page() -> str:
    """Return where a person wanted to go; whoever came from the front page goes to where their work waits."""
    asked = safe_local(request.args.get("next"))
    return "/start" if asked == "/" else asked


def checked(found: Known, password: str) -> DomainError | None:
    """Check a password against what is known, slowly and counted; return why not, None when it is right.

    The reading session ends first: whoever waits for their turn to be checked holds no connection.
    """
    buckets = sign_in_buckets(found.email, cookies.address(), cookies.known_device(found.user_id))
    cookies.throttle().spend(*buckets, sentence=TOO_MANY_SIGN_INS)
    db().close()
    fits = passwords.matches(found.password_hash, password)
    refusal = sign_in.refusal(found, fits=fits, demo_people=not settings().is_production)
    if refusal is None:
        cookies.throttle().give_back(*buckets)
        return None
    with transaction() as session:
        sign_in.note_failure(session, found, refusal, address=cookies.address())
        if (
            isinstance(refusal, sign_in.Unconfirmed)
            and found.user_id
            and cookies.throttle().try_once(mail_to(found.email))
        ):
            sign_up.send_confirmation(session, found.user_id, found.email, found.name, now=clock.now())
    return refusal


def _entered(found: Known, password: str | None, onward: str) -> ResponseReturnValue:
    """Start a session, leaving whichever there was, and lead on."""
    present = principal_or_none()
    user_id = found.user_id or abort(404)
    with transaction() as session:
        if present is not None:
            sessions.end_session(
                session, present.session_id, user_id=present.user_id, actor_id=present.user_id, now=clock.now()
            )
        token = sign_in.enter(
            session, user_id, password=password, device=cookies.device(), address=cookies.address(), now=clock.now()
        )
    cookies.adopt_session(token)
    response = make_response(redirect(onward, 303))
    if password is not None:
        cookies.remember_device(response, user_id)
    return response


def is_demonstration() -> bool:
    """Tell whether people may be offered for one-click sign-in here."""
    return settings().environment is Environment.DEMO


@bp.route("/sign-in/demo/<uuid:demo_user_id>", methods=["POST"])
@allow(write=EVERYONE)
def sign_in_demo(demo_user_id: UUID) -> ResponseReturnValue:
    """Be one of the demonstration's people. There is no such address anywhere else."""
    offered = lists.demo_people(db()) if is_demonstration() else []
    if demo_user_id not in {person.id for person in offered}:
        abort(404)
    return _entered(Known("", demo_user_id), None, wanted_page())


@bp.route("/sign-out", methods=["POST"])
@allow(write=EVERYONE)
def sign_out() -> ResponseReturnValue:
    person = principal_or_none()
    if person is not None:
        with transaction() as session:
            sessions.end_session(
                session, person.session_id, user_id=person.user_id, actor_id=person.user_id, now=clock.now()
            )
    cookies.drop_session()
    flash("You are signed out.", "success")
    response = make_response(redirect(url_for("web.home"), 303))
    # Not "cookies": the mark that this device is known counts tries apart and must outlive the session.
    # Nor "storage" in a browser that is a scanner at the door: it holds scans that were not sent yet.
    kept = cookies.KEEPS_STORAGE in request.cookies
    response.headers["Clear-Site-Data"] = '"cache"' if kept else '"cache", "storage"'
    return response


@bp.route("/sign-up", methods=["GET", "POST"], endpoint="sign_up")
@allow(read=EVERYONE, write=EVERYONE)
def sign_up_page() -> ResponseReturnValue:
    form = SignUpForm()
    if form.validate_on_submit() and judged(form.new_password, (form.name.data, form.email.data)):
        cookies.throttle().spend(mail_from(cookies.address()), sentence=TOO_MANY_MAILS)
        password_hash = passwords.hashed(form.new_password.data)
        if cookies.throttle().try_once(mail_to(normal_email(form.email.data))):
            with transaction() as session:
                sign_up.ask_to_sign_up(
                    session, email=form.email.data, name=form.name.data, password_hash=password_hash,
                    time_zone=form.time_zone.data, now=clock.now(),
                )  # fmt: skip
        return redirect(url_for("accounts.look_in_your_mail"), 303)
    return render_template("accounts/sign_up.html", form=form), 422 if form.errors else 200


@bp.route("/sign-up/sent")
@allow(read=EVERYONE)
def look_in_your_mail() -> ResponseReturnValue:
    return render_template("accounts/look_in_your_mail.html")


@bp.route("/account/confirm-identity", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def confirm_identity() -> ResponseReturnValue:
    """Ask somebody who is signed in for their password again; the session gets a new token."""
    form, person = PasswordOnlyForm(), principal()
    onward = safe_local(request.args.get("next"), otherwise=url_for("accounts.account"))
    if form.validate_on_submit():
        refusal = checked(sign_in.known(db(), person.email), form.password.data)
        if refusal is None:
            with transaction() as session:
                token = sessions.renew_session(session, person.session_id, now=clock.now())
            cookies.adopt_session(token)
            return redirect(onward, 303)
        form.password.errors.append("That is not your password.")
    page = render_template("accounts/confirm_identity.html", form=form, onward=onward)
    return page, 422 if form.errors else 200
