"""Money, states, clock, identifiers and policies."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.core import clock, ids
from app.core.access import EVERYONE, SIGNED_IN, MembershipOf, Principal, Role, allow, holders, policy_for, undeclared
from app.core.errors import TransitionRefused
from app.core.logs import masked, request_id, under_request
from app.core.money import BAND_LABELS, BAND_SCALE, AmountBand, Money, band_bounds, band_words, round_words
from app.core.states import advance


class Lamp(StrEnum):
    OFF = "off"
    WELL_LIT = "well_lit"


class Press(StrEnum):
    ON = "on"


def person(*roles: Role) -> Principal:
    home = MembershipOf(ids.new_id(), "Setouchi Holdings", Role.FOCAL_POINT)
    return Principal(ids.new_id(), "a@b.example", "Aoi", "Asia/Tokyo", ids.new_id(), "t", frozenset(roles), (home,))


def test_a_move_in_the_table_leads_on_and_any_other_is_refused_in_words():
    table = {(Lamp.OFF, Press.ON): Lamp.WELL_LIT}
    assert advance(table, Lamp.OFF, Press.ON, thing="lamp") is Lamp.WELL_LIT
    with pytest.raises(TransitionRefused, match="This lamp is well lit"):
        advance(table, Lamp.WELL_LIT, Press.ON, thing="lamp")


@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12))
def test_money_adds_exactly(one: int, other: int):
    assert Money(one, "USD") + Money(other, "USD") == Money(one + other, "USD")
    assert Money(one, "USD") - Money(one, "USD") == Money(0, "USD")


def test_currencies_are_kept_apart_and_shown_with_their_own_decimals():
    with pytest.raises(ValueError, match="apart"):
        Money(1, "USD") + Money(1, "EUR")
    with pytest.raises(ValueError, match="currency code"):
        Money(1, "usd")
    assert str(Money(92500, "USD")) == "$925.00"
    assert str(Money(92500, "JPY")) == "¥92,500"


def test_every_amount_band_has_words():
    assert set(BAND_LABELS) == set(AmountBand)


def test_bands_are_round_numbers_in_each_currency():
    bands = (AmountBand.UNDER_1M, AmountBand.FROM_1M_TO_10M, AmountBand.FROM_10M_TO_50M, AmountBand.OVER_250M)
    words = {currency: [band_words(band, currency) for band in bands] for currency in ("EUR", "JPY", "AED")}
    assert words["EUR"] == ["Under €1 million", "€1 to 10 million", "€10 to 50 million", "Over €250 million"]
    assert words["JPY"] == ["Under ¥100 million", "¥100 million to 1 billion", "¥1 to 5 billion", "Over ¥25 billion"]
    assert words["AED"][1] == "AED 1 to 10 million"
    assert band_words(AmountBand.UNDISCLOSED, "KRW") == "Not disclosed"


@pytest.mark.parametrize(("cents", "currency", "words"), [
    (156_150_000_000, "USD", "$1,562 million"), (1_400_000_000, "USD", "$14 million"),
    (160_000_000, "CHF", "CHF 1.6 million"),
    (85_000_000, "EUR", "€850,000"), (250_000_000_000, "JPY", "¥250 billion"), (200_000_000, "GBP", "£2 million"),
])  # fmt: skip
def test_sums_are_said_in_round_words(cents: int, currency: str, words: str):
    assert round_words(cents, currency) == words


@pytest.mark.parametrize("currency", list(BAND_SCALE))
def test_bands_follow_each_other_without_a_gap(currency: str):
    bounds = [band_bounds(band, currency) for band in AmountBand if band is not AmountBand.UNDISCLOSED]
    assert all(below[1] == above[0] for below, above in pairwise(bounds) if below and above)
    assert (bounds[0][0], bounds[-1][1]) == (0, None)
    assert band_bounds(AmountBand.UNDISCLOSED, currency) is None


def test_a_stopped_clock_stays_until_it_is_moved_and_takes_no_time_without_a_zone():
    noon = datetime(2027, 3, 1, 12, tzinfo=UTC)
    with clock.stopped(noon):
        assert clock.now() == noon
        assert clock.advance(timedelta(hours=1)) == clock.now() == noon + timedelta(hours=1)
    with pytest.raises(ValueError, match="zone"), clock.stopped(datetime(2027, 3, 1)):  # noqa: DTZ001
        pass
    with pytest.raises(RuntimeError):
        clock.advance(timedelta(1))


def test_the_same_seed_gives_the_same_identifiers_and_without_a_seed_none_repeat():
    with ids.repeatable(7):
        first = [ids.new_id() for _ in range(3)]
    with ids.repeatable(7):
        assert [ids.new_id() for _ in range(3)] == first
    assert len({ids.new_id() for _ in range(100)}) == 100


@pytest.mark.parametrize("role", list(Role))
def test_a_policy_admits_its_roles_and_nobody_else(role: Role):
    desk = holders(Role.REVIEWER, Role.ORGANIZER)
    assert desk.admits(person(role)) is (role in (Role.REVIEWER, Role.ORGANIZER))
    assert SIGNED_IN.admits(person(role))
    assert not desk.admits(None)
    assert not SIGNED_IN.admits(None)
    assert EVERYONE.admits(None)


@pytest.mark.check("D1")
def test_a_write_method_is_never_covered_by_a_read_policy():
    app = Flask("bare")

    @app.route("/thing", methods=["GET", "POST"])
    @allow(read=SIGNED_IN)
    def thing() -> str:
        return ""

    app.view_functions["static"] = allow(read=EVERYONE)(app.view_functions["static"])
    assert policy_for(thing, "GET") is SIGNED_IN
    assert undeclared(app) == ["thing POST"]


def test_a_person_is_asked_for_organizations_by_role():
    someone = person()
    assert someone.organizations() == someone.organizations(Role.FOCAL_POINT)
    assert someone.organizations(Role.COMPANY_OWNER) == frozenset()


@pytest.mark.check("J7")
@pytest.mark.check("K5")
def test_a_log_line_shows_no_secret_and_cannot_be_forged():
    line = masked({
        "password": "hunter2hunter2hunter2", "note": "mail k.vogt@isar.example\n2027 forged", "url": "/x?token=abc",
        "headers": {"Authorization": "Bearer abc"}, "key": "sk_live_0123456789abcdef",
    })  # fmt: skip
    text = repr(line)
    for secret in ("hunter2", "k.vogt", "abc", "sk_live"):
        assert secret not in text
    assert "\n" not in line["note"]


def test_a_request_id_is_taken_over_when_well_formed_and_made_anew_when_not():
    with under_request("0123456789abcdef") as kept:
        assert kept == request_id() == "0123456789abcdef"
    with under_request("bad\nid") as made:
        assert made != "bad\nid"
        assert len(made) >= 16
