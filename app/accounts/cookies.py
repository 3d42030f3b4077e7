"""Who is asking, as the browser's cookies tell it: the session, and whether this device is known."""

import secrets
from uuid import UUID

from flask import Response, current_app, g, request
from flask import session as cookie
from flask_login import login_user
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.exc import OperationalError

from app.accounts import queries, rules, sessions
from app.accounts.throttle import Throttle
from app.core import clock, logs
from app.core.access import Principal, principal_or_none
from app.core.db import db, transaction
from app.core.settings import settings

DEVICE_DAYS = 400
KEEPS_STORAGE = "keeps-storage"  # set by the scanner page, in its browser, while it holds a list and scans
ACCOUNTS_PER_DEVICE = 5


def load_person(token: str) -> Principal | None:
    """Return the person whose session token the cookie holds; what Flask-Login asks once per request."""
    found = queries.load_principal(db(), token, now=clock.now(), demo_people=not settings().is_production)
    if found is None:
        return None
    person, g.last_seen_at = found
    return person


def note_visit() -> None:
    """Load the person before anything else does and keep their session alive.

    What a page fetches by itself in the background (htmx) counts as nobody being there.
    """
    if request.endpoint in (None, "static"):
        return
    person = principal_or_none()
    if person is None or request.headers.get("HX-Request") == "true":
        return
    now = clock.now()
    if rules.seen_is_stale(g.last_seen_at, now):
        try:
            with transaction() as session:
                sessions.note_seen(session, person.session_id, now=now)
        except OperationalError:  # a busy database must not keep anybody from reading
            logs.log().warning("visit_not_noted")


def adopt_session(token: str) -> None:
    """Make a session that was just started the browser's own; nothing of what the cookie held before stays."""
    cookie.clear()
    person = load_person(token)
    if person is not None:
        login_user(person)


def drop_session() -> None:
    """Forget the session in the browser."""
    cookie.clear()


def throttle() -> Throttle:
    """Return the application's counter of tries."""
    found: Throttle = current_app.extensions["throttle"]
    return found


def address() -> str:
    """Return the network address of the request; a proxy's word counts only as far as settings say."""
    return request.remote_addr or "unknown"


def device() -> str:
    """Return words for the browser of the request."""
    return rules.device_label(request.headers.get("User-Agent", ""))


def known_device(user_id: UUID | None) -> str | None:
    """Return this device's name if that person has signed in here before, None otherwise."""
    name, people = _device_cookie()
    return name if user_id is not None and str(user_id) in people else None


def remember_device(response: Response, user_id: UUID) -> None:
    """Note in the browser, signed, that this person signed in here. It lets nobody in: it only counts tries apart."""
    name, people = _device_cookie()
    kept = [str(user_id), *(other for other in people if other != str(user_id))][:ACCOUNTS_PER_DEVICE]
    response.set_cookie(
        _device_cookie_name(), _signer().dumps([name, kept]), max_age=DEVICE_DAYS * 24 * 3600,
        secure=settings().is_https, httponly=True, samesite="Lax",
    )  # fmt: skip


def _device_cookie() -> tuple[str, list[str]]:
    try:
        name, people = _signer().loads(request.cookies.get(_device_cookie_name(), ""))
    except (BadSignature, ValueError):
        return secrets.token_urlsafe(16), []
    return name, people


def _device_cookie_name() -> str:
    return f"{settings().cookie_name}-device"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="known-device")
