"""The outbox: what waits, what failed."""

import click

from app.cli.standing import with_database
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.notifications import mail, queries, services


@click.group("outbox")
def outbox() -> None:
    """Messages and jobs waiting to be delivered."""


@outbox.command("status")
@with_database
def status() -> None:
    """Print how many messages stand where, how old the oldest waiting one is, and what is parked."""
    found = queries.standing(db(), now=clock.now())
    for state, count in found.counts.items():
        click.echo(f"{state.value:<10} {count:>8}")
    if found.oldest_wait is not None:
        click.echo(f"The oldest due message has waited {int(found.oldest_wait.total_seconds())} seconds.")
    for kind, count in found.parked_kinds.items():
        click.echo(f"{count} parked of kind {kind}: see /outbox, or run 'outbox retry'.")


@outbox.command("retry")
@with_database
def retry() -> None:
    """Try every parked message again."""
    with transaction() as session:
        count = services.retry_all(session, actor_id=None, now=clock.now())
    click.echo(f"{count} parked messages will be tried again.")


@outbox.command("send-test")
@click.argument("address")
@with_database
def send_test(address: str) -> None:
    """Queue a test mail to ADDRESS."""
    try:
        with transaction() as session:
            queued = mail.queue_mail(session, "test_message", [address], {"address": address}, now=clock.now())
    except DomainError as refusal:
        click.echo(f"ADDRESS: {refusal.message}", err=True)
        raise SystemExit(2) from refusal
    click.echo(f"Queued as {queued}.")
