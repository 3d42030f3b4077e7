"""Pages of the directory: finding and comparing for everyone, keeping entries for companies, deciding for reviewers."""

from app.directory.views import browse, company, compare, documents, explore, feeds, pictures, policy, review, sheets
from app.directory.views.base import bp

__all__ = [
    "bp",
    "browse",
    "company",
    "compare",
    "documents",
    "explore",
    "feeds",
    "pictures",
    "policy",
    "review",
    "sheets",
]
