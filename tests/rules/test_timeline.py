"""Which station or vehicle when: only stated years are placed, and the picture says what the table says."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest

from app.directory.rules.timeline import ISS_LAST_YEAR, LEFT, YEARS_WIDTH, Axis, span_of, timeline


@dataclass
class Row:
    """What the timeline needs of an entry."""

    key: str = "haven"
    name: str = "Haven"
    target_first_launch: str = "2028"
    launch_from: int | None = 2028
    launch_to: int | None = 2028
    milestones: list[dict[str, Any]] = field(default_factory=list)


def milestone(name="First module", due="2028-03", done="", earlier=()):
    return {"id": "m1", "name": name, "due": due, "done": done, "earlier": list(earlier)}


@pytest.mark.parametrize(
    ("said", "begins", "ends"),
    [
        ("2028", 2028, 2029), ("2028-01", 2028, 2028 + 1 / 12), ("2028-12", 2028 + 11 / 12, 2029),
        ("2028-01-01", 2028, 2028 + 1 / 366),
    ],
)  # fmt: skip
def test_a_partial_date_stands_for_all_of_what_it_names(said, begins, ends):
    assert span_of(said) == pytest.approx((begins, ends))


def test_an_entry_without_a_year_is_listed_with_its_own_words_and_not_placed():
    picture = timeline([Row(), Row(key="tba", name="Later", target_first_launch="to be announced", launch_from=None)])
    assert [line.key for line in picture.lines] == ["haven"]
    assert picture.unstated == (("tba", "Later", "to be announced"),)


def test_nothing_at_all_still_gives_a_sound_picture():
    picture = timeline([])
    assert picture.bars == ()
    assert picture.axis.first <= ISS_LAST_YEAR < picture.axis.last


def test_the_axis_holds_every_stated_year_and_the_end_of_the_old_station():
    picture = timeline([Row(launch_from=2024, launch_to=2033, milestones=[milestone(due="2035", earlier=["2022"])])])
    assert (picture.axis.first, picture.axis.last) == (2022, 2035)
    assert picture.iss_x == picture.axis.x(ISS_LAST_YEAR + 1)


def test_a_bar_spans_whole_years():
    bar = timeline([Row(launch_from=2027, launch_to=2029)]).bars[0]
    axis = timeline([Row(launch_from=2027, launch_to=2029)]).axis
    assert bar.x == axis.x(2027)
    assert bar.x + bar.width == pytest.approx(axis.x(2030), abs=0.11)
    assert bar.line.years == "2027 to 2029"


def test_a_slip_is_drawn_from_the_earlier_date_to_the_new_one_and_said_in_words():
    shape = timeline([Row(milestones=[milestone(due="2028-03", earlier=["2026", "2027"])])]).bars[0].shapes[0]
    assert shape.mark.words == "First module: due March 2028, slipped from 2026, then 2027"
    assert list(shape.earlier) == sorted(shape.earlier)
    assert shape.earlier[-1] < shape.middle


def test_what_is_done_says_when_and_what_has_no_date_is_no_mark():
    done, undated = milestone("Review", done="2026-05", due="2026-04"), milestone("Fit-out", due="")
    line = timeline([Row(milestones=[done, undated])]).lines[0]
    assert [mark.words for mark in line.marks] == ["Review: done May 2026"]


@pytest.mark.parametrize(("first", "last", "after"), [(2031, 2033, True), (2030, 2033, False), (2028, 2028, False)])
def test_an_entry_lies_after_the_old_station_when_its_first_year_does(first, last, after):
    assert timeline([Row(launch_from=first, launch_to=last)]).lines[0].is_after is after


@pytest.mark.parametrize("last", [2032, 2040, 2060, 2140])
def test_the_years_of_the_axis_never_touch(last):
    axis = Axis(2028, last)
    places = [axis.x(year) for year in axis.years]
    assert all(later - one >= 44 or axis.years[1] - axis.years[0] == 10 for one, later in pairwise(places))
    assert LEFT <= places[0] <= places[-1] <= LEFT + YEARS_WIDTH
