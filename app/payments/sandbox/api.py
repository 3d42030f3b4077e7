"""The provider's HTTP API: routes, parameters it knows, lists, idempotency keys."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.payments.sandbox.params import truth
from app.payments.sandbox.provider import ApiError, Provider, invalid
from app.payments.sandbox.store import Answer, Thing

LISTED = {
    "customers": "customer", "setup_intents": "setup_intent", "payment_intents": "payment_intent",
    "payment_methods": "payment_method", "charges": "charge", "refunds": "refund", "disputes": "dispute",
    "events": "event", "checkout/sessions": "checkout.session",
}  # fmt: skip
KNOWN = {
    "customers": {"name", "email", "description", "metadata"},
    "checkout/sessions": {
        "mode", "success_url", "cancel_url", "customer", "customer_email", "client_reference_id", "metadata",
        "allowed_payment_method_types", "line_items", "setup_intent_data", "payment_intent_data", "currency", "expand",
    },
    "payment_intents": {
        "amount", "currency", "customer", "payment_method", "allowed_payment_method_types", "off_session", "confirm",
        "description", "metadata", "receipt_email", "expand",
    },
    "refunds": {"payment_intent", "charge", "amount", "reason", "metadata", "expand"},
}  # fmt: skip
FILTERS = {
    "customer", "email", "payment_intent", "charge", "type", "types", "created", "limit", "starting_after",
    "ending_before", "expand",
}  # fmt: skip
EXPANDABLE = {
    "customer": "customer", "payment_method": "payment_method", "setup_intent": "setup_intent",
    "payment_intent": "payment_intent", "latest_charge": "charge", "charge": "charge",
}  # fmt: skip
COMPARE: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda a, b: a > b, "gte": lambda a, b: a >= b, "lt": lambda a, b: a < b, "lte": lambda a, b: a <= b,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the API."""

    method: str
    path: str
    params: Thing
    key: str | None

    @property
    def digest(self) -> str:
        told = json.dumps([self.method, self.path, self.params], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


class Api:
    """Answers calls; a repeated key gets the first answer again, a key with other parameters is refused."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.store = provider.store
        self._in_use: set[str] = set()

    def answer(self, call: Call, work: Callable[[], tuple[int, str]]) -> tuple[int, str, bool]:
        """Return status, body and whether it is a replay, doing `work` at most once per key."""
        if call.method != "POST" or call.key is None:
            return *work(), False
        with self.store.lock:
            if known := self.store.answer(call.key):
                if known.request != call.digest:
                    raise ApiError(
                        400,
                        "idempotency_error",
                        "Keys for idempotent requests can only be used with the same parameters they were first used "
                        "with. Use another key or send the same parameters.",
                    )
                return known.status, known.body, True
            if call.key in self._in_use:
                raise ApiError(
                    409, "idempotency_error", "A request with this key is running.", code="idempotency_key_in_use"
                )
            self._in_use.add(call.key)
        try:
            status, body = work()
            with self.store.lock:
                self.store.remember(call.key, Answer(call.digest, status, body))
            return status, body, False
        finally:
            with self.store.lock:
                self._in_use.discard(call.key)

    def run(self, call: Call) -> tuple[int, str]:
        """Do a call and return status and body; refusals are answers too."""
        try:
            with self.store.lock:
                made = self._route(call)
        except ApiError as refusal:
            return refusal.status, json.dumps(refusal.body)
        return 200, json.dumps(made)

    def _route(self, call: Call) -> Thing:
        path = call.path.removeprefix("/v1/").strip("/")
        if call.method == "GET" and path in LISTED:
            return self._list(path, call.params)
        if call.method == "POST" and path in KNOWN:
            return self._create(path, call.params)
        if found := re.fullmatch(r"(checkout/sessions|\w+)/([\w-]+)(?:/(confirm|cancel|expire|close))?", path):
            collection, identifier, verb = found.groups()
            if collection in LISTED and (call.method == "GET") == (verb is None):
                thing = self.provider.find(LISTED[collection], identifier)
                return self._expanded(thing, call.params) if verb is None else self._act(thing, verb, call.params)
        raise ApiError(404, "invalid_request_error", f"Unrecognized request URL ({call.method}: {call.path}).")

    def _act(self, thing: Thing, verb: str, params: Thing) -> Thing:
        match thing["object"], verb:
            case "payment_intent", "confirm":
                method = params.get("payment_method", thing["payment_method"])
                return self.provider.confirm(
                    {**thing, "payment_method": method}, present=not truth(params.get("off_session", "false"))
                )
            case "payment_intent", "cancel":
                return self.provider.cancel_intent(thing, params.get("cancellation_reason"))
            case "checkout.session", "expire":
                return self.provider.expire_session(thing)
            case "dispute", "close":
                return self.provider.close_dispute(thing, won=False)
        raise ApiError(404, "invalid_request_error", "Unrecognized request URL.")

    def _create(self, collection: str, params: Thing) -> Thing:
        for name in params:
            if name not in KNOWN[collection]:
                raise invalid(f"Received unknown parameter: {name}", param=name, code="parameter_unknown")
        makers = {
            "customers": self.provider.create_customer,
            "checkout/sessions": self._create_session,
            "payment_intents": self._create_intent,
            "refunds": self._create_refund,
        }
        return self._expanded(makers[collection](params), params)

    def _create_session(self, params: Thing) -> Thing:
        if params.get("mode") not in ("setup", "payment"):
            raise invalid("mode must be setup or payment here.", param="mode")
        _need(params, "success_url")
        if "customer" in params:
            self.provider.find("customer", params["customer"])
        if params["mode"] == "setup":
            return self.provider.open_session(params)
        lines = params.get("line_items") or []
        if not lines:
            raise invalid("line_items is required in payment mode.", param="line_items")
        prices = [line["price_data"] for line in lines]
        if len({price["currency"] for price in prices}) != 1:
            raise invalid("All prices must use the same currency.", param="line_items")
        total = sum(
            _whole(price, "unit_amount") * _whole(line, "quantity") for price, line in zip(prices, lines, strict=True)
        )
        return self.provider.open_session({**params, "amount": total, "currency": prices[0]["currency"].lower()})

    def _create_intent(self, params: Thing) -> Thing:
        _need(params, "currency")
        wish = {**params, "amount": _whole(params, "amount"), "currency": params["currency"].lower()}
        if method := params.get("payment_method"):
            kept = self.provider.find("payment_method", method)
            if kept["customer"] != params.get("customer"):
                raise invalid("The payment method does not belong to this customer.", param="payment_method")
        intent = self.provider.create_intent(wish)
        if not truth(params.get("confirm", "false")):
            return intent
        return self.provider.confirm(intent, present=not truth(params.get("off_session", "false")))

    def _create_refund(self, params: Thing) -> Thing:
        wish = {**params, **({"amount": _whole(params, "amount")} if "amount" in params else {})}
        if intent_id := params.get("payment_intent"):
            intent = self.provider.find("payment_intent", intent_id)
            if intent["status"] != "succeeded":
                raise invalid("This PaymentIntent does not have a successful charge to refund.")
            return self.provider.create_refund(self.provider.find("charge", intent["latest_charge"]), wish)
        _need(params, "charge")
        return self.provider.create_refund(self.provider.find("charge", params["charge"]), wish)

    def _expanded(self, thing: Thing, params: Thing) -> Thing:
        for path in params.get("expand", []):
            thing = self._expand(thing, path.split("."))
        return thing

    def _expand(self, thing: Thing, path: list[str]) -> Thing:
        name, rest = path[0], path[1:]
        if name not in EXPANDABLE or name not in thing:
            raise invalid(f"This property cannot be expanded ({name}).", param="expand")
        if thing[name] is None:
            return thing
        inner = thing[name] if isinstance(thing[name], dict) else self.provider.find(EXPANDABLE[name], thing[name])
        return {**thing, name: self._expand(inner, rest) if rest else inner}

    def _list(self, collection: str, params: Thing) -> Thing:
        for name in params:
            if name not in FILTERS:
                raise invalid(f"Received unknown parameter: {name}", param=name, code="parameter_unknown")
        things = [thing for thing in self.store.all(LISTED[collection]) if _wanted(thing, params)]
        ids = [thing["id"] for thing in things]
        limit = max(1, min(_whole(params, "limit") if "limit" in params else 10, 100))
        first = 0
        if after := params.get("starting_after"):
            first = ids.index(after) + 1 if after in ids else len(ids)
        if before := params.get("ending_before"):
            first = max(0, (ids.index(before) if before in ids else 0) - limit)
        chosen = things[first : first + limit]
        shown = [self._expanded(t, {"expand": [p.removeprefix("data.") for p in params.get("expand", [])]})
                 for t in chosen]  # fmt: skip
        more = first + limit < len(things)
        return {"object": "list", "url": f"/v1/{collection}", "has_more": more, "data": shown}


def _need(params: Thing, name: str) -> None:
    if not params.get(name):
        raise invalid(f"Missing required param: {name}.", param=name, code="parameter_missing")


def _whole(params: Thing, name: str) -> int:
    text = str(params.get(name, ""))
    if not text.isdecimal() or (name != "limit" and int(text) < 1):
        raise invalid(f"Invalid positive integer: {name}", param=name, code="parameter_invalid_integer")
    return int(text)


def _wanted(thing: Thing, params: Thing) -> bool:
    for name in ("customer", "email", "payment_intent", "charge", "type"):
        if name in params and thing.get(name) != params[name]:
            return False
    if "types" in params and thing.get("type") not in params["types"]:
        return False
    created: Any = params.get("created")
    if isinstance(created, dict):
        return all(COMPARE[how](thing["created"], int(bound)) for how, bound in created.items() if how in COMPARE)
    return created is None or thing["created"] == int(created)
