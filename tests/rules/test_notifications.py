"""How messages move and how long they wait."""

from datetime import timedelta
from itertools import product

import pytest

from app.core.errors import TransitionRefused
from app.core.states import advance
from app.notifications.rules import MOST_ATTEMPTS, wait_before_retry
from app.notifications.states import CLOSED, TRANSITIONS, MessageEvent, MessageState


@pytest.mark.parametrize(("state", "event"), [*product(MessageState, MessageEvent)])
def test_a_message_moves_as_the_table_says_and_no_other_way(state, event):
    if (state, event) in TRANSITIONS:
        assert advance(TRANSITIONS, state, event, thing="message") is TRANSITIONS[state, event]
    else:
        with pytest.raises(TransitionRefused):
            advance(TRANSITIONS, state, event, thing="message")


def test_what_is_closed_stays_closed():
    assert not [move for move in TRANSITIONS if move[0] in CLOSED]


def test_waits_double_from_half_a_minute_and_never_exceed_six_hours():
    waits = [wait_before_retry(attempts) for attempts in range(1, 21)]
    assert waits[:3] == [timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=6)


def test_ten_attempts_span_an_outage_of_four_hours():
    spanned = sum((wait_before_retry(attempts) for attempts in range(1, MOST_ATTEMPTS)), timedelta())
    assert timedelta(hours=4) < spanned < timedelta(hours=5)


def test_there_is_no_wait_before_a_first_failure():
    with pytest.raises(ValueError, match="Nothing has failed"):
        wait_before_retry(0)
