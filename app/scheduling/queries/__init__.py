"""Reads of scheduling; other rooms use the names listed here."""

from app.scheduling.queries.agenda import (
    AgendaItem,
    Slot,
    agenda,
    feed_owner,
    has_feed,
    slots_for_meeting,
    slots_of_person,
)
from app.scheduling.queries.mine import (
    SHOW_LABELS,
    MyMeeting,
    Show,
    Sitter,
    Step,
    counts,
    history,
    meeting,
    my_meetings,
    side_in,
    sitters,
)
from app.scheduling.queries.timetable import Cell, Grid, SeatingRow, seatings, standing, timetable, without_table

__all__ = [
    "SHOW_LABELS",
    "AgendaItem",
    "Cell",
    "Grid",
    "MyMeeting",
    "SeatingRow",
    "Show",
    "Sitter",
    "Slot",
    "Step",
    "agenda",
    "counts",
    "feed_owner",
    "has_feed",
    "history",
    "meeting",
    "my_meetings",
    "seatings",
    "side_in",
    "sitters",
    "slots_for_meeting",
    "slots_of_person",
    "standing",
    "timetable",
    "without_table",
]
