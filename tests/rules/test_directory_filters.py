"""What readers ask the directory for, and how it stands in an address."""

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.directory.rules.filters import ASKED, BY_NAME, FILTERED, Filters
from app.directory.states import Tier

OPEN = {
    "currency": ["USD", "EUR", "JPY"], "country": ["JP", "FR", "DE"], "us_state": ["TX", "CA"],
    "launch": ["2027", "2031", "none"], "sought": ["equity", "module"], "platform": ["iss", "ground"],
    "orbit": ["polar", "several"], "export": ["ear99", "mixed"],
}  # fmt: skip


def some(name):
    values = BY_NAME[name].known
    return st.lists(st.sampled_from(list(values) if isinstance(values, tuple) else OPEN[name]), max_size=4)


asked = st.fixed_dictionaries({name: some(name) for name in FILTERED} | {"q": st.text(max_size=140)})


def test_the_table_of_fields_and_the_value_agree():
    assert [field.name for field in fields(Filters)] == ["search", *FILTERED]


@given(asked)
def test_what_is_written_in_an_address_is_read_as_the_same(values):
    once = Filters.from_args(MultiDict(values))
    assert Filters.from_args(MultiDict(once.to_args())) == once
    assert hash(once) == hash(Filters.from_args(MultiDict(once.to_args())))


@given(st.lists(st.tuples(st.sampled_from(["q", "x", *FILTERED]), st.text(max_size=12))))
def test_values_that_mean_nothing_are_left_out(pairs):
    found = Filters.from_args(MultiDict(pairs))
    assert all(BY_NAME[name].of(values) == values for name, values in found.chosen().items())


def test_the_order_of_an_address_makes_no_difference():
    one = Filters.from_args(MultiDict([("country", "JP"), ("country", "DE"), ("category", "station"), ("q", " a  b ")]))
    two = Filters.from_args(MultiDict([("q", "a b"), ("category", "station"), ("country", "DE"), ("country", "JP")]))
    assert one == two
    assert one.to_args() == {"q": "a b", "category": ["station"], "country": ["DE", "JP"]}


def test_a_reader_asks_only_by_fields_of_their_tier():
    args = MultiDict({"band": "over_250m", "export": "ear99", "category": "station"})
    assert Filters.from_args(args, tier=Tier.PUBLIC).to_args() == {"category": ["station"]}
    full = Filters.from_args(args, tier=Tier.REGISTERED)
    assert set(full.chosen()) == {"band", "export", "category"}
    assert full.for_tier(Tier.PUBLIC) == Filters.from_args(args, tier=Tier.PUBLIC)


def test_a_value_or_a_whole_field_can_be_taken_away():
    asked_for = Filters(search="lab", category=("station", "free_flyer"))
    assert asked_for.without("category", "station").category == ("free_flyer",)
    assert asked_for.without("category") == Filters(search="lab")
    assert asked_for.without("search").to_args() == {"category": ["station", "free_flyer"]}


def test_every_field_has_words():
    assert all(one.words for one in ASKED)
