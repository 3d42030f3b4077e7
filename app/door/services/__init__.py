"""Commands of this room, the only writers of its tables; other rooms use the names listed here."""

from app.door.services.badges import name_badge, replace_badge, stop_badge
from app.door.services.conflicts import close_conflict, note_export
from app.door.services.devices import (
    LONGEST_LIFE,
    CodeRefused,
    Enrolled,
    Offered,
    end_device,
    enrol_device,
    make_device,
    note_seen,
    offer_code,
)
from app.door.services.prints import (
    DROP_JOB,
    PRINT_JOB,
    drop_sheet,
    finish_run,
    log_one,
    note_taken,
    start_run,
)
from app.door.services.scan import scan_badge
from app.door.services.take import Shown, Taker, take_scans

__all__ = [
    "DROP_JOB",
    "LONGEST_LIFE",
    "PRINT_JOB",
    "CodeRefused",
    "Enrolled",
    "Offered",
    "Shown",
    "Taker",
    "close_conflict",
    "drop_sheet",
    "end_device",
    "enrol_device",
    "finish_run",
    "log_one",
    "make_device",
    "name_badge",
    "note_export",
    "note_seen",
    "note_taken",
    "offer_code",
    "replace_badge",
    "scan_badge",
    "start_run",
    "stop_badge",
    "take_scans",
]
