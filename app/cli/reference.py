"""`flask reference`: load the reference data, and say what is loaded."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import click

from app.cli.standing import with_database
from app.core import clock, reference
from app.core.db import db, transaction
from app.core.errors import DomainError, InvalidInput
from app.core.settings import settings

REFUSED, UNUSABLE = 1, 2


@click.group("reference")
def group() -> None:
    """Countries, topics, destinations and the restricted-party list, in versions."""


@group.command("load")
@click.option("--folder", type=click.Path(path_type=Path), help="Where the files are; by default the shipped ones.")
@click.option("--only", "kinds", multiple=True, help="Load this kind only; may be given several times.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Date of the file of one kind; else SOURCES.csv says.")
@with_database
def load(folder: Path | None, kinds: tuple[str, ...], as_of: datetime | None) -> None:
    """Load what has changed: every file is read and checked first, then all are written together or none."""
    if as_of is not None and len(kinds) != 1:
        raise click.UsageError("--as-of needs exactly one --only: it is the date of one file.")
    with exits():
        load_changed(click.echo, folder=folder, kinds=kinds, as_of=as_of.date() if as_of else None)


@group.command("status")
@with_database
def status() -> None:
    """Print every loaded version, newest first: its date and age, its file and what it changed."""
    for kind in reference.LOADERS:
        found = reference.versions(db(), kind)
        for line in map(_line, found) if found else [f"{kind}: nothing loaded"]:
            click.echo(line)


def load_changed(
    echo: Callable[[str], None], *, folder: Path | None = None, kinds: Sequence[str] = (), as_of: date | None = None
) -> None:
    """Load each kind whose file differs from its standing version, and say what changed.

    Raises BadSheet for a file that cannot be used; then nothing is loaded at all.
    """
    where = folder or settings().reference_folder
    loaders = [reference.loader_of(kind) for kind in kinds or reference.LOADERS]
    standing = {loader.kind: reference.is_loaded(db(), loader, where, as_of=as_of) for loader in loaders}
    prepared = [reference.prepare(each, where, as_of=as_of) for each in loaders if standing[each.kind] is None]
    loaded: dict[str, reference.Loaded] = {}
    if prepared:
        with transaction() as session:
            loaded = {each.kind: reference.load(session, each, now=clock.now()) for each in prepared}
    for loader in loaders:
        version = standing[loader.kind]
        echo(f"{loader.kind}: unchanged, version {version.number}" if version else _said(loaded[loader.kind].version))


@contextmanager
def exits() -> Iterator[None]:
    """End a command as its callers expect: 2 for input that cannot be used, 1 for a refusal, reason on stderr."""
    try:
        yield
    except DomainError as refusal:
        click.echo(refusal.message, err=True)
        raise SystemExit(UNUSABLE if isinstance(refusal, InvalidInput) else REFUSED) from None


def _said(version: reference.VersionView) -> str:
    changes = f"{version.added} added, {version.changed} changed, {version.removed} removed"
    text = f"{version.kind}: version {version.number} as of {version.as_of}, {version.row_count} rows: {changes}"
    if version.number > 1:
        text += "".join(f"\n  {word}: {', '.join(keys)}" for word, keys in version.sample.items() if keys)
    return text


def _line(version: reference.VersionView) -> str:
    age = (clock.now().astimezone(UTC).date() - version.as_of).days
    return (
        f"{_said(version).splitlines()[0]} ({age} days old), from {version.file_name}, "
        f"loaded {version.loaded_at:%Y-%m-%d %H:%M} UTC, sha256 {version.sha256[:12]}"
    )
