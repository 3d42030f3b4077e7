"""What a pipeline adds up to, and which requests a hard filter lets through."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.states import OrganizationKind
from app.core.errors import Refused
from app.core.money import BAND_SCALE, AmountBand
from app.interest import rules
from app.interest.rules import DEFAULT_WEIGHTS, Asking, HardFilter, Held, off_filter
from app.interest.states import CountryRule, InterestState, Off
from app.regulatory.states import Participation

S, B = InterestState, AmountBand
MILLION = 1_000_000_00
held_ones = st.builds(
    lambda state, currency, band, exact, banded: Held(
        state, currency, band, len(exact) + banded, len(exact), sum(exact)
    ),
    st.sampled_from(S), st.sampled_from(["USD", "EUR", "JPY", "KRW"]), st.sampled_from(B),
    st.lists(st.integers(1, 10**12), max_size=3), st.integers(0, 4),
).filter(lambda held: held.count > 0)  # fmt: skip


@pytest.mark.parametrize(
    ("band", "currency", "exact", "cents"),
    [
        (B.UNDER_1M, "USD", None, MILLION // 2),
        (B.FROM_1M_TO_10M, "USD", None, 5_500_000_00),
        (B.FROM_1M_TO_10M, "EUR", None, 5_500_000_00),
        (B.FROM_1M_TO_10M, "JPY", None, 550_000_000),
        (B.FROM_1M_TO_10M, "KRW", None, 5_500_000_000),
        (B.OVER_250M, "USD", None, 250 * MILLION),
        (B.UNDISCLOSED, "USD", None, None),
        (B.UNDISCLOSED, "USD", 7 * MILLION, 7 * MILLION),
        (B.FROM_1M_TO_10M, "USD", 3 * MILLION, 3 * MILLION),
    ],
)
def test_an_interest_counts_for_its_exact_amount_or_the_middle_of_its_band(band, currency, exact, cents):
    assert rules.worth(band, currency, exact) == cents


def test_totals_keep_stages_and_currencies_apart_and_say_what_is_not_disclosed():
    held = [
        Held(S.INTERESTED, "USD", B.FROM_1M_TO_10M, 2), Held(S.INTERESTED, "USD", B.UNDISCLOSED, 3),
        Held(S.INTERESTED, "JPY", B.FROM_1M_TO_10M, 1), Held(S.TERM_SHEET, "USD", B.OVER_250M, 2, 1, 300 * MILLION),
        Held(S.WATCHING, "USD", B.OVER_250M, 9), Held(S.PASSED, "USD", B.OVER_250M, 9),
    ]  # fmt: skip
    money, undisclosed = rules.stage_totals(held, DEFAULT_WEIGHTS)
    assert [(t.state, t.currency, t.count, t.cents, t.weighted_cents, t.open_ended, t.exact) for t in money] == [
        (S.INTERESTED, "JPY", 1, 550_000_000, 27_500_000, 0, 0),
        (S.INTERESTED, "USD", 2, 11 * MILLION, 55 * MILLION // 100, 0, 0),
        (S.TERM_SHEET, "USD", 2, 550 * MILLION, 330 * MILLION, 1, 1),
    ]
    assert undisclosed == {S.INTERESTED: 3}


@given(st.lists(held_ones, max_size=12), st.dictionaries(st.sampled_from(list(DEFAULT_WEIGHTS)), st.integers(0, 100)))
def test_nothing_is_lost_or_counted_twice_and_no_weight_makes_more_of_a_sum(held, weights):
    money, undisclosed = rules.stage_totals(held, weights)
    counted = [one for one in held if one.state in DEFAULT_WEIGHTS]
    assert sum(t.count for t in money) + sum(undisclosed.values()) == sum(one.count for one in counted)
    assert len({(t.state, t.currency) for t in money}) == len(money)
    for total in money:
        assert 0 <= total.weighted_cents <= total.cents
        assert total.weighted_cents == total.cents * weights.get(total.state, 0) // 100
        same = [one for one in counted if (one.state, one.currency) == (total.state, total.currency)]
        each = [(one.count - one.exact_count) * (rules.worth(one.band, one.currency) or 0) for one in same]
        assert total.cents == sum(each) + sum(one.exact_cents for one in same)


@given(st.lists(held_ones, max_size=12))
def test_the_order_and_the_grouping_of_interests_do_not_matter(held):
    assert rules.stage_totals(reversed(held), DEFAULT_WEIGHTS) == rules.stage_totals(held, DEFAULT_WEIGHTS)


@pytest.mark.parametrize("typed", ["12,500,000", " 12500000.00 ", "12 500 000"])
def test_an_exact_amount_is_read_as_people_type_it(typed):
    assert rules.cents_of(typed, "USD") == 12_500_000_00
    assert rules.cents_of("", "USD") is None


@pytest.mark.parametrize("typed", ["1,50", "-3", "0", "ten", "1e309", "NaN", "0.001", "9" * 40])
def test_what_is_no_amount_is_refused_in_words(typed):
    with pytest.raises(Refused, match="in figures"):
        rules.cents_of(typed, "USD")


def test_yen_have_no_cents():
    assert rules.cents_of("100,000,000", "JPY") == 100_000_000
    with pytest.raises(Refused, match="JPY"):
        rules.cents_of("100.50", "JPY")


@pytest.mark.parametrize("state", list(S))
def test_an_exact_amount_is_said_from_the_term_sheet_on(state):
    rules.require_amount_fits(state, None)
    if state in (S.TERM_SHEET, S.COMMITTED, S.SIGNED):
        rules.require_amount_fits(state, 1)
    else:
        with pytest.raises(Refused, match="term sheet"):
            rules.require_amount_fits(state, 1)


FUND = Asking(OrganizationKind.FUND, "JP", frozenset({Participation.EQUITY}), B.FROM_1M_TO_10M, "USD",
              frozenset({"design"}), frozenset({"en", "ja"}))  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "off"),
    [
        (HardFilter(), None),
        (HardFilter(kinds=frozenset({Participation.EQUITY, Participation.SEAT})), None),
        (HardFilter(kinds=frozenset({Participation.SEAT})), Off.KIND),
        (HardFilter(partner_kinds=frozenset({OrganizationKind.FUND})), None),
        (HardFilter(partner_kinds=frozenset({OrganizationKind.AGENCY})), Off.PARTNER_KIND),
        (HardFilter(country_rule=CountryRule.ONLY, countries=frozenset({"JP"})), None),
        (HardFilter(country_rule=CountryRule.ONLY, countries=frozenset({"DE"})), Off.COUNTRY),
        (HardFilter(country_rule=CountryRule.EXCEPT, countries=frozenset({"JP"})), Off.COUNTRY),
        (HardFilter(country_rule=CountryRule.EXCEPT, countries=frozenset({"DE"})), None),
        (HardFilter(country_rule=CountryRule.ANY, countries=frozenset({"DE"})), None),
        (HardFilter(stages=frozenset({"design", "operational"})), None),
        (HardFilter(stages=frozenset({"operational"})), Off.STAGE),
        (HardFilter(languages=frozenset({"ja"})), None),
        (HardFilter(languages=frozenset({"fr"})), Off.LANGUAGE),
        (HardFilter(least={"USD": B.FROM_1M_TO_10M}), None),
        (HardFilter(least={"USD": B.FROM_10M_TO_50M}), Off.AMOUNT),
        (HardFilter(least={"EUR": B.OVER_250M}), None),
    ],
)
def test_a_filter_lets_through_what_it_does_not_name(wanted, off):
    assert off_filter(wanted, FUND) is off


def test_what_is_not_known_of_a_partner_is_never_held_against_it():
    strict = HardFilter(
        kinds=frozenset({Participation.SEAT}), least=dict.fromkeys(BAND_SCALE, B.OVER_250M),
        stages=frozenset({"design"}), languages=frozenset({"fr"}),
    )  # fmt: skip
    assert off_filter(strict, Asking(OrganizationKind.FUND, "JP")) is None


@pytest.mark.parametrize(("band", "least"), list(product(B, [b for b in B if b is not B.UNDISCLOSED])))
def test_a_band_below_the_least_is_off_and_an_undisclosed_one_only_where_that_is_said(band, least):
    asking = Asking(OrganizationKind.FUND, "JP", band=band)
    order = list(B)
    below = band is not B.UNDISCLOSED and order.index(band) < order.index(least)
    assert (off_filter(HardFilter(least={"USD": least}), asking) is Off.AMOUNT) is below
    strict = HardFilter(refuses_undisclosed=True)
    assert (off_filter(strict, asking) is Off.AMOUNT) is (band is B.UNDISCLOSED)


def test_weeks_with_few_interests_are_not_told_and_empty_ones_are():
    until = datetime(2027, 3, 3, 12, tzinfo=UTC)
    moments = [until] * 5 + [until - timedelta(weeks=1)] * 2 + [until - timedelta(weeks=90)]
    assert [count for _, count in rules.per_week(moments, until=until, weeks=3)] == [0, None, 5]
    assert rules.per_week([], until=until)[-1][0].weekday() == 0


def test_waiting_times_have_a_median_in_days():
    day = timedelta(days=1)
    assert rules.median_days([]) is None
    assert rules.median_days([day, 2 * day, 10 * day]) == 2.0
