"""Fit adds up, stays in the bracket of the wish, is widened by what is missing; one no is final."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import TransitionRefused
from app.core.money import AmountBand
from app.interest.states import InterestState
from app.matching import rules, states
from app.matching.rules import Friction, Pair, Partner, Programme, Standing, fit
from app.matching.states import Bar, RunEvent, RunState, Side, Wish
from app.regulatory.states import Opening, Participation

WISHES = [Wish.MUST, Wish.WANT, Wish.NEUTRAL, None]
pairs = st.builds(
    Pair,
    partner=st.builds(
        Partner,
        offers=st.lists(st.sampled_from(Opening), max_size=3),
        seeks=st.lists(st.sampled_from(Participation), max_size=3),
        band=st.sampled_from(AmountBand),
    ),
    programme=st.builds(
        Programme,
        openings=st.lists(st.sampled_from(Opening), max_size=3),
        kinds=st.lists(st.sampled_from(Participation), max_size=3),
        band=st.none() | st.sampled_from(AmountBand),
    ),
    wish=st.sampled_from(WISHES),
    interest=st.none() | st.sampled_from(InterestState),
    friction=st.none() | st.builds(Friction, st.integers(0, 20), st.none() | st.integers(0, 900)),
    is_known=st.booleans(),
)
sides = st.sampled_from(Side)
GOOD = Pair(
    Partner([Opening.HARDWARE_SUPPLY], [Participation.EQUITY], AmountBand.FROM_10M_TO_50M),
    Programme([Opening.HARDWARE_SUPPLY], [Participation.EQUITY], AmountBand.FROM_10M_TO_50M),
    Wish.MUST, InterestState.IN_DISCUSSION, Friction(2, 30),
)  # fmt: skip


@settings(deadline=None)
@given(sides, pairs)
def test_the_parts_add_up_to_the_number_and_each_names_its_field(side: Side, pair: Pair) -> None:
    found = fit(side, pair)
    assert found.number == rules.BASE + sum(part.points for part in found.parts)
    assert all(part.field and part.words for part in found.parts)
    assert found.least <= found.number <= found.most


@settings(deadline=None)
@given(sides, pairs, pairs)
def test_a_stronger_wish_always_gives_a_higher_number_whatever_the_profiles_say(
    side: Side, one: Pair, other: Pair
) -> None:
    brackets = [
        [fit(side, replace(pair, wish=wish)).number for pair in (one, other)]
        for wish in (Wish.MUST, Wish.WANT, Wish.NEUTRAL)
    ]
    assert min(brackets[0]) > max(brackets[1])
    assert min(brackets[1]) > max(brackets[2])
    assert all(0 < number < 100 for bracket in brackets for number in bracket)


WITHOUT = {
    "partner.known": lambda p: replace(p, is_known=False),
    "company.known": lambda p: replace(p, is_known=False),
    "partner.seeks, entry.kinds": lambda p: replace(p, partner=replace(p.partner, seeks=[])),
    "partner.offers, entry.openings": lambda p: replace(p, partner=replace(p.partner, offers=[])),
    "partner.band, entry.sought_band": lambda p: replace(p, programme=replace(p.programme, band=None)),
    "interest.state": lambda p: replace(p, interest=None),
    "policy.lead_days": lambda p: replace(p, friction=None),
    "partner.wish": lambda p: replace(p, wish=None),
    "company.wish": lambda p: replace(p, wish=None),
}


@settings(deadline=None)
@given(sides, pairs)
def test_taking_a_fact_away_changes_the_number_by_exactly_its_part(side: Side, pair: Pair) -> None:
    found = fit(side, pair)
    for part in found.parts:
        without = fit(side, WITHOUT[part.field](pair))
        assert found.number - without.number == part.points


@settings(deadline=None)
@given(sides, pairs)
def test_a_missing_fact_widens_the_range_and_never_punishes(side: Side, pair: Pair) -> None:
    for take_away in WITHOUT.values():
        poorer = fit(side, take_away(pair))
        for part in poorer.parts:
            assert part.is_known or part.points == 0
            assert part.least <= part.points <= part.most


def test_at_most_three_reasons_are_told_the_weightiest_first_and_what_is_unknown_is_said() -> None:
    found = fit(Side.PARTNER, GOOD)
    assert found.reasons[0] == "You marked this meeting as a must."
    assert len(found.reasons) == 3
    blank = Pair(Partner([], [], AmountBand.UNDISCLOSED), Programme([], [], None), None, None, None)
    assert fit(Side.PARTNER, blank).reasons == []
    assert len(fit(Side.PARTNER, blank).unknown) == 4


def test_what_the_company_is_told_never_rests_on_the_partners_amount() -> None:
    assert not [part for part in fit(Side.COMPANY, GOOD).parts if "band" in part.field]


@pytest.mark.parametrize(
    ("standing", "cause"),
    [
        (Standing(partner_wish=Wish.NO, company_wish=Wish.MUST), Bar.PARTNER_SAID_NO),
        (Standing(partner_wish=Wish.MUST, company_wish=Wish.NO), Bar.COMPANY_SAID_NO),
        (Standing(partner_wish=Wish.MUST, is_blocked=True), Bar.BLOCKED),
        (Standing(partner_wish=Wish.MUST, friction=Friction(1, None, hard_stop=True)), Bar.POLICY),
        (Standing(partner_wish=Wish.MUST, is_own_company=True), Bar.OWN_COMPANY),
        (Standing(is_left_out=True), Bar.LEFT_OUT),
        (Standing(partner_wish=Wish.MUST, company_wish=Wish.MUST), None),
    ],
)
def test_one_no_a_block_or_a_policy_stop_is_final(standing: Standing, cause: Bar | None) -> None:
    assert rules.bar(standing) is cause


def test_a_pair_that_one_side_refused_has_no_fit() -> None:
    with pytest.raises(ValueError, match="no fit"):
        fit(Side.PARTNER, replace(GOOD, wish=Wish.NO))


@pytest.mark.parametrize(("state", "event"), list(product(RunState, RunEvent)))
def test_a_match_run_moves_only_as_its_table_says(state: RunState, event: RunEvent) -> None:
    allowed = {
        (RunState.DRAFT, RunEvent.REVIEW): RunState.REVIEWED,
        (RunState.REVIEWED, RunEvent.REOPEN): RunState.DRAFT,
        (RunState.REVIEWED, RunEvent.PUBLISH): RunState.PUBLISHED,
        (RunState.PUBLISHED, RunEvent.ROLL_BACK): RunState.ROLLED_BACK,
    }
    if (state, event) in allowed:
        assert states.advance(state, event) is allowed[state, event]
        return
    with pytest.raises(TransitionRefused):
        states.advance(state, event)


@settings(deadline=None)
@given(sides, pairs)
def test_whom_a_side_knows_already_comes_right_after_equals(side: Side, pair: Pair) -> None:
    unknown, known = (fit(side, replace(pair, is_known=said)).number for said in (False, True))
    assert known == unknown + rules.KNOWN_POINTS < unknown
