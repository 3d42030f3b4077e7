"""Fixtures that every test may use; makers of valid things are in tests/factories."""

from collections.abc import Callable, Iterator
from contextvars import copy_context
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.globals import _cv_app
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from xdist.scheduler import LoadScopeScheduling

from app import create_app
from app.config import Environment, Settings
from app.core import clock
from app.core.db import Database
from app.documents.gateway import store
from tests.browser import browser, empty_sqlite, live, tab  # noqa: F401 - fixtures
from tests.databases import KEPT, empty_tables, postgres_answers
from tests.pages import Visitor

ROOT = Path(__file__).resolve().parent.parent
NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


# Each of these makes something costly once for all its tests: they run in one process, and before all others.
TOGETHER = ("tests/journeys/test_demo_summit.py", "tests/services/test_rehearsal.py")


class FilesTogether(LoadScopeScheduling):  # type: ignore[misc]
    """Deals out single tests, but all tests of a file of TOGETHER to one process.

    By their addresses: pytest 9.2 lets no plugin rename a test, which is how `xdist_group` was carried over
    (https://github.com/pytest-dev/pytest-xdist/issues/1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::")[0]
        return file if file in TOGETHER else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return FilesTogether(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Ask on PostgreSQL only what `on_postgresql_only` names, where what is proved does not depend on the database."""
    dropped = [item for item in items if not _asked_here(item)]
    items[:] = [item for item in items if _asked_here(item)]
    config.hook.pytest_deselected(items=dropped)


def pytest_unconfigure() -> None:
    KEPT.close()


def _asked_here(item: pytest.Item) -> bool:
    params = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    mark = item.get_closest_marker("on_postgresql_only")
    if mark is None or params.get("installation") != "postgresql":
        return True
    return bool(mark.kwargs) and all(params[name] in values for name, values in mark.kwargs.items())


def settings_for(url: str, folder: Path) -> Settings:
    """Return settings of a test installation."""
    return Settings(
        environment=Environment.TEST,
        secret_key="a-key-that-only-tests-use-0123456789",
        base_url="http://127.0.0.1:8000",
        database_url=url,
        var_folder=folder,
        reference_folder=ROOT / "app" / "reference",
        stripe_webhook_secrets=("whsec_test",),
        stripe_api_base="http://127.0.0.1:9",  # where nobody listens: no test asks a provider that is not its own
        screening_list_max_age_days=100_000,
        log_level="WARNING",
    )


class OwnContext(FlaskClient):
    """A client whose requests share no application context with the test, as no real request does.

    Otherwise one visitor's person and form token would still be there when the next visitor asks.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        def apart() -> Any:
            _cv_app.set(None)
            return super(OwnContext, self).open(*args, **kwargs)

        return copy_context().run(apart)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def installation(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application on an empty database with all tables, once per process and kind of database."""
    if request.param == "postgresql" and not postgres_answers():
        pytest.skip("PostgreSQL does not answer at TEST_POSTGRES_URL")
    folder = tmp_path_factory.mktemp(request.param)
    with empty_tables(request.param, folder) as url:
        app = create_app(settings_for(url, folder))
        app.test_client_class = OwnContext
        database: Database = app.extensions["database"]
        yield app
        database.engine.dispose()


@pytest.fixture
def app(installation: Flask) -> Iterator[Flask]:
    """The application inside one outer transaction that is rolled back after the test, as are the files it kept."""
    database: Database = installation.extensions["database"]
    installation.extensions["throttle"].forget()
    with database.engine.connect() as connection:
        outer = connection.begin()
        database.sessions.configure(bind=connection, join_transaction_mode="create_savepoint")
        try:
            yield installation
        finally:
            outer.rollback()
            for kept in (installation.extensions["settings"].var_folder / store.FOLDER).rglob("*"):
                if kept.is_file():
                    kept.unlink()
            database.sessions.configure(bind=database.engine, join_transaction_mode="conditional_savepoint")


@pytest.fixture
def now() -> Iterator[datetime]:
    """Noon UTC on 1 March 2027, with the clock stopped there; move it with `clock.advance`."""
    with clock.stopped(NOON):
        yield NOON


@pytest.fixture
def session(app: Flask, now: datetime) -> Iterator[Session]:
    """A session for services and factories; nothing in it outlives the test."""
    database: Database = app.extensions["database"]
    with database.sessions() as opened, app.app_context():
        yield opened


@pytest.fixture
def visitor(app: Flask, now: datetime) -> Visitor:
    """Somebody who is not signed in."""
    return Visitor(app.test_client())


@pytest.fixture
def signed_in(app: Flask, session: Session) -> Callable[[UUID], Visitor]:
    """Return a visitor signed in as the person with that id."""
    from app.accounts.services import start_session

    def enter(user_id: UUID) -> Visitor:
        token = start_session(session, user_id, device="test", address="127.0.0.1", now=clock.now())
        session.flush()
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return Visitor(client)

    return enter
