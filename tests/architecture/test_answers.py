"""What people who run events ask of systems like this one and do not get, the faults found in them, and our answers.

Each line is a numbered ask or bug of our study of the field, with the public report where there is one. The tests that
prove it carry @pytest.mark.answers("ask 1") or "bug 1"; a line without such a test fails here, as does a marker that
names no line.
"""

import re
from collections.abc import Iterator

from tests.conftest import ROOT

ANSWERS = {
    "ask 1": "Applications wait in a line of their own, and a place is offered to the first who fits (indico#3036).",
    "ask 2": "The price rises by steps and is fixed by the day of application (indico#1442).",
    "ask 3": "Vouchers lower the fee within their budgets, and some types of participants pay none (indico#7195).",
    "ask 4": "Invoices carry tax, payer and gapless numbers, and never change once issued (indico#7196).",
    "ask 5": "After registration has closed, changes and withdrawals wait for a person to decide (indico#5264).",
    "ask 6": "A reviewer may be limited to some applications, a form and a pool to some people (indico#7491, #7342).",
    "ask 7": "Travel and visa questions come after the approval, answered as often as plans change (indico#6836).",
    "ask 8": "Every letter of decision can be worded, and an approval declined after all (indico#6838, #7197).",
    "ask 9": "Only the provider's signed event makes a payment paid, never the way back to our page (indico#3051).",
    "ask 10": "People of one house are decided one by one, on whichever day (pretix#2160, #3460, #1255).",
    "ask 11": "One of several on one invoice leaves, paid or not, and only that part moves (pretix#1791).",
    "ask 12": "The line is one over all pools, and a place that comes back is offered again (pretix#2119, #1163).",
    "ask 13": "A place passes to somebody else only if its owner agrees and the successor is vetted (pretix#1029).",
    "ask 14": "Personal answers go by themselves, and no table holds them afterwards (pretix#1713, #2498).",
    "ask 15": "Approval and waitlist in one: whoever is not approved is told that nothing is charged (Hi.Events#1191).",
    "ask 16": "A payment or refund whose news was lost is found and settled without anybody (Hi.Events#598, #531).",
    "ask 17": "In a rush nothing is sold twice, and who must wait is told for how long (Hi.Events#178).",
    "ask 18": "Approval, waitlist, charge and refund work together from end to end (eventyay#2364, #1253, #3096).",
    "bug 1": "A charge that succeeds for a place that is gone is given back (pretix#74, eventyay#5268).",
    "bug 2": "Giving back a second payment leaves the first, and its place, as they are (pretix#343).",
    "bug 3": "No lock is left out: without it the last place is sold twice (eventyay#1359).",
    "bug 4": "A race cannot exceed the budget of a voucher (pretix#6396).",
    "bug 5": "News of a failure that comes after a good payment changes nothing.",
    "bug 6": "Leaving frees a place, and leaving twice frees it once (Hi.Events#218, #466).",
    "bug 7": "Of many decisions at once, one that is taken back sends no letter (eventyay#2762).",
    "bug 8": "News that is not kept is not thanked for, and kept news is applied until it holds (eventyay#3447).",
    "bug 9": "A refund counts whichever of its events arrives (Hi.Events#1067).",
}
NOT_HERE = {
    "ask 7": "Several entries of one person, for those who come along: here nobody comes along unvetted, each applies.",
    "ask 14": "Taking a whole person out of the record, on request or in time, is a later capability.",
    "ask 17": "A waiting room: a place is taken by a decision, not by being first, so nobody need hurry.",
}
"""Parts of an ask that are not answered here, and why."""


def marked() -> Iterator[str]:
    """Yield what the markers in the tests name."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for names in re.findall(r"^@pytest\.mark\.answers\(([^)]*)\)", path.read_text(), re.MULTILINE):
            yield from re.findall(r'"([^"]+)"', names)


def test_every_ask_and_every_bug_of_the_field_is_answered_by_a_test():
    found = set(marked())
    assert found - set(ANSWERS) == set(), "no such ask or bug"
    assert set(ANSWERS) - found == set(), "no test answers these"


def test_the_table_is_whole():
    assert list(ANSWERS) == [f"ask {n}" for n in range(1, 19)] + [f"bug {n}" for n in range(1, 10)]
    assert set(NOT_HERE) <= set(ANSWERS)
