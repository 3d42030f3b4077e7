"""Who is asking: the session behind the cookie, looked up once per request and marked as seen once a minute."""

from flask import g, request

from app.accounts import queries, rules, sessions
from app.core import clock
from app.core.access import Principal, principal_or_none
from app.core.db import db, transaction
from app.core.settings import settings


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
    g.pop("_login_user", None)  # who asks is decided anew for each request, also where a context spans several
    person = principal_or_none()
    if person is None or request.headers.get("HX-Request") == "true":
        return
    now = clock.now()
    if rules.seen_is_stale(g.last_seen_at, now):
        with transaction() as session:
            sessions.note_seen(session, person.session_id, now=now)
