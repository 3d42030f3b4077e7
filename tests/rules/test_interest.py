"""What the ladder of interest promises."""

from datetime import timedelta
from itertools import product

import pytest

from app.core.errors import Refused, TransitionRefused
from app.interest import models, rules
from app.interest.rules import Partner
from app.interest.states import (
    LADDER,
    LIVE,
    InterestEvent,
    InterestState,
    PassReason,
    Side,
    Visibility,
    advance,
    steps_for,
)
from tests.conftest import NOON

PARTNER = Partner("JP", "Trading house", "Kibo Trading", "Aiko Tanaka", "aiko@example.org")


@pytest.mark.parametrize(("state", "event", "side"), list(product(InterestState, InterestEvent, Side)))
def test_a_step_is_taken_only_where_listed_and_by_whom_it_is_listed_for(state, event, side):
    after, movers = LADDER.get((state, event), (None, frozenset()))
    if side in movers:
        assert advance(state, event, side) is after
    else:
        with pytest.raises(Refused if movers else TransitionRefused):
            advance(state, event, side)


def test_nothing_leads_on_from_signed_or_passed():
    ended = (InterestState.SIGNED, InterestState.PASSED)
    assert [steps_for(state, side) for state in ended for side in Side] == [[]] * 6


def test_only_the_company_takes_interest_up_and_only_the_partner_commits():
    assert LADDER[InterestState.INTERESTED, InterestEvent.DISCUSS][1] == {Side.COMPANY}
    assert LADDER[InterestState.TERM_SHEET, InterestEvent.COMMIT][1] == {Side.PARTNER}


def test_every_live_stage_can_be_left_and_lapses_by_itself():
    for state in LIVE:
        assert InterestEvent.PASS in steps_for(state, Side.PARTNER)
        assert steps_for(state, Side.PLATFORM) == [InterestEvent.LAPSE]


def test_the_index_of_one_live_interest_covers_the_live_states():
    assert set(str(models.IS_LIVE).split("'")[1::2]) == {state.value for state in LIVE}


@pytest.mark.check("D5")
def test_a_company_learns_what_the_partner_chose_and_no_more():
    assert rules.disclosed(PARTNER, Visibility.SUMMARY_ONLY) == Partner("JP", "Trading house")
    names = rules.disclosed(PARTNER, Visibility.NAMES)
    assert (names.organization_name, names.person_name, names.email) == ("Kibo Trading", "Aiko Tanaka", "")
    assert rules.disclosed(PARTNER, Visibility.NAMES_AND_CONTACTS) == PARTNER


def test_only_signed_binds_and_only_watching_is_not_told():
    assert [state for state in InterestState if rules.is_binding(state)] == [InterestState.SIGNED]
    assert [state for state in InterestState if not rules.is_told(state)] == [InterestState.WATCHING]


@pytest.mark.parametrize("event", list(InterestEvent))
def test_a_nameless_partner_can_discuss_but_goes_no_further(event):
    if event in rules.NEEDS_NAMES:
        with pytest.raises(Refused, match="show its name"):
            rules.require_names(Visibility.SUMMARY_ONLY, event)
    else:
        rules.require_names(Visibility.SUMMARY_ONLY, event)
    rules.require_names(Visibility.NAMES, event)


def test_passing_needs_a_reason_and_another_reason_needs_words():
    for reason, note in ((None, "No."), (PassReason.OTHER, " ")):
        with pytest.raises(Refused, match="reason"):
            rules.reason_given(InterestEvent.PASS, reason, note)
    assert rules.reason_given(InterestEvent.PASS, PassReason.TIMING, "Next year.") == "The timing is wrong. Next year."
    assert rules.reason_given(InterestEvent.DISCUSS, None, " Gladly. ") == "Gladly."
    with pytest.raises(Refused, match="1,000"):
        rules.reason_given(InterestEvent.DISCUSS, None, "x" * 1001)


def test_every_step_forward_gives_ninety_days():
    old = NOON + timedelta(days=1)
    assert rules.expires_at(InterestEvent.RENEW, old, NOON) == NOON + timedelta(days=90)
    assert rules.expires_at(None, old, NOON) == NOON + timedelta(days=90)
    assert rules.expires_at(InterestEvent.PASS, old, NOON) == old


def test_small_markets_are_put_together():
    folded = rules.fold({"JP": 7, "DE": 5, "LU": 4, "NZ": 1})
    assert (folded.named, folded.others, folded.count) == ([("JP", 7), ("DE", 5)], 2, 5)
    assert rules.fold({"JP": 7, "LU": 4}).count is None, "too few to be told even together"
    assert rules.fold({"JP": 0}).count == 0


def test_every_word_of_the_ladder_is_there():
    assert set(rules.STATE_LABELS) == set(InterestState)
    assert set(rules.EVENT_LABELS) == set(InterestEvent)
    assert set(rules.REASON_LABELS) == set(PassReason)
    assert set(rules.VISIBILITY_LABELS) == set(Visibility)
