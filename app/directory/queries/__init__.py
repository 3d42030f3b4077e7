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
    FILTERED,
    SORT_LABELS,
    STANDING_LABELS,
    FacetCount,
    entries,
    facets,
)
from app.directory.rules.filters import Filters, Sort, Standing

__all__ = [
    "FILTERED",
    "REVIEWERS",
    "SORT_LABELS",
    "STANDING_LABELS",
    "EntryRow",
    "EntryView",
    "FacetCount",
    "Filters",
    "Sort",
    "Standing",
    "entries",
    "entries_of",
    "entry",
    "entry_for",
    "entry_row",
    "entry_rows",
    "facets",
    "is_vetted",
    "meeting_entries",
    "reader_tier",
]
