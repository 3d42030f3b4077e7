"""Password hashes: Argon2id, a few at a time, and never a short cut that tells who exists."""

import os
import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
# Hashing is made to be slow: one core stays free for everybody else's pages.
AT_ONCE = max(1, (os.cpu_count() or 1) - 1)
_slots = threading.BoundedSemaphore(AT_ONCE)


def normal(password: str) -> str:
    """Return a password in the one form that is hashed: composed characters, nothing trimmed."""
    return unicodedata.normalize("NFC", password)


def hashed(password: str) -> str:
    """Return the hash to keep. Takes tens of milliseconds: call it before opening a transaction."""
    with _slots:
        return HASHER.hash(normal(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Tell whether a password fits; without a hash it takes as long and says no."""
    with _slots:
        try:
            return HASHER.verify(password_hash or _nobodys_hash(), normal(password)) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(password_hash: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(password_hash)


@cache
def _nobodys_hash() -> str:
    return HASHER.hash(os.urandom(24).hex())
