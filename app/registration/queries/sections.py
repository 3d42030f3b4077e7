"""What a participant's own page is made of besides its process: sections, which other rooms add to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

ARRIVED_BY = "Last moment for the fee to have arrived"
"""What a deadline is called to somebody who pays by bank transfer."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something that has to happen by then: a moment, or a day at the venue."""

    words: str
    by: datetime | date


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the participant's page: `template` is included below `title` and reads `facts` as `section.facts`.

    Sections stand in order of `order`: papers 10, money 20, travel 30, delegation 40, badge 50, the rest between.
    A wide one takes the whole width of the page. The template writes its own headings from level 3, and uses no ids
    but those that begin with its room's name.
    """

    title: str
    template: str
    facts: Mapping[str, Any]
    order: int = 60
    deadlines: tuple[Deadline, ...] = field(default=())
    is_wide: bool = False
