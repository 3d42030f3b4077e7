"""What holds for partners, whatever is stored: who sees what, what a mandate may say, what fits, who is apart."""

from app.partners.rules.apart import Apart, Mark, apart_of
from app.partners.rules.fits import EntryFacts, Fits, Line, MandateFacts, SoughtFacts, fits
from app.partners.rules.mandate import (
    CURRENCIES,
    NAG_AFTER,
    MandateContent,
    checked,
    is_stale,
    missing,
    offers_from,
    seeks_from,
)
from app.partners.rules.seen import (
    FIELDS,
    NAME_CHOICES,
    ProfileContent,
    ProfileField,
    audiences_of,
    completeness,
    may_see,
    visible,
)

__all__ = [
    "CURRENCIES",
    "FIELDS",
    "NAG_AFTER",
    "NAME_CHOICES",
    "Apart",
    "EntryFacts",
    "Fits",
    "Line",
    "MandateContent",
    "MandateFacts",
    "Mark",
    "ProfileContent",
    "ProfileField",
    "SoughtFacts",
    "apart_of",
    "audiences_of",
    "checked",
    "completeness",
    "fits",
    "is_stale",
    "may_see",
    "missing",
    "offers_from",
    "seeks_from",
    "visible",
]
