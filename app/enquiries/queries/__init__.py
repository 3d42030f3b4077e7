"""Reads of this room: an asker's own questions, the desk's, a company's, and what is public."""

from app.enquiries.queries.desk import DeskFilter, DeskPage, DeskRow, desk_list, desk_page, keeping_of
from app.enquiries.queries.mine import MineRow, NoteRow, OwnPage, my_enquiries, my_enquiry
from app.enquiries.queries.officer import ForUsRow, for_us, for_us_page
from app.enquiries.queries.people import PersonOfDesk, desk_people
from app.enquiries.queries.public import PublicRow, public_answers

__all__ = [
    "DeskFilter",
    "DeskPage",
    "DeskRow",
    "ForUsRow",
    "MineRow",
    "NoteRow",
    "OwnPage",
    "PersonOfDesk",
    "PublicRow",
    "desk_list",
    "desk_page",
    "desk_people",
    "for_us",
    "for_us_page",
    "keeping_of",
    "my_enquiries",
    "my_enquiry",
    "public_answers",
]
