"""Pages of this room."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import Role, allow, holders
from app.core.asked import page_number
from app.core.db import db
from app.registration.queries import current_summit
from app.reporting import audit, figures

bp = Blueprint("reporting", __name__)


@bp.get("/audit")
@allow(read=holders(Role.ORGANIZER, Role.ADMINISTRATOR))
def audit_log() -> ResponseReturnValue:
    """Search the record by subject, action, actor and request."""
    asked = {name: request.args.get(name, "").strip()[:100] for name in ("subject", "action", "actor", "request")}
    page = audit.entries(db(), **asked, number=page_number())
    return render_template("reporting/audit.html", page=page, asked=asked)


@bp.get("/control-room")
@allow(read=holders(Role.ORGANIZER, Role.ADMINISTRATOR))
def control_room() -> ResponseReturnValue:
    """Show at most eight figures, each with a way to the list behind it."""
    summit = current_summit(db())
    shown = figures.control_room(db(), summit, now=clock.now()) if summit else []
    return render_template("reporting/control_room.html", summit=summit, figures=shown)
