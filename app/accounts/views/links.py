"""Where the links in our mails lead. Opening one shows a button; only pressing it changes anything.

These pages are open to everyone: the secret in the address is what lets in, and a detour by the sign-in
page would copy it into a query.
"""

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts import belong, cookies, lists, own_account, passwords, sign_in, sign_up
from app.accounts.forms import AddressForm, EmptyForm, NewcomerForm, NewPasswordForm, judged
from app.accounts.links import LinkSpent
from app.accounts.rules import normal_email
from app.accounts.states import LinkPurpose
from app.accounts.throttle import mail_from, mail_to
from app.accounts.views.blueprint import bp
from app.accounts.views.entering import TOO_MANY_MAILS
from app.core import clock
from app.core.access import EVERYONE, Role, allow
from app.core.db import db, transaction

onward_for: dict[Role, str] = {}
"""Where somebody who joined in a role goes on, when not to their organizations; filled where rooms are put together."""


def _onward(link: lists.OpenedLink) -> str:
    return onward_for.get(link.role, "accounts.my_organizations") if link.role else "accounts.my_organizations"


def _opened(purpose: LinkPurpose, secret: str) -> lists.OpenedLink:
    link = lists.opened_link(db(), purpose, secret, now=clock.now())
    if link is None:
        raise LinkSpent
    return link


@bp.route("/account/confirm/<string:mail_secret>", methods=["GET", "POST"])
@allow(read=EVERYONE, write=EVERYONE)
def confirm_address(mail_secret: str) -> ResponseReturnValue:
    link, form = _opened(LinkPurpose.VERIFY, mail_secret), EmptyForm()
    if form.validate_on_submit():
        with transaction() as session:
            sign_up.confirm_address(session, mail_secret, now=clock.now())
        flash("Your address is confirmed. Sign in to go on.", "success")
        return redirect(url_for("accounts.sign_in"), 303)
    return render_template("accounts/confirm_address.html", form=form, link=link, mail_secret=mail_secret)


@bp.route("/account/reset", methods=["GET", "POST"])
@allow(read=EVERYONE, write=EVERYONE)
def ask_for_reset() -> ResponseReturnValue:
    form = AddressForm()
    if form.validate_on_submit():
        cookies.throttle().spend(mail_from(cookies.address()), sentence=TOO_MANY_MAILS)
        if cookies.throttle().try_once(mail_to(normal_email(form.email.data))):
            with transaction() as session:
                own_account.ask_for_reset(session, form.email.data, now=clock.now())
        return redirect(url_for("accounts.look_in_your_mail"), 303)
    return render_template("accounts/ask_for_reset.html", form=form), 422 if form.errors else 200


@bp.route("/account/reset/<string:mail_secret>", methods=["GET", "POST"])
@allow(read=EVERYONE, write=EVERYONE)
def reset_password(mail_secret: str) -> ResponseReturnValue:
    link, form = _opened(LinkPurpose.RESET, mail_secret), NewPasswordForm()
    if form.validate_on_submit() and judged(form.new_password, (link.email, link.account_name or "")):
        password_hash = passwords.hashed(form.new_password.data)
        with transaction() as session:
            user_id = own_account.reset_password(session, mail_secret, password_hash, now=clock.now())
        flash("Your password is changed and you are signed out everywhere. Sign in with the new one.", "success")
        response = make_response(redirect(url_for("accounts.sign_in"), 303))
        cookies.remember_device(response, user_id)
        return response
    page = render_template("accounts/reset_password.html", form=form, link=link, mail_secret=mail_secret)
    return page, 422 if form.errors else 200


@bp.route("/account/invitation/<string:mail_secret>", methods=["GET", "POST"])
@allow(read=EVERYONE, write=EVERYONE)
def invitation(mail_secret: str) -> ResponseReturnValue:
    """Join an organization: with one button for those who have an account, with a short form for the rest."""
    link = _opened(LinkPurpose.INVITE, mail_secret)
    return _join(mail_secret, link) if link.account_confirmed else _join_as_newcomer(mail_secret, link)


def _join(mail_secret: str, link: lists.OpenedLink) -> ResponseReturnValue:
    form = EmptyForm()
    if form.validate_on_submit():
        with transaction() as session:
            belong.accept_invitation(session, mail_secret, now=clock.now())
        flash(f"You belong to {link.organization_name} now.", "success")
        return redirect(url_for("accounts.sign_in", next=url_for(_onward(link))), 303)
    return render_template("accounts/invitation.html", form=form, link=link, mail_secret=mail_secret)


def _join_as_newcomer(mail_secret: str, link: lists.OpenedLink) -> ResponseReturnValue:
    form = NewcomerForm()
    own = (form.name.data or "", link.email, link.organization_name or "")
    if form.validate_on_submit() and judged(form.new_password, own):
        password_hash = passwords.hashed(form.new_password.data)
        with transaction() as session:
            user_id = belong.join_as_newcomer(
                session, mail_secret, name=form.name.data, password_hash=password_hash,
                time_zone=form.time_zone.data, now=clock.now(),
            )  # fmt: skip
            token = sign_in.enter(
                session, user_id, password=None, device=cookies.device(), address=cookies.address(), now=clock.now()
            )
        cookies.adopt_session(token)
        flash(f"Welcome. You belong to {link.organization_name} now.", "success")
        response = make_response(redirect(url_for(_onward(link)), 303))
        cookies.remember_device(response, user_id)
        return response
    page = render_template("accounts/invitation_newcomer.html", form=form, link=link, mail_secret=mail_secret)
    return page, 422 if form.errors else 200
