"""Times as people read them."""

from datetime import UTC, date, datetime

import pytest

from app.web.moments import long_date, shown

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


def test_a_moment_is_told_at_the_venue_and_at_the_readers_place():
    told = shown(NOON, venue="America/New_York", reader="Europe/Rome")
    assert told.iso == "2027-03-01T12:00:00Z"
    assert told.there == "Mon 1 Mar 2027, 07:00 EST"
    assert told.here == "13:00 CET"


def test_another_day_at_the_readers_place_is_named():
    late = datetime(2027, 3, 1, 22, 30, tzinfo=UTC)
    told = shown(late, venue="America/New_York", reader="Asia/Tokyo")
    assert told.there == "Mon 1 Mar 2027, 17:30 EST"
    assert told.here == "Tue 2 Mar, 07:30 JST"


def test_the_same_clock_is_told_once():
    assert shown(NOON, venue="Europe/Paris", reader="Europe/Rome").here is None


def test_without_a_venue_the_readers_own_time_stands_alone():
    told = shown(NOON, venue=None, reader="Asia/Tokyo")
    assert (told.there, told.here) == ("Mon 1 Mar 2027, 21:00 JST", None)


@pytest.mark.parametrize("zone", [None, "Mars/Olympus", "../etc/passwd", ""])
def test_a_zone_nobody_knows_is_told_in_universal_time(zone):
    assert shown(NOON, venue=zone, reader=None).there == "Mon 1 Mar 2027, 12:00 UTC"


@pytest.mark.parametrize(
    ("zone", "told"),
    [("Asia/Dubai", "16:00 UTC+4"), ("Asia/Kathmandu", "17:45 UTC+5:45"), ("America/Sao_Paulo", "09:00 UTC−3")],
)
def test_a_zone_without_a_short_name_is_told_by_its_distance(zone, told):
    assert shown(NOON, venue=zone, reader=None).there.endswith(told)


def test_a_date_is_written_out():
    assert long_date(date(2027, 3, 1)) == "1 March 2027"
