"""Pages of this room."""

from app.questionnaires.views import conditions, designer, parts, publishing
from app.questionnaires.views.blueprint import bp

__all__ = ["bp", "conditions", "designer", "parts", "publishing"]
