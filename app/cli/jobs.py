"""The consumer: what carries out the jobs that requests queue."""

import click
from flask import Flask, current_app

from app.cli.standing import with_database
from app.notifications.jobs import SWEEP_SECONDS, consume


@click.group("jobs")
def jobs() -> None:
    """Background jobs."""


@jobs.command("consume")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Jobs done at once.")
@click.option("--sweep", type=click.FloatRange(0.1, 3600), default=SWEEP_SECONDS, show_default=True,
              help="Seconds between looks for messages that are due or were left behind.")  # fmt: skip
@with_database
def consume_jobs(workers: int, sweep: float) -> None:
    """Carry out jobs until SIGTERM or SIGINT; the jobs that run are finished first."""
    flask_app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    consume(flask_app, workers=workers, sweep_seconds=sweep)
