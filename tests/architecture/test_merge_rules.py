"""Every column that names a person or an organization says what a merge makes of it."""

from sqlalchemy import PrimaryKeyConstraint, Table, UniqueConstraint

import app.merging
import app.wiring  # every room's tables
from app.accounts import merge
from app.accounts.merge import How
from app.accounts.states import RecordKind
from app.core.db import Base


def referring() -> dict[str, str]:
    return {name: kind for kind in RecordKind for name in merge.referring(kind)}


def test_every_column_that_names_a_person_or_an_organization_has_a_rule():
    silent = sorted(set(referring()) - set(merge.column_rules))
    assert silent == [], "add a line to app/merging.py for each: does it move, join, stay, or is it settled before?"


def test_no_rule_is_left_of_a_column_that_is_gone():
    assert sorted(set(merge.column_rules) - set(referring())) == []
    assert set(merge.column_rules) == set(app.merging.PEOPLE) | set(app.merging.ORGANIZATIONS)


def test_a_rule_fits_its_column():
    for name, rule in merge.column_rules.items():
        table, column = name.split(".")
        of = Base.metadata.tables[table]
        assert rule.how is not How.CLEAR or of.columns[column].nullable, name
        assert set(rule.same) <= set(of.columns.keys()), name
        assert rule.how is not How.MOVE or not _unique_with(of, column), (
            f"{name}: two rows may become the same; say JOIN and which columns make them the same"
        )


def _unique_with(table: Table, column: str) -> list[set[str]]:
    """Return the unique constraints and primary keys that a column is part of."""
    keys = [key for key in table.constraints if isinstance(key, (UniqueConstraint, PrimaryKeyConstraint))]
    names = [{part.name for part in key.columns} for key in keys]
    return [parts for parts in names if column in parts]
