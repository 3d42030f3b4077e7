"""The sandbox keeps the provider's promises, told by the provider's own client over a real socket."""

import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, get_args, get_type_hints

import pytest
import stripe
from stripe import params as inputs
from stripe.checkout import Session as PageObject
from stripe.params import checkout as page_inputs

from app.core import clock, ids
from app.core.errors import Unavailable
from app.payments import gateway as door
from app.payments.facts import ChargeWanted, EventSeen, IntentStatus, PageWanted, RefundWanted
from app.payments.rules import OUR_EVENTS
from app.payments.sandbox import Sandbox, SandboxRefused
from app.payments.sandbox.api import KNOWN
from app.payments.sandbox.faults import Fault, FaultKind
from app.payments.sandbox.server import running
from app.payments.states import DisputeState, RefundState

SECRET = "whsec_test"
PAYS, ASKS, BROKE = "4242424242424242", "4000002500003155", "4000000000009995"


@pytest.fixture
def sandbox() -> Sandbox:
    """A sandbox with nothing in it."""
    return Sandbox(secret=SECRET)


@pytest.fixture
def base(sandbox: Sandbox) -> Iterator[str]:
    """The address of that sandbox on a loopback socket."""
    with running(sandbox) as address:
        yield address


@pytest.fixture
def client(base: str) -> stripe.StripeClient:
    """The provider's own client, as the gateway sets it up."""
    http = stripe.RequestsClient(timeout=(3, 10))
    return stripe.StripeClient("sk_test_x", base_addresses={"api": base}, max_network_retries=2, http_client=http)


@pytest.fixture
def provider(base: str) -> door.Gateway:
    """Our gateway, talking to the sandbox over the socket."""
    return door.Gateway("sk_test_x", api_base=base, sleep=lambda _: None)


def wanted_page(**fields: Any) -> PageWanted:
    payment_id = ids.new_id()
    values: dict[str, Any] = {
        "attempt_id": ids.new_id(), "payment_id": payment_id, "idempotency_key": f"{payment_id}-1",
        "customer_ref": None, "payer_name": "Aiko", "payer_email": "aiko@example.org", "description": "Place",
        "amount_cents": None, "currency": None, "success_url": "http://127.0.0.1:8000/payments/return",
        "cancel_url": "http://127.0.0.1:8000/payments",
    }  # fmt: skip
    return PageWanted(**(values | fields))


def saved_card(sandbox: Sandbox, provider: door.Gateway, number: str = PAYS) -> ChargeWanted:
    """Keep a card through the hosted page and return the wish to charge it."""
    wanted = wanted_page()
    page = provider.open_page(wanted)
    assert sandbox.fill_in(page.url, number).status == 303
    _, card = provider.observe(event_about("checkout.session.completed", page.session_ref))
    return ChargeWanted(
        ids.new_id(),
        wanted.payment_id,
        f"{wanted.payment_id}-2",
        page.customer_ref,
        card.card_ref,
        "Place",
        85_000,
        "USD",
    )


def fetched(url: str, form: bytes | None = None) -> bytes:
    asked = urllib.request.Request(url, data=form, headers={"Authorization": "Bearer sk_test_x"})  # noqa: S310
    with urllib.request.urlopen(asked) as answer:  # noqa: S310
        return bytes(answer.read())


def event_about(kind: str, ref: str) -> Any:
    return EventSeen("evt_x", kind, ref, datetime(2027, 1, 1, tzinfo=UTC))


def test_a_card_kept_on_the_hosted_page_is_charged_later_without_its_holder(sandbox, provider):
    wanted = saved_card(sandbox, provider)
    intent = provider.charge_saved_card(wanted)
    assert (intent.status, intent.amount_cents, intent.currency) == (IntentStatus.SUCCEEDED, 85_000, "USD")
    assert intent.attempt_id == wanted.attempt_id


@pytest.mark.parametrize(("card", "status"), [(BROKE, IntentStatus.DECLINED), (ASKS, IntentStatus.NEEDS_PAYER)])
def test_a_bank_that_refuses_or_wants_the_holder_is_an_answer_not_an_error(sandbox, provider, card, status):
    assert provider.charge_saved_card(saved_card(sandbox, provider, card)).status is status


def test_the_same_key_charges_once_and_other_parameters_are_refused(sandbox, provider, client):
    wanted = saved_card(sandbox, provider)
    assert provider.charge_saved_card(wanted) == provider.charge_saved_card(wanted)
    assert len(client.v1.charges.list().data) == 1
    with pytest.raises(stripe.IdempotencyError):
        client.v1.customers.create({"name": "Other"}, {"idempotency_key": wanted.idempotency_key})


@pytest.mark.check("I7")
@pytest.mark.parametrize("kind", [FaultKind.RESET_AFTER, FaultKind.RESET_BEFORE, FaultKind.ERROR_BEFORE])
def test_an_answer_that_is_lost_and_asked_for_again_makes_one_charge(sandbox, provider, client, kind):
    wanted = saved_card(sandbox, provider)
    sandbox.faults.add(Fault(kind, "payment_intents", times=2))
    assert provider.charge_saved_card(wanted).status is IntentStatus.SUCCEEDED
    assert len(client.v1.charges.list().data) == 1


@pytest.mark.check("I7")
def test_our_own_repeat_after_every_answer_was_lost_still_makes_one_charge(sandbox, provider, client):
    wanted = saved_card(sandbox, provider)
    sandbox.faults.add(Fault(FaultKind.RESET_AFTER, "payment_intents", times=3))
    with pytest.raises(Unavailable):
        provider.charge_saved_card(wanted)
    assert provider.charge_saved_card(wanted).status is IntentStatus.SUCCEEDED
    assert len(client.v1.charges.list().data) == 1


@pytest.mark.check("I7")
def test_a_provider_too_slow_to_answer_and_asked_again_makes_one_charge(sandbox, provider, base, client):
    wanted = saved_card(sandbox, provider)
    hasty = door.Gateway("sk_test_x", api_base=base, timeouts=(1.0, 0.3))
    sandbox.faults.add(Fault(FaultKind.DELAY, "payment_intents", seconds=1.5))
    assert hasty.charge_saved_card(wanted).status is IntentStatus.SUCCEEDED
    time.sleep(1.5)
    assert len(client.v1.charges.list().data) == 1


def test_a_500_after_the_work_is_replayed_for_its_key(sandbox, client):
    sandbox.faults.add(Fault(FaultKind.ERROR_AFTER, "customers"))
    once = stripe.StripeClient("sk_test_x", base_addresses=client._requestor._options.base_addresses)
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            once.v1.customers.create({"name": "A"}, {"idempotency_key": "same"})
    assert len(client.v1.customers.list().data) == 1


def test_a_key_in_use_is_a_conflict_that_the_client_waits_out(sandbox, client, monkeypatch):
    began, go_on = threading.Event(), threading.Event()
    create = sandbox.provider.create_customer

    def slow(params: Any) -> Any:
        began.set()
        go_on.wait(5)
        return create(params)

    monkeypatch.setattr(sandbox.provider, "create_customer", slow)
    sandbox.store.lock = _NoLock()
    made: list[str] = []
    first = threading.Thread(
        target=lambda: made.append(client.v1.customers.create({"name": "A"}, {"idempotency_key": "k"}).id)
    )
    first.start()
    began.wait(5)
    lone = stripe.StripeClient("sk_test_x", base_addresses=client._requestor._options.base_addresses)
    with pytest.raises(stripe.APIError, match="running"):
        lone.v1.customers.create({"name": "A"}, {"idempotency_key": "k"})
    go_on.set()
    first.join()
    assert client.v1.customers.create({"name": "A"}, {"idempotency_key": "k"}).id == made[0]


class _NoLock:
    """Lets a second request in while the first works."""

    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


def test_too_many_requests_are_waited_out_by_us_because_the_client_does_not(sandbox, base):
    waits: list[float] = []
    patient = door.Gateway("sk_test_x", api_base=base, sleep=waits.append)
    sandbox.faults.add(Fault(FaultKind.RATE_LIMIT, "customers", times=2))
    assert patient.open_page(wanted_page()).url
    assert waits == [0.5, 1.0]
    sandbox.faults.add(Fault(FaultKind.RATE_LIMIT, "customers", times=9))
    with pytest.raises(Unavailable):
        patient.open_page(wanted_page())


def test_refunds_never_exceed_the_charge(sandbox, provider):
    intent = provider.charge_saved_card(saved_card(sandbox, provider))
    first = provider.send_refund(RefundWanted(ids.new_id(), "r1", intent.ref, 60_000))
    assert (first.state, first.amount_cents) == (RefundState.SUCCEEDED, 60_000)
    with pytest.raises(door.ProviderRefused):
        provider.send_refund(RefundWanted(ids.new_id(), "r2", intent.ref, 25_001))


@pytest.mark.parametrize(
    ("card", "state"), [("4000000000007726", RefundState.SUCCEEDED), ("4000000000005126", RefundState.FAILED)]
)
def test_a_refund_may_be_pending_at_first_or_come_back(sandbox, provider, card, state):
    intent = provider.charge_saved_card(saved_card(sandbox, provider, card))
    made = provider.send_refund(RefundWanted(ids.new_id(), "r1", intent.ref, 1_000))
    facts = provider.observe(event_about("refund.updated", made.ref))
    assert [fact.state for fact in facts[1:]] == [state]


def test_a_dispute_is_seen_with_the_charge_it_is_about(sandbox, provider, client):
    intent = provider.charge_saved_card(saved_card(sandbox, provider, "4000000000000259"))
    [dispute] = client.v1.disputes.list().data
    facts = provider.observe(event_about("charge.dispute.created", dispute.id))
    assert facts[0] == intent
    assert facts[1].state is DisputeState.OPEN


def test_a_pay_page_asks_the_bank_and_takes_the_money_when_the_holder_agrees(sandbox, provider):
    page = provider.open_page(wanted_page(amount_cents=85_000, currency="USD"))
    shown = sandbox.fill_in(page.url, ASKS)
    assert shown.location.endswith("/authenticate")
    assert sandbox.authenticate(page.url, agreed=False).status == 422
    _, refused = provider.observe(event_about("checkout.session.completed", page.session_ref))
    assert (refused.status, refused.failure_code) == (IntentStatus.DECLINED, "payment_intent_authentication_failure")
    sandbox.fill_in(page.url, ASKS)
    assert sandbox.authenticate(page.url).location == "http://127.0.0.1:8000/payments/return"
    _, intent = provider.observe(event_about("checkout.session.completed", page.session_ref))
    assert (intent.status, intent.amount_cents) == (IntentStatus.SUCCEEDED, 85_000)


def test_an_expired_page_takes_no_card(sandbox, provider):
    page = provider.open_page(wanted_page())
    provider.close(session_ref=page.session_ref, intent_ref=None)
    assert sandbox.fill_in(page.url).status == 410
    provider.close(session_ref=page.session_ref, intent_ref=None)


def test_lists_come_newest_first_in_pages_and_between_two_moments(client):
    for number in range(25):
        client.v1.customers.create({"name": f"Customer {number}"})
    first = client.v1.customers.list({"limit": 10})
    assert [c.name for c in first.data[:2]] == ["Customer 24", "Customer 23"]
    assert first.has_more
    assert len(list(first.auto_paging_iter())) == 25
    assert client.v1.customers.list({"created": {"gt": int(time.time()) + 60}}).data == []


def test_a_parameter_the_provider_does_not_know_is_refused(client):
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter"):
        client.v1.customers.create({"nickname": "A"})


def test_field_names_are_those_of_the_providers_own_classes(sandbox, provider, client):
    provider.send_refund(
        RefundWanted(ids.new_id(), "r", provider.charge_saved_card(saved_card(sandbox, provider)).ref, 1)
    )
    provider.charge_saved_card(saved_card(sandbox, provider, "4000000000000259"))
    classes = {
        "customer": stripe.Customer, "setup_intent": stripe.SetupIntent, "payment_intent": stripe.PaymentIntent,
        "checkout.session": PageObject, "payment_method": stripe.PaymentMethod, "charge": stripe.Charge,
        "refund": stripe.Refund, "dispute": stripe.Dispute, "event": stripe.Event,
    }  # fmt: skip
    for kind, known in classes.items():
        [made, *_] = sandbox.store.all(kind)
        assert set(made) - set(known.__annotations__) == set(), kind
        needed = {
            n for n, t in known.__annotations__.items() if not str(t).startswith(("typing.Optional", "typing.ClassVar"))
        }
        needed = {n for n in needed if "NoneType" not in str(known.__annotations__[n])}
        assert needed - set(made) == set(), kind


def test_parameters_taken_are_those_of_the_providers_own_client():
    taken = {
        "customers": inputs.CustomerCreateParams, "payment_intents": inputs.PaymentIntentCreateParams,
        "refunds": inputs.RefundCreateParams, "checkout/sessions": page_inputs.SessionCreateParams,
    }  # fmt: skip
    assert set(taken) == set(KNOWN)
    for path, known in taken.items():
        assert KNOWN[path] - set(known.__annotations__) == set(), path


def test_every_kind_of_event_we_act_on_is_one_the_provider_sends():
    known = set(get_args(get_type_hints(stripe.Event)["type"]))
    assert OUR_EVENTS - known == set()


def test_webhooks_are_signed_and_sent_again_until_they_arrive(now):
    with clock.stopped(now):
        sandbox = Sandbox(secret=SECRET, clock=lambda: clock.now().timestamp())
        sandbox.provider.create_customer({"name": "A"})
        got: list[str] = []

        def post(body: bytes, headers: dict[str, str]) -> int:
            seen = door.read_event(body, headers["Stripe-Signature"], (SECRET,), livemode=False, now=clock.now())
            got.append(seen.kind)
            return 500 if len(got) == 1 else 200

        assert sandbox.deliver_pending(post) == 0
        assert sandbox.deliver_pending(post) == 0
        clock.advance(timedelta(seconds=2))
        assert sandbox.deliver_pending(post) == 1
        assert got == ["customer.created", "customer.created"]
        assert sandbox.store.waiting() == 0


def test_webhooks_can_be_dropped_doubled_delayed_and_turned_round():
    sandbox = Sandbox(secret=SECRET, clock=lambda: 1_800_000_000.0)
    sandbox.faults.add(Fault(FaultKind.WEBHOOK_DELAY, "customer.created", seconds=60))
    sandbox.provider.create_customer({"name": "late"})
    for name in ("dropped", "doubled", "last"):
        sandbox.provider.create_customer({"name": name})
    got: list[str] = []

    def post(body: bytes, _headers: dict[str, str]) -> int:
        got.append(json.loads(body)["data"]["object"]["name"])
        return 200

    sandbox.faults.add(Fault(FaultKind.WEBHOOK_REORDER))
    sandbox.faults.add(Fault(FaultKind.WEBHOOK_DUPLICATE))
    sandbox.deliver_pending(post)
    assert got == ["last", "last", "doubled", "dropped"]


def test_the_same_seed_gives_the_same_ids():
    made = [Sandbox(secret=SECRET, seed=7, clock=lambda: 0.0).provider.create_customer({})["id"] for _ in range(2)]
    assert made[0] == made[1]


def test_what_it_knows_outlives_a_restart(tmp_path):
    first = Sandbox(secret=SECRET, store=tmp_path / "store.sqlite")
    made = first.provider.create_customer({"name": "A"})
    first.store.close()
    assert Sandbox(secret=SECRET, store=tmp_path / "store.sqlite").provider.find("customer", made["id"]) == made


def test_it_refuses_to_run_in_production(monkeypatch):
    monkeypatch.setenv("RENDEZVOUS_ENV", "production")
    with pytest.raises(SandboxRefused):
        Sandbox(secret=SECRET)


def test_faults_are_switched_on_over_its_control_door(base, client):
    assert b"added" in fetched(f"{base}/sandbox/faults", b"kind=error_before&match=customers&times=3")
    with pytest.raises(stripe.APIError):
        client.v1.customers.create({"name": "A"})


def test_as_a_program_it_answers_on_loopback_and_ends_when_told(tmp_path):
    given = ["--port", "0", "--webhook-url", "http://127.0.0.1:9/x", "--secret", SECRET, "--store", str(tmp_path / "s")]
    environment = {k: v for k, v in os.environ.items() if k != "RENDEZVOUS_ENV"}
    program = subprocess.Popen(
        [sys.executable, "-m", "app.payments.sandbox", *given], stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        assert program.stdout is not None
        address = program.stdout.readline().split()[-1]
        assert address.startswith("http://127.0.0.1:")
        assert fetched(f"{address}/healthz") == b"ok"
    finally:
        program.terminate()
        assert program.wait(10) == 0
        program.stdout.close()
