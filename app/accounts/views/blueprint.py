"""The room's routes hang on this; so does what every request needs to know about who asks."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from app.accounts import cookies, services
from app.accounts.services import RecentSignInRequired
from app.accounts.states import KIND_LABELS, ROLE_LABELS, STAFF_ROLES
from app.accounts.throttle import Throttle
from app.core import clock
from app.core.access import Role, principal
from app.core.db import db
from app.core.redirects import safe_local

bp = Blueprint("accounts", __name__)
bp.before_app_request(cookies.note_visit)
bp.add_app_template_filter(ROLE_LABELS.__getitem__, "role_label")


@bp.context_processor
def _words() -> dict[str, Any]:
    """Offer this room's words to its own pages."""
    staff_roles = [role for role in Role if role in STAFF_ROLES]
    return {"roles": ROLE_LABELS, "kinds": KIND_LABELS, "staff_roles": staff_roles}


@bp.record_once
def _count_tries(state: BlueprintSetupState) -> None:
    state.app.extensions["throttle"] = Throttle(state.app.extensions["settings"].redis_url)


@bp.app_errorhandler(RecentSignInRequired)
def ask_again(_error: RecentSignInRequired) -> ResponseReturnValue:
    """Ask for the password, then lead back to the page the person came from: what they sent is not repeated."""
    if request.method == "GET":
        came_from = request.full_path.rstrip("?")
    else:
        flash("Nothing was changed yet: enter your password, then do it again.", "info")
        came_from = _readable(_page_before())
    return redirect(url_for("accounts.confirm_identity", next=safe_local(came_from)), 303)


@bp.app_context_processor
def _before_typing() -> dict[str, Any]:
    """Let pages ask for the password before somebody types what a later question for it would lose."""
    return {"password_first": _password_first}


def _password_first() -> str:
    """Return where to enter the password before an act that needs it anew, nothing when it was just entered."""
    if services.has_recent_sign_in(db(), principal().session_id, now=clock.now()):
        return ""
    return url_for("accounts.confirm_identity", next=safe_local(_readable(request.full_path.rstrip("?"))))


def _readable(address: str) -> str:
    """Return the address if it is a page, else the nearest page above it: a form's own address cannot be opened."""
    adapter = current_app.create_url_adapter(request)
    path = urlsplit(address).path
    while adapter is not None and path.count("/") > 1 and not adapter.test(path, method="GET"):
        path = address = path.rpartition("/")[0]
    return address


def _page_before() -> str:
    page = urlsplit(request.referrer or "")
    if page.netloc != request.host:
        return "/"
    return f"{page.path}?{page.query}" if page.query else page.path
