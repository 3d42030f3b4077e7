"""The running application's settings, for code at the edge; services take the values they need."""

from flask import current_app

from app.config import Settings


def settings() -> Settings:
    """Return the settings of the current application."""
    found: Settings = current_app.extensions["settings"]
    return found
