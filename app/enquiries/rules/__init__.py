"""What a question must be, by when it is answered, and how well the desk keeps its time."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from app.core.errors import InvalidInput
from app.registration.rules.days import add_business_days, business_days_between

DUE_BUSINESS_DAYS = 5
"""A working week: of investors' enquiries elsewhere most go unanswered, and a partner who plans a visit can wait for a
week but not for the three that a decision about an application takes. The desk may answer sooner."""
LONGEST = 4_000
MOST_SOURCES = 10

# What a person says when asking or adding; a new text gets a new version and the old ones stay readable.
ATTESTATIONS: dict[str, str] = {
    "2026-11": "What I write holds no classified or controlled unclassified information and no technical data "
    "controlled by the ITAR or the EAR: only what could be printed in a newspaper.",
}
ATTESTATION = "2026-11"
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def due_on(asked: date, holidays: Collection[date] = (), *, days: int = DUE_BUSINESS_DAYS) -> date:
    """Return by which day a question asked on `asked` is answered: business days, the day itself not counted."""
    return add_business_days(asked, days, holidays)


def due_after_waiting(due: date, since: date, until: date, holidays: Collection[date] = ()) -> date:
    """Return the due day once the asker replied: the business days the desk waited for them do not count."""
    return add_business_days(due, business_days_between(since, until, holidays), holidays)


def is_overdue(due: date, today: date) -> bool:
    """Tell whether the due day has passed; on the day itself a question is still in time."""
    return today > due


def written(text: str | None, what: str) -> str:
    """Return what a person wrote, tidied. Raises InvalidInput when it is empty or too long."""
    words = CONTROL.sub("", (text or "").replace("\r\n", "\n")).strip()
    if not words:
        raise InvalidInput(f"Write {what}.")
    if len(words) > LONGEST:
        raise InvalidInput(f"Use at most {LONGEST:,} characters for {what}.")
    return words


def sources(text: str | None) -> list[str]:
    """Return the addresses of an answer's sources, one a line. Raises InvalidInput for a line that is none."""
    lines = list(dict.fromkeys(filter(None, (line.strip() for line in (text or "").splitlines()))))
    if len(lines) > MOST_SOURCES:
        raise InvalidInput(f"Name at most {MOST_SOURCES} sources.")
    for line in lines:
        if not re.fullmatch(r"https://[^\s/?#]+\.[^\s/?#]+([/?#]\S*)?", line) or len(line) > 500:
            raise InvalidInput("Write each source as an address on a line of its own, beginning with https://.")
    return lines


def attested(version: str) -> str:
    """Return the attestation's version. Raises InvalidInput for one that does not stand on the page now."""
    if version != ATTESTATION:
        raise InvalidInput("Read the statement on controlled information and tick that it holds.")
    return version


@dataclass(frozen=True, slots=True)
class Asked:
    """When one answered question was asked, due and first answered; days at the venue."""

    asked_on: date
    due_on: date
    answered_on: date


@dataclass(frozen=True, slots=True)
class Keeping:
    """How well the desk keeps its time; None where nothing was answered yet."""

    answered: int
    median_business_days: float | None
    percent_in_time: int | None


def keeping(answered: Sequence[Asked], holidays: Collection[date] = ()) -> Keeping:
    """Return the median time to the first answer in business days and the share that came by the due day."""
    if not answered:
        return Keeping(0, None, None)
    days = [business_days_between(one.asked_on, one.answered_on, holidays) for one in answered]
    in_time = sum(not is_overdue(one.due_on, one.answered_on) for one in answered)
    return Keeping(len(answered), float(median(days)), in_time * 100 // len(answered))
