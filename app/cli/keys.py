"""Keys that values are sealed with: a new one, a look, a rotation while people work on."""

import click

from app.cli.standing import with_database
from app.core import sealed
from app.core.db import db, transaction
from app.core.keys import make_key


@click.group("keys")
def keys() -> None:
    """Keys that values are sealed with."""


@keys.command("make")
@click.argument("key_id", metavar="ID")
def make(key_id: str) -> None:
    """Print a new key named ID, to be put first in FIELD_KEYS."""
    try:
        click.echo(make_key(key_id))
    except ValueError as fault:
        click.echo(f"Error: ID: {fault}", err=True)
        raise SystemExit(2) from fault


@keys.command("status")
@with_database
def status() -> None:
    """Say how many values are sealed under which key."""
    for key_id, values in sorted(sealed.keys_in_use(db()).items()):
        click.echo(f"{key_id}: {values}")


@keys.command("rotate")
@with_database
def rotate() -> None:
    """Seal every value anew under the first key of FIELD_KEYS; afterwards the others may be removed."""
    left = 0
    for table, column in sealed.sealed_columns:
        done, unreadable = _rotate(table, column)
        click.echo(f"{table}.{column}: {done} sealed anew, {unreadable} unreadable")
        left += unreadable
    if left:
        raise click.ClickException(f"{left} values do not open. Keep every key until that is understood.")
    click.echo(
        "Every value is under the first key; the others may be removed from FIELD_KEYS. "
        "Put them away as long as backups from before are kept: those open with them only."
    )


def _rotate(table: str, column: str) -> tuple[int, int]:
    """Go through a column in small transactions, so that nobody waits long for a row."""
    done, unreadable, after = 0, 0, None
    while True:
        with transaction() as session:
            found = sealed.to_reseal(session, table, column, after=after)
            outcome = sealed.reseal(session, table, column, found)
        if not found:
            return done, unreadable
        done, unreadable, after = done + outcome.resealed, unreadable + outcome.unreadable, found[-1]
