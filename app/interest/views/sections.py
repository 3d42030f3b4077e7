"""What other rooms add to the pages of one interest; filled where the rooms are put together. None adds nothing."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.interest.queries import Lead, MyInterest
from app.registration.queries.sections import Section

LeadSection = Callable[[Session, Lead, datetime], Section | None]
InterestSection = Callable[[Session, MyInterest, datetime], Section | None]
lead_sections: list[LeadSection] = []
"""Asked for parts of a company's page about a lead."""
interest_sections: list[InterestSection] = []
"""Asked for parts of a partner's page about its interest."""


def in_order(found: Iterable[Section | None]) -> Sequence[Section]:
    """Return the sections that there are, in their order."""
    return sorted((section for section in found if section is not None), key=lambda section: section.order)
