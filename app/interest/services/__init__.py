"""Everything people can do about interest; the only writers of its tables."""

from app.interest.services.change import Said, edit_interest, hand_over, show_more
from app.interest.services.filters import (
    FilterChanged,
    More,
    OffThesis,
    asking_of,
    count_refusal,
    more_of,
    refused_by,
    require_on_thesis,
    set_filter,
)
from app.interest.services.ladder import (
    NotVetted,
    StatedAlready,
    end_interest,
    lapse_due,
    move_interest,
    require_partner,
    state_interest,
)
from app.interest.services.names import answer_names, ask_names
from app.interest.services.remind import REMIND_STEPS, remind_expiring, remind_steps
from app.interest.services.steps import LAPSE, REMIND, MovedMeanwhile
from app.interest.services.work import ChangedMeanwhile, Work, note_export, set_weights, work_lead

__all__ = [
    "LAPSE",
    "REMIND",
    "REMIND_STEPS",
    "ChangedMeanwhile",
    "FilterChanged",
    "More",
    "MovedMeanwhile",
    "NotVetted",
    "OffThesis",
    "Said",
    "StatedAlready",
    "Work",
    "answer_names",
    "ask_names",
    "asking_of",
    "count_refusal",
    "edit_interest",
    "end_interest",
    "hand_over",
    "lapse_due",
    "more_of",
    "move_interest",
    "note_export",
    "refused_by",
    "remind_expiring",
    "remind_steps",
    "require_on_thesis",
    "require_partner",
    "set_filter",
    "set_weights",
    "show_more",
    "state_interest",
    "work_lead",
]
