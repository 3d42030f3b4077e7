"""The pages of payments, and the door through which the provider speaks."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import clock, ids
from app.core.access import Role
from app.core.db import transaction
from app.core.settings import settings
from app.payments.models import ProviderEvent
from app.payments.sandbox.faults import Fault, FaultKind
from app.payments.sandbox.webhooks import signature
from app.payments.states import PaymentState
from tests.factories import accounts as people
from tests.factories import payments as make
from tests.factories.payments import Desk
from tests.pages import VisitedPage, Visitor

SECRET = "whsec_test"


@pytest.fixture
def desk(app: Flask, now: Any) -> Iterator[Desk]:
    """The application with a provider beside it."""
    with make.desk(app) as opened:
        yield opened


def somebody(role: Role | None = None) -> UUID:
    """A person, of the staff when a role is named."""
    with transaction() as session:
        return (people.user(session) if role is None else people.staff(session, role)).id


@pytest.fixture
def enter(desk: Desk, signed_in: Callable[[UUID], Visitor]) -> Callable[..., Visitor]:
    """Return a visitor signed in as a new person with a role, or as the person given."""
    return lambda role=None, user_id=None: signed_in(user_id or somebody(role))


def test_the_way_to_the_provider_and_back_decides_nothing_the_event_does(desk, enter):
    payer = somebody()
    payment_id, visitor = desk.open(payer_id=payer), enter(user_id=payer)
    page = visitor.get(f"/payments/{payment_id}")
    assert (page.heading, "Nothing is charged now" in page.text) == ("Your payment", True)
    hosted = visitor.post(f"/payments/{payment_id}/card").path
    assert re.fullmatch(r"http://127\.0\.0\.1/c/cs_test_\w+", hosted)
    back = desk.sandbox.fill_in(hosted).location
    assert back == f"http://127.0.0.1:8000/payments/return?payment={payment_id}"
    waiting = visitor.get(back.removeprefix("http://127.0.0.1:8000"))
    assert waiting.heading == "We are waiting for the provider's confirmation"
    assert desk.row(payment_id).state is PaymentState.CREATED
    desk.settle()
    assert visitor.get("/payments/return").heading == "Thank you, this is done"
    assert "Visa ending in 4242" in visitor.get(f"/payments/{payment_id}").text


def test_a_new_card_counts_only_when_the_provider_says_so(desk, enter):
    payer = somebody()
    payment_id, visitor = desk.open(payer_id=payer), enter(user_id=payer)
    desk.save_card(payment_id)
    visitor.get(f"/payments/{payment_id}")
    desk.sandbox.fill_in(visitor.post(f"/payments/{payment_id}/card").path, "5555555555554444")
    assert visitor.get("/payments/return").heading == "We are waiting for the provider's confirmation"
    desk.settle()
    assert visitor.get("/payments/return").heading == "Thank you, this is done"
    assert desk.row(payment_id).card_last4 == "4444"


@pytest.mark.answers("ask 9")
@pytest.mark.check("I9")
def test_visiting_the_return_page_never_marks_anything_paid(desk, enter):
    payer = somebody()
    payment_id, visitor = desk.open(payer_id=payer), enter(user_id=payer)
    desk.charge(payment_id)
    for _ in range(3):
        visitor.get(f"/payments/return?payment={payment_id}&session_id=cs_test_1&payment_status=paid")
    assert desk.row(payment_id).state is PaymentState.REQUIRES_ACTION


def test_a_pay_link_leads_to_the_bank_and_a_receipt_follows(desk, enter):
    payer = somebody()
    payment_id = desk.paid("4000002500003155", payer_id=payer)
    visitor = enter(user_id=payer)
    assert "your bank may ask you to confirm" in visitor.get(f"/payments/{payment_id}").text
    visitor.get(f"/payments/{payment_id}/receipt", status=404)
    hosted = visitor.post(f"/payments/{payment_id}/pay").path
    desk.sandbox.fill_in(hosted, "4000002500003155")
    desk.sandbox.authenticate(hosted)
    desk.settle()
    receipt = visitor.get(f"/payments/{payment_id}/receipt")
    assert "$850.00" in receipt.text
    assert receipt.heading == "Receipt"


@pytest.mark.check("I2")
def test_amounts_come_from_the_server_whatever_the_form_says(desk, enter):
    payer = somebody()
    payment_id, visitor = desk.open(payer_id=payer), enter(user_id=payer)
    desk.charge(payment_id)
    visitor.get(f"/payments/{payment_id}")
    forged = {"amount": "1", "amount_cents": "1", "currency": "JPY", "unit_amount": "1", "state": "succeeded"}
    visitor.post(f"/payments/{payment_id}/pay", forged)
    [page] = desk.sandbox.store.all("checkout.session")
    assert (page["amount_total"], page["currency"]) == (85_000, "usd")


@pytest.mark.check("D3")
@pytest.mark.parametrize("path", ["", "/receipt"])
def test_another_persons_payment_is_not_there(desk, enter, path):
    paid, visitor = desk.paid(), enter()
    stranger = visitor.get(f"/payments/{paid}{path}", status=404)
    unknown = visitor.get(f"/payments/{ids.new_id()}{path}", status=404)
    assert stranger.text.partition("Reference")[0] == unknown.text.partition("Reference")[0]
    visitor.get(f"/payments/return?payment={paid}", status=404)


def test_another_persons_payment_cannot_be_paid_or_given_a_card(desk, enter):
    payment_id, visitor = desk.open(), enter()
    visitor.get("/payments/return", status=404)
    for verb in ("card", "pay"):
        visitor.post(f"/payments/{payment_id}/{verb}", status=404)


def test_a_provider_that_does_not_answer_leaves_everything_as_it_was(desk, enter):
    payer = somebody()
    payment_id, visitor = desk.open(payer_id=payer), enter(user_id=payer)
    visitor.get(f"/payments/{payment_id}")
    desk.sandbox.faults.add(Fault(FaultKind.RATE_LIMIT, times=4))
    refused = visitor.post(f"/payments/{payment_id}/card", status=503)
    assert "Try again" in refused.text
    assert visitor.post(f"/payments/{payment_id}/card").path.startswith("http://127.0.0.1/c/")


def list_of(visitor: Visitor, query: str = "", *, words: str = "") -> list[str]:
    """Return the payers a list shows, top to bottom; words are searched for by a form, never by an address."""
    path = f"/payments{query}"
    found: VisitedPage = visitor.post(path, {"words": words}, status=200) if words else visitor.get(path)
    rows = re.findall(r'<th scope="row"><a href="/payments/[0-9a-f-]{36}">([^<]+)</a>', found.html)
    return [str(row) for row in rows]


def test_the_desk_searches_sorts_filters_and_sees_where_the_money_is(desk, enter):
    for name in ("Zoe", "Aiko", "100% Mia"):
        payment_id = desk.open()
        with transaction() as session:
            session.get_one(make.Payment, payment_id).payer_name = name
        if name == "Aiko":
            desk.charge(payment_id)
    visitor = enter(Role.ORGANIZER)
    assert list_of(visitor, "?sort=name") == ["100% Mia", "Aiko", "Zoe"]
    assert list_of(visitor, "?sort=amount")[0] == "Aiko"
    assert list_of(visitor, words="zO") == ["Zoe"]
    assert list_of(visitor, words="100%") == ["100% Mia"]
    assert list_of(visitor, "?state=requires_action") == ["Aiko"]
    assert list_of(visitor, "?state=attention") == []
    assert len(list_of(visitor, "?state=nonsense&sort=nonsense&page=x")) == 3
    assert "$850.00" in visitor.get("/payments").text


def test_a_long_list_comes_in_pages(desk, enter):
    for _ in range(26):
        desk.open()
    visitor = enter(Role.FINANCE)
    assert (len(list_of(visitor)), len(list_of(visitor, "?page=2"))) == (25, 1)


def test_a_participant_has_no_list_of_payments(desk, enter):
    enter().get("/payments", status=403)


def test_finance_sends_money_back_with_a_reason_and_sees_the_books(desk, enter):
    payment_id, visitor = desk.paid(), enter(Role.FINANCE)
    page = visitor.get(f"/payments/{payment_id}")
    assert "$850.00 can still go back" in page.text
    form = {"amount": "125.00", "reason": "Visa refused.", "shown_left": "85000"}
    asked = visitor.post(f"/payments/{payment_id}/refunds", form, status=200)
    assert "Send $125.00 back?" in asked.text
    assert "$725.00 of what was paid stays here" in asked.text
    assert desk.look(payment_id).refunds == [], "nothing goes before the sum was seen"
    visitor.post(f"/payments/{payment_id}/refunds", form | {"confirmed": "12500"})
    desk.settle()
    page = visitor.get(f"/payments/{payment_id}")
    for words in (
        "Visa refused.",
        "Provider clearing",
        "Provider event refund.created: applied",
        "$725.00 can still go",
    ):
        assert words in page.text


@pytest.mark.parametrize(("change", "words"), [({"amount": "850.01"}, "At most $850.00"),
                                               ({"amount": "x"}, "such as 125.00"),
                                               ({"reason": ""}, "Say why"), ({"shown_left": "1"}, "meanwhile"),
                                               ({"shown_left": ""}, "meanwhile")])  # fmt: skip
def test_a_refund_that_cannot_be_is_refused_at_its_field(desk, enter, change, words):
    payment_id, visitor = desk.paid(), enter(Role.FINANCE)
    visitor.get(f"/payments/{payment_id}")
    form = {"amount": "125.00", "reason": "Visa refused.", "shown_left": "85000"} | change
    page = visitor.post(f"/payments/{payment_id}/refunds", form, status=422)
    assert words in page.text
    assert "<title>Error: " in page.html
    assert desk.look(payment_id).refunds == []


def test_an_organizer_sees_payments_but_sends_no_money_back(desk, enter):
    payment_id, visitor = desk.paid(), enter(Role.ORGANIZER)
    assert "Send money back" not in visitor.get(f"/payments/{payment_id}").text
    form = {"amount": "1", "reason": "x", "shown_left": "85000"}
    visitor.post(f"/payments/{payment_id}/refunds", form, status=403)


@pytest.mark.check("B7")
def test_a_refund_needs_a_sign_in_of_the_last_ten_minutes(desk, enter):
    payment_id, visitor = desk.paid(), enter(Role.FINANCE)
    visitor.get(f"/payments/{payment_id}")
    clock.advance(timedelta(minutes=11))
    form = {"amount": "1", "reason": "x", "shown_left": "85000"}
    answer = visitor.client.post(f"/payments/{payment_id}/refunds", data={"csrf_token": visitor.csrf_token, **form})
    assert answer.status_code in (303, 401)
    assert desk.look(payment_id).refunds == []


def test_what_needs_a_person_is_settled_with_a_note(desk, enter):
    payment_id, visitor = desk.paid("4000000000005126"), enter(Role.FINANCE)
    desk.refund(payment_id, 100)
    desk.settle()
    assert "Choose another way" in visitor.get(f"/payments/{payment_id}").text
    assert len(list_of(visitor, "?state=attention")) == 1
    visitor.get(f"/payments/{payment_id}")
    assert "Say how it was settled" in visitor.post(f"/payments/{payment_id}/settled", status=422).text
    visitor.post(f"/payments/{payment_id}/settled", {"how": "Sent by bank transfer."})
    assert list_of(visitor, "?state=attention") == []
    visitor.post(f"/payments/{payment_id}/settled", {"how": "Again."}, status=409)


def an_event(**changes: Any) -> bytes:
    body = {
        "id": "evt_1", "object": "event", "type": "customer.created", "created": int(clock.now().timestamp()),
        "livemode": False, "data": {"object": {"id": "cus_1", "object": "customer"}},
    }  # fmt: skip
    return json.dumps(body | changes).encode()


def send(app: Flask, body: bytes, header: str | None) -> int:
    headers = {"Content-Type": "application/json"} | ({"Stripe-Signature": header} if header else {})
    return app.test_client().post("/payments/events", data=body, headers=headers).status_code


def rows() -> int:
    with transaction() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(ProviderEvent)) or 0


def at(seconds: int = 0) -> int:
    return int(clock.now().timestamp()) + seconds


@pytest.mark.check("I3")
@pytest.mark.parametrize("seconds", [-301, 61, 3600])
def test_an_event_signed_too_long_ago_or_ahead_of_us_is_refused_and_not_kept(desk, seconds):
    body = an_event()
    assert send(desk.app, body, signature(body, SECRET, at(seconds))) == 400
    assert rows() == 0


@pytest.mark.check("I3")
def test_a_forged_event_is_refused_and_not_kept(desk):
    body = an_event()
    good = signature(body, SECRET, at())
    absurd = f"t=99999999999999999999,{good.split(',')[1]}"
    forged = [
        None, "", "nonsense", f"t={at()}", "v1=00", signature(body, "whsec_other", at()), good.replace("v1=", "v0="),
        signature(body, SECRET, at()).replace(f"t={at()}", f"t={at(1)}"), absurd,
    ]  # fmt: skip
    assert [send(desk.app, body, header) for header in forged] == [400] * len(forged)
    assert send(desk.app, body.replace(b"cus_1", b"cus_2"), good) == 400
    assert send(desk.app, b"\xff\xfe", good) == 400
    assert rows() == 0


@pytest.mark.check("I3")
@pytest.mark.parametrize("changes", [{"livemode": True}, {"account": "acct_other"}, {"data": {}}, {"id": None},
                                     {"type": 5}, {"id": "e" * 256},
                                     {"created": "soon"}])  # fmt: skip
def test_an_event_of_another_mode_or_account_or_shape_is_refused_and_not_kept(desk, changes):
    body = an_event(**changes)
    assert send(desk.app, body, signature(body, SECRET, at())) == 400
    assert rows() == 0


@pytest.mark.check("I3")
def test_two_secrets_are_good_while_one_replaces_the_other(desk, monkeypatch):
    monkeypatch.setitem(
        desk.app.extensions, "settings", replace(settings(), stripe_webhook_secrets=(SECRET, "whsec_next"))
    )
    for number, secret in enumerate((SECRET, "whsec_next")):
        body = an_event(id=f"evt_{number}")
        assert send(desk.app, body, signature(body, secret, at(-299))) == 200
    body = an_event(id="evt_3")
    assert send(desk.app, body, signature(body, "whsec_old", at())) == 400
    assert rows() == 2


def test_news_that_does_not_concern_us_is_kept_and_ignored(desk):
    body = an_event()
    assert [send(desk.app, body, signature(body, SECRET, at(60))) for _ in range(3)] == [200] * 3
    assert make.outbox.due(clock.now()) == []
    with transaction() as session:
        assert session.scalars(sa.select(ProviderEvent.state)).all() == ["ignored"]
