"""Pages of deal rooms."""

from app.dealrooms.views import access, asking, company, desk, partner, sections, settings, viewer
from app.dealrooms.views.blueprint import bp

__all__ = ["access", "asking", "bp", "company", "desk", "partner", "sections", "settings", "viewer"]
