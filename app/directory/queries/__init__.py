"""Reads of the directory. What a reader's tier does not cover never leaves this package."""

from app.directory.queries.entries import (
    REVIEWERS,
    EntryView,
    entries_of,
    entry,
    entry_for,
    entry_row,
    entry_rows,
    is_vetted,
    meeting_entries,
    reader_tier,
)
from app.directory.queries.rows import EntryRow
from app.directory.queries.search import (
    Explored,
    FacetCount,
    Loosened,
    Suggestion,
    entries,
    explore,
    facets,
    suggestions,
)
from app.directory.rules.filters import FILTERED, Filters, Sort, Standing
from app.directory.rules.found_words import SORT_LABELS, STANDING_LABELS

__all__ = [
    "FILTERED",
    "REVIEWERS",
    "SORT_LABELS",
    "STANDING_LABELS",
    "EntryRow",
    "EntryView",
    "Explored",
    "FacetCount",
    "Filters",
    "Loosened",
    "Sort",
    "Standing",
    "Suggestion",
    "entries",
    "entries_of",
    "entry",
    "entry_for",
    "entry_row",
    "entry_rows",
    "explore",
    "facets",
    "is_vetted",
    "meeting_entries",
    "reader_tier",
    "suggestions",
]
