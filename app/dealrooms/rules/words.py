"""What people write in a room, judged and tidied; and the agreement a room begins with."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from app.core.errors import InvalidInput
from app.dealrooms.states import Audience, RoomRole

LONGEST_NDA, LONGEST_TEXT, LONGEST_NAME = 20_000, 4_000, 120
MOST_FOLDERS, MOST_DOCUMENTS = 40, 500
USUAL_QUOTA, MOST_QUOTA = 20, 200
WARN_BEFORE = timedelta(days=7)
USUAL_FOLDERS = ("Overview", "Technical summary", "Finance and terms")

DEFAULT_NDA = """\
1. The company opens this deal room so that you can judge whether to take part in its programme. Use what you read \
here for that purpose only.

2. Keep it confidential. Share it only with people of your own organization who have accepted this agreement \
themselves, and with advisers who are bound to secrecy by law or contract.

3. This does not cover what was public before, what you knew or developed without this room, or what a law or a court \
makes you disclose; in that case tell the company first if you are allowed to.

4. The room is not meant to hold technical data controlled under the ITAR or the EAR, or controlled unclassified \
information. If you come across any, stop reading, copy nothing and tell the company at once.

5. Every page you open is noted with your name, the page and the time, and carries your name and the time as a mark.

6. When the company asks, or when your access ends, delete what you downloaded. These duties last for three years from \
the day you accept, and longer where a law protects a trade secret.

7. Nothing here is an offer, gives a licence or obliges either side to make a deal.

This is a short standard text that the platform provides; it is not legal advice. The company may put its own in its \
place."""


def tidy_line(text: str, what: str) -> str:
    """Return one line of words. Raises InvalidInput when there is none, or too much."""
    found = " ".join(text.split())
    if not found:
        raise InvalidInput(f"Write {what}.")
    if len(found) > LONGEST_NAME:
        raise InvalidInput(f"Use at most {LONGEST_NAME} characters for {what}.")
    return found


def tidy_text(text: str, what: str, *, most: int = LONGEST_TEXT) -> str:
    """Return several lines of words without spaces at the ends. Raises InvalidInput when empty or too long."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    found = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    if not found:
        raise InvalidInput(f"Write {what}.")
    if len(found) > most:
        raise InvalidInput(f"Use at most {most:,} characters for {what}.")
    return found


def digest(text: str) -> str:
    """Return the SHA-256 of an agreement's text, as kept beside every acceptance of it."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of_draft(answer: str, audience: Audience) -> str:
    """Return the digest of what a coordinator approves: the answer's words and who will read them."""
    return digest(f"{audience}\n{answer}")


def typed_name(typed: str, known: str) -> str:
    """Return the name somebody signed with. Raises InvalidInput unless it has two words or is the account's name."""
    found = tidy_line(typed, "your full name")
    if len(found.split()) < 2 and found.casefold() != known.casefold():
        raise InvalidInput("Type your full name, first and last, as you would sign.")
    return found


def last_moment(until: datetime | None, *, now: datetime) -> datetime | None:
    """Return until when something is open. Raises InvalidInput for a moment that is over."""
    if until is not None and until <= now:
        raise InvalidInput("Choose a last day that is still to come, or leave it empty.")
    return until


def warns_at(until: datetime, *, now: datetime) -> datetime | None:
    """Return when to warn that access ends, None when that is less than the warning time away."""
    at = until - WARN_BEFORE
    return at if at > now else None


def may_coordinate(role: RoomRole | None, *, is_owner: bool) -> bool:
    """Tell whether somebody of the company approves answers: who was named for it, and an owner always."""
    return is_owner or role is RoomRole.COORDINATOR


def may_approve(person: UUID, writer: UUID | None, coordinators: Mapping[UUID, str]) -> bool:
    """Tell whether a coordinator approves a draft: nobody their own, unless the room has no other coordinator."""
    return person in coordinators and (person != writer or len(coordinators) == 1)


def besides(person: UUID, coordinators: Mapping[UUID, str]) -> str:
    """Return the names of the coordinators other than this person, as a sentence lists them."""
    return " or ".join(name for one, name in coordinators.items() if one != person)


def quota_left(asked: int, quota: int) -> int:
    """Return how many questions an organization may still ask."""
    return max(0, quota - asked)
