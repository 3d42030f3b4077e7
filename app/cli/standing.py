"""What a command asks of the database before it begins."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from flask import current_app
from flask.cli import with_appcontext

from app.core import migrations
from app.core.db import Database
from app.core.errors import Refused

P = ParamSpec("P")
T = TypeVar("T")


def with_database(command: Callable[P, T]) -> Callable[P, T]:
    """Run a command inside the application, on a database that answers and is at the code's migration.

    Otherwise the command ends with 1 and a sentence that says what to do.
    """

    @wraps(command)
    def on_fit_database(*args: P.args, **kwargs: P.kwargs) -> T:
        database: Database = current_app.extensions["database"]
        try:
            migrations.require_fit(database.engine)
        except Refused as refusal:
            raise click.ClickException(refusal.message) from refusal
        return command(*args, **kwargs)

    return with_appcontext(on_fit_database)
