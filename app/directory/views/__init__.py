"""Pages of the directory: browsing for everyone, keeping entries for companies, deciding for reviewers."""

from app.directory.views import browse, company, documents, policy, review
from app.directory.views.base import bp

__all__ = ["bp", "browse", "company", "documents", "policy", "review"]
