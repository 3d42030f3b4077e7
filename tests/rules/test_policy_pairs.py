"""Pairs whose outcome was derived by hand from the cited row, each with its reason: what the rules must come to.

`policy_pairs.csv` is the table; nothing in it is copied from what the engine says. `expected` is the outcome of one
topic, `no_step` when the list must not hold it.
"""

import csv
from datetime import date
from pathlib import Path

import pytest

from app.regulatory.facts import CompanyFacts, DealFacts, OpportunityFacts, PartyFacts
from app.regulatory.rules import Pair, assess
from app.regulatory.rules.fields import FIELDS, FieldType
from app.regulatory.states import Participation
from tests.factories import regulatory as make
from tests.factories.policy import shipped_book

with (Path(__file__).parent / "policy_pairs.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def known(of: str, text: str) -> dict[str, object]:
    """The facts of one kind that a row states, as field=value divided by semicolons."""
    found: dict[str, object] = {}
    for name, value in (each.split("=") for each in filter(None, text.split(";"))):
        if name.startswith(f"{of}."):
            kind = FIELDS[name].type
            typed = {FieldType.FLAG: lambda said: said == "yes", FieldType.NUMBER: float}.get(kind, str)
            found[name.partition(".")[2]] = typed(value)
    return found


def pair_of(row: dict[str, str]) -> Pair:
    facts = row["facts"]
    return Pair(
        make.country(row["country"]),
        date.fromisoformat(row["on"]),
        tuple(make.country(owner) for owner in filter(None, row["owners"].split(";"))),
        OpportunityFacts(topics=frozenset(row["topics"].split(";")), **known("opportunity", facts)),
        CompanyFacts(**known("company", facts)),
        PartyFacts(**known("party", facts)),
        DealFacts(kinds=frozenset({Participation(row["kind"])}), **known("deal", facts)),
    )


@pytest.mark.parametrize("row", ROWS, ids=[f"{r['country']}-{r['owners']}-{r['topic']}-{r['kind']}" for r in ROWS])
def test_a_pair_comes_to_what_the_cited_row_says(row):
    steps = {step.topic_key: step for step in assess(shipped_book(), pair_of(row)).steps}
    step = steps.get(row["topic"])
    assert (step.outcome.value if step else "no_step") == row["expected"], f"{row['reason']} ({row['source']})"
    assert bool(step and step.hard_stop) == (row["stop"] == "yes"), row["reason"]


def test_the_table_is_large_enough_and_gives_a_reason_and_a_source_for_each_row():
    assert len(ROWS) >= 120
    assert all(None not in row and row["reason"] and row["source"] for row in ROWS)
    asked = {(r["country"], r["owners"], r["topics"], r["topic"], r["kind"], r["on"], r["facts"]) for r in ROWS}
    assert len(asked) == len(ROWS)


def test_the_table_names_every_trap():
    assert {"NZ", "IN", "MX", "AE", "CY", "RU", "HK", "BM", "CA", "IL", "TW"} <= {row["country"] for row in ROWS}
    assert sum(bool(row["owners"]) for row in ROWS) >= 12
