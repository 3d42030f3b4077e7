"""Questions to the export desk: the table of moves, the clock, what may be written."""

from datetime import date
from itertools import product

import pytest

from app.core.errors import InvalidInput, TransitionRefused
from app.enquiries import rules
from app.enquiries.rules import Asked
from app.enquiries.states import TRANSITIONS, EnquiryEvent, EnquiryState, advance, may

FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)


@pytest.mark.parametrize(("state", "event"), list(product(EnquiryState, EnquiryEvent)))
def test_only_the_moves_of_the_table_are_possible(state, event):
    if (state, event) in TRANSITIONS:
        assert may(state, event)
        assert advance(state, event) is TRANSITIONS[state, event]
    else:
        assert not may(state, event)
        with pytest.raises(TransitionRefused):
            advance(state, event)


def test_a_question_of_a_friday_is_due_the_friday_after():
    assert rules.due_on(FRIDAY) == date(2026, 11, 27)
    assert rules.due_on(date(2026, 11, 21)) == rules.due_on(FRIDAY)


def test_a_holiday_moves_the_due_day():
    assert rules.due_on(FRIDAY, {date(2026, 11, 26)}) == date(2026, 11, 30)


def test_the_days_the_desk_waits_for_the_asker_do_not_count_and_a_weekend_never_does():
    due = date(2026, 11, 27)
    assert rules.due_after_waiting(due, FRIDAY, MONDAY) == date(2026, 11, 30)
    assert rules.due_after_waiting(due, MONDAY, MONDAY) == due


def test_on_its_due_day_a_question_is_still_in_time():
    assert not rules.is_overdue(MONDAY, MONDAY)
    assert rules.is_overdue(FRIDAY, MONDAY)


def test_the_time_kept_is_a_median_in_business_days_and_a_share():
    asked = [
        Asked(FRIDAY, date(2026, 11, 27), MONDAY),
        Asked(FRIDAY, date(2026, 11, 27), date(2026, 11, 30)),
        Asked(FRIDAY, date(2026, 11, 27), date(2026, 11, 24)),
    ]
    kept = rules.keeping(asked)
    assert (kept.answered, kept.median_business_days, kept.percent_in_time) == (3, 2.0, 66)
    assert rules.keeping([]).median_business_days is None


@pytest.mark.parametrize(
    "line", ["http://a.example/x", "javascript:alert(1)", "https://localhost", "bis.gov", "https://"]
)
def test_a_source_is_an_address_that_begins_with_https(line):
    with pytest.raises(InvalidInput):
        rules.sources(line)


def test_sources_stand_one_a_line_and_once():
    assert rules.sources(" https://a.example/x \n\nhttps://a.example/x\nhttps://b.example") == [
        "https://a.example/x", "https://b.example",
    ]  # fmt: skip


def test_the_statement_in_force_is_one_that_is_kept():
    assert rules.attested(rules.ATTESTATION) in rules.ATTESTATIONS
    with pytest.raises(InvalidInput):
        rules.attested("")


@pytest.mark.parametrize("words", ["", " \n ", "x" * (rules.LONGEST + 1)])
def test_words_are_neither_empty_nor_endless(words):
    with pytest.raises(InvalidInput):
        rules.written(words, "the answer")
