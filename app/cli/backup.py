"""Keeping a copy of everything, and coming back from it."""

from pathlib import Path

import click

from app.cli.standing import with_database
from app.core import audit_chain, sealed
from app.core.backup import write_backup
from app.core.db import db
from app.core.errors import DomainError, InvalidInput, Refused
from app.core.restore import restore_backup
from app.core.settings import settings

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("backup")
@click.argument("folder", metavar="DIR", type=FOLDER)
@with_database
def backup(folder: Path) -> None:
    """Write every table, the kept files and a manifest to the new folder DIR, while the site goes on."""
    try:
        audit_chain.export_head()
    except Refused as warning:
        click.echo(f"Warning: {warning.message}", err=True)
    try:
        manifest = write_backup(folder, settings().var_folder)
    except (DomainError, OSError) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    if settings().files_url:
        click.echo(
            "Warning: the files people handed in lie in FILES_URL; keep versions or copies of them there.", err=True
        )
    rows = sum(table["rows"] for table in manifest["tables"].values())
    click.echo(f"{rows} rows of {len(manifest['tables'])} tables and {len(manifest['files'])} files are in {folder}")


@click.command("restore")
@click.argument("folder", metavar="DIR", type=FOLDER)
@with_database
def restore(folder: Path) -> None:
    """Read the backup DIR into an empty, migrated database; refuse, changing nothing, when anything does not fit."""
    try:
        manifest = restore_backup(folder, settings().var_folder)
    except InvalidInput as fault:
        click.echo(f"Error: {fault.message}", err=True)
        raise SystemExit(2) from fault
    except (DomainError, OSError) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    rows = sum(table["rows"] for table in manifest["tables"].values())
    click.echo(f"{rows} rows of {len(manifest['tables'])} tables restored from the backup of {manifest['made_at']}.")
    click.echo("The audit log in it verifies.")
    for key_id, values in sorted(sealed.lacking_keys(db()).items()):
        click.echo(
            f"Warning: {values} sealed values need the key {key_id!r}, which is not among FIELD_KEYS. Add it, and "
            "they open.", err=True,
        )  # fmt: skip
