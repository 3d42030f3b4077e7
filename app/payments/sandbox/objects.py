"""The provider's objects, with the field names its client library knows (a test compares them)."""

from typing import Any

from app.payments.sandbox.cards import DECLINE_WORDS, TestCard
from app.payments.sandbox.store import Thing

API_VERSION = "2026-10-28.endive"


def customer(base: Thing, params: Thing) -> Thing:
    """A payer."""
    return {
        **base, "object": "customer", "name": params.get("name"), "email": params.get("email"),
        "description": params.get("description"), "metadata": params.get("metadata", {}), "address": None,
        "balance": 0, "currency": None, "default_source": None, "delinquent": False, "phone": None,
        "shipping": None, "tax_exempt": "none", "test_clock": None,
    }  # fmt: skip


def payment_method(base: Thing, card: TestCard, holder: Thing, expires: tuple[int, int]) -> Thing:
    """A kept card: brand, last four digits and expiry only."""
    return {
        **base, "object": "payment_method", "type": "card", "customer": holder["customer"],
        "allow_redisplay": "unspecified",
        "billing_details": {"address": None, "email": None, "name": holder.get("name"), "phone": None, "tax_id": None},
        "card": {
            "brand": card.brand, "last4": card.number[-4:], "exp_month": expires[0], "exp_year": expires[1],
            "funding": "credit", "country": "US", "display_brand": card.brand,
        },
        "metadata": {},
    }  # fmt: skip


def setup_intent(base: Thing, params: Thing) -> Thing:
    """The wish to keep a card for later charges."""
    return {
        **base, "object": "setup_intent", "status": "requires_payment_method", "customer": params.get("customer"),
        "payment_method": None, "payment_method_types": ["card"], "usage": "off_session",
        "description": params.get("description"), "metadata": params.get("metadata", {}), "application": None,
        "cancellation_reason": None, "client_secret": f"{base['id']}_secret", "last_setup_error": None,
        "latest_attempt": None, "mandate": None, "next_action": None, "on_behalf_of": None, "single_use_mandate": None,
    }  # fmt: skip


def payment_intent(base: Thing, params: Thing) -> Thing:
    """The wish to charge an amount once."""
    method = params.get("payment_method")
    return {
        **base, "object": "payment_intent", "amount": params["amount"], "amount_capturable": 0, "amount_received": 0,
        "currency": params["currency"], "customer": params.get("customer"), "description": params.get("description"),
        "metadata": params.get("metadata", {}), "payment_method": method, "payment_method_types": ["card"],
        "status": "requires_confirmation" if method else "requires_payment_method", "application": None,
        "canceled_at": None, "cancellation_reason": None, "capture_method": "automatic_async",
        "client_secret": f"{base['id']}_secret", "confirmation_method": "automatic", "last_payment_error": None,
        "latest_charge": None, "next_action": None, "on_behalf_of": None, "payment_record": None,
        "receipt_email": params.get("receipt_email"), "review": None, "setup_future_usage": None, "source": None,
    }  # fmt: skip


def session(base: Thing, params: Thing, url: str) -> Thing:
    """A hosted page: mode `setup` keeps a card, mode `payment` takes an amount."""
    return {
        **base, "object": "checkout.session", "mode": params["mode"], "status": "open", "url": url,
        "success_url": params["success_url"], "cancel_url": params.get("cancel_url"), "ui_mode": "hosted_page",
        "customer": params.get("customer"), "customer_email": params.get("customer_email"),
        "customer_creation": None, "customer_details": None, "client_reference_id": params.get("client_reference_id"),
        "metadata": params.get("metadata", {}), "expires_at": base["created"] + 86_400,
        "amount_subtotal": params.get("amount"), "amount_total": params.get("amount"),
        "currency": params.get("currency"), "payment_intent": None, "setup_intent": params.get("setup_intent"),
        "payment_status": "unpaid" if params["mode"] == "payment" else "no_payment_required",
        "payment_method_types": ["card"], "payment_method_collection": None, "automatic_tax": {"enabled": False},
        "billing_address_collection": None, "custom_fields": [], "custom_text": {}, "invoice": None, "locale": None,
        "origin_context": None, "payment_link": None, "redirect_on_completion": None, "shipping_options": [],
        "submit_type": None, "subscription": None,
    }  # fmt: skip


def charge(base: Thing, intent: Thing, method: Thing, *, failure: str | None) -> Thing:
    """Money taken, or the bank's refusal to give it."""
    good = failure is None
    return {
        **base, "object": "charge", "amount": intent["amount"], "amount_captured": intent["amount"] if good else 0,
        "amount_refunded": 0, "currency": intent["currency"], "customer": intent["customer"],
        "description": intent["description"], "metadata": intent["metadata"], "payment_intent": intent["id"],
        "payment_method": method["id"], "payment_method_details": {"type": "card", "card": method["card"]},
        "status": "succeeded" if good else "failed", "paid": good, "captured": good, "refunded": False,
        "disputed": False, "failure_code": None if good else "card_declined",
        "failure_message": None if failure is None else DECLINE_WORDS[failure],
        "billing_details": method["billing_details"], "application": None, "application_fee": None,
        "balance_transaction": None, "failure_balance_transaction": None, "on_behalf_of": None, "receipt_url": None,
        "review": None, "source": None, "source_transfer": None, "transfer": None,
    }  # fmt: skip


def refund(base: Thing, paid: Thing, params: Thing, *, status: str) -> Thing:
    """Money on its way back."""
    return {
        "id": base["id"], "created": base["created"], "object": "refund", "amount": params["amount"],
        "currency": paid["currency"], "charge": paid["id"], "payment_intent": paid["payment_intent"],
        "customer": paid["customer"], "payment_method": paid["payment_method"], "reason": params.get("reason"),
        "metadata": params.get("metadata", {}), "status": status, "balance_transaction": None,
        "failure_balance_transaction": None, "pending_reason": "processing" if status == "pending" else None,
        "receipt_number": None, "source_transfer_reversal": None, "transfer_reversal": None,
    }  # fmt: skip


def dispute(base: Thing, paid: Thing) -> Thing:
    """The cardholder's complaint to the bank."""
    return {
        **base, "object": "dispute", "amount": paid["amount"], "currency": paid["currency"], "charge": paid["id"],
        "payment_intent": paid["payment_intent"], "reason": "fraudulent", "status": "needs_response", "metadata": {},
        "balance_transactions": [], "enhanced_eligibility_types": [], "evidence": {},
        "evidence_details": {
            "due_by": base["created"] + 7 * 86_400, "has_evidence": False, "past_due": False, "submission_count": 0,
        },
        "is_charge_refundable": False,
    }  # fmt: skip


def event(base: Thing, kind: str, thing: Thing) -> Thing:
    """The news that something happened to an object, with the object as it was then."""
    return {
        **base, "object": "event", "type": kind, "api_version": API_VERSION, "data": {"object": thing},
        "pending_webhooks": 1, "request": {"id": None, "idempotency_key": None},
    }  # fmt: skip


def error(kind: str, message: str, **more: Any) -> Thing:
    """The body of an answer that refuses."""
    return {"error": {"type": kind, "message": message, **{k: v for k, v in more.items() if v is not None}}}
