"""`flask database`: bring the tables to what the code expects."""

import click
from flask import current_app
from flask.cli import with_appcontext

from app.cli.directory import renew_outdated
from app.core import migrations
from app.core.db import Database


@click.group("database")
def group() -> None:
    """Migrate the database and say where it stands."""


@group.command("migrate")
@with_appcontext
def migrate() -> None:
    """Bring the database to the newest migration."""
    database: Database = current_app.extensions["database"]
    before = migrations.current(database.engine)
    migrations.upgrade(database.engine)
    after = migrations.current(database.engine)
    click.echo("Nothing to do." if before == after else f"Migrated from {before or 'an empty database'} to {after}.")
    if count := renew_outdated():
        click.echo(f"{count} entries of the directory are indexed anew.")


@group.command("status")
@with_appcontext
def status() -> None:
    """Say which migration the database is at. Exit 1 when the code knows a newer one."""
    database: Database = current_app.extensions["database"]
    at, head = migrations.current(database.engine), migrations.head()
    click.echo(f"database {at or 'empty'}, code {head}")
    if at != head:
        raise click.exceptions.Exit(1)
