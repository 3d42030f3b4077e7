"""The finance desk's pages: vouchers, waivers, refunds to release, disputes, events; and the page behind a pay link."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import clock
from app.core.access import Role
from app.core.db import transaction
from app.notifications.models import MailboxMessage
from app.payments import queries, reminders, vouchers
from app.payments import services as payments
from app.payments.models import Dispute, PayLink, ProviderEvent, Refund
from app.payments.sandbox.faults import Fault, FaultKind
from app.payments.states import DisputeState, EventState, PaymentState, RefundState
from app.payments.vouchers.models import Voucher
from tests.factories import accounts as people
from tests.factories import payments as make
from tests.factories.payments import Desk
from tests.pages import Visitor

HALF = 60_000


@pytest.fixture
def desk(app: Flask, now: Any) -> Iterator[Desk]:
    """The application with a provider beside it."""
    with make.desk(app) as opened:
        yield opened


def somebody(role: Role | None = None) -> UUID:
    with transaction() as session:
        return (people.user(session) if role is None else people.staff(session, role)).id


@pytest.fixture
def enter(desk: Desk, signed_in: Callable[[UUID], Visitor]) -> Callable[..., Visitor]:
    """Return a visitor signed in as a new person with a role, or as the person given."""
    return lambda role=None, user_id=None: signed_in(user_id or somebody(role))


def propose(desk: Desk, visitor: Visitor, payment_id: UUID, amount: str = "600.00") -> None:
    visitor.get(f"/payments/{payment_id}")
    left = desk.look(payment_id).left_cents
    cents = str(round(float(amount) * 100))
    form = {"amount": amount, "reason": "Ill.", "shown_left": str(left), "confirmed": cents}
    visitor.post(f"/payments/{payment_id}/refunds", form)


def refunds(payment_id: UUID) -> list[tuple[RefundState, int]]:
    with transaction() as session:
        wanted = sa.select(Refund.state, Refund.amount_cents).where(Refund.payment_id == payment_id)
        return [(state, cents) for state, cents in session.execute(wanted.order_by(Refund.created_at, Refund.id))]


@pytest.mark.check("D11")
@pytest.mark.check("B7")
def test_above_the_limit_one_person_proposes_a_refund_and_another_releases_it(desk, enter):
    payment_id, ada, ben = desk.paid(), enter(Role.FINANCE), enter(Role.FINANCE)
    propose(desk, ada, payment_id)
    desk.settle()
    assert refunds(payment_id) == [(RefundState.PROPOSED, HALF)]
    assert desk.books(payment_id) == {"provider_clearing": 85_000, "revenue": -85_000}
    page = ada.get("/payments/refunds")
    assert "You proposed this" in page.text
    [refund_id] = re.findall(r"/payments/refunds/([0-9a-f-]{36})", ben.get("/payments/refunds").html)
    ada.post(f"/payments/refunds/{refund_id}", {"decision": "release"}, status=422)
    ben.get("/payments/refunds")
    ben.post(f"/payments/refunds/{refund_id}", {"decision": "release"})
    desk.settle()
    assert refunds(payment_id) == [(RefundState.SUCCEEDED, HALF)]
    assert desk.row(payment_id).refunded_cents == HALF


@pytest.mark.check("B7")
def test_the_password_is_asked_for_before_a_refund_is_typed_and_never_leads_to_a_forms_address(desk, enter):
    payment_id, visitor = desk.paid(), enter(Role.FINANCE)
    page = f"/payments/{payment_id}"
    assert "Enter it first" not in visitor.get(page).text
    clock.advance(timedelta(minutes=11))
    assert visitor.get(page).links()["Enter it first"] == f"/account/confirm-identity?next={page}"
    sent = visitor.client.post(
        f"{page}/refunds", data={"amount": "5.00", "reason": "Ill.", "csrf_token": visitor.csrf_token},
        headers={"Referer": f"http://localhost{page}/refunds"},
    )  # fmt: skip
    assert sent.headers["Location"] == f"/account/confirm-identity?next={page}"


@pytest.mark.check("D11")
def test_many_small_refunds_need_a_second_person_as_one_large_one_does(desk, enter):
    payment_id, ada = desk.paid(), enter(Role.FINANCE)
    propose(desk, ada, payment_id, "300.00")
    propose(desk, ada, payment_id, "300.00")
    assert sorted(refunds(payment_id)) == [(RefundState.PROPOSED, 30_000), (RefundState.REQUESTED, 30_000)]


def test_a_refused_refund_wants_words_and_leaves_the_money_where_it_is(desk, enter):
    payment_id, ben = desk.paid(), enter(Role.FINANCE)
    propose(desk, enter(Role.FINANCE), payment_id)
    [refund_id] = re.findall(r"/payments/refunds/([0-9a-f-]{36})", ben.get("/payments/refunds").html)
    assert "Say why" in ben.post(f"/payments/refunds/{refund_id}", {"decision": "refuse"}, status=422).text
    ben.post(f"/payments/refunds/{refund_id}", {"decision": "refuse", "words": "Not agreed."})
    assert refunds(payment_id) == [(RefundState.REFUSED, HALF)]
    assert desk.look(payment_id).left_cents == 85_000


def test_a_dispute_is_listed_with_its_deadline_answered_and_when_lost_decided_about(desk, enter):
    payment_id, visitor = desk.paid("4000000000000259"), enter(Role.FINANCE)
    listed = visitor.get("/payments/disputes")
    assert "Send evidence by" in listed.text
    [dispute_id] = re.findall(r"/payments/disputes/([0-9a-f-]{36})", listed.html)
    page = visitor.get(f"/payments/disputes/{dispute_id}")
    assert "Evidence due" in page.text
    visitor.post(f"/payments/disputes/{dispute_id}", {"words": "Terms and badge record sent."})
    assert "Terms and badge record sent." in visitor.get(f"/payments/disputes/{dispute_id}").text
    [at_provider] = desk.sandbox.store.all("dispute")
    desk.sandbox.provider.close_dispute(at_provider, won=False)
    desk.settle()
    assert "Decide about the place" in visitor.get("/payments/disputes").text
    visitor.get(f"/payments/disputes/{dispute_id}")
    visitor.post(f"/payments/disputes/{dispute_id}", {"words": "The person pays in cash at the door."})
    with transaction() as session:
        row = session.get_one(Dispute, UUID(dispute_id))
    assert (row.state, bool(row.replied_at), bool(row.decided_at)) == (DisputeState.LOST, True, True)
    assert "Nothing" in visitor.get(f"/payments/disputes/{dispute_id}").text
    assert desk.row(payment_id).disputed_cents == 85_000


def test_a_refused_event_is_listed_with_its_reason_and_can_be_tried_again(desk, enter):
    desk.paid()
    visitor = enter(Role.FINANCE)
    with transaction() as session:
        refused = make.refused_event(session).id
    page = visitor.get("/payments/provider-events?state=refused")
    assert "Late: this attempt had already been paid." in page.text
    visitor.post(f"/payments/provider-events/{refused}")
    with transaction() as session:
        assert session.get_one(ProviderEvent, refused).state is EventState.KEPT
    desk.settle()
    with transaction() as session:
        again = session.get_one(ProviderEvent, refused)
    assert (again.state, "does not know" in str(again.refusal)) == (EventState.REFUSED, True)


@pytest.mark.check("I3")
def test_what_was_signed_is_kept_byte_for_byte(desk):
    desk.paid()
    with transaction() as session:
        kept = session.execute(sa.select(ProviderEvent.provider_ref, ProviderEvent.payload)).all()
    assert kept
    for ref, payload in kept:
        [sent] = [e for e in desk.sandbox.store.all("event") if e["id"] == ref]
        assert payload == json.dumps(sent)


def test_vouchers_are_made_in_bulk_found_exported_and_stopped(desk, enter):
    visitor = enter(Role.FINANCE)
    visitor.get("/payments/vouchers/new")
    form = {"label": "=Sponsors", "count": "3", "uses_limit": "2", "kind": "percentage", "percent": "50",
            "currency": "", "reason": "Sponsors of the summit."}  # fmt: skip
    assert "Choose the currency" in visitor.post(
        "/payments/vouchers/new", form | {"budget": "100.00"}, status=422
    ).text  # fmt: skip
    visitor.get("/payments/vouchers/new")
    visitor.post("/payments/vouchers/new", form)
    page = visitor.get("/payments/vouchers")
    assert page.text.count("50 % of the fee") == 3
    with transaction() as session:
        voucher = session.scalars(sa.select(Voucher)).first()
    found = visitor.post("/payments/vouchers", {"words": vouchers.rules.shown_code(voucher.code).lower()}, status=200)
    assert found.text.count("50 % of the fee") == 1
    visitor.get("/payments/vouchers")
    answer = visitor.client.post("/payments/vouchers/export", data={"csrf_token": visitor.csrf_token, "label": ""})
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert (len(rows), rows[0]["Name"], rows[0]["Worth"]) == (3, "'=Sponsors", "50 % of the fee")
    visitor.get(f"/payments/vouchers/{voucher.id}")
    visitor.post(f"/payments/vouchers/{voucher.id}/stop", {"reason": "Leaked."})
    assert "Stopped" in visitor.get(f"/payments/vouchers/{voucher.id}").text


def test_a_waiver_is_proposed_on_the_payments_page_and_agreed_to_on_the_list(desk, enter, monkeypatch):
    price = make.Money(85_000, "USD")
    monkeypatch.setitem(queries.price_behind, "test", lambda _session, _subject_id: price)
    payment_id, ada, ben = desk.open(), enter(Role.FINANCE), enter(Role.ORGANIZER)
    ada.get(f"/payments/{payment_id}")
    form = {"waived": "851.00", "why": "Speaker."}
    assert "The fee is" in ada.post(f"/payments/{payment_id}/waivers", form, status=422).text
    ada.get(f"/payments/{payment_id}")
    ada.post(f"/payments/{payment_id}/waivers", {"waived": "850.00", "why": "Speaker."})
    [waiver_id] = re.findall(r"/payments/waivers/([0-9a-f-]{36})", ben.get("/payments/waivers").html)
    ben.post(f"/payments/waivers/{waiver_id}", {"decision": "agree"})
    with transaction() as session:
        subject = desk.row(payment_id).subject_id
        assert queries.amount_due(session, "test", subject, price).cents == 0


def pay_link(number: int = -1) -> str:
    """Return the path of the newest pay link that was mailed."""
    with transaction() as session:
        texts = session.scalars(sa.select(MailboxMessage.text).order_by(MailboxMessage.received_at)).all()
    return re.findall(r"http://127\.0\.0\.1:8000(/pay/[\w-]+)", "\n".join(texts))[number]


def test_a_mail_link_leads_without_sign_in_to_the_banks_page_and_to_nothing_else(desk, visitor):
    payment_id = desk.paid("4000002500003155")
    path = pay_link()
    page = visitor.get(path)
    assert (page.heading, desk.row(payment_id).state) == ("Pay $850.00", PaymentState.REQUIRES_ACTION)
    assert "Your bank asks you to confirm the payment yourself." in page.text
    assert "declined" not in page.text
    hosted = visitor.post(path).path
    assert hosted.startswith("http://127.0.0.1/c/cs_test")
    desk.sandbox.fill_in(hosted, "4000002500003155")
    back = desk.sandbox.authenticate(hosted).location
    assert back == f"http://127.0.0.1:8000{path}?paid=yes"
    waiting = visitor.get(f"{path}?paid=yes")
    assert waiting.heading == "We are waiting for the provider's confirmation"
    assert "Go to the payment page" not in waiting.html, "nobody is asked to pay twice"
    desk.settle()
    assert "has arrived" in visitor.get(f"{path}?paid=yes").text
    visitor.get("/payments/" + str(payment_id), status=303)


def test_a_pay_link_is_kept_hashed_and_dies_with_the_deadline(desk, visitor):
    desk.paid("4000002500003155")
    path = pay_link()
    with transaction() as session:
        assert path.split("/")[-1] not in session.scalars(sa.select(PayLink.token_hash)).all()
    assert visitor.get("/pay/no-such-link", status=410).heading == "This link no longer works"
    clock.advance(timedelta(days=8))
    visitor.get(path, status=410)


def reminders_sent() -> int:
    with transaction() as session:
        wanted = sa.select(sa.func.count()).where(MailboxMessage.subject.endswith("is due soon"))
        return session.scalar(wanted) or 0


def schedule(payment_id: UUID) -> None:
    with transaction() as session:
        reminders.schedule_reminders(session, payment_id, (3, 1, 30), now=clock.now())


def test_reminders_go_out_on_their_days_each_once_and_stop_when_it_is_paid(desk):
    payment_id = desk.paid("4000002500003155")
    for _ in range(2):
        schedule(payment_id)
    counts = []
    for _ in range(5):
        desk.settle()
        counts.append(reminders_sent())
        clock.advance(timedelta(days=1))
    assert counts == [0, 0, 0, 0, 1]
    url = desk.page(payment_id, make.AttemptKind.PAY_PAGE)
    desk.sandbox.fill_in(url)
    desk.settle()
    clock.advance(timedelta(days=1, hours=12))
    desk.settle()
    assert (desk.row(payment_id).state, reminders_sent()) == (PaymentState.SUCCEEDED, 1)


def test_a_dispute_whose_news_was_lost_is_named_by_the_comparison_and_fetched(desk):
    desk.paid()
    desk.sandbox.faults.add(Fault(FaultKind.WEBHOOK_DROP, times=9))
    desk.sandbox.provider.open_dispute(desk.sandbox.store.all("charge")[0])
    desk.settle()
    desk.sandbox.faults.clear()
    clock.advance(timedelta(hours=1))
    run = desk.app.test_cli_runner().invoke(args=["payments", "reconcile"])
    assert (run.exit_code, run.output.split("\t")[0]) == (1, "stray_dispute")
    assert desk.app.test_cli_runner().invoke(args=["payments", "reconcile", "--apply"]).exit_code == 0


def test_sums_of_different_currencies_are_never_added(desk, enter):
    desk.paid()
    other = desk.open()
    with transaction() as session:
        payments.request_charge(session, other, amount_cents=78_000, currency="EUR", now=clock.now())
    desk.settle()
    page = enter(Role.FINANCE).get("/payments")
    assert "$850.00" in page.text
    assert "€780.00" in page.text
    assert "In our bank account" in page.text
    with transaction() as session:
        assert [(row.currency, row.booked_cents) for row in queries.totals(session)] == [
            ("EUR", 78_000), ("USD", 85_000),
        ]  # fmt: skip
