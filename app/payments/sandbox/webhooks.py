"""Events on their way out: signed, sent, sent again until the receiver says it has them."""

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Callable

from app.payments.sandbox.faults import FaultKind, Faults
from app.payments.sandbox.store import Delivery, Store

Post = Callable[[bytes, dict[str, str]], int]
MOST_TRIES = 16


def signature(body: bytes, secret: str, at: int) -> str:
    """Return the header that proves a body came from whoever holds `secret`, at `at` seconds since the epoch."""
    told = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={told}"


def wait_before(tries: int) -> float:
    """Return seconds until the next try: 1, 2, 4 ... at most an hour."""
    return float(min(2**tries, 3600))


class Dispatcher:
    """Sends what is due, once per call."""

    def __init__(self, store: Store, faults: Faults, secret: str, clock: Callable[[], float]) -> None:
        self._store = store
        self._faults = faults
        self._secret = secret
        self._clock = clock

    def deliver(self, post: Post) -> int:
        """Send every event that is due and return how many arrived (status 2xx)."""
        due = self._store.due_deliveries(self._clock())
        if len(due) > 1 and self._faults.take(FaultKind.WEBHOOK_REORDER, ""):
            due.reverse()
        return sum(self._send(delivery, post) for delivery in due)

    def _send(self, delivery: Delivery, post: Post) -> bool:
        event = self._store.get("event", delivery.event)
        if event is None or self._faults.take(FaultKind.WEBHOOK_DROP, event["type"]):
            self._store.finish_delivery(delivery.sequence)
            return False
        body = json.dumps(event).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(body, self._secret, int(self._clock())),
        }
        arrived = 200 <= post(body, headers) < 300
        if arrived and self._faults.take(FaultKind.WEBHOOK_DUPLICATE, event["type"]):
            post(body, headers)
        if arrived or delivery.tries + 1 >= MOST_TRIES:
            self._store.finish_delivery(delivery.sequence)
        else:
            self._store.postpone_delivery(delivery.sequence, self._clock() + wait_before(delivery.tries))
        return arrived


def poster(url: str, *, timeout: float = 10.0) -> Post:
    """Return a function that posts to `url` over the network; no answer counts as status 0."""

    def post(body: bytes, headers: dict[str, str]) -> int:
        request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - checked below
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            refused.close()
            return int(refused.code)
        except OSError:
            return 0

    if not url.startswith(("http://", "https://")):
        raise ValueError(f"Not a web address: {url!r}")
    return post
