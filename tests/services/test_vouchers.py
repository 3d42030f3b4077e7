"""Vouchers and waivers: what they take off, for whom, within which budgets, and who decides."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock, ids
from app.core.audit import AuditEntry, write_waiting
from app.core.errors import InvalidInput, Refused
from app.core.money import Money
from app.payments import queries, vouchers
from app.payments.vouchers import Holder, VoucherRefused, VoucherTerms
from app.payments.vouchers.models import Voucher
from app.payments.vouchers.states import VoucherKind, WaiverState
from tests.conftest import NOON
from tests.factories import accounts as people
from tests.factories import payments as make

PRICE = Money(85_000, "USD")


@pytest.fixture
def session(session: Session, now: Any) -> Session:
    return session


def a_voucher(session: Session, **terms: Any) -> Voucher:
    """A voucher that takes the whole fee off once, with what matters changed."""
    wanted = VoucherTerms(**{"label": "Sponsors", "kind": VoucherKind.WAIVER, "reason": "Agreed.", **terms})
    return vouchers.issue(session, wanted, count=1, actor_id=people.user(session).id, now=clock.now())[0]


def hold(session: Session, code: str, *, price: Money = PRICE, who: Holder | None = None) -> tuple[UUID, int]:
    subject = ids.new_id()
    off = vouchers.hold(
        session, code, subject_kind="test", subject_id=subject, price=price, now=clock.now(), holder=who
    )
    return subject, off.cents


@pytest.mark.answers("ask 3")
@pytest.mark.parametrize(
    ("terms", "price", "off"),
    [({"kind": VoucherKind.PERCENTAGE, "percent": 15}, PRICE, 12_750),
     ({"kind": VoucherKind.PERCENTAGE, "percent": 33}, Money(1_050, "JPY"), 347),
     ({"kind": VoucherKind.AMOUNT, "amount_cents": 20_000, "currency": "USD"}, PRICE, 20_000),
     ({"kind": VoucherKind.AMOUNT, "amount_cents": 99_000, "currency": "USD"}, PRICE, 85_000),
     ({}, PRICE, 85_000),
     ({"budget_cents": 30_000, "currency": "USD"}, PRICE, 30_000)],
)  # fmt: skip
def test_a_voucher_takes_off_its_share_its_amount_or_all_but_never_more_than_fee_or_budget(session, terms, price, off):
    subject, taken = hold(session, a_voucher(session, **terms).code, price=price)
    assert taken == off
    assert queries.amount_due(session, "test", subject, price) == Money(price.cents - off, price.currency)


def test_however_a_code_is_typed_it_is_the_same_code(session):
    code = a_voucher(session).code
    assert hold(session, f" {code[:4].lower()}-{code[4:8]} {code[8:]} ")[1] == 85_000


def refused_ones(session: Session) -> list[tuple[str, Money, Holder | None]]:
    """Codes that cannot be used, each for another reason, and for what."""
    later, house = clock.now() + timedelta(days=1), ids.new_id()
    used, stopped = a_voucher(session), a_voucher(session)
    hold(session, used.code)
    vouchers.stop(session, stopped.id, reason="Leaked.", actor_id=people.user(session).id, now=clock.now())
    partner = Holder("partner", "JP", house)
    return [
        ("NOSUCHCODE22", PRICE, None), ("", PRICE, None), ("%", PRICE, None), (used.code, PRICE, None),
        (stopped.code, PRICE, None),
        (a_voucher(session, valid_from=later).code, PRICE, None),
        (a_voucher(session, valid_until=clock.now()).code, PRICE, None),
        (a_voucher(session, budget_cents=100, currency="EUR").code, PRICE, None),
        (a_voucher(session, participant_types=("media",)).code, PRICE, partner),
        (a_voucher(session, markets=("FR",)).code, PRICE, partner),
        (a_voucher(session, organizations=(str(ids.new_id()),)).code, PRICE, partner),
        (a_voucher(session, markets=("FR",)).code, PRICE, None),
    ]  # fmt: skip


def test_every_code_that_cannot_be_used_gets_the_same_answer(session):
    said = set()
    for code, price, who in refused_ones(session):
        with pytest.raises(VoucherRefused) as refusal:
            hold(session, code, price=price, who=who)
        with pytest.raises(VoucherRefused):
            vouchers.quote(session, code, price=price, now=clock.now(), holder=who)
        said.add((refusal.value.message, refusal.value.code, refusal.value.status))
    assert len(said) == 1


@pytest.mark.answers("ask 3")
def test_a_restricted_voucher_is_for_those_it_names(session):
    house = ids.new_id()
    terms = {"participant_types": ("partner",), "markets": ("JP",), "organizations": (str(house),)}
    assert hold(session, a_voucher(session, **terms).code, who=Holder("partner", "JP", house))[1] == 85_000


def test_what_is_released_can_be_used_again_and_what_is_spent_only_after_that(session):
    voucher = a_voucher(session)
    subject, _ = hold(session, voucher.code)
    vouchers.spend(session, subject_kind="test", subject_id=subject, now=clock.now())
    with pytest.raises(VoucherRefused):
        hold(session, voucher.code)
    for _ in range(2):
        vouchers.release(session, subject_kind="test", subject_id=subject, now=clock.now())
    assert (voucher.uses_taken, voucher.cents_taken) == (0, 0)
    hold(session, voucher.code)
    assert not vouchers.retake(session, subject_kind="test", subject_id=subject, now=clock.now())


def test_another_code_replaces_the_first_and_gives_its_use_back(session):
    first, second = a_voucher(session), a_voucher(session, kind=VoucherKind.PERCENTAGE, percent=10)
    subject, _ = hold(session, first.code)
    vouchers.hold(session, second.code, subject_kind="test", subject_id=subject, price=PRICE, now=clock.now())
    assert (first.uses_taken, second.uses_taken) == (0, 1)
    assert queries.amount_due(session, "test", subject, PRICE).cents == 76_500


def test_a_successor_has_the_discount_of_whom_they_replace_and_the_use_is_counted_once(session):
    voucher, successor = a_voucher(session), ids.new_id()
    subject, _ = hold(session, voucher.code)
    vouchers.pass_on(
        session, subject_kind="test", from_id=subject, to_id=successor, price=Money(70_000, "USD"), now=clock.now()
    )
    assert (voucher.uses_taken, voucher.cents_taken) == (1, 70_000)
    assert queries.amount_due(session, "test", successor, Money(70_000, "USD")).cents == 0


@pytest.mark.parametrize(
    "terms",
    [{"label": " "}, {"reason": ""}, {"uses_limit": 0}, {"kind": VoucherKind.PERCENTAGE}, {"kind": VoucherKind.AMOUNT},
     {"kind": VoucherKind.PERCENTAGE, "percent": 101}, {"budget_cents": 5}, {"budget_cents": -5, "currency": "USD"},
     {"valid_from": NOON, "valid_until": NOON - timedelta(days=1)}],
)  # fmt: skip
def test_terms_that_cannot_be_are_refused(session, terms):
    with pytest.raises(InvalidInput):
        a_voucher(session, **terms)


def test_codes_made_in_bulk_differ_and_making_them_is_on_the_record(session):
    terms = VoucherTerms(label="Many", kind=VoucherKind.WAIVER, reason="Agreed.")
    made = vouchers.issue(session, terms, count=500, actor_id=people.user(session).id, now=clock.now())
    assert len({voucher.code for voucher in made}) == 500
    with pytest.raises(InvalidInput):
        vouchers.issue(session, terms, count=501, actor_id=people.user(session).id, now=clock.now())
    write_waiting(session)
    wanted = sa.select(sa.func.count()).where(AuditEntry.action == "voucher.made")
    assert session.scalar(wanted) == 500


def grant(session: Session, payment: Any, cents: int, actor_id: UUID) -> Any:
    return vouchers.grant_waiver(
        session, payment.id, Money(cents, "USD"), reason="Invited speaker.", actor_id=actor_id, now=clock.now()
    )


def test_one_person_waives_up_to_the_limit_and_two_above_it(session):
    ada, ben = people.user(session).id, people.user(session).id
    payment = make.payment(session, payer_id=people.user(session).id)
    assert grant(session, payment, 50_000, ada).state is WaiverState.GRANTED
    assert queries.amount_due(session, "test", payment.subject_id, PRICE).cents == 35_000
    other = make.payment(session, payer_id=people.user(session).id)
    waiver = grant(session, other, 50_001, ada)
    assert waiver.state is WaiverState.PROPOSED
    assert queries.amount_due(session, "test", other.subject_id, PRICE) == PRICE
    with pytest.raises(Refused, match="colleague"):
        vouchers.decide_waiver(session, waiver.id, agreed=True, words="", actor_id=ada, now=clock.now())
    vouchers.decide_waiver(session, waiver.id, agreed=True, words="", actor_id=ben, now=clock.now())
    assert queries.amount_due(session, "test", other.subject_id, PRICE).cents == 34_999


@pytest.mark.check("D11")
def test_nobody_waives_their_own_fee_nor_agrees_to_it(session):
    payer, ada = people.user(session).id, people.user(session).id
    payment = make.payment(session, payer_id=payer)
    with pytest.raises(Refused, match="own"):
        grant(session, payment, 100, payer)
    waiver = grant(session, payment, 60_000, ada)
    with pytest.raises(Refused, match="own"):
        vouchers.decide_waiver(session, waiver.id, agreed=True, words="", actor_id=payer, now=clock.now())


def test_a_fee_that_was_asked_for_is_not_waived_and_a_waiver_can_be_taken_back_before(session):
    ada, payment = people.user(session).id, make.payment(session)
    waiver = grant(session, payment, 100, ada)
    with pytest.raises(Refused, match="already"), session.begin_nested():
        grant(session, payment, 100, ada)
    vouchers.end_waiver(session, waiver.id, reason="A mistake.", actor_id=ada, now=clock.now())
    assert queries.amount_due(session, "test", payment.subject_id, PRICE) == PRICE
    make.services.request_charge(session, payment.id, amount_cents=100, currency="USD", now=clock.now())
    with pytest.raises(Refused, match="asked for"):
        grant(session, payment, 100, ada)
