"""Ways to leave, as the person meets them: the sum first, a successor, a denied visa, a voucher entered late."""

import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import clock
from app.core.access import Role
from app.core.db import transaction
from app.payments.models import Payment, Refund
from app.payments.states import RefundState
from app.payments.vouchers.models import Voucher
from app.registration.leave_models import Substitution, VisaClaim
from app.registration.models import Registration
from app.registration.states import RegistrationState, SubstitutionState, VisaClaimState
from tests.factories import accounts as people
from tests.factories import documents
from tests.factories import payments as pay
from tests.factories import registration as make
from tests.factories.payments import Desk
from tests.pages import Visitor

S = RegistrationState
UNTIL = date(2027, 4, 20)


@pytest.fixture
def desk(app: Flask, now: Any) -> Iterator[Desk]:
    """The application with a provider beside it."""
    with pay.desk(app) as opened:
        yield opened


@pytest.fixture
def summit(desk: Desk) -> Any:
    with transaction() as session:
        make.countries(session)
        return make.summit(session, substitution_until=UNTIL, visa_denied_until=UNTIL, visa_denied_fee_cents=5_000)


def confirmed(desk: Desk, summit: Any) -> tuple[UUID, UUID]:
    """A person with a paid and confirmed place; their id and their application's."""
    from app.registration import services

    with transaction() as session:
        reviewer = people.staff(session, Role.REVIEWER).id
        made = make.in_review(session, summit=summit)
        person, found = made.user_id, made.id
        payment = session.scalars(sa.select(pay.Payment).where(pay.Payment.subject_id == found)).one()
        payment.customer_ref = payment.card_ref = None
        payment_id = payment.id
    desk.save_card(payment_id)
    with transaction() as session:
        services.approve(session, found, actor_id=reviewer, now=clock.now(), max_list_age_days=None)
    desk.settle()
    return person, found


def state_of(registration_id: UUID) -> RegistrationState:
    with transaction() as session:
        return session.get_one(Registration, registration_id).state


def refunded() -> list[int]:
    with transaction() as session:
        wanted = sa.select(Refund.amount_cents).where(Refund.state != RefundState.REFUSED)
        return list(session.scalars(wanted.order_by(Refund.created_at)))


@pytest.mark.check("B7")
def test_withdrawing_tells_the_sum_first_and_wants_a_recent_sign_in_because_money_moves(desk, summit, signed_in):
    person, mine = confirmed(desk, summit)
    visitor: Visitor = signed_in(person)
    page = visitor.get("/apply/withdraw")
    assert "$800.00 goes back to you" in page.text
    assert "Of $925.00 that you paid, $125.00 is kept" in page.text
    clock.advance(timedelta(minutes=11))
    form = {"csrf_token": visitor.csrf_token, "shown_refund_cents": "80000"}
    assert visitor.client.post("/apply/withdraw", data=form).status_code in (303, 401)
    assert (state_of(mine), refunded()) == (S.CONFIRMED, [])
    visitor = signed_in(person)
    visitor.get("/apply/withdraw")
    visitor.post("/apply/withdraw", {"shown_refund_cents": "80001"}, status=422)
    visitor.get("/apply/withdraw")
    visitor.post("/apply/withdraw", {"shown_refund_cents": "80000"})
    desk.settle()
    assert (state_of(mine), refunded()) == (S.WITHDRAWN, [80_000])


def test_the_participants_page_names_every_way_to_leave_and_what_would_come_back(desk, summit, signed_in):
    person, _mine = confirmed(desk, summit)
    page = signed_in(person).get("/apply/status")
    for words in ("Let somebody else come in your place", "If your visa was denied", "$800.00 would go back to you"):
        assert words in page.text


def test_a_successor_is_named_and_taken_back_on_ones_own_page(desk, summit, signed_in):
    person, mine = confirmed(desk, summit)
    visitor = signed_in(person)
    assert "20 April 2027" in visitor.get("/apply/successor").text
    assert "Enter an address" in visitor.post("/apply/successor", {"name": "Ren"}, status=422).text
    visitor.get("/apply/successor")
    visitor.post("/apply/successor", {"name": "Ren Sato", "email": "ren@example.org", "reason": ""})
    page = visitor.get("/apply/successor")
    assert "Ren Sato was invited at ren@example.org" in page.text
    [path] = re.findall(r'action="(/apply/successor/[0-9a-f-]{36}/withdraw)"', page.html)
    visitor.post(path)
    with transaction() as session:
        assert session.scalars(sa.select(Substitution.state)).all() == [SubstitutionState.WITHDRAWN]
    assert state_of(mine) is S.CONFIRMED


def test_a_focal_point_proposes_on_a_page_of_their_own_and_the_owner_agrees(desk, summit, signed_in):
    person, mine = confirmed(desk, summit)
    with transaction() as session:
        house = session.get_one(people.Organization, session.get_one(Registration, mine).organization_id)
        lead = people.member(session, organization=house, role=Role.FOCAL_POINT).user_id
        stranger = people.user(session).id
    signed_in(stranger).get(f"/successors/{mine}", status=404)
    visitor = signed_in(lead)
    visitor.get(f"/successors/{mine}")
    visitor.post(f"/successors/{mine}", {"name": "Ren Sato", "email": "ren@example.org"})
    owner = signed_in(person)
    assert "is proposed as your successor" in owner.get("/apply/status").text
    page = owner.get("/apply/successor")
    [path] = re.findall(r'action="(/apply/successor/[0-9a-f-]{36}/agree)"', page.html)
    owner.post(path)
    with transaction() as session:
        assert session.scalars(sa.select(Substitution.state)).all() == [SubstitutionState.INVITED]


def claim(visitor: Visitor, content: bytes, name: str = "denial.pdf") -> int:
    visitor.get("/apply/visa-denied")
    form = {"csrf_token": visitor.csrf_token, "words": "Denied on Monday.", "proof": (io.BytesIO(content), name)}
    answer = visitor.client.post("/apply/visa-denied", data=form, content_type="multipart/form-data")
    return answer.status_code


@pytest.mark.check("D11")
def test_a_denied_visa_is_shown_with_proof_decided_by_finance_and_paid_back_by_its_own_rule(desk, summit, signed_in):
    person, mine = confirmed(desk, summit)
    with transaction() as session:
        ada, ben = (people.staff(session, Role.FINANCE).id for _ in range(2))
    visitor = signed_in(person)
    assert "$875.00 would go back to you" in visitor.get("/apply/visa-denied").text
    assert claim(visitor, b"not a pdf") == 422
    assert claim(visitor, documents.pdf()) == 303
    assert claim(visitor, documents.pdf()) == 422
    desk_page = signed_in(ada).get("/visa-claims")
    assert "$875.00" in desk_page.text
    [file_path] = re.findall(r'href="(/files/[0-9a-f-]{36})"', desk_page.html)
    assert signed_in(ada).client.get(file_path).status_code == 200
    [path] = re.findall(r'action="(/visa-claims/[0-9a-f-]{36})"', desk_page.html)
    finance = signed_in(ada)
    finance.get("/visa-claims")
    assert "Say why" in finance.post(path, {"decision": "refuse"}, status=422).text
    finance.get("/visa-claims")
    finance.post(path, {"decision": "accept"})
    desk.settle()
    assert state_of(mine) is S.WITHDRAWN
    assert desk.sandbox.store.all("refund") == [], "above the limit a second person releases it"
    second = signed_in(ben)
    [refund_id] = re.findall(r"/payments/refunds/([0-9a-f-]{36})", second.get("/payments/refunds").html)
    second.post(f"/payments/refunds/{refund_id}", {"decision": "release"})
    desk.settle()
    assert [r["amount"] for r in desk.sandbox.store.all("refund")] == [87_500]
    with transaction() as session:
        row = session.scalars(sa.select(VisaClaim)).one()
    assert (row.state, row.refund_cents) == (VisaClaimState.ACCEPTED, 87_500)


def test_finance_reads_what_the_terms_would_give_back_before_sending_any(desk, summit, signed_in):
    confirmed(desk, summit)
    with transaction() as session:
        ada = people.staff(session, Role.FINANCE).id
        payment_id = session.scalars(sa.select(Payment.id)).one()
    page = signed_in(ada).get(f"/payments/{payment_id}").text
    assert re.search(r"By the terms of the application, \$[0-9.,]+ would go back today", page)


def test_who_withdrew_and_then_proves_a_denied_visa_gets_the_rest(desk, summit, signed_in):
    from app.registration import services

    person, mine = confirmed(desk, summit)
    with transaction() as session:
        services.withdraw(session, mine, actor_id=person, now=clock.now())
        finance = people.staff(session, Role.FINANCE).id
    desk.settle()
    assert claim(signed_in(person), documents.pdf()) == 303
    with transaction() as session:
        made = session.scalars(sa.select(VisaClaim.id)).one()
        back = services.decide_visa_claim(session, made, accepted=True, words="", actor_id=finance, now=clock.now())
    assert back == 7_500
    assert refunded() == [80_000, 7_500]


def test_a_voucher_entered_late_shows_the_price_before_and_after_and_guessing_is_stopped(desk, summit, signed_in):
    with transaction() as session:
        made = make.in_review(session, summit=summit)
        person, code = made.user_id, pay.voucher(session, kind=pay.VoucherKind.PERCENTAGE, percent=20).code
    visitor = signed_in(person)
    visitor.get("/apply/status")
    visitor.post("/apply/voucher", {"voucher": code})
    page = visitor.get("/apply/status")
    for words in ("$925.00", "$185.00 off", "$740.00"):
        assert words in page.text
    for _ in range(10):
        visitor.get("/apply/status")
        visitor.post("/apply/voucher", {"voucher": "WRONGCODE234"})
    visitor.get("/apply/status")
    visitor.post("/apply/voucher", {"voucher": "WRONGCODE234"}, status=429)
    with transaction() as session:
        assert session.scalars(sa.select(Voucher.uses_taken)).one() == 1


@pytest.mark.parametrize("percent", [20, 100])
def test_the_fee_that_is_asked_for_is_the_price_less_the_voucher(desk, summit, percent):
    from app.registration import services

    with transaction() as session:
        reviewer = people.staff(session, Role.REVIEWER).id
        made = make.in_review(session, summit=summit)
        code = pay.voucher(session, kind=pay.VoucherKind.PERCENTAGE, percent=percent).code
        services.use_voucher(session, made.id, code, actor_id=made.user_id, now=clock.now())
        services.approve(session, made.id, actor_id=reviewer, now=clock.now(), max_list_age_days=None)
        found, payment = made.id, session.scalars(sa.select(pay.Payment)).one()
        assert payment.amount_cents == (74_000 if percent == 20 else None)
        assert session.scalars(sa.select(Voucher.uses_taken)).one() == 1
        wanted = S.PAYMENT_DUE if percent == 20 else S.CONFIRMED
        assert made.state is wanted
    with transaction() as session:
        services.withdraw(session, found, actor_id=made.user_id, now=clock.now())
        assert session.scalars(sa.select(Voucher.uses_taken)).one() == 0


def test_somebody_without_a_card_is_reminded_before_the_decision_once_for_each_day(desk, summit):
    from app.notifications.models import MailboxMessage
    from app.registration.services.fee import expect_card

    with transaction() as session:
        made = make.in_review(session, summit=summit, decision_due_on=date(2027, 3, 22))
        payment = session.scalars(sa.select(pay.Payment)).one()
        payment.card_ref, payment.state = None, pay.PaymentState.CREATED
        for _ in range(2):
            expect_card(session, made, now=clock.now())
    counts = []
    for _ in range(22):
        desk.settle()
        with transaction() as session:
            wanted = sa.select(sa.func.count()).where(MailboxMessage.subject.startswith("Please save a card"))
            counts.append(session.scalar(wanted))
        clock.advance(timedelta(days=1))
    assert counts[-1] == 2
    assert sorted(set(counts)) == [0, 1, 2]
