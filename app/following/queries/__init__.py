"""Reads of following; what a team keeps is read only through the organizations of the reader."""

from app.following.queries.kept import (
    SORTS,
    KeptEntry,
    Wanted,
    digest_of,
    due_digests,
    followed_of,
    follower_count,
    my_list,
)
from app.following.queries.notes import NoteRow, TagRow, note, notes_on, tag_words, tags_on
from app.following.queries.searches import Found, SearchRow, due_searches, found_now, my_search, my_searches

__all__ = [
    "SORTS",
    "Found",
    "KeptEntry",
    "NoteRow",
    "SearchRow",
    "TagRow",
    "Wanted",
    "digest_of",
    "due_digests",
    "due_searches",
    "followed_of",
    "follower_count",
    "found_now",
    "my_list",
    "my_search",
    "my_searches",
    "note",
    "notes_on",
    "tag_words",
    "tags_on",
]
