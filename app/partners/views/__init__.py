"""Pages of partners: their profile, mandates, private list, what fits, and partners as companies see them."""

from app.partners.views import fitting, mandates, marks, partners, profile
from app.partners.views.blueprint import bp

__all__ = ["bp", "fitting", "mandates", "marks", "partners", "profile"]
