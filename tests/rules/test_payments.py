"""What is decided about money without a database."""

from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from uuid import UUID

import pytest

from app.core.errors import InvalidInput, TransitionRefused
from app.core.money import Money
from app.core.states import advance
from app.payments import rules, states
from app.payments.compare import DifferenceKind, OurCharge, OurRefund, compare_charges, compare_refunds
from app.payments.facts import IntentSeen, IntentStatus, RefundSeen
from app.payments.sandbox.params import nested
from app.payments.states import Account, AttemptState, PaymentEvent, PaymentState, RefundState

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
SINCE, SETTLED = NOON - timedelta(days=30), NOON - timedelta(minutes=10)
ONE, TWO = UUID(int=1), UUID(int=2)
TABLES = [
    (states.PAYMENT_TRANSITIONS, PaymentState, PaymentEvent),
    (states.ATTEMPT_TRANSITIONS, states.AttemptState, states.AttemptEvent),
    (states.REFUND_TRANSITIONS, states.RefundState, states.RefundEvent),
]
MOVES = {
    "created": {
        "save_card": "card_saved",
        "ask_payer": "requires_action",
        "void": "voided",
        "settle": "succeeded",
    },
    "card_saved": {
        "save_card": "card_saved",
        "charge": "processing",
        "ask_payer": "requires_action",
        "void": "voided",
        "settle": "succeeded",
    },
    "processing": {"ask_payer": "requires_action", "succeed": "succeeded", "fail": "failed", "void": "voided"},
    "requires_action": {"succeed": "succeeded", "void": "voided"},
    "succeeded": {"reopen": "requires_action"},
    "failed": {"charge": "processing", "succeed": "succeeded", "void": "voided"},
    "voided": {"succeed": "succeeded", "reopen": "created"},
}


@pytest.mark.parametrize(("state", "event"), list(product(PaymentState, PaymentEvent)))
def test_a_payment_moves_only_as_the_table_says(state, event):
    wanted = MOVES[state.value].get(event.value)
    if wanted is None:
        with pytest.raises(TransitionRefused):
            advance(states.PAYMENT_TRANSITIONS, state, event, thing="payment")
    else:
        assert advance(states.PAYMENT_TRANSITIONS, state, event, thing="payment") == wanted


@pytest.mark.parametrize(("table", "kind", "events"), TABLES)
def test_every_pair_of_state_and_event_is_listed_or_refused(table, kind, events):
    for state, event in product(kind, events):
        if (state, event) in table:
            assert advance(table, state, event, thing="thing") in kind
        else:
            with pytest.raises(TransitionRefused):
                advance(table, state, event, thing="thing")


def test_only_a_person_undoing_a_wrong_match_leaves_a_paid_attempt_and_nothing_leaves_a_failed_refund():
    paid = (AttemptState.SUCCEEDED, AttemptState.SURPLUS)
    assert {event for s, event in states.ATTEMPT_TRANSITIONS if s in paid} == {states.AttemptEvent.UNDO}
    assert not [s for s, _ in states.REFUND_TRANSITIONS if s is RefundState.FAILED]


@pytest.mark.check("I3")
@pytest.mark.parametrize(("seconds_old", "fresh"), [(0, True), (300, True), (301, False), (-60, True), (-61, False)])
def test_a_signature_is_fresh_for_five_minutes_and_at_most_one_minute_ahead(seconds_old, fresh):
    assert rules.is_fresh(NOON - timedelta(seconds=seconds_old), NOON) is fresh


@pytest.mark.parametrize(("text", "currency", "cents"), [("125", "USD", 12_500), ("1,250.5", "EUR", 125_050),
                                                         (" 7 000 ", "JPY", 7_000), ("0.01", "USD", 1)])  # fmt: skip
def test_an_amount_as_typed_becomes_the_currencys_smallest_unit(text, currency, cents):
    assert rules.parse_amount(text, currency) == cents


@pytest.mark.parametrize(("text", "currency"), [("", "USD"), ("-5", "USD"), ("1.234", "USD"), ("7.5", "JPY"),
                                                ("1e3", "USD"), ("1,5", "USD"), ("8,50", "EUR"),
                                                ("1,2345", "JPY"), ("1 250,50", "EUR"), ("5 0", "USD"),
                                                ("５", "USD"), ("9" * 13, "USD")])  # fmt: skip
def test_an_amount_that_is_not_one_is_refused(text, currency):
    with pytest.raises(InvalidInput):
        rules.parse_amount(text, currency)


@pytest.mark.parametrize(
    ("wanted", "going_back", "allowed"), [(100, 0, True), (101, 0, False), (40, 60, True), (41, 60, False)]
)
def test_refunds_together_stay_within_the_charge(wanted, going_back, allowed):
    charged = Money(100, "USD")
    if allowed:
        rules.check_refund(Money(wanted, "USD"), charged, going_back)
    else:
        with pytest.raises(rules.OverRefund):
            rules.check_refund(Money(wanted, "USD"), charged, going_back)


def test_a_refund_in_another_currency_is_refused():
    with pytest.raises(InvalidInput):
        rules.check_refund(Money(1, "EUR"), Money(100, "USD"), 0)


@pytest.mark.parametrize(("cents", "currency"), [(0, "USD"), (-1, "USD"), (1, "usd"), (1, "DOLLAR")])
def test_only_an_amount_above_zero_in_a_currency_can_be_asked_for(cents, currency):
    with pytest.raises(InvalidInput):
        rules.check_amount(cents, currency)


def test_a_posting_sums_to_zero_and_takes_two_accounts():
    assert rules.is_balanced(rules.posting(Account.RECEIVABLE, Account.REVENUE, 85_000))
    for wrong in ((Account.REVENUE, Account.REVENUE, 1), (Account.REVENUE, Account.REFUNDS, 0)):
        with pytest.raises(ValueError):
            rules.posting(*wrong)


def test_postings_that_do_not_sum_to_zero_are_named():
    lines = [("charge:1", "USD", 5), ("charge:1", "USD", -4), ("due:1", "USD", 3), ("due:1", "USD", -3)]
    assert rules.unbalanced(lines) == [("charge:1", "USD", 1)]


def ours(state: AttemptState, cents: int = 100, ref: str | None = "pi_1") -> OurCharge:
    return OurCharge(ONE, TWO, ref, state, Money(cents, "USD"), NOON - timedelta(hours=1))


def theirs(cents: int = 100, *, attempt_id: UUID | None = ONE, ref: str = "pi_1", minutes_old: int = 30) -> IntentSeen:
    at = NOON - timedelta(minutes=minutes_old)
    return IntentSeen(ref, IntentStatus.SUCCEEDED, attempt_id, cents, "USD", at)


def kinds(mine: list[OurCharge], seen: list[IntentSeen]) -> list[DifferenceKind]:
    return [one.kind for one in compare_charges(mine, seen, since=SINCE, settled_before=SETTLED)]


@pytest.mark.check("I8")
def test_every_way_in_which_charges_can_differ_has_a_name():
    paid, open_one = ours(AttemptState.SUCCEEDED), ours(AttemptState.OPEN, ref=None)
    assert kinds([paid], [theirs()]) == []
    assert kinds([open_one], [theirs()]) == [DifferenceKind.LOST_WEBHOOK]
    assert kinds([open_one], [theirs(minutes_old=5)]) == []
    assert kinds([], [theirs()]) == [DifferenceKind.STRAY_CHARGE]
    assert kinds([paid], [theirs(99)]) == [DifferenceKind.WRONG_AMOUNT]
    assert kinds([paid], []) == [DifferenceKind.NOT_AT_PROVIDER]


@pytest.mark.check("I8")
def test_every_way_in_which_refunds_can_differ_has_a_name():
    def found(mine: list[OurRefund], seen: list[RefundSeen]) -> list[DifferenceKind]:
        return [one.kind for one in compare_refunds(mine, seen, since=SINCE, settled_before=SETTLED)]

    earlier = NOON - timedelta(hours=1)
    seen = RefundSeen("re_1", RefundState.SUCCEEDED, None, "pi_1", 100, "USD", earlier)
    done = OurRefund(ONE, TWO, "re_1", RefundState.SUCCEEDED, earlier)
    waiting = OurRefund(ONE, TWO, None, RefundState.REQUESTED, earlier)
    assert found([done], [seen]) == []
    assert found([], [seen]) == [DifferenceKind.STRAY_REFUND]
    assert found([OurRefund(ONE, TWO, "re_1", RefundState.PENDING, earlier)], [seen]) == [DifferenceKind.REFUND_STATE]
    assert found([done], []) == [DifferenceKind.NOT_AT_PROVIDER]
    assert found([waiting], []) == [DifferenceKind.STUCK]


def test_nested_parameters_are_read_as_the_client_writes_them():
    body = "a=1&b[c]=2&d[0][e]=3&d[1][e]=4&types[]=x&types[]=y"
    assert nested(body) == {"a": "1", "b": {"c": "2"}, "d": [{"e": "3"}, {"e": "4"}], "types": ["x", "y"]}


@pytest.mark.check("I1")
def test_no_template_of_ours_has_a_card_field():
    words = ("cc-number", "cc-csc", "cc-exp", "cardnumber", "card_number", "card-number", "cvc", "cvv")
    folder = Path(__file__).resolve().parents[2]
    pages = [
        *(folder / "templates").rglob("*.html"),
        *(folder / "app").rglob("forms.py"),
        *(folder / "app").rglob("forms/*.py"),
    ]
    assert len(pages) > 20
    assert [str(page) for page in pages if any(word in page.read_text().lower() for word in words)] == []
