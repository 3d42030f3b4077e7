"""What a web server loads: the application, after checking that the database fits it."""

from flask import Flask

from app import create_app
from app.config import SettingsError
from app.core import migrations
from app.core.db import Database


def checked() -> Flask:
    """Build the application. Raises SettingsError when the database is not at the code's migration."""
    built = create_app()
    database: Database = built.extensions["database"]
    at, head = migrations.current(database.engine), migrations.head()
    if at != head:
        raise SettingsError(
            f"Cannot start: the database is at migration {at or 'none'}, this code needs {head}. "
            "Run: flask --app app database migrate"
        )
    database.engine.dispose()
    return built


application = checked()
