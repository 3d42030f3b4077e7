"""A process that dies anywhere in approve-and-charge or webhook handling leaves nothing lost and nothing doubled.

The rounds fork, and a forked process has only the thread that forked it: so they run in a process that no other test
has filled with threads. scripts/crash-payments does the same twenty times for each point, on both databases.
"""

import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.crashes import POINTS
from tests.databases import postgres_answers


@pytest.mark.parametrize(("kind", "points"), [("sqlite", POINTS[::2]), ("postgresql", POINTS[1::2])])
def test_a_killed_process_leaves_one_charge_one_receipt_and_books_that_agree(kind: str, points: tuple[str, ...]):
    if kind == "postgresql" and not postgres_answers():
        pytest.skip("PostgreSQL does not answer at TEST_POSTGRES_URL")
    command = [sys.executable, str(ROOT / "scripts" / "crash-payments"), "--only", kind, "--times", "1", "--point"]
    ran = subprocess.run([*command, *points], capture_output=True, text=True, timeout=200, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert all(point in ran.stdout for point in points)
