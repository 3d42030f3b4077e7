"""The house a rehearsal plays in: a database of its own, the provider's stand-in, a clock that is moved by hand."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from flask import Flask
from sqlalchemy import make_url
from sqlalchemy.schema import CreateSchema, DropSchema

from app import create_app
from app.config import Environment, Settings
from app.core import clock, logs, migrations
from app.core.db import Database, make_engine
from app.notifications import outbox
from app.payments import gateway
from app.payments.sandbox import Sandbox

WEBHOOK_SECRET = "whsec_rehearsal"  # noqa: S105 - signs events that never leave the process


@dataclass
class House:
    """Everything an act needs. `staff` maps a role's short name to a person's id."""

    app: Flask
    sandbox: Sandbox
    draw: Random
    staff: dict[str, UUID] = field(default_factory=dict)
    numbers: int = 0

    def next_number(self) -> int:
        """Return 1, 2, 3 ... for addresses that must differ."""
        self.numbers += 1
        return self.numbers

    def settle(self) -> None:
        """Let everything run that is waiting: jobs and mails, and what the provider has to say."""
        moved = True
        while moved:
            moved = bool(outbox.deliver_due(clock.now()) + self.sandbox.deliver_pending(self._post))

    def _post(self, body: bytes, headers: dict[str, str]) -> int:
        """Carry an event to the same address that the provider calls."""
        return self.app.test_client().post("/payments/events", data=body, headers=headers).status_code

    def wait(self, by: timedelta) -> None:
        """Let time pass, and do what becomes due."""
        clock.advance(by)
        self.settle()


def furnish(app: Flask, *, seed: int, store: Path | None = None) -> House:
    """Connect an application to a provider's stand-in inside this process."""
    settings: Settings = app.extensions["settings"]
    secret = settings.stripe_webhook_secrets[0]
    sandbox = Sandbox(secret=secret, store=store, clock=lambda: clock.now().timestamp(), seed=seed)
    gateway.install(app, gateway.Gateway(settings.stripe_api_key, transport=sandbox.wsgi))
    return House(app, sandbox, Random(f"rehearsal {seed}"))  # noqa: S311 - repeatable on purpose


@contextmanager
def built(near: Settings, *, seed: int, keep: Callable[[str], None] | None) -> Iterator[House]:
    """Build a house beside the installation that `near` describes and take it down again.

    On SQLite it is a file of its own, on PostgreSQL a schema of its own in the same database. With `keep` the
    database stays and its address is told to it.
    """
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder, _database(near, Path(folder), keep) as address:
        settings = replace(
            near, environment=Environment.TEST, database_url=address, var_folder=Path(folder), mail_transport="mailbox",
            stripe_webhook_secrets=(WEBHOOK_SECRET,), stripe_api_base=None, redis_url=None, log_level="ERROR",
            screening_list_max_age_days=100_000, durable=False,
        )  # fmt: skip
        app = create_app(settings)
        database: Database = app.extensions["database"]
        migrations.upgrade(database.engine)
        try:
            with app.app_context(), logs.under_request():
                yield furnish(app, seed=seed)
        finally:
            database.engine.dispose()
            logs.configure(as_json=near.is_production, level=near.log_level)


@contextmanager
def _database(near: Settings, folder: Path, keep: Callable[[str], None] | None) -> Iterator[str]:
    if near.database_url.startswith("sqlite"):
        kept = near.var_folder / f"rehearsal-{clock.now():%Y%m%d-%H%M%S}.sqlite"
        place = kept if keep else folder / "rehearsal.sqlite"
        place.parent.mkdir(parents=True, exist_ok=True)
        yield f"sqlite:///{place}"
        if keep:
            keep(f"sqlite:///{place}")
        return
    schema = f"rehearsal_{clock.now():%Y%m%d_%H%M%S_%f}"
    address = make_url(near.database_url).update_query_dict({"options": f"-c search_path={schema}"})
    owner = make_engine(near.database_url)
    with owner.begin() as connection:
        connection.execute(CreateSchema(schema))
    try:
        yield address.render_as_string(hide_password=False)
    finally:
        if keep:
            keep(address.render_as_string(hide_password=True))
        else:
            with owner.begin() as connection:
                connection.execute(DropSchema(schema, cascade=True))
        owner.dispose()
