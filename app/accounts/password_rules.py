"""Which new passwords are refused: too short, too long, or made of what a guesser tries first."""

import re
from collections.abc import Iterable
from functools import cache

from app.accounts.common_passwords import EVENT_WORDS, KEYBOARD, PHRASES, WORDS
from app.accounts.rules import folded

SHORTEST, LONGEST = 15, 128
ENOUGH_LEFT, ENOUGH_KINDS = 8, 5
SWAPPED = str.maketrans({"@": "a", "4": "a", "0": "o", "3": "e", "1": "i", "!": "i", "|": "i", "5": "s", "$": "s",
                         "7": "t", "+": "t", "8": "b", "9": "g"})  # fmt: skip


def _any_of(words: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))))


COMMON_WORDS = _any_of(WORDS)
YEAR = re.compile(r"(?:19|20)\d\d")
RUN = 4

TOO_SHORT = f"Use at least {SHORTEST} characters. Four or five unrelated words are easy to remember and hard to guess."
TOO_LONG = f"Use at most {LONGEST} characters."
COMMON = "This password is among those that guessers try first. Choose other words, or let a password manager make one."
OWN = (
    "This password is mostly your own name, address, organization or the name of this event. "
    "Choose words that nobody connects with you."
)


def weakness(password: str, own: Iterable[str] = ()) -> str | None:
    """Return why a new password is refused, as a sentence; None when it is fine.

    `own` is text about the person: name, e-mail address, organization. Every character counts, spaces too,
    and none is required. The password must come in composed form (`passwords.normal`).
    """
    if len(password) < SHORTEST:
        return TOO_SHORT
    if len(password) > LONGEST:
        return TOO_LONG
    if _is_guessable(password, []):
        return COMMON
    if _is_guessable(password, [_any_of(EVENT_WORDS | own_words(own))]):
        return OWN
    return None


def own_words(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of at least three letters in what is known about a person."""
    return frozenset(word for text in texts for word in re.split(r"[\W_]+", folded(text)) if len(word) >= 3)


def _is_guessable(password: str, more: list[re.Pattern[str]]) -> bool:
    plain = folded(password).replace(" ", "")
    return any(_little_left(_one_period(text), more) for text in (plain, plain.translate(SWAPPED)))


def _little_left(text: str, more: list[re.Pattern[str]]) -> bool:
    """Tell whether hardly anything remains once known words, runs, repeats and years are taken away."""
    if re.sub(r"[\W_]|\d+$", "", text) in PHRASES:
        return True
    rest = YEAR.sub("", text)
    for words in (*more, COMMON_WORDS):
        rest = words.sub("", rest)
    rest = _without_repeats(_without_runs(rest))
    return len(rest) < ENOUGH_LEFT or len(set(rest)) < ENOUGH_KINDS


def _one_period(text: str) -> str:
    """Return `ab` for `ababab`, and anything that is not a repeat of itself as it is."""
    at = (text + text).find(text, 1)
    return text[:at] if 0 < at < len(text) else text


def _without_repeats(text: str) -> str:
    return re.sub(r"(.{1,4}?)\1{2,}", r"\1", text)


def _without_runs(text: str) -> str:
    """Leave out stretches of four or more that lie side by side on a keyboard or in the alphabet."""
    kept, at = [], 0
    while at < len(text):
        length = max((_shared(text, at, row) for row in _rows()), default=0)
        if length < RUN:
            kept.append(text[at])
            length = 1
        at += length
    return "".join(kept)


@cache
def _rows() -> tuple[str, ...]:
    return (*KEYBOARD, *(row[::-1] for row in KEYBOARD))


def _shared(text: str, at: int, row: str) -> int:
    """Return how many characters of `text` from `at` stand in `row` in the same order without a gap."""
    place, length = row.find(text[at]), 0
    while 0 <= place < len(row) and at + length < len(text) and row[place] == text[at + length]:
        place, length = place + 1, length + 1
    return length
