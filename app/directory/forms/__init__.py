"""The shape of what people send about entries; what it means is judged by services."""

from app.directory.forms.desk import ClaimForm, DecideForm, NewEntryForm, NewsForm, ReasonForm, ReviewForm
from app.directory.forms.entry import EntryForm

__all__ = ["ClaimForm", "DecideForm", "EntryForm", "NewEntryForm", "NewsForm", "ReasonForm", "ReviewForm"]
