"""Voucher codes as people type them: few tries, so that nobody finds one by guessing."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from limits import RateLimitItemPerHour

from app.accounts import cookies
from app.accounts.throttle import Bucket
from app.core.access import principal

TRIES = RateLimitItemPerHour(10, namespace="voucher-person")
TRIES_ADDRESS = RateLimitItemPerHour(40, namespace="voucher-address")
TOO_MANY = "There were too many tries with voucher codes."


@contextmanager
def trying_a_code() -> Iterator[None]:
    """Count a try with a code; one that holds was no guess and is given back. Raises TooMany after too many."""
    covered = hashlib.sha256(cookies.address().encode()).hexdigest()[:32]
    buckets = (Bucket(TRIES, str(principal().user_id)), Bucket(TRIES_ADDRESS, covered))
    cookies.throttle().spend(*buckets, sentence=TOO_MANY)
    yield
    cookies.throttle().give_back(*buckets)
