"""When a mail is due, what notes and tags may be, the link that stops a mail, a search as it is kept."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from math import dist
from uuid import uuid4

import pytest

from app.core import maps
from app.core.errors import InvalidInput, Refused
from app.directory.rules.filter_words import filter_words
from app.directory.rules.filters import Filters
from app.directory.states import Tier
from app.following import rules
from app.following.rules.query import canonical, filters_of
from app.following.rules.stop_links import Stop, read_stop, stop_token
from app.following.states import MailKind, Often

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("often", "passed", "due"),
    [
        (Often.DAILY, timedelta(hours=19), False), (Often.DAILY, timedelta(hours=23), True),
        (Often.WEEKLY, timedelta(days=6), False), (Often.WEEKLY, timedelta(days=7), True),
        (Often.NEVER, timedelta(days=900), False),
    ],
)  # fmt: skip
def test_a_mail_is_due_after_its_pause_and_never_for_never(often, passed, due):
    assert rules.is_due(often, NOW - passed, NOW) is due


@pytest.mark.parametrize("count", range(12))
def test_a_company_never_learns_a_small_number_of_followers(count):
    words = rules.followers_words(count)
    assert ("Fewer than 5" in words) is (count < 5)
    assert count < 5 or str(count) in words


def test_a_tag_is_kept_in_one_form():
    assert rules.tag_word("  Docking   PORT\x00 ") == "docking port"
    with pytest.raises(InvalidInput):
        rules.tag_word(" \x00 ")
    with pytest.raises(InvalidInput):
        rules.tag_word("x" * 41)


def test_there_is_an_end_to_lists():
    rules.within(4, 5, "things")
    with pytest.raises(Refused, match="5 things already"):
        rules.within(5, 5, "things")


def test_a_link_stops_what_it_names_and_a_forged_one_nothing():
    stop = Stop(MailKind.SEARCH, uuid4())
    token = stop_token(stop, "one key")
    assert read_stop(token, "one key") == stop
    assert read_stop(token, "another key") is None
    assert read_stop(token[:-1], "one key") is None
    assert read_stop("", "one key") is None


def test_a_search_is_kept_in_one_form_whatever_the_order_of_its_address():
    one = canonical("stage=design&category=station&category=free_flyer&page=3&x=1", tier=Tier.PUBLIC)
    other = canonical("category=free_flyer&stage=design&category=station", tier=Tier.PUBLIC)
    assert one == other
    assert filters_of(one, tier=Tier.PUBLIC) == Filters.from_args(
        _Args({"category": ["station", "free_flyer"], "stage": ["design"]})
    )


class _Args:
    def __init__(self, values):
        self.values = values

    def getlist(self, key):
        return self.values.get(key, [])


@pytest.mark.check("D6")
def test_a_search_asks_only_what_the_tier_of_the_moment_may_ask():
    kept = canonical("band=from_10m_to_50m&category=station", tier=Tier.REGISTERED)
    assert "band" in kept
    assert filters_of(kept, tier=Tier.PUBLIC) == filters_of("category=station", tier=Tier.PUBLIC)


def test_a_search_that_cannot_be_read_or_is_too_long_is_refused():
    with pytest.raises(InvalidInput):
        filters_of("&".join(["category=station"] * 600), tier=Tier.PUBLIC)
    assert canonical("q=" + "x" * 5_000, tier=Tier.PUBLIC) == "q=" + "x" * 100


def test_a_search_reads_in_words():
    words = filter_words(
        filters_of("q=port&category=station&category=free_flyer&country=JP", tier=Tier.PUBLIC), {"JP": "Japan"}
    )
    assert words == ["Holds the words: port", "Category: Station or Free flyer", "Partner country: Japan"]
    assert filter_words(Filters(), {}) == []


def test_a_map_draws_every_counted_place_once_and_keeps_the_numbers():
    drawn = maps.drawing(maps.us_states(), {"TX": 9, "RI": 1, "PR": 2, "CA": 0}, {"TX": "Texas", "RI": "Rhode Island"})
    assert [(place.code, place.count) for place in drawn.places] == [("TX", 9), ("PR", 2), ("RI", 1)]
    assert len(drawn.ground) == len(maps.us_states().paths) - 2
    assert [place.code for place in drawn.places if place.mark is None] == ["PR"]


def test_marks_that_would_cover_each_other_are_moved_apart():
    crowd = dict.fromkeys(["GB", "FR", "BE", "LU", "NL", "DE", "CH", "AT", "IT", "HU", "CZ", "PL", "DK", "ES"], 1)
    drawn = maps.drawing(maps.world(), crowd, {}, radius=8)
    marks = [place.mark for place in drawn.places]
    assert all(dist(one, two) >= 16 for one, two in combinations(marks, 2))
    assert all(dist(place.mark, place.middle) < 80 for place in drawn.places)
    assert maps.apart({"a": (5, 5), "b": (5, 5)}, 4) != {"a": (5, 5), "b": (5, 5)}


def test_the_maps_know_every_state_and_the_small_countries_as_points():
    assert len(maps.us_states().middles) == 51
    assert {"SG", "LU", "BH", "MT", "MC"} <= set(maps.world().middles)
    for outlines in (maps.us_states(), maps.world()):
        assert all(0 <= x <= outlines.width and 0 <= y <= outlines.height for x, y in outlines.middles.values())


@pytest.mark.parametrize(("count", "most", "step"), [(0, 9, 0), (1, 9, 1), (9, 9, 4), (5, 9, 2), (1, 1, 1), (4, 4, 4)])
def test_the_colour_grows_with_the_number(count, most, step):
    assert maps.step_of(count, most) == step
