"""The rules of a summit as data: three real years expressed, old versions read, currencies, refunds, accounts."""

import tomllib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.core.money import Money
from app.registration.rules.changes import changes
from app.registration.rules.described import SECTIONS, described
from app.registration.rules.effects import Effect, PoolStanding, pool_effects
from app.registration.rules.example import Applicant, NotPossible, what_one_gets
from app.registration.rules.prices import decision_due, refund_due, terms_on
from app.registration.rules.reading import UnfitSettings
from app.registration.rules.stored import read_summit, terms_from, to_plain
from app.registration.rules.summit import BankAccount, PoolRule, PriceStep, RefundRule, SummitSettings, TaxRule, moved
from app.registration.rules.toml import to_toml
from app.registration.states import ParticipantType, PoolKind
from tests.factories.registration import SETTINGS

P = ParticipantType


def year(number: int, first_day: date, **rules: object) -> SummitSettings:
    opens = date(number, 1, 6)
    usual = {
        "name": f"Investment Summit {number}", "days": (first_day, first_day + timedelta(days=2)),
        "registration_opens": opens, "registration_closes": first_day - timedelta(days=7),
        "free_types": (P.MEDIA,), "holidays": (), "decision_business_days": 15, "refund_rules": (),
    }  # fmt: skip
    return replace(SETTINGS, **{**usual, **rules})


# What the stored pages of a real government summit say; sums they leave open are invented: the first price of 2018
# and every price of 2024.
SUMMIT_2018 = year(
    2018, date(2018, 6, 20),
    price_steps=(PriceStep(date(2018, 1, 6), 75_000), PriceStep(date(2018, 5, 16), 85_000)),
    decisions_begin=date(2018, 2, 1), substitution_until=date(2018, 6, 6),
    refund_rules=(RefundRule(date(2018, 5, 18), 12_500),),
    visa_denied_until=date(2018, 6, 20), visa_denied_fee_cents=12_500,
    other_terms="Checks are refunded four weeks after the event, cards two weeks after it.",
)  # fmt: skip
SUMMIT_2020 = year(
    2020, date(2020, 6, 1),
    price_steps=(
        PriceStep(date(2020, 1, 6), 85_000), PriceStep(date(2020, 3, 1), 92_500), PriceStep(date(2020, 4, 15), 97_500),
    ),
    decisions_begin=date(2020, 2, 3), substitution_until=date(2020, 5, 15),
)  # fmt: skip
SUMMIT_2024 = year(
    2024, date(2024, 6, 23),
    price_steps=(PriceStep(date(2024, 1, 6), 90_000), PriceStep(date(2024, 3, 1), 97_500)),
    substitution_until=date(2024, 6, 10), refund_rules=(RefundRule(date(2024, 4, 10), 12_500),),
    refund_request_days=60, visa_denied_until=date(2024, 6, 23), visa_denied_fee_cents=12_500,
    other_terms="If the summit cannot be held in person, what was paid counts for the next one.",
)  # fmt: skip
YEARS = [SUMMIT_2018, SUMMIT_2020, SUMMIT_2024]


def under(summit: SummitSettings, day: date, kind: P = P.PARTNER, currency: str | None = None):
    return terms_on(summit, version=1, participant_type=kind, day=day, currency=currency)


@pytest.mark.parametrize("summit", YEARS, ids=lambda s: s.name[-4:])
def test_the_rules_of_three_real_years_are_data(summit):
    assert read_summit(to_plain(summit)) == summit
    content = tomllib.loads(to_toml(summit, key="year"))
    assert content.pop("key") == "year"
    assert read_summit(content) == summit
    assert under(summit, summit.registration_opens, P.MEDIA).price_cents == 0


def test_2018_adds_a_hundred_dollars_after_15_may_and_keeps_a_fee_until_18_may():
    early, late = under(SUMMIT_2018, date(2018, 5, 15)), under(SUMMIT_2018, date(2018, 5, 16))
    assert late.price_cents - early.price_cents == 10_000
    assert refund_due(75_000, early, date(2018, 5, 18)) == 62_500
    assert refund_due(75_000, early, date(2018, 5, 19)) == 0
    assert refund_due(75_000, early, date(2018, 6, 1), visa_denied=True) == 62_500
    assert decision_due(SUMMIT_2018, date(2018, 1, 10)) == date(2018, 2, 22)
    assert decision_due(SUMMIT_2018, date(2018, 3, 1)) == date(2018, 3, 22)


def test_2020_has_three_prices_by_the_day_of_application():
    days = (date(2020, 2, 29), date(2020, 3, 1), date(2020, 4, 15))
    assert [under(SUMMIT_2020, day).price_cents for day in days] == [85_000, 92_500, 97_500]
    assert under(SUMMIT_2020, days[0]).substitution_until == date(2020, 5, 15)


def test_2024_refunds_only_within_sixty_days_of_paying_and_on_proof_of_a_denied_visa():
    terms, paid_on = under(SUMMIT_2024, date(2024, 1, 10)), date(2024, 1, 20)
    assert refund_due(90_000, terms, date(2024, 3, 20), paid_on=paid_on) == 77_500
    assert refund_due(90_000, terms, date(2024, 3, 21), paid_on=paid_on) == 0
    assert refund_due(90_000, terms, date(2024, 6, 23), visa_denied=True, paid_on=paid_on) == 77_500
    assert refund_due(90_000, terms, date(2024, 6, 24), visa_denied=True, paid_on=paid_on) == 0


EVERYTHING = replace(
    SETTINGS,
    price_steps=(*SETTINGS.price_steps, PriceStep(date(2027, 1, 4), 80_000, "EUR")),
    refund_rules=(
        RefundRule(date(2027, 3, 1), 0), RefundRule(date(2027, 4, 10), 12_500), RefundRule(date(2027, 5, 1), 0, "", 50),
        RefundRule(date(2027, 4, 10), 11_000, "EUR"),
    ),
    nomination_types=(P.GOVERNMENT,), endorsement_asked=True, submission_on_behalf=True,
    decisions_begin=date(2027, 2, 1), decision_delay_minutes=30, reminder_days=(5, 2),
    visa_denied_until=date(2027, 5, 4), visa_denied_fee_cents=12_500, substitution_until=date(2027, 4, 20),
    substitution_same_organization=False, other_terms='Say "yes".\nTwice.',
    pools=(*SETTINGS.pools, PoolRule(PoolKind.MARKET, "JP", 30, 20)),
    tax=TaxRule("VAT", 775, "Summit Office", "1 Main Street\nWashington", "12-3456789"),
    bank_accounts=(
        BankAccount("EUR", "Summit Office", "DE89370400440532013000", "COBADEFFXXX", "Commerzbank"),
        BankAccount("USD", "Summit Office", account_number="12345678", routing_number="021000021"),
    ),
)  # fmt: skip


def in_order(summit: SummitSettings) -> SummitSettings:
    return replace(summit, refund_rules=tuple(sorted(summit.refund_rules, key=lambda r: (r.currency, r.until))))


def test_every_setting_can_be_written_and_read_as_json_and_as_toml():
    assert read_summit(to_plain(EVERYTHING)) == in_order(EVERYTHING)
    content = tomllib.loads(to_toml(EVERYTHING, key="all"))
    del content["key"]
    assert read_summit(content) == in_order(EVERYTHING)


def test_every_setting_has_a_name_and_a_section_and_can_be_shown():
    named = [name for labels in SECTIONS.values() for name in labels]
    assert sorted(named) == sorted(SummitSettings.__dataclass_fields__)
    words = {line.label: line.words for _heading, said in described(EVERYTHING) for line in said}
    assert words["Price in EUR from 4 January 2027"] == "€800.00"
    assert words["Refund on withdrawal until 1 May 2027 (USD)"] == "what was paid, less 50 %"
    assert words["Refund on withdrawal until 1 March 2027 (USD)"] == "all that was paid"
    assert words["Places: market JP"] == "30, target 20"
    assert words["Tax and seller"] == "VAT 7.75 % included; Summit Office, 1 Main Street Washington, 12-3456789"
    assert words["Account for USD"] == "Summit Office, account 12345678, routing 021000021"
    assert words["Only within the same organization"] == "no"


def test_what_is_added_or_gone_is_told_item_by_item():
    found = {c.label: (c.before, c.after) for c in changes(SETTINGS, EVERYTHING)}
    assert found["Places: market JP"] == ("none", "30, target 20")
    assert found["Price in EUR from 4 January 2027"] == ("none", "€800.00")
    assert "Price in USD from 4 January 2027" not in found


def test_versions_and_terms_stored_before_there_were_these_rules_still_read():
    new = {
        "nomination_types", "endorsement_asked", "submission_on_behalf",
        "decisions_begin", "decision_delay_minutes", "authentication_days", "invoice_days",
        "reminder_days", "refund_rules", "refund_request_days", "visa_denied_until", "visa_denied_fee_cents",
        "substitution_until", "substitution_same_organization", "other_terms", "tax", "bank_accounts",
    }  # fmt: skip
    old = {name: value for name, value in to_plain(SETTINGS).items() if name not in new}
    old["price_steps"] = [{"since": step["since"], "cents": step["cents"]} for step in old["price_steps"]]
    old["pools"] = [{key: pool[key] for key in ("kind", "key", "capacity")} for pool in old["pools"]]
    old |= {"refund_until": "2027-04-10", "refund_fee_cents": 12_500}
    assert read_summit(old) == SETTINGS
    assert read_summit({**old, "refund_until": None, "refund_fee_cents": 0}).refund_rules == ()
    terms = terms_from({
        "version": 1, "price_cents": 92_500, "currency": "USD", "decision_business_days": 15, "payment_days": 7,
        "offer_days": 3, "refund_until": "2027-04-10", "refund_fee_cents": 12_500,
    })  # fmt: skip
    assert (terms.refund_until, terms.refund_fee_cents) == (date(2027, 4, 10), 12_500)
    assert refund_due(92_500, terms, date(2027, 4, 10)) == 80_000


def test_terms_read_back_as_they_were_written():
    terms = under(EVERYTHING, date(2027, 3, 1), currency="EUR")
    assert terms_from(to_plain(terms)) == terms


def test_currencies_are_kept_apart():
    assert EVERYTHING.currencies == ("USD", "EUR")
    dollars, euros = (under(EVERYTHING, date(2027, 3, 1), currency=code) for code in ("USD", "EUR"))
    assert (dollars.price_cents, dollars.currency) == (92_500, "USD")
    assert (euros.price_cents, euros.currency) == (80_000, "EUR")
    assert refund_due(80_000, euros, date(2027, 3, 1)) == 69_000
    assert refund_due(92_500, dollars, date(2027, 3, 1)) == 92_500
    with pytest.raises(ValueError, match="no price in GBP"):
        under(EVERYTHING, date(2027, 3, 1), currency="GBP")


@pytest.mark.parametrize(
    ("day", "back"),
    [(date(2027, 3, 1), 92_500), (date(2027, 3, 2), 80_000), (date(2027, 4, 11), 46_250), (date(2027, 5, 2), 0)],
)
def test_each_cut_off_keeps_what_it_says(day, back):
    assert refund_due(92_500, under(EVERYTHING, date(2027, 3, 1)), day) == back


@settings(max_examples=200, deadline=None)
@given(
    paid=some.integers(0, 200_000), day=some.dates(date(2027, 1, 1), date(2027, 6, 1)), denied=some.booleans(),
    rules=some.lists(
        some.builds(RefundRule, some.dates(date(2027, 1, 1), date(2027, 6, 1)), some.integers(0, 200_000),
                    some.just("USD"), some.integers(0, 100)), max_size=4),
)  # fmt: skip
def test_nobody_ever_gets_back_more_than_they_paid_or_less_than_nothing(paid, day, denied, rules):
    terms = replace(under(EVERYTHING, date(2027, 3, 1)), refund_rules=tuple(rules))
    back = refund_due(paid, terms, day, visa_denied=denied)
    assert 0 <= back <= paid
    assert refund_due(paid, terms, day, visa_denied=True) >= refund_due(paid, terms, day)


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"price_steps": [*to_plain(SETTINGS)["price_steps"], {"since": "2027-02-01", "cents": 1, "currency": "EUR"}]},
         "price_steps", "first price in EUR"),
        ({"refund_rules": [{"until": "2027-03-01", "currency": "EUR"}]}, "refund_rules", "Nobody can pay in EUR"),
        ({"refund_rules": [{"until": "2027-03-01"}, {"until": "2027-03-01", "fee_cents": 5}]}, "refund_rules",
         "end on the same day"),
        ({"refund_rules": [{"until": "2027-03-01", "kept_percent": 101}]}, "refund_rules", "at most 100 percent"),
        ({"refund_until": "2027-03-01"}, "refund_until", "Say what comes back once"),
        ({"pools": [{"kind": "total", "capacity": 10, "target": 11}]}, "pools", "must not lie above the cap"),
        ({"reminder_days": [0]}, "reminder_days", "from 1 to 60"),
        ({"nomination_types": ["king"]}, "nomination_types", "Use one of the listed values"),
        ({"tax": {"basis_points": 700}}, "tax", "Name the tax"),
        ({"substitution_until": "2027-06-01"}, "substitution_until", "after the last day"),
        ({"bank_accounts": [{"currency": "EUR", "holder": "O", "iban": "DE89370400440532013001"}]}, "bank_accounts",
         "is not an IBAN"),
        ({"bank_accounts": [{"currency": "EUR", "holder": "O", "iban": "DE89370400440532013000", "bic": "X"}]},
         "bank_accounts", "is not a BIC"),
        ({"bank_accounts": [{"currency": "USD", "holder": "O", "account_number": "1234", "routing_number": "021000022"}
                            ]}, "bank_accounts", "nine digits that add up"),
        ({"bank_accounts": [{"currency": "USD", "holder": "O"}]}, "bank_accounts", "Give an IBAN"),
    ],
)  # fmt: skip
def test_rules_that_cannot_hold_are_refused_at_the_field_with_a_sentence(changed, field, words):
    with pytest.raises(UnfitSettings) as refusal:
        read_summit({**to_plain(SETTINGS), **changed})
    assert [f.field for f in refusal.value.faults if words in f.message] == [field]


def test_every_day_moves_with_the_summit():
    later = moved(EVERYTHING, first_day=date(2028, 5, 4))
    by = date(2028, 5, 4) - date(2027, 5, 4)
    assert later.visa_denied_until == date(2027, 5, 4) + by
    assert later.price_steps[-1] == PriceStep(date(2027, 1, 4) + by, 80_000, "EUR")
    assert moved(later, first_day=date(2027, 5, 4)) == EVERYTHING


def test_a_made_up_applicant_is_told_price_dates_refund_and_pools():
    got = what_one_gets(EVERYTHING, Applicant(P.GOVERNMENT, "JP", "EUR", date(2027, 3, 1), date(2027, 4, 1)))
    assert (got.price, got.refund) == (Money(80_000, "EUR"), Money(69_000, "EUR"))
    assert got.refund_visa_denied == Money(69_000, "EUR")
    assert (got.needs_nomination, got.decision_due, got.pay_by) == (True, date(2027, 3, 22), date(2027, 3, 29))
    assert [(pool.kind, pool.key, pool.capacity) for pool in got.pools] == [
        ("total", "", 200), ("market", "JP", 30), ("organization", "", 5),
    ]  # fmt: skip
    free = what_one_gets(EVERYTHING, Applicant(P.MEDIA, "FR", "USD", date(2027, 3, 1), date(2027, 4, 1)))
    assert (free.price, free.refund) == (None, None)
    with pytest.raises(NotPossible, match="pay in GBP"):
        what_one_gets(EVERYTHING, Applicant(P.MEDIA, "FR", "GBP", date(2027, 3, 1), date(2027, 4, 1)))
    with pytest.raises(NotPossible, match="not open"):
        what_one_gets(EVERYTHING, Applicant(P.MEDIA, "FR", "USD", date(2027, 5, 1), date(2027, 5, 1)))


@pytest.mark.parametrize(
    ("taken", "waiting", "rule", "effect"),
    [
        (10, 0, PoolRule(PoolKind.MARKET, "JP", 9), Effect.REFUSED),
        (10, 0, PoolRule(PoolKind.MARKET, "JP", 30, 8), Effect.OVER_TARGET),
        (10, 3, PoolRule(PoolKind.MARKET, "*", 11), Effect.OPENS),
        (10, 3, PoolRule(PoolKind.MARKET, "JP", 30, 10), Effect.NOTHING),
        (10, 3, PoolRule(PoolKind.MARKET, "JP", 10), Effect.FULL),
        (10, 3, PoolRule(PoolKind.TOTAL, "", 10), Effect.OPENS),
    ],
)
def test_the_effect_of_a_new_cap_is_taken_against_what_is_taken_and_who_waits(taken, waiting, rule, effect):
    standing = [PoolStanding(PoolKind.MARKET, "JP", taken, waiting, capacity=20, target=None)]
    assert [e.effect for e in pool_effects(standing, [rule])] == [effect]
    assert pool_effects(standing, [PoolRule(PoolKind.MARKET, "JP", 20)]) == []
