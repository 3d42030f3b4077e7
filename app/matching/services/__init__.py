"""Commands of matching, the only writers of its tables; other rooms use the names listed here."""

from app.matching.services.runs import (
    RUN_JOB,
    Published,
    end_work,
    follow_stopped,
    keep_proposal,
    move_run,
    on_publish,
    on_roll_back,
    publish,
    roll_back,
    set_ruling,
    start_run,
)
from app.matching.services.wishes import on_apart, part_organizations, set_block, set_wish, set_wishes

__all__ = [
    "RUN_JOB",
    "Published",
    "end_work",
    "follow_stopped",
    "keep_proposal",
    "move_run",
    "on_apart",
    "on_publish",
    "on_roll_back",
    "part_organizations",
    "publish",
    "roll_back",
    "set_block",
    "set_ruling",
    "set_wish",
    "set_wishes",
    "start_run",
]
