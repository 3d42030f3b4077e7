"""Set up the summit from a file, and show it."""

import sys
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from app.cli.standing import with_database
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.money import Money
from app.registration import queries, services
from app.registration.queries import SummitView
from app.registration.rules.reading import Fault, UnfitSettings
from app.registration.rules.stored import read_summit
from app.registration.rules.summit import moved
from app.registration.rules.toml import to_toml


@click.group()
def summit() -> None:
    """Configure the summit and show it."""


@summit.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--first-day", type=click.DateTime(["%Y-%m-%d"]), help="Move every day alike so that it begins then.")
@with_database
def configure(file: Path, first_day: datetime | None) -> None:
    """Make the summit that FILE (TOML) describes, or give it a new version of its settings."""
    content = _read(file)
    key = content.pop("key", "")
    if not isinstance(key, str) or not key or len(key) > 60:
        _unusable(file, Fault("key", "Give the summit a short name of its own, such as leo-2027."))
    try:
        settings = read_summit(content)
    except UnfitSettings as unfit:
        _unusable(file, *unfit.faults)
    if first_day is not None:
        settings = moved(settings, first_day=first_day.date())
    standing = queries.summit_by_key(db(), key)
    if standing is not None and standing.settings == settings:
        click.echo(f"{settings.name}: version {standing.version} says the same already.")
        return
    try:
        with transaction() as session:
            made = services.configure_summit(session, settings, key=key, actor_id=None, now=clock.now())
    except DomainError as refusal:
        click.echo(refusal.message, err=True)
        sys.exit(1)
    click.echo(f"{settings.name}: version {made.version} is in force.")


@summit.command()
@click.option("--toml", "as_toml", is_flag=True, help="Write a file that `summit configure` reads.")
@with_database
def show(as_toml: bool) -> None:
    """Show the summit's settings in force and how full its pools are."""
    found = queries.current_summit(db())
    if found is None:
        click.echo("No summit has been set up. Run: flask --app app summit configure FILE.toml", err=True)
        sys.exit(1)
    if as_toml:
        click.echo(to_toml(found.settings, key=found.key), nl=False)
        return
    for label, words in _facts(found):
        click.echo(f"{label:<34} {words}")
    for pool in queries.pools(db(), found.id):
        click.echo(f"{pool.title:<34} {pool.taken} of {pool.capacity} places taken")


def _facts(found: SummitView) -> list[tuple[str, str]]:
    steps = found.settings.price_steps
    prices = ", ".join(f"{Money(step.cents, step.currency or found.currency)} from {step.since}" for step in steps)
    return [
        ("Summit", f"{found.name} ({found.key}, version {found.version})"),
        ("Venue", f"{found.venue} ({found.zone})"),
        ("Days", ", ".join(map(str, found.days))),
        ("Slots and tables", f"{len(found.slots)} slots, {found.tables} tables"),
        ("Fee", prices),
        *((key_date.label, str(key_date.day)) for key_date in found.key_dates),
    ]


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        click.echo(f"{file}: cannot be read: {error}", err=True)
    except tomllib.TOMLDecodeError as error:
        click.echo(f"{file}: {error}", err=True)
    sys.exit(2)


def _unusable(file: Path, *faults: Fault) -> NoReturn:
    """Name file, line and field of each fault, and stop."""
    lines = file.read_text(encoding="utf-8").splitlines()
    for fault in faults:
        found = (n for n, line in enumerate(lines, 1) if line.strip().lstrip("[").startswith(fault.field))
        place = f"{file}:{next(found, 1)}"
        click.echo(f"{place}: {fault.field}: {fault.message}", err=True)
    sys.exit(2)
