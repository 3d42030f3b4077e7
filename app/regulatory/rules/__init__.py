"""What the United States will ask of a partner for an entry, in which order, and what that comes to in a line."""

from app.regulatory.rules.assess import (
    LEAD_BASIS_WORDS,
    Assessment,
    Pair,
    Rulebook,
    assess,
    lead_time_words,
    steps,
)
from app.regulatory.rules.language import Lead, Rule
from app.regulatory.rules.path import CriticalPath
from app.regulatory.rules.reading import read_rule
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
    "Assessment",
    "CriticalPath",
    "Lead",
    "Longest",
    "Pair",
    "PolicyLine",
    "Rule",
    "Rulebook",
    "StepsSummary",
    "assess",
    "days_words",
    "lead_time_words",
    "read_rule",
    "steps",
    "strictness",
    "summary_of",
]
