"""What askers, the desk and a company's export officer do about a question; the only writers of this room's tables."""

from app.enquiries.services.ask import Question, ask, inform, say_whether_it_helped, withdraw
from app.enquiries.services.desk import answer, ask_more, assign, close, note
from app.enquiries.services.officer import ask_officer, contribute
from app.enquiries.services.publish import publish, retract
from app.enquiries.services.remind import REMIND, remind_overdue

__all__ = [
    "REMIND",
    "Question",
    "answer",
    "ask",
    "ask_more",
    "ask_officer",
    "assign",
    "close",
    "contribute",
    "inform",
    "note",
    "publish",
    "remind_overdue",
    "retract",
    "say_whether_it_helped",
    "withdraw",
]
