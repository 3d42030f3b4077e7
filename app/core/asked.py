"""What the address of a list asks for, read so that nothing typed there is an error."""

from flask import request


def page_number() -> int:
    """Return the page asked for, from 1; anything that is no page is the first."""
    text = request.args.get("page", "1")
    return int(text) if text.isdecimal() and len(text) < 7 else 1


def words(name: str = "q") -> str:
    """Return the words searched for, with single spaces, at most 100 characters."""
    return " ".join(request.args.get(name, "").split())[:100]
