"""Counting tries, in one process and across several; hashing, a few at a time."""

import os
import secrets
import threading
import time

import pytest
import redis

from app.accounts import passwords
from app.accounts.throttle import Throttle, mail_from, mail_to, sign_in_buckets
from app.core.errors import TooMany

# Not the database that the queue's tests empty.
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9").rsplit("/", 1)[0] + "/8"
SENTENCE = "Too many tries."


@pytest.fixture(params=["memory", "redis"])
def two_workers(request):
    """Two counters, as two workers would have them."""
    if request.param == "memory":
        one = Throttle(None)
        return one, one
    try:
        redis.Redis.from_url(REDIS, socket_connect_timeout=3).ping()
    except redis.RedisError as error:
        if os.environ.get("CI") == "true":
            raise RuntimeError(f"CI=true needs Redis at TEST_REDIS_URL: {error}") from error
        pytest.skip("Redis does not answer at TEST_REDIS_URL")
    return Throttle(REDIS), Throttle(REDIS)


@pytest.fixture
def somebody():
    return f"{secrets.token_hex(8)}@example.org", secrets.token_hex(8)


@pytest.mark.check("A8")
def test_tries_are_counted_across_workers(two_workers, somebody):
    email, address = somebody
    for number in range(10):
        two_workers[number % 2].spend(*sign_in_buckets(email, address, None), sentence=SENTENCE)
    for worker in two_workers:
        with pytest.raises(TooMany) as refusal:
            worker.spend(*sign_in_buckets(email, "another address", None), sentence=SENTENCE)
        assert 0 < refusal.value.retry_after <= 300
        assert refusal.value.message.startswith("Too many tries. Try again in ")


def test_a_try_given_back_does_not_count(two_workers, somebody):
    buckets = sign_in_buckets(*somebody, None)
    for number in range(25):
        two_workers[number % 2].spend(*buckets, sentence=SENTENCE)
        two_workers[(number + 1) % 2].give_back(*buckets)


@pytest.mark.check("A9")
def test_a_known_device_counts_by_itself(two_workers, somebody):
    email, address = somebody
    for worker in two_workers * 10:
        worker.try_once(*sign_in_buckets(email, address, None))
    two_workers[0].spend(*sign_in_buckets(email, address, "device of the owner"), sentence=SENTENCE)


@pytest.mark.check("A8")
def test_all_strangers_together_have_a_thousand_tries_in_five_minutes():
    one = Throttle(None)
    tries = [one.try_once(*sign_in_buckets(f"a{number}@example.org", f"{number}", None)) for number in range(1001)]
    assert tries == [True] * 1000 + [False]


@pytest.mark.check("A16")
def test_mails_are_counted_by_recipient_and_by_network(two_workers, somebody):
    email, address = somebody
    assert [two_workers[0].try_once(mail_to(email)) for _ in range(4)] == [True, True, True, False]
    assert [two_workers[1].try_once(mail_from(address)) for _ in range(6)] == [True] * 5 + [False]


def test_when_the_shared_store_is_gone_this_process_counts_for_itself(somebody):
    alone = Throttle("redis://127.0.0.1:1/0")
    tries = [alone.try_once(*sign_in_buckets(*somebody, None)) for _ in range(11)]
    alone.give_back(*sign_in_buckets(*somebody, None))
    assert tries == [True] * 10 + [False]
    with pytest.raises(TooMany):
        alone.spend(*sign_in_buckets(*somebody, None), sentence=SENTENCE)


@pytest.mark.answers("ask 17")
@pytest.mark.check("A3")
def test_fifty_sign_ins_at_once_hash_a_few_at_a_time_and_leave_a_core_free(monkeypatch):
    now, most, lock = [0], [0], threading.Lock()

    class Watched:
        def verify(self, _kept: str, _password: str) -> bool:
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            time.sleep(0.002)
            with lock:
                now[0] -= 1
            return True

    monkeypatch.setattr(passwords, "HASHER", Watched())
    people = [threading.Thread(target=passwords.matches, args=("kept", "granite lantern oboe fig")) for _ in range(50)]
    for thread in people:
        thread.start()
    for thread in people:
        thread.join()
    assert most[0] == passwords.AT_ONCE
    assert max(1, (os.cpu_count() or 1) - 1) == passwords.AT_ONCE
