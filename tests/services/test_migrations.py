"""Migrations: up, down, up on both databases with rows inside, and the same tables that the models describe."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, inspect, text

from app import create_app
from app.cli.reference import load_changed
from app.core import migrations
from app.core.db import Base, Database, make_engine
from tests.conftest import settings_for
from tests.databases import fresh_database, postgres_answers

DATABASES = ["sqlite", "postgresql"]


@pytest.fixture(params=DATABASES)
def migrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own, brought up by the migrations."""
    if request.param == "postgresql" and not postgres_answers():
        pytest.skip("PostgreSQL does not answer at TEST_POSTGRES_URL")
    with fresh_database(request.param, tmp_path) as url:
        app = create_app(settings_for(url, tmp_path))
        database: Database = app.extensions["database"]
        migrations.upgrade(database.engine)
        yield app
        database.engine.dispose()


def rows(engine: Engine, tables: set[str]) -> dict[str, str]:
    """Return a digest of every row of `tables`, in order of their text."""
    with engine.connect() as connection:
        return {
            table: json.dumps(sorted(map(str, connection.execute(text(f'SELECT * FROM "{table}"')))))
            for table in sorted(tables)
        }


def counts(engine: Engine, tables: set[str]) -> dict[str, int]:
    """Return how many rows each table holds: a step up may change what they say, never how many they are."""
    with engine.connect() as connection:
        return {table: connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one() for table in tables}


def revisions() -> list[str]:
    """Return every revision from the oldest to the newest."""
    return [script.revision for script in reversed(list(migrations.scripts().walk_revisions()))]


def test_there_is_one_line_of_migrations_with_one_head():
    assert len(migrations.scripts().get_heads()) == 1
    assert revisions()[-1] == migrations.head()


def test_what_was_loaded_survives_going_down_and_up_again(migrated: Flask):
    engine = migrated.extensions["database"].engine
    with migrated.app_context():
        load_changed(lambda _line: None)
    tables = set(inspect(engine).get_table_names())
    for revision, above in reversed(list(pairwise(revisions()))):
        migrations.downgrade(engine, revision)
        kept = set(inspect(engine).get_table_names())
        assert kept <= tables
        before = rows(engine, kept - {"alembic_version"})
        migrations.upgrade(engine, above)
        assert counts(engine, kept - {"alembic_version"}) == {
            table: len(json.loads(of)) for table, of in before.items()
        }
        migrations.downgrade(engine, revision)
        assert rows(engine, kept - {"alembic_version"}) == before
        tables = kept
    migrations.downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    migrations.upgrade(engine)
    assert migrations.current(engine) == migrations.head()


def test_the_migrations_make_the_tables_that_the_models_describe(migrated: Flask, tmp_path: Path):
    engine = migrated.extensions["database"].engine
    migrations.differences(engine)
    with fresh_database(engine.dialect.name, tmp_path) as url:
        described = make_engine(url)
        Base.metadata.create_all(described)
        assert shape(engine) == shape(described)
        described.dispose()


CATALOGUE = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL",
    "postgresql": "SELECT tgname, regexp_replace(pg_get_triggerdef(oid), ' ON [^ ]+', '') FROM pg_trigger "
    "WHERE NOT tgisinternal UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
}


def shape(engine: Engine) -> dict[str, object]:
    """Return what alembic does not compare: checks with their text, uniques, indexes with conditions, triggers."""
    found = inspect(engine)
    shown: dict[str, object] = {}
    for table in sorted(set(found.get_table_names()) - {"alembic_version"}):
        checks = found.get_check_constraints(table)
        shown[table] = (
            sorted((str(check["name"]), " ".join(check["sqltext"].split())) for check in checks),
            sorted(str(unique["name"]) for unique in found.get_unique_constraints(table)),
        )
    with engine.connect() as connection:
        listed = connection.execute(text(CATALOGUE[engine.dialect.name]))
        shown["catalogue"] = sorted(
            (str(name), " ".join(str(definition).split()).lower())
            for name, definition in listed
            if "alembic" not in name
        )
    return shown
