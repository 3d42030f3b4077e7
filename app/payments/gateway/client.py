"""Calls to the provider. Every write carries a key that was stored before; a repeat finds what the first call made."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeVar, cast
from wsgiref.types import WSGIApplication

import stripe
from flask import Flask, current_app

from app.config import Settings
from app.core.errors import NotFound, Unavailable
from app.core.logs import log
from app.payments.facts import (
    ChargeWanted,
    DisputeSeen,
    EventSeen,
    Fact,
    HostedPage,
    IntentSeen,
    PageWanted,
    RefundSeen,
    RefundWanted,
)
from app.payments.gateway.in_process import InProcess
from app.payments.gateway.refusals import ProviderRefused
from app.payments.gateway.said import card_seen, dispute_seen, intent_seen, intents_in, moment, page_seen, refund_seen
from app.payments.rules import CARD_EVENT, CHARGE_EVENT, DISPUTE_EVENTS, INTENT_EVENTS, PAGE_EVENTS, REFUND_EVENTS

CONNECT_SECONDS, READ_SECONDS = 3, 10
NETWORK_RETRIES = 2
BACK_OFF_SECONDS = (0.5, 1.0, 2.0)
T = TypeVar("T")
stripe.enable_telemetry = False


class Gateway:
    """Calls to the provider in our words. Raises Unavailable when it does not answer, ProviderRefused when it will not.

    `transport` is a WSGI program that stands in for the network, as rehearsals and tests use the sandbox.
    """

    def __init__(
        self,
        api_key: str,
        *,
        api_base: str | None = None,
        transport: WSGIApplication | None = None,
        timeouts: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.livemode = "_live_" in api_key
        self._sleep = sleep
        http = InProcess(transport) if transport else stripe.RequestsClient(timeout=timeouts)
        self._client = stripe.StripeClient(
            api_key,
            base_addresses={"api": api_base} if api_base else None,
            max_network_retries=NETWORK_RETRIES,
            http_client=http,
        )
        self._v1 = self._client.v1

    def open_page(self, wanted: PageWanted) -> HostedPage:
        """Return the hosted page of an attempt, making the customer first; a repeat returns the same page."""
        customer = wanted.customer_ref or self._customer(wanted)
        mark = {"payment": str(wanted.payment_id), "attempt": str(wanted.attempt_id)}
        params: dict[str, Any] = {
            "customer": customer, "client_reference_id": str(wanted.payment_id), "metadata": mark,
            "allowed_payment_method_types": ["card"],
            "success_url": wanted.success_url, "cancel_url": wanted.cancel_url,
        }  # fmt: skip
        if wanted.amount_cents is None or wanted.currency is None:
            params |= {"mode": "setup", "setup_intent_data": {"metadata": mark, "description": wanted.description}}
        else:
            price = {
                "currency": wanted.currency.lower(),
                "unit_amount": wanted.amount_cents,
                "product_data": {"name": wanted.description},
            }
            params |= {
                "mode": "payment",
                "line_items": [{"price_data": price, "quantity": 1}],
                "payment_intent_data": {"metadata": mark, "description": wanted.description},
            }
        options: stripe.RequestOptions = {"idempotency_key": wanted.idempotency_key}
        session = self._call(lambda: self._v1.checkout.sessions.create(cast(Any, params), options))
        if session.url is None:
            raise ProviderRefused("That payment page is closed. Start again to get a new one.")
        return HostedPage(session.id, session.url, customer)

    def _customer(self, wanted: PageWanted) -> str:
        options: stripe.RequestOptions = {"idempotency_key": f"{wanted.payment_id}-customer"}
        made = self._call(
            lambda: self._v1.customers.create(
                {
                    "name": wanted.payer_name,
                    "email": wanted.payer_email,
                    "metadata": {"payment": str(wanted.payment_id)},
                },
                options,
            )
        )
        return made.id

    def charge_saved_card(self, wanted: ChargeWanted) -> IntentSeen:
        """Charge a saved card without its holder present; a decline is an answer, not an error."""
        options: stripe.RequestOptions = {"idempotency_key": wanted.idempotency_key}
        try:
            intent = self._call(
                lambda: self._v1.payment_intents.create(
                    {
                        "amount": wanted.amount_cents,
                        "currency": wanted.currency.lower(),
                        "customer": wanted.customer_ref,
                        "payment_method": wanted.card_ref,
                        "allowed_payment_method_types": ["card"],
                        "off_session": True,
                        "confirm": True,
                        "description": wanted.description,
                        "metadata": {"payment": str(wanted.payment_id), "attempt": str(wanted.attempt_id)},
                    },
                    options,
                )
            )
        except stripe.CardError as refusal:
            declined = refusal.error.payment_intent if refusal.error else None
            if declined is None:
                raise ProviderRefused(refusal.user_message or "The card was refused.") from refusal
            return intent_seen(declined)
        return intent_seen(intent)

    def send_refund(self, wanted: RefundWanted) -> RefundSeen:
        """Send money of a charge back. Raises ProviderRefused when the provider will not."""
        options: stripe.RequestOptions = {"idempotency_key": wanted.idempotency_key}
        made = self._call(
            lambda: self._v1.refunds.create(
                {
                    "payment_intent": wanted.intent_ref,
                    "amount": wanted.amount_cents,
                    "reason": "requested_by_customer",
                    "metadata": {"refund": str(wanted.refund_id)},
                },
                options,
            )
        )
        return refund_seen(made)

    def close(self, *, session_ref: str | None, intent_ref: str | None) -> None:
        """Make sure that a page and an intent take no money any more; what is finished already stays so."""
        try:
            if session_ref is not None:
                self._call(lambda: self._v1.checkout.sessions.expire(session_ref))
            if intent_ref is not None:
                self._call(lambda: self._v1.payment_intents.cancel(intent_ref))
        except (ProviderRefused, NotFound):
            return

    def observe(self, event: EventSeen) -> tuple[Fact, ...]:
        """Fetch what an event speaks of, as it is now; empty for kinds of event that do not concern us."""
        kind, ref = event.kind, event.object_ref
        if kind in PAGE_EVENTS:
            return self._page_facts(ref)
        if kind == CARD_EVENT:
            setup = self._call(lambda: self._v1.setup_intents.retrieve(ref, {"expand": ["payment_method"]}))
            return card_seen(setup)
        if kind in INTENT_EVENTS:
            return (intent_seen(self._call(lambda: self._v1.payment_intents.retrieve(ref))),)
        if kind == CHARGE_EVENT:
            return self._charge_facts(ref)
        if kind in REFUND_EVENTS:
            refund = self._call(lambda: self._v1.refunds.retrieve(ref, {"expand": ["payment_intent"]}))
            return (*intents_in(refund.payment_intent), refund_seen(refund))
        if kind in DISPUTE_EVENTS:
            dispute = self._call(lambda: self._v1.disputes.retrieve(ref, {"expand": ["payment_intent"]}))
            return (*intents_in(dispute.payment_intent), *dispute_seen(dispute))
        return ()

    def _page_facts(self, ref: str) -> tuple[Fact, ...]:
        expand = ["payment_intent", "setup_intent.payment_method"]
        page = self._call(lambda: self._v1.checkout.sessions.retrieve(ref, {"expand": expand}))
        card = card_seen(page.setup_intent) if isinstance(page.setup_intent, stripe.SetupIntent) else ()
        return (page_seen(page), *card, *intents_in(page.payment_intent))

    def _charge_facts(self, ref: str) -> tuple[Fact, ...]:
        charge = self._call(lambda: self._v1.charges.retrieve(ref, {"expand": ["payment_intent"]}))
        refunds = self._call(lambda: list(self._v1.refunds.list({"charge": ref, "limit": 100}).auto_paging_iter()))
        return (*intents_in(charge.payment_intent), *map(refund_seen, reversed(refunds)))

    # The provider's books, for reconciliation

    def intents_since(self, since: datetime) -> Iterator[IntentSeen]:
        """Return every payment intent made since then, newest first."""
        return map(intent_seen, self._listed(self._v1.payment_intents.list, since))

    def refunds_since(self, since: datetime) -> Iterator[RefundSeen]:
        """Return every refund made since then, newest first."""
        return map(refund_seen, self._listed(self._v1.refunds.list, since))

    def disputes_since(self, since: datetime) -> list[DisputeSeen]:
        """Return every dispute that holds money back and was opened since then, newest first."""
        return [seen for dispute in self._listed(self._v1.disputes.list, since) for seen in dispute_seen(dispute)]

    def events_since(self, since: datetime) -> list[EventSeen]:
        """Return every event since then, oldest first, whether its webhook arrived or not."""
        found = [
            EventSeen(event.id, event.type, str(getattr(event.data.object, "id", "")), moment(event.created))
            for event in self._listed(self._v1.events.list, since)
        ]
        return found[::-1]

    def _listed(self, of: Callable[[Any], Any], since: datetime) -> list[Any]:
        bounds = {"created": {"gte": int(since.timestamp())}, "limit": 100}
        return self._call(lambda: list(of(bounds).auto_paging_iter()))

    def _call(self, work: Callable[[], T]) -> T:
        """Do one call, waiting when the provider says it is asked too often (its library does not)."""
        for pause in (*BACK_OFF_SECONDS, None):
            try:
                return work()
            except stripe.RateLimitError as error:
                if pause is None:
                    raise Unavailable("The payment provider is busy. Try again in a minute.") from error
                self._sleep(pause)
            except stripe.CardError:
                raise
            except stripe.InvalidRequestError as error:
                if error.code == "resource_missing":
                    raise NotFound("The payment provider does not know this any more.") from error
                raise ProviderRefused(f"The payment provider would not do this: {error.user_message}") from error
            except stripe.StripeError as error:
                log().warning("provider_failed", error=type(error).__name__, status=error.http_status)
                raise Unavailable("The payment provider does not answer. Try again in a minute.") from error
        raise AssertionError("unreachable")


def gateway() -> Gateway:
    """Return the running application's gateway, made from its settings when first needed."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if "payment_gateway" not in app.extensions:
        settings: Settings = app.extensions["settings"]
        app.extensions["payment_gateway"] = Gateway(settings.stripe_api_key, api_base=settings.stripe_api_base)
    found: Gateway = app.extensions["payment_gateway"]
    return found


def install(app: Flask, chosen: Gateway) -> None:
    """Let an application use `chosen` instead of a gateway made from its settings: rehearsals and tests."""
    app.extensions["payment_gateway"] = chosen
