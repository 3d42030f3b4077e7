"""The one door to the payment provider: its client library is used here and nowhere else.

Nothing here opens a transaction, and nothing here may be called inside one. Every write carries a key that
was stored before; the library repeats a call under the same key when the answer is lost, and so may we.
"""

import io
import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit
from uuid import UUID
from wsgiref.types import WSGIApplication

import stripe
from flask import Flask, current_app
from stripe.checkout import Session as ProviderSession

from app.config import Settings
from app.core.errors import DomainError, NotFound, Refused, Unavailable
from app.core.logs import log
from app.payments.facts import (
    CardSeen,
    ChargeWanted,
    DisputeSeen,
    EventSeen,
    Fact,
    HostedPage,
    IntentSeen,
    IntentStatus,
    PageSeen,
    PageWanted,
    RefundSeen,
    RefundWanted,
)
from app.payments.rules import is_fresh
from app.payments.states import DisputeState, RefundState

CONNECT_SECONDS, READ_SECONDS = 3, 10
NETWORK_RETRIES = 2
BACK_OFF_SECONDS = (0.5, 1.0, 2.0)
AUTHENTICATION = "authentication_required"
T = TypeVar("T")
stripe.enable_telemetry = False


class EventRejected(DomainError):
    """What was sent to the webhook is not a fresh, signed event for this installation."""

    status = 400
    code = "event_rejected"


class ProviderRefused(Refused):
    """The provider understood a call and would not do it; trying again does not help."""

    code = "provider_refused"


def read_event(body: bytes, header: str, secrets: tuple[str, ...], *, livemode: bool, now: datetime) -> EventSeen:
    """Return the event in a webhook's raw body. Raises EventRejected.

    One of `secrets` must have signed it (two are listed while one replaces the other), at most 300 seconds ago
    and at most 60 seconds ahead; it must be of our mode and of our own account.
    """
    if not any(_is_signed(body, header, secret) for secret in secrets):
        raise EventRejected("The signature does not match.")
    if not is_fresh(_signed_at(header), now):
        raise EventRejected("The signature is too old or lies ahead of our clock.")
    seen, is_ours = _envelope(body, livemode=livemode)
    if not is_ours:
        raise EventRejected("This event belongs to another mode or account.")
    return seen


def _envelope(body: bytes, *, livemode: bool) -> tuple[EventSeen, bool]:
    """Return what a signed body says and whether it is of our mode and account. Raises EventRejected."""
    try:
        event = json.loads(body)
        about = event["data"]["object"]
        ref, kind, object_ref = event["id"], event["type"], about.get("id") or ""
        if not all(
            isinstance(text, str) and len(text) <= most for text, most in ((ref, 255), (kind, 80), (object_ref, 255))
        ):
            raise EventRejected("This is not an event.")
        seen = EventSeen(ref, kind, object_ref, _moment(event["created"]))
        return seen, event["livemode"] is livemode and event.get("account") is None
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise EventRejected("This is not an event.") from error


def _is_signed(body: bytes, header: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body, header, secret, tolerance=None)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False
    return True


def _signed_at(header: str) -> datetime:
    stamp = next(part[2:] for part in header.split(",") if part.startswith("t="))
    try:
        return _moment(int(stamp))
    except (OverflowError, OSError, ValueError) as error:
        raise EventRejected("The signature carries no usable time.") from error


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
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.livemode = "_live_" in api_key
        self._sleep = sleep
        http = _InProcess(transport) if transport else stripe.RequestsClient(timeout=(CONNECT_SECONDS, READ_SECONDS))
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
            return _intent(declined)
        return _intent(intent)

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
        return _refund(made)

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
        if kind == "setup_intent.succeeded":
            setup = self._call(lambda: self._v1.setup_intents.retrieve(ref, {"expand": ["payment_method"]}))
            return _card(setup)
        if kind in INTENT_EVENTS:
            return (_intent(self._call(lambda: self._v1.payment_intents.retrieve(ref))),)
        if kind == "charge.refunded":
            return self._charge_facts(ref)
        if kind in REFUND_EVENTS:
            refund = self._call(lambda: self._v1.refunds.retrieve(ref, {"expand": ["payment_intent"]}))
            return (*_intents(refund.payment_intent), _refund(refund))
        if kind.startswith("charge.dispute."):
            dispute = self._call(lambda: self._v1.disputes.retrieve(ref, {"expand": ["payment_intent"]}))
            return (*_intents(dispute.payment_intent), *_dispute(dispute))
        return ()

    def _page_facts(self, ref: str) -> tuple[Fact, ...]:
        expand = ["payment_intent", "setup_intent.payment_method"]
        page = self._call(lambda: self._v1.checkout.sessions.retrieve(ref, {"expand": expand}))
        card = _card(page.setup_intent) if isinstance(page.setup_intent, stripe.SetupIntent) else ()
        return (_page(page), *card, *_intents(page.payment_intent))

    def _charge_facts(self, ref: str) -> tuple[Fact, ...]:
        charge = self._call(lambda: self._v1.charges.retrieve(ref, {"expand": ["payment_intent"]}))
        refunds = self._call(lambda: list(self._v1.refunds.list({"charge": ref, "limit": 100}).auto_paging_iter()))
        return (*_intents(charge.payment_intent), *map(_refund, reversed(refunds)))

    # The provider's books, for reconciliation

    def intents_since(self, since: datetime) -> Iterator[IntentSeen]:
        """Return every payment intent made since then, newest first."""
        return map(_intent, self._listed(self._v1.payment_intents.list, since))

    def refunds_since(self, since: datetime) -> Iterator[RefundSeen]:
        """Return every refund made since then, newest first."""
        return map(_refund, self._listed(self._v1.refunds.list, since))

    def events_since(self, since: datetime) -> list[EventSeen]:
        """Return every event since then, oldest first, whether its webhook arrived or not."""
        found = [
            EventSeen(event.id, event.type, str(getattr(event.data.object, "id", "")), _moment(event.created))
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


PAGE_EVENTS = {
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
}
INTENT_EVENTS = {
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.payment_failed",
    "payment_intent.succeeded",
    "payment_intent.canceled",
}
REFUND_EVENTS = {"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"}


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


def _moment(seconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def _ours(metadata: Any, name: str) -> UUID | None:
    """Return the id we wrote into an object's metadata, None when it is missing or not one of ours."""
    try:
        return UUID(str(metadata[name])) if metadata and name in metadata else None
    except ValueError:
        return None


def _ref(thing: Any) -> str | None:
    """Return the id of a reference, whether it came expanded or not."""
    return thing if thing is None or isinstance(thing, str) else str(thing.id)


def _intent(intent: stripe.PaymentIntent) -> IntentSeen:
    error = intent.last_payment_error
    code = (error.decline_code or error.code) if error else None
    return IntentSeen(
        ref=intent.id,
        status=_intent_status(intent.status, code),
        attempt_id=_ours(intent.metadata, "attempt"),
        amount_cents=intent.amount_received if intent.status == "succeeded" else intent.amount,
        currency=intent.currency.upper(),
        created_at=_moment(intent.created),
        failure_code=code,
        failure_words=error.message if error else None,
    )


def _intent_status(status: str, failure: str | None) -> IntentStatus:
    if status == "requires_payment_method" and failure is not None:
        return IntentStatus.NEEDS_PAYER if failure == AUTHENTICATION else IntentStatus.DECLINED
    known = {
        "succeeded": IntentStatus.SUCCEEDED,
        "processing": IntentStatus.PROCESSING,
        "requires_action": IntentStatus.NEEDS_PAYER,
        "canceled": IntentStatus.CANCELED,
    }
    return known.get(status, IntentStatus.WAITING)


def _intents(intent: Any) -> tuple[IntentSeen, ...]:
    return (_intent(intent),) if isinstance(intent, stripe.PaymentIntent) else ()


def _page(page: ProviderSession) -> PageSeen:
    return PageSeen(page.id, _ours(page.metadata, "attempt"), _ref(page.payment_intent), page.status == "expired")


def _card(setup: stripe.SetupIntent) -> tuple[CardSeen, ...]:
    method = setup.payment_method
    if setup.status != "succeeded" or not isinstance(method, stripe.PaymentMethod) or method.card is None:
        return ()
    attempt_id = _ours(setup.metadata, "attempt")
    return (CardSeen(setup.id, attempt_id, _ref(setup.customer), method.id, method.card.brand, method.card.last4),)


def _refund(refund: stripe.Refund) -> RefundSeen:
    states = {"succeeded": RefundState.SUCCEEDED, "failed": RefundState.FAILED, "canceled": RefundState.FAILED}
    return RefundSeen(
        ref=refund.id,
        state=states.get(refund.status or "", RefundState.PENDING),
        refund_id=_ours(refund.metadata, "refund"),
        intent_ref=_ref(refund.payment_intent),
        amount_cents=refund.amount,
        currency=refund.currency.upper(),
        created_at=_moment(refund.created),
        failure=getattr(refund, "failure_reason", None),
    )


def _dispute(dispute: stripe.Dispute) -> tuple[DisputeSeen, ...]:
    """Inquiries (statuses that begin with `warning`) hold no money back and concern nobody's books."""
    if dispute.status.startswith("warning") or dispute.status == "prevented":
        return ()
    states = {"won": DisputeState.WON, "lost": DisputeState.LOST}
    state = states.get(dispute.status, DisputeState.OPEN)
    amount, currency = dispute.amount, dispute.currency.upper()
    return (DisputeSeen(dispute.id, state, _ref(dispute.payment_intent), amount, currency, dispute.reason),)


class _InProcess(stripe.HTTPClient):
    """The network played by a WSGI program: the library builds and reads every byte as over a socket."""

    name = "in-process"

    def __init__(self, program: WSGIApplication) -> None:
        super().__init__()
        self._program = program

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        parts = urlsplit(url)
        sent = (post_data or "").encode() if isinstance(post_data, str | None) else post_data
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method.upper(), "PATH_INFO": parts.path, "QUERY_STRING": parts.query,
            "CONTENT_LENGTH": str(len(sent)), "wsgi.input": io.BytesIO(sent), "wsgi.url_scheme": parts.scheme,
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (headers or {}).items()},
        }  # fmt: skip
        answered: dict[str, Any] = {}

        def start_response(status: str, pairs: list[tuple[str, str]], _exc: Any = None) -> Any:
            answered.update(status=int(status.split()[0]), headers={name.lower(): value for name, value in pairs})
            return None

        try:
            content = b"".join(self._program(environ, start_response))
        except ConnectionResetError as cut:
            raise stripe.APIConnectionError("The connection was cut.", should_retry=True) from cut  # type: ignore[no-untyped-call]
        return content.decode(), answered["status"], answered["headers"]

    def close(self) -> None:
        """Nothing stays open."""
