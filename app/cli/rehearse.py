"""`flask rehearse`: play a whole summit through the real services and say what happened."""

import gc
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from app.cli.reference import load_changed
from app.cli.rehearsal import admission, meeting, report, setting
from app.cli.rehearsal.house import House, built
from app.cli.rehearsal.population import partners
from app.cli.rehearsal.report import Report
from app.core import clock, ids
from app.core.db import db
from app.core.errors import DomainError
from app.core.money import Money
from app.core.settings import settings
from app.registration.queries import summit_view
from app.screening.models import ListEntry

BEGINS = datetime(2027, 1, 11, 15, tzinfo=UTC)
FIRST_DAY = date(2027, 5, 4)
MOST = 5_000
SELDOM = (200_000, 20, 100)
"""When to collect garbage: a rehearsal makes many short-lived objects beside a large list; seldom saves an eighth."""


@click.command("rehearse")
@click.option("--partners", "partner_count", type=click.IntRange(1, MOST), default=120, show_default=True)
@click.option("--projects", "project_count", type=click.IntRange(1, MOST), default=38, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed ends the same.")
@click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Save everything here.")
@click.option("--keep", is_flag=True, help="Keep the rehearsal's database and print its address.")
@with_appcontext
def rehearse(partner_count: int, project_count: int, seed: int, json_file: Path | None, keep: bool) -> None:
    """Play a whole summit in a database of its own. Exit 1 when something that must hold did not."""
    if json_file and not json_file.parent.is_dir():
        raise click.UsageError(f"--json: the folder {json_file.parent} does not exist.")
    said: list[str] = []
    gc.set_threshold(*SELDOM)
    try:
        with (
            built(settings(), seed=seed, keep=said.append if keep else None) as house,
            clock.stopped(BEGINS),
            ids.repeatable(seed),
        ):
            played = play(house, partner_count, project_count, seed)
    except DomainError as refusal:
        raise click.ClickException(refusal.message) from refusal
    if json_file:
        json_file.write_text(json.dumps(played.as_json(), indent=2, default=str) + "\n")
    print_report(played)
    for address in said:
        click.echo(f"Kept: {address}")
    if played.faults:
        raise click.exceptions.Exit(1)


def play(house: House, partner_count: int, project_count: int, seed: int) -> Report:
    """Play every act in order and return what happened."""
    told = Report(partner_count, project_count, seed)
    act = _timed(told.seconds)
    with act("reference data and staff"):
        load_changed(lambda _line: None)
        setting.hire_staff(house, domain="summit.example")
        house.settle()
    with act("configure"):
        summit_id = setting.configure(
            house,
            setting.summit_settings(FIRST_DAY, partners=partner_count, companies=project_count, opens=date(2027, 1, 4)),
            key="rehearsal",
        )
    with act("companies publish"):
        companies = setting.companies_for(house, project_count, domain="companies.example")
    listed = _names_to_plant()
    invited = partners(partner_count, project_count, seed=seed, listed_names=listed)
    with act("apply and screen"):
        admission.apply_all(house, summit_id, invited, companies)
        admission.screen_all(house, listed_names=listed)
    with act("decide and charge"):
        admission.decide_all(house, summit_id)
    with act("pay and wait"):
        admission.pay_all(house, summit_id)
        admission.move_waitlist(house, summit_id)
    guests = meeting.Guests(summit_id, invited)
    with act("state interest"):
        meeting.state_interests(house, guests)
    with act("work the pipelines"):
        meeting.work_pipelines(house, guests)
    with act("rank"):
        meeting.rank(house, guests)
    with act("match"):
        meeting.match(house, guests)
    with act("answer"):
        meeting.answer(house, guests)
    summit = summit_view(db(), summit_id)
    assert summit is not None  # noqa: S101 - configured above
    with act("seat"):
        meeting.seat(house, summit)
    with act("doors"):
        meeting.open_doors(house, summit)
    with act("check"):
        told.outcome = report.outcome(summit_id)
        told.faults = report.faults(summit_id)
    return told


def _timed(seconds: dict[str, float]) -> Callable[[str], Any]:
    @contextmanager
    def act(name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        seconds[name] = round(time.perf_counter() - began, 2)

    return act


def _names_to_plant() -> list[str]:
    """Return names of listed people, in the list's own order, that some owners of the rehearsal will bear."""
    wanted = select(ListEntry.name).where(ListEntry.to_version.is_(None), ListEntry.list_code == "SDN")
    names = [name for name in db().scalars(wanted.order_by(ListEntry.key)) if name.count(",") == 1]
    return sorted(names)[:300]


def print_report(told: Report) -> None:
    """Print the outcome as a table, then what must hold, then where the time went."""
    click.echo(f"Rehearsal with {told.partners} partners, {told.projects} projects, seed {told.seed}\n")
    for name, value in told.outcome.items():
        if isinstance(value, dict):
            click.echo(f"{name}:")
            for part, amount in value.items():
                click.echo(f"    {part.replace('_', ' '):<28} {_shown(amount)}")
        else:
            click.echo(f"{name:<32} {_shown(value)}")
    click.echo("\nseconds:")
    for name, spent in told.seconds.items():
        click.echo(f"    {name:<28} {spent:>7.2f}")
    click.echo(f"    {'all':<28} {sum(told.seconds.values()):>7.2f}\n")
    if told.faults:
        click.echo("WRONG:")
    else:
        click.echo("Held: no pool over its capacity, no clash, audit chain verified, books balanced and reconciled.")
    for fault in told.faults:
        click.echo(f"    {fault}", err=True)


def _shown(value: Any) -> str:
    """Show an amount; sums of money come as a currency and cents under names that end in `_cents`."""
    if not isinstance(value, dict):
        return str(value)
    sums = {
        name.removesuffix("_cents"): Money(cents, value["currency"])
        for name, cents in value.items()
        if name != "currency"
    }
    return ", ".join(f"{name} {amount}" for name, amount in sums.items())
