"""A process that dies anywhere in approve-and-charge or webhook handling leaves nothing lost and nothing doubled.

scripts/crash-payments does the same twenty times for each point, on both databases.
"""

from pathlib import Path

import pytest

from tests.crashes import POINTS, stage
from tests.databases import postgres_answers


@pytest.mark.parametrize(("kind", "points"), [("sqlite", POINTS[::2]), ("postgresql", POINTS[1::2])])
def test_a_killed_process_leaves_one_charge_one_receipt_and_books_that_agree(
    kind: str, points: tuple[str, ...], tmp_path: Path
):
    if kind == "postgresql" and not postgres_answers():
        pytest.skip("PostgreSQL does not answer at TEST_POSTGRES_URL")
    with stage(kind, tmp_path) as here:
        results = [here.round(point) for point in points]
    assert [(r.point, r.died, r.wrong) for r in results] == [(point, True, ()) for point in points]
