"""What a badge's code says, when a badge counts, and who was inside."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.door.rules.arrivals import arrivals
from app.door.rules.chosen import Chosen, in_words
from app.door.rules.codes import SIGNED_LENGTH, BadgeCode, normal_code, public_key, read_code, signed_code
from app.door.rules.standing import Bearer, standing_of
from app.door.rules.stays import Pass, corrected, day_end, day_start, is_conflict, replay
from app.door.states import Direction, ScanResult, Standing
from app.registration.states import ParticipantType

SECRET, ZONE = "a-secret-of-one-installation-0123456789", "America/New_York"
NINE = datetime(2027, 5, 4, 13, 0, tzinfo=UTC)
CODE = BadgeCode(uuid4(), uuid4(), 3, ParticipantType.MEDIA, date(2027, 5, 6))
R = ScanResult


def test_a_signed_code_says_what_was_signed():
    text = signed_code(CODE, SECRET)
    read = read_code(text, SECRET)
    assert read is not None
    assert (read.registration_id, read.number, read.role, read.last_day) == (
        CODE.registration_id, CODE.number, CODE.role, CODE.last_day,
    )  # fmt: skip
    assert read.is_for(CODE.summit_id)
    assert not read.is_for(uuid4())
    assert len(text) == SIGNED_LENGTH == 144
    assert text.isalnum()
    assert text.isupper()


def test_a_code_with_any_letter_changed_is_not_ours():
    text = signed_code(CODE, SECRET)
    for place in range(0, SIGNED_LENGTH, 7):
        other = "A" if text[place] != "A" else "B"
        assert read_code(text[:place] + other + text[place + 1 :], SECRET) is None


def test_a_code_of_another_installation_is_not_ours():
    assert read_code(signed_code(CODE, "another secret, just as long as the first"), SECRET) is None
    assert public_key(SECRET) == public_key(SECRET) != public_key("another")
    assert [read_code(text, SECRET) for text in ("", "A" * 144, "é" * 144, "1" * 144)] == [None] * 4


def test_a_code_may_be_typed_with_gaps_and_in_small_letters():
    assert normal_code(" abcd-efgh\t2345\x00 ") == "ABCDEFGH2345"


@pytest.mark.parametrize(
    ("bearer", "number", "wanted"),
    [
        (None, 1, Standing.UNKNOWN),
        (Bearer(confirmed=True), 1, Standing.GOOD),
        (Bearer(confirmed=True), None, Standing.GOOD),
        (Bearer(confirmed=True), 2, Standing.UNKNOWN),
        (Bearer(confirmed=True), 0, Standing.UNKNOWN),
        (Bearer(confirmed=False), 1, Standing.NOT_CONFIRMED),
        (Bearer(confirmed=False, ended_at=NINE), 1, Standing.NOT_CONFIRMED),
        (Bearer(confirmed=False, ended_at=NINE + timedelta(minutes=1)), 1, Standing.GOOD),
        (Bearer(confirmed=True, suspended_at=NINE), 1, Standing.SUSPENDED),
        (Bearer(confirmed=True, suspended_at=NINE + timedelta(minutes=1)), 1, Standing.GOOD),
        (Bearer(confirmed=True, newest=2, stopped={1: NINE}), 1, Standing.STOPPED),
        (Bearer(confirmed=True, newest=2, stopped={1: NINE}), 2, Standing.GOOD),
        (Bearer(confirmed=True, newest=2, stopped={1: NINE + timedelta(minutes=1)}), 1, Standing.GOOD),
        (Bearer(confirmed=True, stopped={1: NINE}), None, Standing.GOOD),
    ],
)
def test_a_badge_counts_by_what_was_so_when_it_was_scanned(bearer, number, wanted):
    assert standing_of(bearer, number, NINE) is wanted


def test_a_badge_that_is_over_counts_no_more():
    assert standing_of(Bearer(confirmed=True), 1, NINE, expired=True) is Standing.STOPPED


def passed(minutes: int, direction: Direction = Direction.IN, *, gate: str = "A", standing=Standing.GOOD) -> Pass:
    return Pass(uuid4(), uuid4(), NINE + timedelta(minutes=minutes), gate, direction, standing)


def test_the_first_scan_wins_by_its_time_whatever_arrived_first():
    late, early = passed(9, gate="B"), passed(2, gate="A")
    answers, stays = replay([late, early], ZONE)
    assert (answers[early.id].result, answers[late.id].result) == (R.ADMITTED, R.ALREADY_INSIDE)
    assert [(stay.gate, stay.until) for stay in stays] == [("A", None)]
    assert answers[late.id].earlier == stays[0]


def test_who_left_comes_in_again_and_who_may_not_come_in_may_leave():
    scans = [passed(0), passed(5, Direction.OUT), passed(6, Direction.OUT), passed(9)]
    answers, stays = replay(scans, ZONE)
    assert [answers[scan.id].result for scan in scans] == [R.ADMITTED, R.LEFT, R.NOT_INSIDE, R.ADMITTED]
    assert len(stays) == 2
    barred = [passed(0), passed(1, standing=Standing.SUSPENDED), passed(2, Direction.OUT, standing=Standing.SUSPENDED)]
    answers, stays = replay(barred, ZONE)
    assert [answers[scan.id].result for scan in barred] == [R.ADMITTED, R.SUSPENDED, R.LEFT]


def test_a_new_day_at_the_venue_begins_with_everybody_outside_but_an_evening_is_one_day():
    evening, next_morning = passed(15 * 60 + 30), passed(24 * 60)  # half past midnight, nine in the morning
    answers, stays = replay([passed(0), evening, next_morning], ZONE)
    assert answers[evening.id].result is R.ALREADY_INSIDE
    assert answers[next_morning.id].result is R.ADMITTED
    assert stays[0].until == datetime(2027, 5, 5, 8, 0, tzinfo=UTC), "four in the morning at the venue"


def test_a_venue_day_lasts_from_four_to_four_also_when_clocks_change():
    for moment in (NINE, datetime(2027, 3, 14, 5, 30, tzinfo=UTC), datetime(2027, 11, 7, 5, 30, tzinfo=UTC)):
        assert day_start(moment, ZONE) <= moment < day_end(moment, ZONE)
        assert day_start(moment, ZONE).hour == day_end(moment, ZONE).hour == 4


def test_a_scan_counts_at_its_time_by_our_clock_and_never_later_than_now():
    now, off = NINE, timedelta(hours=3)
    assert corrected(NINE + off - timedelta(minutes=7), sent_at=NINE + off, now=now) == NINE - timedelta(minutes=7)
    assert corrected(NINE + timedelta(days=2), sent_at=NINE, now=now) == now


def test_only_letting_somebody_in_against_the_record_is_a_conflict():
    assert [result for result in R if is_conflict(R.ADMITTED, result)] == [one for one in R if one is not R.ADMITTED]
    assert not any(is_conflict(told, result) for told in R if told is not R.ADMITTED for result in R)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 3000), st.sampled_from(Direction), st.sampled_from([*Standing])), max_size=14
    ),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_no_order_of_arrival_changes_the_record_and_nobody_is_inside_twice(scans, shuffle: Random):
    passes = [passed(minutes, direction, standing=standing) for minutes, direction, standing in scans]
    wanted = replay(passes, ZONE)
    shuffle.shuffle(passes)
    assert replay(passes, ZONE) == wanted
    answers, stays = wanted
    assert len(answers) == len(scans)
    assert all(stay.until is not None for stay in stays[:-1])
    assert all(first.until <= second.since for first, second in pairwise(stays))
    assert [answer.result for answer in answers.values()].count(R.ADMITTED) == len(stays)


def test_arrivals_have_no_gaps():
    quarter = timedelta(minutes=15)
    found = arrivals({NINE: 4, NINE + 3 * quarter: 2}, quarter)
    assert [bar.count for bar in found.bars] == [4, 0, 0, 2]
    assert found.most == 4
    assert arrivals({}, quarter).bars == []


def test_a_choice_of_badges_reads_as_words():
    assert in_words(Chosen().plain(), {}) == "Everybody, not printed yet, by name"
    kept = Chosen((ParticipantType.MEDIA,), "JP", unprinted=False, order="organization").plain()
    assert in_words(kept, {"JP": "Japan"}) == "Media, Japan, by organization"
    assert in_words({}, {}) == "One person"
