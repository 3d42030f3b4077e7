"""The shape of what people send about entries; what it means is judged by services."""

from app.directory.forms.desk import (
    ClaimFileForm,
    ClaimForm,
    DecideForm,
    DocumentForm,
    NewEntryForm,
    NewsForm,
    ReasonForm,
    ReviewForm,
)
from app.directory.forms.entry import EntryForm

__all__ = [
    "ClaimFileForm",
    "ClaimForm",
    "DecideForm",
    "DocumentForm",
    "EntryForm",
    "NewEntryForm",
    "NewsForm",
    "ReasonForm",
    "ReviewForm",
]
