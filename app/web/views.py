"""Pages of the shell: home, statements, health and the style guide."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, Response, current_app, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.config import Environment
from app.core import clock
from app.core.access import EVERYONE, SIGNED_IN, Role, allow, principal, principal_or_none
from app.core.db import Database, db
from app.core.errors import NotFound
from app.core.settings import settings
from app.directory import queries as directory
from app.directory.states import CATEGORY_LABELS, STAGE_LABELS
from app.registration import queries as registration
from app.registration.queries import SummitView
from app.regulatory import queries as regulatory
from app.regulatory.rules import PolicyLine
from app.web import health as checks
from app.web.styleguide import sample

bp = Blueprint("web", __name__)
PROJECTS_SHOWN = 12
SECURITY_TXT_DAYS = 180


@bp.get("/")
@allow(read=EVERYONE)
def home() -> ResponseReturnValue:
    """Say what the summit is, who comes, when, and how admission works; show real projects."""
    summit = registration.current_summit(db())
    projects = directory.entries(db(), _real(), sort=directory.Sort.NEWEST, size=PROJECTS_SHOWN)
    return render_template(
        "web/home.html",
        summit=summit,
        onward=_onward(summit),
        projects=projects,
        lines=_policy_lines(projects.items),
        categories=CATEGORY_LABELS,
        stages=STAGE_LABELS,
        now=clock.now(),
    )


def _policy_lines(rows: Sequence[directory.EntryRow]) -> dict[str, PolicyLine]:
    """Return by entry what each asks of a partner from the reader's own country; none where nobody's is known."""
    person = principal_or_none()
    country = accounts.country_abroad(db(), person) if person else ""
    lines = regulatory.policy_summaries(db(), country, [row.topic_keys for row in rows])
    return {row.key: line for row, line in zip(rows, lines, strict=False)}


def _onward(summit: SummitView | None) -> str | None:
    """Return the words of the link to where this person's work waits, None for who may yet apply."""
    person = principal_or_none()
    if person is None:
        return None
    if person.is_staff:
        return "Go to my desk"
    has_applied = summit and registration.registration_of(db(), summit.id, person.user_id)
    return "See what waits for me" if has_applied else None


def _real() -> directory.Filters:
    """Leave out the demonstration's made-up companies, the only ones there that have confirmed anything."""
    is_demo = settings().environment is Environment.DEMO
    return directory.Filters(standing=(directory.Standing.REPORTED,) if is_demo else ())


STARTS: list[tuple[Role, str]] = [
    (Role.ORGANIZER, "reporting.control_room"),
    (Role.ADMINISTRATOR, "reporting.control_room"),
    (Role.REVIEWER, "registration.registrations"),
    (Role.SCREENER, "screening.cases"),
    (Role.FINANCE, "payments.payments"),
    (Role.DOOR_STAFF, "door.door"),
]
"""Where the work of a role waits; who holds several starts at the first."""


@bp.get("/start")
@allow(read=SIGNED_IN)
def start() -> ResponseReturnValue:
    """Lead a person to where their work waits: a desk, or their own home."""
    person = principal()
    desk = next((page for role, page in STARTS if role in person.roles), "homes.home")
    return redirect(url_for(desk), 303)


@bp.get("/accessibility")
@allow(read=EVERYONE)
def accessibility() -> ResponseReturnValue:
    """Say what works, what does not yet and whom to tell."""
    return render_template("web/accessibility.html")


@bp.get("/privacy")
@allow(read=EVERYONE)
def privacy() -> ResponseReturnValue:
    """Say what is kept about people, why and for how long."""
    return render_template("web/privacy.html")


@bp.get("/security")
@allow(read=EVERYONE)
def security() -> ResponseReturnValue:
    """Say how to report a security problem."""
    return render_template("web/security.html", contact=settings().security_contact)


@bp.get("/styleguide")
@allow(read=EVERYONE)
def styleguide() -> ResponseReturnValue:
    """Show every part of a page; not in production. `?dir=rtl` shows it mirrored."""
    if settings().environment is Environment.PRODUCTION:
        raise NotFound("There is no style guide here.")
    direction = "rtl" if request.args.get("dir") == "rtl" else "ltr"
    return render_template("web/styleguide.html", dir=direction, **sample(clock.now(), principal_or_none()))


@bp.get("/healthz")
@allow(read=EVERYONE)
def healthz() -> ResponseReturnValue:
    """Answer that this process runs; asks nothing else."""
    return jsonify(running=True)


@bp.get("/readyz")
@allow(read=EVERYONE)
def readyz() -> ResponseReturnValue:
    """Answer 200 when requests can be served, else 503; never why."""
    database: Database = current_app.extensions["database"]
    testing = settings().environment is Environment.TEST
    ready = checks.is_ready(database.engine, settings().var_folder, unmigrated_is_fine=testing)
    answer = make_response(jsonify(ready=ready), 200 if ready else 503)
    if not ready:
        answer.headers["Retry-After"] = "5"
    return answer


@bp.get("/robots.txt")
@allow(read=EVERYONE)
def robots() -> ResponseReturnValue:
    """Let search engines read the public pages; the demo wants no visitors."""
    if settings().environment is not Environment.PRODUCTION:
        return _text("User-agent: *\nDisallow: /\n")
    return _text(f"User-agent: *\nDisallow: /account\n\nSitemap: {settings().base_url}/sitemap.xml\n")


@bp.get("/.well-known/security.txt")
@allow(read=EVERYONE)
def security_txt() -> ResponseReturnValue:
    """Say where security problems are reported, as RFC 9116 has it."""
    return _text(
        f"Contact: {settings().security_contact}\n"
        f"Expires: {clock.now().replace(microsecond=0) + timedelta(days=SECURITY_TXT_DAYS):%Y-%m-%dT%H:%M:%SZ}\n"
        f"Policy: {settings().base_url}{url_for('web.security')}\n"
        "Preferred-Languages: en\n"
        f"Canonical: {settings().base_url}{url_for('web.security_txt')}\n"
    )


def _text(body: str) -> Response:
    return Response(body, mimetype="text/plain")
