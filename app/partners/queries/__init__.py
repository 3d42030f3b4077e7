"""Reads of partners: profiles as a reader may see them, mandates, what fits, who is apart."""

from app.partners.queries.directory import PartnerFilters, PartnerRow, PartnerView, partner_view, partners
from app.partners.queries.fitting import (
    FitFilters,
    FittingEntry,
    FittingMandate,
    best_entries,
    fitting_entries,
    fitting_mandates,
)
from app.partners.queries.mandates import (
    MandateRow,
    active_mandates,
    mandate,
    mandates,
    of_organizations,
    prefilled,
    versions,
)
from app.partners.queries.marks import MarkRow, apart, keeps_apart, marks
from app.partners.queries.profiles import ProfileView, profile
from app.partners.queries.readers import Viewer, names_shown, reader_of

__all__ = [
    "FitFilters",
    "FittingEntry",
    "FittingMandate",
    "MandateRow",
    "MarkRow",
    "PartnerFilters",
    "PartnerRow",
    "PartnerView",
    "ProfileView",
    "Viewer",
    "active_mandates",
    "apart",
    "best_entries",
    "fitting_entries",
    "fitting_mandates",
    "keeps_apart",
    "mandate",
    "mandates",
    "marks",
    "names_shown",
    "of_organizations",
    "partner_view",
    "partners",
    "prefilled",
    "profile",
    "reader_of",
    "versions",
]
