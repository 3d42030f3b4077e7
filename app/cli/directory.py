"""`flask directory`: keep what entries are found by in step with the entries."""

import click

from app.cli.standing import with_database
from app.core.db import transaction
from app.directory import services


@click.group("directory")
def group() -> None:
    """The directory of programmes."""


@group.command("reindex")
@with_database
def reindex() -> None:
    """Make anew what search, filters and suggestions read; pages show the old until it is done."""
    with transaction() as session:
        count = services.reindex(session)
    click.echo(f"{count} entries are indexed.")


def renew_outdated() -> int:
    """Make the index anew when it is not as this code would make it; return how many entries that were."""
    with transaction() as session:
        return services.reindex(session) if services.is_outdated(session) else 0
