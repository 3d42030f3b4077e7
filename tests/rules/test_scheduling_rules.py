"""States of a meeting, deadlines, tables, and days whose clocks change."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from app.core.errors import TransitionRefused
from app.matching.states import Side
from app.scheduling import rules
from app.scheduling.rules import Agreement
from app.scheduling.states import MeetingEvent, MeetingState, advance

S, E = MeetingState, MeetingEvent
OPEN = {
    E.AGREE: S.ACCEPTED,
    E.COUNTER: S.COUNTERED,
    E.DECLINE: S.CANCELLED,
    E.WITHDRAW: S.CANCELLED,
    E.EXPIRE: S.EXPIRED,
}
ALLOWED = {
    S.SUGGESTED: OPEN,
    S.REQUESTED: OPEN,
    S.COUNTERED: OPEN,
    S.ACCEPTED: {E.SEAT: S.SCHEDULED, E.CANCEL: S.CANCELLED, E.EXPIRE: S.EXPIRED},
    S.SCHEDULED: {E.SEAT: S.SCHEDULED, E.UNSEAT: S.ACCEPTED, E.HOLD: S.HELD, E.MISS: S.NO_SHOW, E.CANCEL: S.CANCELLED},
}
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(("state", "event"), list(product(S, E)))
def test_a_meeting_moves_only_as_its_table_says(state: MeetingState, event: MeetingEvent) -> None:
    wanted = ALLOWED.get(state, {}).get(event)
    if wanted is not None:
        assert advance(state, event) is wanted
        return
    with pytest.raises(TransitionRefused):
        advance(state, event)


def test_a_meeting_waits_for_whoever_has_not_said_yes() -> None:
    asked = Agreement(S.REQUESTED, partner=True, company=False)
    assert asked.waits_for(Side.COMPANY)
    assert not asked.waits_for(Side.PARTNER)
    assert not Agreement(S.CANCELLED, partner=True, company=False).waits_for(Side.COMPANY)


def test_an_answer_has_ten_days_or_until_the_first_slot_but_an_hour_at_least() -> None:
    assert rules.deadline(NOW, None) == NOW + timedelta(days=10)
    assert rules.deadline(NOW, NOW + timedelta(days=3)) == NOW + timedelta(days=3)
    assert rules.deadline(NOW, NOW + timedelta(minutes=5)) == NOW + timedelta(hours=1)


def test_the_lowest_free_tables_are_given_and_too_few_are_refused() -> None:
    assert rules.tables_for([1, 3], 2, 5) == [2, 4]
    with pytest.raises(ValueError, match="free"):
        rules.tables_for([1, 2], 1, 2)


def test_days_begin_at_the_venues_midnight_not_at_utc() -> None:
    late = [
        datetime(2027, 5, 4, 23, tzinfo=UTC),
        datetime(2027, 5, 5, 3, tzinfo=UTC),
        datetime(2027, 5, 5, 13, tzinfo=UTC),
    ]
    assert rules.day_starts(late, "America/New_York") == (0, 2)
    assert rules.day_starts([], "America/New_York") == (0,)


@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 14), 23), (date(2027, 11, 7), 25), (date(2027, 5, 4), 24)])
def test_a_day_on_which_clocks_change_is_an_hour_shorter_or_longer(day: date, hours: int) -> None:
    begins, ends = rules.day_span(day, "America/New_York")
    assert ends - begins == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2027, 3, 13, 15, tzinfo=UTC), "Sat 13 Mar, 10:00 (your time Sat 16:00)"),
        (datetime(2027, 3, 15, 14, tzinfo=UTC), "Mon 15 Mar, 10:00 (your time Mon 15:00)"),
        (datetime(2027, 3, 29, 14, tzinfo=UTC), "Mon 29 Mar, 10:00 (your time Mon 16:00)"),
    ],
)
def test_the_same_hour_at_the_venue_is_told_right_while_only_one_side_changed_its_clocks(
    moment: datetime, said: str
) -> None:
    """The United States change two weeks before Europe: the difference is 6, then 5, then 6 hours."""
    assert rules.in_two_zones(moment, "America/New_York", "Europe/Paris") == said


def test_one_zone_is_told_once() -> None:
    assert rules.in_two_zones(NOW, "America/New_York", "America/Toronto") == "Mon 1 Mar, 07:00"
