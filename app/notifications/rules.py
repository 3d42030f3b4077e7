"""How often and how soon a message is tried again."""

from datetime import timedelta

MOST_ATTEMPTS = 10
LEASE = timedelta(minutes=2)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)


def wait_before_retry(attempts: int) -> timedelta:
    """Return how long to wait after `attempts` failures: doubling from 30 seconds, at most six hours."""
    if attempts < 1:
        raise ValueError("Nothing has failed yet.")
    return min(timedelta(seconds=FIRST_WAIT.seconds << (attempts - 1)), LONGEST_WAIT)
