"""The one refusal of this room."""

from app.core.errors import InvalidInput


class BadFile(InvalidInput):
    """A file that is not taken; the sentence says why and what to do."""

    code = "bad_file"
