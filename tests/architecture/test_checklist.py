"""Which lines of the security checklist a test proves, and which are still to come.

A line is named by its letter and number, as in @pytest.mark.check("A1"). STILL_TO_COME may only shrink: a line that a
test proves must leave it, and a line that loses its last test fails here.
"""

import re
from collections.abc import Iterator

from tests.conftest import ROOT

LINES = {"A": 16, "B": 9, "C": 10, "D": 13, "E": 10, "F": 9, "G": 6, "H": 3, "I": 9, "J": 7, "K": 7, "L": 4, "M": 5,
         "N": 8}  # fmt: skip
STILL_TO_COME = {
    "passkeys, one-time codes and recovery": "A4 A5 A6 A7 A12",
    "row-level security and impersonation": "D10 D12",
    "rich text": "E4",
    "requests to addresses that users give, webhooks of ours": "H1 H2",
    "register of personal data, encryption, export and erasure": "J1 J5 J6",
    "coverage of sign-ins and downloads in the record; fair shares of load": "K2 L3",
    "federated sign-in": "M1 M2 M3 M4 M5",
    "container image": "N5",
}


def proved() -> Iterator[str]:
    """Yield the checklist lines named by markers in the tests."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for names in re.findall(r"mark\.check\(([^)]*)\)", path.read_text()):
            yield from re.findall(r'"([A-Z]\d+)"', names)


def test_every_line_of_the_security_checklist_has_a_test_or_is_known_to_be_to_come():
    lines = {f"{letter}{number}" for letter, count in LINES.items() for number in range(1, count + 1)}
    to_come = {name for names in STILL_TO_COME.values() for name in names.split()}
    marked = set(proved())
    assert marked - lines == set(), "no such line in the checklist"
    assert marked & to_come == set(), "proved: take it off STILL_TO_COME"
    assert lines - marked - to_come == set(), "no test carries these lines any more"
