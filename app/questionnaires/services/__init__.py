"""Commands of this room, the only writers of its tables; other rooms use the names listed here."""

from app.questionnaires.services.design import (
    Edit,
    EditedMeanwhile,
    change_draft,
    create_questionnaire,
    discard_draft,
    open_draft,
    provide_shipped,
    publish,
    rename,
)
from app.questionnaires.services.replies import AnsweredMeanwhile, erase_old_personal, erase_personal, save_answers

__all__ = [
    "AnsweredMeanwhile",
    "Edit",
    "EditedMeanwhile",
    "change_draft",
    "create_questionnaire",
    "discard_draft",
    "erase_old_personal",
    "erase_personal",
    "open_draft",
    "provide_shipped",
    "publish",
    "rename",
    "save_answers",
]
