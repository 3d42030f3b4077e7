"""Commands of the finance desk."""

import sys
from datetime import timedelta

import click

from app.cli.standing import with_database
from app.core.errors import DomainError
from app.payments import tasks


@click.group("payments")
def group() -> None:
    """Look after payments."""


@group.command("reconcile")
@click.option("--days", type=click.IntRange(1, 365), default=30, show_default=True, help="How far back to compare.")
@click.option("--grace-minutes", type=click.IntRange(0, 1440), default=10, show_default=True,
              help="What is younger may still be on its way.")  # fmt: skip
@click.option("--apply", "apply_missed", is_flag=True, help="Fetch events that never arrived, and apply them.")
@with_database
def reconcile(days: int, grace_minutes: int, apply_missed: bool) -> None:
    """Compare our books with the provider's and name every difference. Exit 0 none, 1 some."""
    try:
        found = tasks.reconcile(days=days, grace=timedelta(minutes=grace_minutes), apply=apply_missed)
    except DomainError as refusal:
        click.echo(refusal.message, err=True)
        sys.exit(1)
    for one in found:
        click.echo(f"{one.kind}\t{one.ref}\t{one.words}")
    if found:
        click.echo(f"{len(found)} differences.", err=True)
        sys.exit(1)
    click.echo("The books agree.")
