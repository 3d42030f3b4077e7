"""Two hundred clients for a budget of five: never exceeded, never stranded; without the lock it is exceeded.

scripts/race-vouchers does the same with several processes, many times.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.core import clock
from tests.conftest import NOON
from tests.databases import postgres_answers
from tests.races import building, is_sqlite, trust_nobody, until_not_busy
from tests.voucher_races import control_of, drop_the_last_judge, round_of

CLIENTS = 200


class Threads:
    """A crew of one process: twenty clients at a time."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def race(self, attempt: Callable[[Any], str], wanted: Sequence[Any]) -> list[str]:
        def client(value: Any) -> str:
            with clock.stopped(NOON), self.app.app_context():
                return until_not_busy(attempt, value)

        with ThreadPoolExecutor(20) as pool:
            return list(pool.map(client, wanted))


@pytest.mark.answers("bug 4")
@pytest.mark.check("L1")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_budget_of_a_voucher_is_used_up_exactly_and_without_the_lock_exceeded(kind: str, tmp_path: Path):
    if kind == "postgresql" and not postgres_answers():
        pytest.skip("PostgreSQL does not answer at TEST_POSTGRES_URL")
    with building(kind, tmp_path) as app, clock.stopped(NOON):
        crew: Any = Threads(app)
        for budget in ("uses", "cents"):
            result = round_of(app, crew, budget, CLIENTS)
            assert (result.sold, result.wrong) == (5, ())
        drop_the_last_judge(app)
        if is_sqlite(app):
            trust_nobody(app)
        assert control_of(app, crew, CLIENTS // 4).oversold > 0
