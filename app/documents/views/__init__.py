"""Pages of this room."""

from app.documents.views import downloads, held
from app.documents.views.blueprint import bp

__all__ = ["bp", "downloads", "held"]
