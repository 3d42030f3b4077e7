"""The audit log: does it still say what was written?"""

import click

from app.cli.standing import with_database
from app.core import audit_chain
from app.core.errors import DomainError
from app.core.snapshot import snapshot


@click.group("audit")
def audit() -> None:
    """The audit log."""


@audit.command("verify")
@with_database
def verify() -> None:
    """Walk the whole chain; exit 1 and name the first faulty entry when something was changed, added or removed."""
    try:
        anchor = audit_chain.read_anchor()
    except DomainError as refusal:
        raise click.ClickException(refusal.message) from refusal
    with snapshot() as session:
        found = audit_chain.verify(session, anchor)
    if found.fault:
        raise click.ClickException(f"The audit log does not verify. {found.fault}")
    kept = f"signed head at entry {anchor.sequence}" if anchor else "no signed head was kept yet"
    click.echo(f"{found.entries} entries verified; details of {found.erased} erased; {kept}.")
    click.echo(f"Head {found.head}")


@audit.command("export-head")
@with_database
def export_head() -> None:
    """Sign the newest entry's hash and keep it outside the database."""
    try:
        anchor = audit_chain.export_head()
    except DomainError as refusal:
        raise click.ClickException(refusal.message) from refusal
    click.echo(f"Entry {anchor.sequence} is kept in {audit_chain.anchor_file()}")
