"""Pages of interest: a partner's own, a company's pipeline, leads, filters, counts for organizers."""

from app.interest.views import filters, lead, mine, numbers, own, pipeline
from app.interest.views.base import bp
from app.interest.views.sections import interest_sections, lead_sections

__all__ = ["bp", "filters", "interest_sections", "lead", "lead_sections", "mine", "numbers", "own", "pipeline"]
