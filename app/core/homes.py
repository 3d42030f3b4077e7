"""What the home page of a participant, a company or the staff is made of: lines that rooms offer through one table."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.core.access import Role

MOST_FROM_ONE = 5
"""How many lines of a part one room offers at most: the page leads on, it is no second list."""
LATELY = timedelta(days=14)
"""How long something that changed is news: what the page says in words."""


class Part(StrEnum):
    """Which of the three questions a line answers."""

    WAITING = "waiting"
    CHANGED = "changed"
    FITS = "fits"


class HomeSide(StrEnum):
    """On which side of the summit somebody reads their home; who is on both chooses."""

    COMPANY = "company"
    PARTNER = "partner"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class HomeLine:
    """One thing to know or do: a local path, when it came to be, until when it can be done, the one action.

    `reasons` say why it fits, in words; `kind` is what it is about, in one or two words. `due_on` is
    the last day of what ends without an hour.
    """

    part: Part
    kind: str
    words: str
    href: str
    at: datetime | None = None
    due: datetime | None = None
    action: str = "Open"
    reasons: tuple[str, ...] = ()
    due_on: date | None = None

    def is_overdue(self, now: datetime) -> bool:
        """Tell whether the end has passed; a day has passed when the next one has begun."""
        return self.due_on < now.date() if self.due_on else self.due is not None and self.due < now

    def end(self, now: datetime) -> datetime:
        """Return when it ends, for ordering; what has no end comes last."""
        last = datetime.max.replace(tzinfo=now.tzinfo)
        return datetime.combine(self.due_on, time.max, tzinfo=now.tzinfo) if self.due_on else self.due or last


@dataclass(frozen=True, slots=True)
class HomeReader:
    """Whose home it is: `partners` and `companies` are the organizations of the person, by which side they are on.

    `staff` are the roles that the person holds at the summit's desks, none on another side.
    """

    user_id: UUID
    partners: frozenset[UUID]
    companies: frozenset[UUID]
    is_vetted: bool
    is_export_officer: bool
    now: datetime
    staff: frozenset[Role] = frozenset()


def age(at: datetime, now: datetime) -> str:
    """Return how long ago something was, in whole days."""
    days = (now - at).days
    return "today" if days < 1 else f"{days} day{'' if days == 1 else 's'} ago"


def queue(
    session: Session, wanted: Select[*tuple[Any, ...]], kind: str, one: str, many: str, href: str
) -> list[HomeLine]:
    """Return one line for a work list that is not empty; `wanted` selects how many wait there and since when."""
    count, since = session.execute(wanted).one()
    words = f"1 {one}" if count == 1 else f"{count:,} {many}"
    return [HomeLine(Part.WAITING, kind, words, href, since)] if count else []


# Filled where the rooms are put together; each asks the database twice or less.
sections: list[Callable[[Session, HomeReader], list[HomeLine]]] = []


def lines(session: Session, reader: HomeReader) -> dict[Part, list[HomeLine]]:
    """Return every room's lines by part: what waits by its end and then the oldest first, what changed newest first."""
    found = [line for section in sections for line in section(session, reader)]
    waiting = [line for line in found if line.part is Part.WAITING]
    changed = [line for line in found if line.part is Part.CHANGED]
    return {
        Part.WAITING: sorted(waiting, key=lambda line: (line.end(reader.now), line.at or reader.now, line.words)),
        Part.CHANGED: sorted(changed, key=lambda line: (line.at or reader.now, line.words), reverse=True),
        Part.FITS: [line for line in found if line.part is Part.FITS],
    }
