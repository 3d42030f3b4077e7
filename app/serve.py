"""What a web server loads: the application, after checking that the database fits it."""

from flask import Flask

from app import create_app
from app.config import SettingsError
from app.core import migrations
from app.core.db import Database
from app.core.errors import Refused


def checked() -> Flask:
    """Build the application. Raises SettingsError when the database is away or not at the code's migration."""
    built = create_app()
    database: Database = built.extensions["database"]
    try:
        migrations.require_fit(database.engine)
    except Refused as refusal:
        raise SettingsError(f"Cannot start. {refusal.message}") from refusal
    database.engine.dispose()
    return built


application = checked()
