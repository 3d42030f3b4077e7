"""What the address of a list asks for, read so that nothing typed there is an error."""

import secrets

from flask import request, session

SEARCHED, MOST_KEPT = "searched", 5


def page_number() -> int:
    """Return the page asked for, from 1; anything that is no page is the first."""
    text = request.args.get("page", "1")
    return int(text) if text.isdecimal() and len(text) < 7 else 1


def words(name: str = "q") -> str:
    """Return the words searched for, with single spaces, at most 100 characters."""
    return " ".join(request.args.get(name, "").split())[:100]


def keep_words(text: str) -> str:
    """Keep what was searched for with the reader's browser, out of every address; return the key that stands there."""
    key = secrets.token_hex(4)
    kept = {**searched(), key: " ".join(text.split())[:100]}
    session[SEARCHED] = dict(list(kept.items())[-MOST_KEPT:])
    return key


def kept_words(key: str) -> str:
    """Return the words that were kept under a key, none when there are none."""
    return searched().get(key, "")


def searched() -> dict[str, str]:
    """Return what was searched for lately, by key."""
    kept = session.get(SEARCHED)
    return {str(key): str(words) for key, words in kept.items()} if isinstance(kept, dict) else {}
