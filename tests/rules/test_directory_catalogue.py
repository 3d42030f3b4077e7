"""A catalogue answers as a walk through every entry would: who passes, how many under each value, in which order."""

import sys
from datetime import date
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from app.directory.rules.catalogue import Catalogue, Listed, bits
from app.directory.rules.filters import FILTERED, Confirmed, Sort

TODAY = date(2027, 3, 1)
FIELDS = {
    "category": ["station", "vehicle", "station_2"], "country": ["JP", "DE", "FR"], "stage": ["design", "flying"],
    "confirmed": [days.value for days in Confirmed],
}  # fmt: skip
UNKNOWN = "nowhere"
chosen_values = st.fixed_dictionaries(
    {}, optional={name: st.lists(st.sampled_from([*known, UNKNOWN]), min_size=1) for name, known in FIELDS.items()}
)


@st.composite
def listed(draw):
    facets = [f"{name}:{value}" for name in FIELDS if name != "confirmed"
              for value in draw(st.lists(st.sampled_from(FIELDS[name]), unique=True))]  # fmt: skip
    ago = draw(st.none() | st.integers(0, 800))
    return Listed(
        id=draw(st.integers(1, 10**6)), entry_id=uuid4(), facets=f" {' '.join(facets)} ",
        confirmed_day=None if ago is None else TODAY.toordinal() - ago,
        sort_company=draw(st.sampled_from("abc")), as_of=draw(st.sampled_from(["", "2026", "2026-02"])),
        launch=draw(st.none() | st.integers(2026, 2029)), amount=draw(st.integers(0, 3)),
        complete=draw(st.integers(0, 100)),
    )  # fmt: skip


rows_by_name = st.lists(listed(), max_size=12, unique_by=lambda one: one.id)


def is_under(one, name, value):
    if name != "confirmed":
        return f" {name}:{value} " in one.facets
    return value != UNKNOWN and one.confirmed_day is not None and one.confirmed_day >= TODAY.toordinal() - int(value)


def passes(one, chosen, but_for=""):
    fields = ((name, wanted) for name, wanted in chosen.items() if name != but_for)
    return all(any(is_under(one, name, value) for value in wanted) for name, wanted in fields)


@given(rows_by_name, chosen_values, st.sets(st.integers(0, 11)))
def test_what_passes_and_what_is_counted_equal_a_walk_through_every_entry(rows, chosen, searched):
    known = Catalogue(rows, TODAY)
    held = {place: one for place, one in enumerate(rows) if place in searched}
    narrowed = known.narrow(bits(held), chosen)
    assert known.in_order(narrowed.passing, Sort.NAME) == [place for place, one in held.items() if passes(one, chosen)]
    assert {name: found.bit_count() for name, found in narrowed.but_for.items()} == {
        name: sum(passes(one, chosen, but_for=name) for one in held.values()) for name in chosen
    }
    for name in FILTERED:
        passing = [one for one in held.values() if passes(one, chosen, but_for=name)]
        by_hand = {value: sum(is_under(one, name, value) for one in passing) for value in FIELDS.get(name, [])}
        assert known.counts(narrowed)[name] == {value: count for value, count in by_hand.items() if count}


@given(rows_by_name)
def test_each_order_keeps_equals_by_name_and_puts_what_is_not_stated_last(rows):
    known = Catalogue(rows, TODAY)
    orders = {
        Sort.NAME: lambda one: 0,
        Sort.COMPANY: lambda one: one.sort_company,
        Sort.NEWEST: lambda one: {"2026-02": 0, "2026": 1, "": 2}[one.as_of],
        Sort.CONFIRMED: lambda one: sys.maxsize if one.confirmed_day is None else -one.confirmed_day,
        Sort.COMPLETE: lambda one: -one.complete,
        Sort.LAUNCH: lambda one: 9999 if one.launch is None else one.launch,
        Sort.AMOUNT: lambda one: -one.amount,
    }
    assert set(orders) == set(Sort) - {Sort.RELEVANCE}
    for sort, of in orders.items():
        assert known.in_order(known.everything, sort) == sorted(range(len(rows)), key=lambda place: of(rows[place]))
