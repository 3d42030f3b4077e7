"""States, prices, days, refunds, slots, settings: what the rules of registration decide."""

import itertools
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import TransitionRefused
from app.core.states import advance
from app.registration.models import LIVE
from app.registration.rules.application import type_refusal
from app.registration.rules.changes import changes
from app.registration.rules.days import add_business_days, business_days_between
from app.registration.rules.pools import pools_touched
from app.registration.rules.prices import price_on, refund_due, terms_on
from app.registration.rules.progress import Action, Pace, Standing, next_action, process
from app.registration.rules.stored import UnfitSettings, read_summit, terms_from, to_plain
from app.registration.rules.summit import PoolRule
from app.registration.states import (
    ENDED,
    EVENT_WORDS,
    HOLDING,
    TRANSITIONS,
    ParticipantType,
    PoolKind,
    RegistrationEvent,
    RegistrationState,
)
from tests.conftest import NOON
from tests.factories.registration import SETTINGS

S, E = RegistrationState, RegistrationEvent
PAIRS = list(itertools.product(S, E))


@pytest.mark.check("L2")
@pytest.mark.parametrize(("state", "event"), PAIRS, ids=str)
def test_a_move_is_made_if_it_is_listed_and_refused_aloud_if_not(state, event):
    if (state, event) in TRANSITIONS:
        assert advance(TRANSITIONS, state, event, thing="application") is TRANSITIONS[state, event]
    else:
        with pytest.raises(TransitionRefused, match="not possible now"):
            advance(TRANSITIONS, state, event, thing="application")


def test_states_are_those_the_design_names():
    assert [state.value for state in S] == [
        "draft", "submitted", "in_review", "needs_information", "waitlisted", "offered", "approved", "payment_due",
        "confirmed", "declined", "withdrawn", "expired", "cancelled", "substituted",
    ]  # fmt: skip


@pytest.mark.check("L2")
def test_nothing_is_paid_or_confirmed_before_it_was_approved():
    before_approval = {S.DRAFT, S.SUBMITTED, S.IN_REVIEW, S.NEEDS_INFORMATION, S.WAITLISTED, S.OFFERED}
    reached = {TRANSITIONS[state, event] for state, event in TRANSITIONS if state in before_approval}
    assert not reached & {S.PAYMENT_DUE, S.CONFIRMED}


def test_the_database_keeps_one_live_application_a_person_by_the_same_ended_states():
    assert set(re.findall(r"'(\w+)'", str(LIVE))) == {state.value for state in ENDED}


def test_nothing_leaves_an_ended_state_but_late_money_and_a_refusal_that_is_taken_back():
    assert [(s, e) for s, e in TRANSITIONS if s in ENDED] == [
        (S.EXPIRED, E.CONFIRM_LATE), (S.DECLINED, E.UNDO), (S.DECLINED, E.RECONSIDER),
    ]  # fmt: skip


def test_every_event_has_words_and_every_held_place_can_be_given_back():
    assert set(EVENT_WORDS) == set(E)
    for state in HOLDING:
        assert TRANSITIONS[state, E.WITHDRAW] is S.WITHDRAWN
        assert TRANSITIONS[state, E.CANCEL] is S.CANCELLED


@pytest.mark.answers("ask 2")
@pytest.mark.parametrize(
    ("day", "cents"),
    [(date(2027, 1, 4), 85_000), (date(2027, 2, 7), 85_000), (date(2027, 2, 8), 92_500), (date(2027, 3, 22), 97_500)],
)
def test_the_price_is_that_of_the_day_of_application(day, cents):
    assert price_on(reversed(SETTINGS.price_steps), day) == cents


def test_there_is_no_price_before_the_first_step():
    with pytest.raises(ValueError, match="no price yet"):
        price_on(SETTINGS.price_steps, date(2027, 1, 3))


@pytest.mark.answers("ask 3")
@pytest.mark.parametrize("kind", list(ParticipantType))
def test_media_and_speakers_pay_nothing_and_others_the_price_of_the_day(kind):
    terms = terms_on(SETTINGS, version=3, participant_type=kind, day=date(2027, 3, 1))
    free = kind in (ParticipantType.MEDIA, ParticipantType.SPEAKER)
    assert (terms.price_cents, terms.version) == (0 if free else 92_500, 3)


def test_terms_read_back_as_they_were_written():
    terms = terms_on(SETTINGS, version=1, participant_type=ParticipantType.PARTNER, day=date(2027, 3, 1))
    assert terms_from(to_plain(terms)) == terms
    without = replace(terms, refund_rules=())
    assert terms_from(to_plain(without)) == without


@pytest.mark.parametrize(
    ("paid", "day", "back"),
    [
        (92_500, date(2027, 4, 10), 80_000),
        (92_500, date(2027, 4, 11), 0),
        (10_000, date(2027, 3, 1), 0),
        (0, date(2027, 3, 1), 0),
    ],
)
def test_a_withdrawal_brings_back_the_sum_less_the_fee_until_the_cut_off(paid, day, back):
    terms = terms_on(SETTINGS, version=1, participant_type=ParticipantType.PARTNER, day=date(2027, 3, 1))
    assert refund_due(paid, terms, day) == back
    assert refund_due(paid, replace(terms, refund_rules=()), day) == 0


def test_business_days_skip_weekends_and_listed_holidays():
    friday, monday = date(2027, 3, 5), date(2027, 3, 8)
    assert add_business_days(friday, 1) == monday
    assert add_business_days(friday, 1, [monday]) == date(2027, 3, 9)
    assert add_business_days(friday, 0) == friday
    assert add_business_days(date(2027, 3, 1), 15) == date(2027, 3, 22)
    assert business_days_between(friday, monday) == 1
    assert business_days_between(date(2027, 3, 1), date(2027, 3, 22)) == 15
    assert business_days_between(monday, friday) == 0


@given(st.dates(date(2026, 1, 1), date(2028, 1, 1)), st.integers(-30, 400), st.lists(st.integers(-5, 405), max_size=12))
def test_business_days_are_counted_as_if_one_by_one(earlier, span, apart):
    holidays = [earlier + timedelta(days=days) for days in apart]
    days = [earlier + timedelta(days=n) for n in range(1, span + 1)]
    assert business_days_between(earlier, earlier + timedelta(days=span), holidays) == sum(
        day.weekday() < 5 and day not in holidays for day in days
    )


def test_slots_lie_in_the_day_outside_of_breaks():
    slots = SETTINGS.slots()
    assert len(slots) == 2 * 14
    assert slots[0].starts_at == datetime(2027, 5, 4, 13, 0, tzinfo=UTC)
    assert slots[-1].ends_at == datetime(2027, 5, 5, 21, 0, tzinfo=UTC)
    lunch = datetime(2027, 5, 4, 16, 0, tzinfo=UTC)
    assert not [s for s in slots if s.starts_at <= lunch < s.ends_at]


def test_slots_keep_venue_time_when_the_clocks_change():
    across = replace(SETTINGS, days=(date(2027, 3, 13), date(2027, 3, 14)), breaks=())
    first, second = across.slots()[0], across.slots()[16]
    assert (first.starts_at.hour, second.starts_at.hour) == (14, 13)
    assert (second.starts_at - first.starts_at).total_seconds() == 23 * 3600


def test_slots_that_do_not_fit_before_a_break_or_the_end_are_left_out():
    odd = replace(SETTINGS, days=(date(2027, 5, 4),), slot_minutes=50)
    local = [(s.starts_at.hour - 4, s.starts_at.minute) for s in odd.slots()]
    assert local == [(9, 0), (9, 50), (10, 40), (13, 0), (13, 50), (14, 40), (15, 30)]


def test_registration_opens_and_closes_with_the_days_of_the_venue():
    assert SETTINGS.opens_at == datetime(2027, 1, 4, 5, 0, tzinfo=UTC)
    assert SETTINGS.closes_at == datetime(2027, 4, 17, 4, 0, tzinfo=UTC)


def test_settings_read_back_as_they_were_written():
    assert read_summit(to_plain(SETTINGS)) == SETTINGS


@pytest.mark.check("E2")
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"zone": "Mars/Base"}, "zone"),
        ({"zone": "../etc"}, "zone"),
        ({"days": []}, "days"),
        ({"days": ["2027-05-04", "2027-05-04"]}, "days"),
        ({"days": "2027-05-04"}, "days"),
        ({"days": ["4 May"]}, "days"),
        ({"day_ends": "08:00"}, "day_ends"),
        ({"day_ends": "late"}, "day_ends"),
        ({"slot_minutes": 0}, "slot_minutes"),
        ({"slot_minutes": True}, "slot_minutes"),
        ({"tables": "20"}, "tables"),
        ({"breaks": [{"starts": "13:00", "ends": "12:00"}]}, "breaks"),
        ({"registration_closes": "2026-12-31"}, "registration_closes"),
        ({"registration_closes": "2027-06-01"}, "registration_closes"),
        ({"currency": "usd"}, "currency"),
        ({"price_steps": []}, "price_steps"),
        ({"price_steps": [{"since": "2027-02-01", "cents": 1}]}, "price_steps"),
        ({"price_steps": [{"since": "2027-01-01", "cents": 1}, {"since": "2027-01-01", "cents": 2}]}, "price_steps"),
        ({"price_steps": [{"since": "2027-01-01", "cents": 8.5}]}, "price_steps"),
        ({"price_steps": [{"since": "2027-01-01"}]}, "price_steps"),
        ({"pools": []}, "pools"),
        ({"pools": [{"kind": "total", "key": "", "capacity": -1}]}, "pools"),
        ({"pools": [{"kind": "market", "key": "Japan", "capacity": 1}]}, "pools"),
        ({"pools": [{"kind": "moon", "key": "", "capacity": 1}]}, "pools"),
        ({"free_types": ["press"]}, "free_types"),
        ({"refund_until": "2027-06-01"}, "refund_until"),
        ({"refund_rules": [{"until": "2027-04-01", "fee_cents": -5}]}, "refund_rules"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_unfit_settings_are_refused_at_the_field_at_fault(changed, field):
    with pytest.raises(UnfitSettings) as refusal:
        read_summit({**to_plain(SETTINGS), **changed})
    assert field in {fault.field for fault in refusal.value.faults}


def test_every_fault_is_named_at_once():
    with pytest.raises(UnfitSettings) as refusal:
        read_summit({})
    named = {fault.field for fault in refusal.value.faults}
    assert {"name", "venue", "zone", "slot_minutes", "tables", "day_starts", "registration_opens"} <= named


@pytest.mark.answers("ask 6")
def test_a_person_draws_from_one_pool_of_each_kind_their_own_before_the_general_one():
    rules = [
        PoolRule(PoolKind.TOTAL, "", 100), PoolRule(PoolKind.MARKET, "JP", 20), PoolRule(PoolKind.MARKET, "*", 5),
        PoolRule(PoolKind.ORGANIZATION, "*", 3),
    ]  # fmt: skip
    assert [(p.kind, p.key, p.capacity) for p in pools_touched(rules, "JP", "partner", "org-1")] == [
        ("total", "", 100), ("market", "JP", 20), ("organization", "org-1", 3),
    ]  # fmt: skip
    assert pools_touched(rules, "FR", "partner", "org-2")[1] == PoolRule(PoolKind.MARKET, "FR", 5)


@pytest.mark.parametrize(
    ("kind", "organization", "fits"),
    [
        (ParticipantType.COMPANY, "us_company", True), (ParticipantType.COMPANY, "fund", False),
        (ParticipantType.PARTNER, "us_company", False), (ParticipantType.PARTNER, "trading_house", True),
        (ParticipantType.GOVERNMENT, "ministry", True), (ParticipantType.GOVERNMENT, "prime", False),
        (ParticipantType.MEDIA, "other", True),
    ],
)  # fmt: skip
def test_the_type_of_a_person_fits_the_kind_of_their_organization(kind, organization, fits):
    assert (type_refusal(kind, organization) is None) is fits


def test_a_preview_names_what_changes_and_nothing_else():
    after = replace(SETTINGS, tables=30, visa_denied_fee_cents=15_000)
    assert [(c.label, c.before, c.after) for c in changes(SETTINGS, after)] == [
        ("Tables", "20", "30"), ("Fee kept when a visa is denied", "$0.00", "$150.00"),
    ]  # fmt: skip
    priced = replace(SETTINGS, price_steps=SETTINGS.price_steps[:1])
    assert (changes(SETTINGS, priced)[0].before, changes(SETTINGS, priced)[0].after) == ("$925.00", "none")
    assert changes(SETTINGS, SETTINGS) == []


def standing(state: S, **facts: object) -> Standing:
    usual = {"price": "$925.00", "card_saved": True, "charge_needs_payer": False, "decision_due_on": None}
    return Standing(state=state, **{**usual, **facts})


@pytest.mark.parametrize(
    ("where", "action"),
    [
        (None, Action.START),
        (standing(S.DRAFT), Action.RESUME),
        (standing(S.IN_REVIEW, card_saved=False), Action.SAVE_CARD),
        (standing(S.IN_REVIEW, card_saved=False, price=None), Action.NOTHING),
        (standing(S.IN_REVIEW), Action.NOTHING),
        (standing(S.NEEDS_INFORMATION, card_saved=False), Action.ANSWER),
        (standing(S.OFFERED), Action.ANSWER_OFFER),
        (standing(S.PAYMENT_DUE), Action.NOTHING),
        (standing(S.PAYMENT_DUE, charge_needs_payer=True), Action.PAY),
        (standing(S.PAYMENT_DUE, charge_needs_payer=True, by_card=False), Action.TRANSFER),
        (standing(S.PAYMENT_DUE, charge_needs_payer=True, by_card=False, by_group=True), Action.NOTHING),
        (standing(S.CONFIRMED, travel_is_due=True, letter_is_due=True), Action.TRAVEL),
        (standing(S.CONFIRMED, letter_is_due=True), Action.LETTER),
        (standing(S.CONFIRMED), Action.MEET),
        (standing(S.DECLINED, card_saved=False), Action.NOTHING),
    ],
)
def test_an_applicant_has_one_next_action(where, action):
    assert next_action(where) is action


def test_the_process_says_what_is_done_what_is_now_and_by_when():
    steps = process(standing(S.IN_REVIEW, decision_due_on=date(2027, 3, 22), submitted_at=NOON))
    assert [step.pace for step in steps] == [Pace.DONE, Pace.NOW, *[Pace.LATER] * 4]
    assert (steps[0].at, steps[1].by) == (NOON, date(2027, 3, 22))
    assert "$925.00" in steps[2].text


@pytest.mark.parametrize(
    ("where", "now"),
    [
        (standing(S.DRAFT), "You apply"),
        (standing(S.NEEDS_INFORMATION), "Your application is reviewed"),
        (standing(S.WAITLISTED), "Your place is confirmed"),
        (standing(S.PAYMENT_DUE), "Your place is confirmed"),
        (standing(S.CONFIRMED, travel_is_due=True), "You prepare your visit"),
        (standing(S.CONFIRMED), "You choose whom to meet"),
    ],
)
def test_one_step_is_now(where, now):
    assert [step.title for step in process(where) if step.pace is Pace.NOW] == [now]


@pytest.mark.parametrize("state", sorted(ENDED))
def test_an_application_that_has_ended_goes_nowhere(state):
    assert process(standing(state)) == []
