"""Events as they arrive: signed, fresh, of our mode and account, or refused."""

import json
from datetime import datetime

import stripe

from app.payments.facts import EventSeen
from app.payments.gateway.refusals import EventRejected
from app.payments.gateway.said import moment
from app.payments.rules import is_fresh


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
        seen = EventSeen(ref, kind, object_ref, moment(event["created"]))
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
        return moment(int(stamp))
    except (OverflowError, OSError, ValueError) as error:
        raise EventRejected("The signature carries no usable time.") from error
