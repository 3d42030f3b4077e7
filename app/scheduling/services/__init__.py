"""Commands of scheduling, the only writers of its tables; other rooms use the names listed here."""

from app.scheduling.services.answer import (
    TooManyRequests,
    answer_meeting,
    cancel_meeting,
    note_outcome,
    request_meeting,
    withdraw_request,
)
from app.scheduling.services.feed import make_feed, revoke_feed
from app.scheduling.services.moves import SlotTaken
from app.scheduling.services.seat import (
    SEAT_JOB,
    ChangedMeanwhile,
    choose_slot,
    follow_stopped,
    free_slot,
    keep_plan,
    set_absences,
    start_seating,
    sync_slots,
)
from app.scheduling.services.suggest import (
    EXPIRE_JOB,
    expire_due,
    follow_hidden,
    follow_leaver,
    part_pair,
    suggest_meetings,
    withdraw_suggestions,
)

__all__ = [
    "EXPIRE_JOB",
    "SEAT_JOB",
    "ChangedMeanwhile",
    "SlotTaken",
    "TooManyRequests",
    "answer_meeting",
    "cancel_meeting",
    "choose_slot",
    "expire_due",
    "follow_hidden",
    "follow_leaver",
    "follow_stopped",
    "free_slot",
    "keep_plan",
    "make_feed",
    "note_outcome",
    "part_pair",
    "request_meeting",
    "revoke_feed",
    "set_absences",
    "start_seating",
    "suggest_meetings",
    "sync_slots",
    "withdraw_request",
    "withdraw_suggestions",
]
