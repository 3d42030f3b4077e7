"""Characters that no text holds are dropped from what arrives, in one place, before anything reads it.

A NUL cannot be stored; other control characters come with copying and can forge lines or hide words; marks that
turn the direction of writing around make one name look like another.
"""

import re

from flask import Flask, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from app.core.csrf import exempted
from app.core.errors import NotFound

NOWHERE = "Nothing is at this address. Check it, or start from the home page."
UNWRITTEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


def init_app(app: Flask) -> None:
    """Clean every request but the signed ones, whose bytes must stay as they are."""

    def clean() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if view is None or f"{view.__module__}.{view.__qualname__}" in exempted:
            return
        if CONTROL.search(request.path):
            raise NotFound(NOWHERE)
        request.args = without_unwritten(request.args)
        request.form = without_unwritten(request.form)

    app.before_request_funcs.setdefault(None, []).insert(0, clean)


def without_unwritten(sent: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    """Return the same fields without such characters; tabs and line breaks stay."""
    return ImmutableMultiDict((UNWRITTEN.sub("", k), UNWRITTEN.sub("", v)) for k, v in sent.items(multi=True))
