"""Pages of the shell: home, statements, health and the style guide."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.core.access import EVERYONE, allow

bp = Blueprint("web", __name__)


@bp.get("/")
@allow(read=EVERYONE)
def home() -> ResponseReturnValue:
    """Say what the summit is, who comes and how admission works."""
    return render_template("web/home.html")


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
    return render_template("web/security.html")
