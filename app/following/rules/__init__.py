"""When a mail is due, what a note and a tag may be, and what a company may learn of its followers."""

from datetime import datetime, timedelta

from app.core.errors import InvalidInput, Refused
from app.directory.rules import plain, tidy
from app.following.states import Often

# A job that runs a little earlier than yesterday must not wait for another day.
PAUSES: dict[Often, timedelta] = {Often.DAILY: timedelta(hours=20), Often.WEEKLY: timedelta(days=6, hours=12)}
MOST_SEARCHES, MOST_FOLLOWS = 50, 500
LONGEST_NAME, LONGEST_QUERY, LONGEST_NOTE, LONGEST_TAG = 80, 2_000, 4_000, 40
MOST_NOTES, MOST_TAGS = 200, 20
FEWEST_FOLLOWERS = 5
"""Below this a company learns only that there are fewer: a small number is a name to who knows the market."""
MOST_IN_MAIL = 25


def is_due(often: Often, last: datetime, now: datetime) -> bool:
    """Tell whether the next mail may go out, when the last look was at `last`."""
    return often in PAUSES and now - last >= PAUSES[often]


def search_name(name: str) -> str:
    """Return the name of a saved search as it is kept. Raises InvalidInput for none and for one too long."""
    kept = " ".join(tidy(name).split())
    if not kept:
        raise InvalidInput("Give the search a name, so that you know it in a list and in a mail.")
    if len(kept) > LONGEST_NAME:
        raise InvalidInput(f"Use at most {LONGEST_NAME} characters for the name.")
    return kept


def note_text(text: str) -> str:
    """Return a note as it is kept. Raises InvalidInput for none and for one too long."""
    kept = tidy(text)
    if not kept:
        raise InvalidInput("Write the note first.")
    if len(kept) > LONGEST_NOTE:
        raise InvalidInput(f"Use at most {LONGEST_NOTE:,} characters for a note.")
    return kept


def tag_word(tag: str) -> str:
    """Return a tag as it is kept: lower case, single spaces. Raises InvalidInput for none and for one too long."""
    kept = " ".join(tidy(tag).casefold().split())
    if not kept:
        raise InvalidInput("Write a tag of one or two words.")
    if len(kept) > LONGEST_TAG:
        raise InvalidInput(f"Use at most {LONGEST_TAG} characters for a tag; a note has room for more.")
    return kept


def searched(text: str) -> str:
    """Return text as the search in one's own notes compares it."""
    return plain(text)


def within(count: int, most: int, things: str) -> None:
    """Raise Refused when there are `most` already."""
    if count >= most:
        raise Refused(f"There are {most} {things} already. Remove one that you no longer need.")


def followers_words(count: int) -> str:
    """Return what a company may know about how many follow its entry: a number, never a small one."""
    if count < FEWEST_FOLLOWERS:
        return f"Fewer than {FEWEST_FOLLOWERS} people follow this entry."
    return f"{count} people follow this entry."
