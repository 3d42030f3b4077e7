"""How often strangers may try: sign-ins and the mails they can set off, counted across all workers.

With Redis the counts are shared between hosts; embedded, one process counts in memory. When Redis does not
answer, this process counts for itself: slower attackers, nobody locked out.
"""

import hashlib
import math
import time
from dataclasses import dataclass

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from app.core import logs
from app.core.errors import TooMany

SIGN_IN_ACCOUNT = RateLimitItemPerMinute(10, 5, namespace="sign-in-account")
SIGN_IN_ADDRESS = RateLimitItemPerMinute(10, 5, namespace="sign-in-address")
SIGN_IN_DEVICE = RateLimitItemPerMinute(10, 5, namespace="sign-in-device")
SIGN_IN_ALL = RateLimitItemPerMinute(1_000, 5, namespace="sign-in-all")
MAIL_RECIPIENT = RateLimitItemPerHour(3, 6, namespace="mail-recipient")
MAIL_ADDRESS = RateLimitItemPerDay(5, namespace="mail-address")
LIKE_NAMES = RateLimitItemPerDay(40, namespace="like-names")
QUESTIONS = RateLimitItemPerDay(10, namespace="questions")
PAPERS = RateLimitItemPerHour(60, namespace="papers")
PATIENCE = 1.0  # seconds to wait for Redis


@dataclass(frozen=True, slots=True)
class Bucket:
    """One limit and whom it counts."""

    limit: RateLimitItem
    key: str


class Throttle:
    """Counts tries; `redis_url` None keeps the counts in this process."""

    def __init__(self, redis_url: str | None) -> None:
        self.own = FixedWindowRateLimiter(MemoryStorage())
        self.shared = FixedWindowRateLimiter(_connected(redis_url)) if redis_url else self.own

    def try_once(self, *buckets: Bucket) -> bool:
        """Count one try in each bucket and tell whether all had room."""
        return not self._full(buckets)

    def spend(self, *buckets: Bucket, sentence: str) -> None:
        """Count one try in each bucket. Raises TooMany with `sentence` and the wait when one is full."""
        if full := self._full(buckets):
            wait = max(self._wait(bucket) for bucket in full)
            raise TooMany(f"{sentence} {_come_back(wait)}", retry_after=wait)

    def give_back(self, *buckets: Bucket) -> None:
        """Take back the try counted in each bucket: it succeeded, so it was no guess."""
        for bucket in buckets:
            try:
                self.shared.storage.incr(bucket.limit.key_for(bucket.key), bucket.limit.get_expiry(), amount=-1)
            except StorageError:
                logs.log().warning("throttle_storage_unavailable")

    def forget(self) -> None:
        """Start counting anew. For tests."""
        self.own.storage.reset()

    def _full(self, buckets: tuple[Bucket, ...]) -> list[Bucket]:
        return [bucket for bucket in buckets if not self._hit(bucket)]

    def _hit(self, bucket: Bucket) -> bool:
        try:
            return bool(self.shared.hit(bucket.limit, bucket.key))
        except StorageError:
            logs.log().warning("throttle_storage_unavailable")
            return bool(self.own.hit(bucket.limit, bucket.key))

    def _wait(self, bucket: Bucket) -> int:
        try:
            ends = self.shared.get_window_stats(bucket.limit, bucket.key).reset_time
        except StorageError:
            ends = self.own.get_window_stats(bucket.limit, bucket.key).reset_time
        return max(1, math.ceil(ends - time.time()))


def _connected(redis_url: str) -> Storage:
    storage = storage_from_string(
        redis_url, wrap_exceptions=True, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
    )
    if not isinstance(storage, Storage):
        raise ValueError("REDIS_URL must name a store that answers at once, not an asynchronous one.")
    return storage


def sign_in_buckets(email: str, address: str, known_device: str | None) -> list[Bucket]:
    """Return what a sign-in counts against.

    A device the person has signed in from before counts by itself, so that no flood from strangers keeps
    the owner out; everything else shares the account's, the address's and everybody's tries.
    """
    account = _covered(email)
    if known_device is not None:
        return [Bucket(SIGN_IN_DEVICE, f"{account}-{known_device}")]
    return [Bucket(SIGN_IN_ACCOUNT, account), Bucket(SIGN_IN_ADDRESS, _covered(address)), Bucket(SIGN_IN_ALL, "all")]


def mail_to(email: str) -> Bucket:
    """Return what mails to one recipient that strangers set off count against."""
    return Bucket(MAIL_RECIPIENT, _covered(email))


def mail_from(address: str) -> Bucket:
    """Return what mails set off from one network address count against."""
    return Bucket(MAIL_ADDRESS, _covered(address))


def names_asked_by(person: str) -> Bucket:
    """Return what the names count against for which one person is shown organizations of a like name."""
    return Bucket(LIKE_NAMES, _covered(person))


def papers_asked_by(person: str) -> Bucket:
    """Return what papers made on the spot for one person count against: each costs as much as many pages."""
    return Bucket(PAPERS, _covered(person))


def questions_of(person: str) -> Bucket:
    """Return what one person's questions to the export desk count against."""
    return Bucket(QUESTIONS, _covered(person))


def _covered(text: str) -> str:
    """Return a stand-in for an address, so that no store of counts lists people."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _come_back(seconds: int) -> str:
    if seconds <= 90:
        return f"Try again in {seconds} seconds."
    minutes = math.ceil(seconds / 60)
    return f"Try again in {minutes} minutes." if minutes <= 90 else f"Try again in {math.ceil(minutes / 60)} hours."
