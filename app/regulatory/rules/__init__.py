"""What the United States will ask of a partner for an entry, in which order, and what that comes to in a line."""

from app.regulatory.rules.order import LEAD_BASIS_WORDS, RULEBOOK, Entry, lead_time_words, steps
from app.regulatory.rules.summary import (
    NO_TOTAL,
    Longest,
    PolicyLine,
    StepsSummary,
    days_words,
    strictness,
    summary_of,
)

__all__ = [
    "LEAD_BASIS_WORDS",
    "NO_TOTAL",
    "RULEBOOK",
    "Entry",
    "Longest",
    "PolicyLine",
    "StepsSummary",
    "days_words",
    "lead_time_words",
    "steps",
    "strictness",
    "summary_of",
]
