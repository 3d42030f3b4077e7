"""Races in earnest: many clients in several processes want the same thing at once, on a database that commits.

`with building(kind, folder) as app` gives an application on a database of its own. `with Crew(app) as crew` starts
processes that share it; `crew.race(attempt, wanted)` lets every client try once, all processes starting together,
and returns what each was told, in the order of `wanted`. An attempt is a function of a module that takes one plain
value (an id, a code) inside an application context and returns a word.
"""

import importlib
import multiprocessing
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from types import TracebackType
from typing import Any

from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from app import create_app
from app.core import clock
from app.core.db import Database, transaction
from app.core.errors import Busy
from tests.conftest import NOON, settings_for
from tests.databases import empty_tables

PROCESSES, THREADS = 4, 10
PATIENCE = 300  # seconds until a process that never came to the start is given up


@contextmanager
def building(kind: str, folder: Path) -> Iterator[Flask]:
    """Give an application on a `sqlite` or `postgresql` database of its own, in which transactions really commit."""
    with empty_tables(kind, folder) as url:
        app = create_app(settings_for(url, folder))
        database: Database = app.extensions["database"]
        try:
            yield app
        finally:
            database.engine.dispose()


def until_not_busy(attempt: Callable[[Any], str], value: Any) -> str:
    """Try again as long as the database says that somebody else is in the way, as a person would."""
    while True:
        try:
            return attempt(value)
        except (OperationalError, Busy):
            continue


def drop_the_last_judge(app: Flask) -> None:
    """Let this database take counts over capacity, so that only the lock is left to keep them."""
    if is_sqlite(app):
        trust_nobody(app)
        return
    with app.app_context(), transaction() as session:
        session.execute(text("ALTER TABLE pools DROP CONSTRAINT IF EXISTS ck_pools_taken_within_capacity"))


def is_sqlite(app: Flask) -> bool:
    """Tell whether an application stands on SQLite."""
    database: Database = app.extensions["database"]
    return database.engine.dialect.name == "sqlite"


def trust_nobody(app: Flask) -> None:
    """Make SQLite ignore checks, in this process."""
    database: Database = app.extensions["database"]
    database.engine.dispose()
    event.listen(database.engine, "connect", lambda raw, _: raw.execute("PRAGMA ignore_check_constraints = ON"))


class Crew:
    """Processes that share one database and start together. `lawless` ones ignore SQLite's checks."""

    def __init__(
        self, app: Flask, *, processes: int = PROCESSES, threads: int = THREADS, lawless: bool = False
    ) -> None:
        database: Database = app.extensions["database"]
        self._url = database.engine.url.render_as_string(hide_password=False)
        self._folder, self._threads, self._lawless = app.extensions["settings"].var_folder, threads, lawless
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.races"])  # imported once, however many crews there are
        self._start = self._context.Barrier(processes)
        self._members: list[tuple[Any, Connection]] = []
        self._processes = processes

    def __enter__(self) -> "Crew":
        for _ in range(self._processes):
            ours, theirs = self._context.Pipe()
            about = (self._url, str(self._folder), self._threads, self._lawless)
            member = self._context.Process(target=_serve, args=(theirs, self._start, *about), daemon=True)
            member.start()
            self._members.append((member, ours))
        for _member, ours in self._members:
            ours.recv()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for member, ours in self._members:
            ours.close()
            member.join(timeout=5)
            if member.is_alive():
                member.terminate()

    def race(self, attempt: Callable[[Any], str], wanted: Sequence[Any]) -> list[str]:
        """Let every client of `wanted` make its attempt once; return what each was told."""
        name = (attempt.__module__, attempt.__qualname__)
        for number, (_member, ours) in enumerate(self._members):
            ours.send((name, list(wanted[number :: self._processes])))
        answers: list[str] = [""] * len(wanted)
        for number, (_member, ours) in enumerate(self._members):
            told = ours.recv()
            if isinstance(told, BaseException):
                raise told
            answers[number :: self._processes] = told
        return answers


def _serve(ours: Connection, start: Barrier, url: str, folder: str, threads: int, lawless: bool) -> None:
    """Live as one process of a crew until the other side hangs up."""
    app = create_app(settings_for(url, Path(folder)))
    if lawless and is_sqlite(app):
        trust_nobody(app)
    with clock.stopped(NOON):
        ours.send("ready")
        while True:
            try:
                (module, function), wanted = ours.recv()
            except EOFError:
                return
            try:
                ours.send(_run(app, getattr(importlib.import_module(module), function), wanted, threads, start))
            except Exception as error:  # sent to whoever asked, who raises it
                ours.send(RuntimeError(f"{type(error).__name__}: {error}"))


def _run(app: Flask, attempt: Callable[[Any], str], wanted: list[Any], threads: int, start: Barrier) -> list[str]:
    def client(value: Any) -> str:
        with clock.stopped(NOON), app.app_context():
            return until_not_busy(attempt, value)

    start.wait(timeout=PATIENCE)
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(client, wanted))


def together(clients: int) -> threading.Barrier:
    """Return a barrier for threads of one process that must have looked before any of them acts."""
    return threading.Barrier(clients, timeout=PATIENCE)
