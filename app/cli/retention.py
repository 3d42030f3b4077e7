"""Removing what need not be kept."""

import click

from app.cli.standing import with_database
from app.core import clock
from app.core.db import transaction
from app.retention import apply_rules


@click.group("retention")
def retention() -> None:
    """What is kept how long."""


@retention.command("run")
@click.option("--dry-run", is_flag=True, help="Count what would go, and remove nothing.")
@with_database
def run(dry_run: bool) -> None:
    """Remove what the retention rules no longer keep."""
    with transaction() as session:
        outcomes = apply_rules(session, now=clock.now(), dry_run=dry_run)
    for outcome in outcomes:
        click.echo(f"{outcome.rows:>8}  {outcome.rule.what}, {outcome.rule.after.days} days: {outcome.rule.why}")
    click.echo("Nothing was removed: this was a dry run." if dry_run else "Done.")
