"""What the provider does: keeps cards, charges them, sends money back, and makes an event of everything."""

import random
import secrets
from collections.abc import Callable
from typing import Any

from app.payments.sandbox import objects
from app.payments.sandbox.cards import CARDS, DECLINE_WORDS, Bank, TestCard
from app.payments.sandbox.store import Store, Thing


class ApiError(Exception):
    """An answer that refuses, with the provider's status, type and code."""

    def __init__(self, status: int, kind: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = objects.error(kind, message, **more)


def invalid(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    """Return the refusal of a request that cannot be understood or done."""
    return ApiError(400, "invalid_request_error", message, param=param, code=code)


class Provider:
    """The provider's books and banks; every method is one atomic step under the store's lock."""

    def __init__(self, store: Store, *, clock: Callable[[], float], seed: int | None, page_base: str) -> None:
        self.store = store
        self.clock = clock
        self.page_base = page_base
        self.webhook_delay: Callable[[str], float] = lambda _kind: 0.0
        self._random = random.Random(seed) if seed is not None else None  # noqa: S311 - repeatable on purpose

    # Making and finding things

    def _base(self, prefix: str) -> Thing:
        token = f"{self._random.getrandbits(64):016x}" if self._random else secrets.token_hex(12)
        identifier = f"{prefix}_{self.store.count() + 1:06d}{token}"
        return {"id": identifier, "created": int(self.clock()), "livemode": False}

    def find(self, kind: str, identifier: Any) -> Thing:
        """Return an object. Raises ApiError 404, as the provider answers for an unknown id."""
        thing = self.store.get(kind, str(identifier))
        if thing is None:
            raise ApiError(404, "invalid_request_error", f"No such {kind}: '{identifier}'", code="resource_missing")
        return thing

    def emit(self, kind: str, thing: Thing) -> None:
        """Keep an event and queue its delivery."""
        made = self.store.put("event", objects.event(self._base("evt"), kind, thing))
        self.store.add_delivery(made["id"], self.clock() + self.webhook_delay(kind))

    def _made(self, kind: str, thing: Thing, *news: str) -> Thing:
        self.store.put(kind, thing)
        for name in news:
            self.emit(name, thing)
        return thing

    # Customers and kept cards

    def create_customer(self, params: Thing) -> Thing:
        return self._made("customer", objects.customer(self._base("cus"), params), "customer.created")

    def keep_card(self, card: TestCard, holder: Thing, expires: tuple[int, int]) -> Thing:
        """Turn a card number into a payment method; the number stays in a vault no answer shows."""
        method = objects.payment_method(self._base("pm"), card, holder, expires)
        self.store.put("vault", {"id": f"vault_{method['id']}", "created": method["created"], "number": card.number})
        return self._made("payment_method", method, *(["payment_method.attached"] if holder["customer"] else []))

    def card_behind(self, method_id: str) -> TestCard:
        """Return the card a payment method stands for."""
        return CARDS[self.find("vault", f"vault_{method_id}")["number"]]

    # Hosted pages

    def open_session(self, params: Thing) -> Thing:
        """Make a hosted page; in mode `setup` the setup intent is made with it."""
        if params["mode"] == "setup":
            wish = {**params.get("setup_intent_data", {}), "customer": params.get("customer")}
            intent = self._made("setup_intent", objects.setup_intent(self._base("seti"), wish), "setup_intent.created")
            params = {**params, "setup_intent": intent["id"]}
        base = self._base("cs_test")
        made = self._made("checkout.session", objects.session(base, params, f"{self.page_base}/c/{base['id']}"))
        self.store.put("wish", {"id": f"wish_{made['id']}", "created": made["created"], "params": params})
        return made

    def wish_of(self, session_id: str) -> Thing:
        """Return what a hosted page was made from."""
        params: Thing = self.find("wish", f"wish_{session_id}")["params"]
        return params

    def expire_session(self, session: Thing) -> Thing:
        """Close a hosted page nobody finished."""
        if session["status"] != "open":
            raise invalid("Only Checkout Sessions with a status of open can be expired.")
        return self._made("checkout.session", {**session, "status": "expired", "url": None}, "checkout.session.expired")

    def complete_setup(self, session: Thing, card: TestCard, holder_name: str, expires: tuple[int, int]) -> Thing:
        """Keep the card given on a hosted page. Raises ApiError 402 when its bank declines at once."""
        intent = self.find("setup_intent", session["setup_intent"])
        if card.bank is Bank.DECLINES_ALWAYS:
            failed = {**intent, "last_setup_error": self._decline(card.code or "generic_decline")}
            self._made("setup_intent", failed, "setup_intent.setup_failed")
            raise ApiError(402, "card_error", DECLINE_WORDS["generic_decline"], code="card_declined")
        method = self.keep_card(card, {"customer": session["customer"], "name": holder_name}, expires)
        done = {**intent, "status": "succeeded", "payment_method": method["id"], "last_setup_error": None}
        self._made("setup_intent", done, "setup_intent.succeeded")
        finished = {**session, "status": "complete", "url": None}
        return self._made("checkout.session", finished, "checkout.session.completed")

    def start_payment(self, session: Thing, card: TestCard, holder_name: str, expires: tuple[int, int]) -> Thing:
        """Charge the card given on a pay page; the intent then succeeded, wants the cardholder, or is declined."""
        if session["payment_intent"] is None:
            wish = self.wish_of(session["id"])
            params = {
                **wish.get("payment_intent_data", {}), "amount": session["amount_total"],
                "currency": session["currency"], "customer": session["customer"],
            }  # fmt: skip
            intent = self.create_intent(params)
            session = self._made("checkout.session", {**session, "payment_intent": intent["id"]})
        method = self.keep_card(card, {"customer": None, "name": holder_name}, expires)
        intent = {**self.find("payment_intent", session["payment_intent"]), "payment_method": method["id"]}
        intent = self.confirm(intent, present=True)
        return self.finish_paid(session) if intent["status"] == "succeeded" else intent

    def finish_paid(self, session: Thing) -> Thing:
        """Complete the pay page whose intent succeeded; returns the intent."""
        finished = {**session, "status": "complete", "payment_status": "paid", "url": None}
        self._made("checkout.session", finished, "checkout.session.completed")
        return self.find("payment_intent", session["payment_intent"])

    # Charges

    def create_intent(self, params: Thing) -> Thing:
        return self._made("payment_intent", objects.payment_intent(self._base("pi"), params), "payment_intent.created")

    def confirm(self, intent: Thing, *, present: bool) -> Thing:
        """Ask the bank. `present` is whether the cardholder is there to be asked.

        Raises ApiError 402 when the bank declines, or wants a cardholder who is not there.
        """
        if intent["status"] not in ("requires_confirmation", "requires_payment_method"):
            raise invalid(
                f"This PaymentIntent's status is {intent['status']}; it cannot be confirmed.",
                code="payment_intent_unexpected_state",
            )
        card = self.card_behind(intent["payment_method"])
        if card.bank in (Bank.DECLINES_ALWAYS, Bank.DECLINES_CHARGES):
            self._refuse(intent, card.code or "generic_decline")
        if card.bank is Bank.ASKS_CARDHOLDER:
            if not present:
                self._refuse(intent, "authentication_required")
            wanting = {**intent, "status": "requires_action", "next_action": {"type": "use_stripe_sdk"}}
            return self._made("payment_intent", wanting, "payment_intent.requires_action")
        return self.take(intent)

    def take(self, intent: Thing) -> Thing:
        """Take the money of an intent the bank agrees to."""
        method = self.find("payment_method", intent["payment_method"])
        paid = self._made("charge", objects.charge(self._base("ch"), intent, method, failure=None), "charge.succeeded")
        done = {
            **intent, "status": "succeeded", "amount_received": intent["amount"], "latest_charge": paid["id"],
            "next_action": None, "last_payment_error": None,
        }  # fmt: skip
        self._made("payment_intent", done, "payment_intent.succeeded")
        if self.card_behind(method["id"]).bank is Bank.DISPUTES:
            self.open_dispute(paid)
        return done

    def _decline(self, code: str) -> Thing:
        """Return the bank's refusal; as with the real provider, a failed authentication has no decline code."""
        words = {"type": "card_error", "message": DECLINE_WORDS[code]}
        if code == "payment_intent_authentication_failure":
            return {**words, "code": code}
        kind = code if code == "authentication_required" else "card_declined"
        return {**words, "code": kind, "decline_code": code}

    def _refuse(self, intent: Thing, code: str) -> None:
        """Note the bank's refusal on the intent and raise it as ApiError 402."""
        method = self.find("payment_method", intent["payment_method"])
        failed = self._made("charge", objects.charge(self._base("ch"), intent, method, failure=code), "charge.failed")
        refused = {
            **intent, "status": "requires_payment_method", "payment_method": None, "latest_charge": failed["id"],
            "next_action": None, "last_payment_error": {**self._decline(code), "payment_method": method},
        }  # fmt: skip
        self._made("payment_intent", refused, "payment_intent.payment_failed")
        raise ApiError(402, **_as_error(self._decline(code)), charge=failed["id"], payment_intent=refused)

    def authenticate(self, intent: Thing, *, agreed: bool) -> Thing:
        """Tell the bank whether the cardholder confirmed. Raises ApiError 402 when not."""
        if intent["status"] != "requires_action":
            raise invalid("This payment no longer waits for authentication.")
        if not agreed:
            self._refuse(intent, "payment_intent_authentication_failure")
        return self.take(intent)

    def cancel_intent(self, intent: Thing, reason: str | None) -> Thing:
        """Make sure that an intent never takes money any more."""
        if intent["status"] in ("succeeded", "canceled"):
            raise invalid(
                f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}.",
                code="payment_intent_unexpected_state",
            )
        gone = {**intent, "status": "canceled", "canceled_at": int(self.clock()), "cancellation_reason": reason}
        return self._made("payment_intent", {**gone, "next_action": None}, "payment_intent.canceled")

    # Refunds and disputes

    def create_refund(self, paid: Thing, params: Thing) -> Thing:
        """Send money of a charge back. Raises ApiError 400 above what is left of it."""
        left = paid["amount_captured"] - paid["amount_refunded"]
        if paid["disputed"]:
            raise invalid("This charge has been disputed.", code="charge_disputed")
        if left <= 0:
            raise invalid(f"Charge {paid['id']} has already been refunded.", code="charge_already_refunded")
        if params.setdefault("amount", left) > left:
            raise invalid("Refund amount is greater than unrefunded amount on charge.", param="amount")
        bank = self.card_behind(paid["payment_method"]).bank
        status = "pending" if bank is Bank.REFUNDS_LATER else "succeeded"
        made = self._made("refund", objects.refund(self._base("re"), paid, params, status=status), "refund.created")
        back = paid["amount_refunded"] + made["amount"]
        self._made("charge", {**paid, "amount_refunded": back, "refunded": back == paid["amount"]}, "charge.refunded")
        if bank is Bank.REFUNDS_LATER:
            self._made("refund", {**made, "status": "succeeded", "pending_reason": None}, "refund.updated")
        if bank is Bank.RETURNS_REFUNDS:
            gone = {**made, "status": "failed", "failure_reason": "expired_or_canceled_card"}
            self._made("refund", gone, "refund.failed", "refund.updated")
            self._made("charge", {**self.find("charge", paid["id"]), "amount_refunded": back - made["amount"]})
        return made

    def open_dispute(self, paid: Thing) -> Thing:
        """Let the cardholder complain about a charge."""
        self._made("charge", {**paid, "disputed": True})
        return self._made("dispute", objects.dispute(self._base("du"), paid), "charge.dispute.created")

    def close_dispute(self, dispute: Thing, *, won: bool) -> Thing:
        """Let the bank decide a dispute."""
        return self._made("dispute", {**dispute, "status": "won" if won else "lost"}, "charge.dispute.closed")


def _as_error(decline: Thing) -> Thing:
    return {
        "kind": decline["type"], "message": decline["message"], "code": decline["code"],
        "decline_code": decline.get("decline_code"),
    }  # fmt: skip
