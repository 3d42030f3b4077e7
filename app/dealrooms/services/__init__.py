"""Everything people can do to deal rooms, by what they do."""

from app.dealrooms.services.follow import (
    expire_due,
    follow_case,
    follow_hidden,
    follow_leaver,
    follow_merged_organizations,
    follow_merged_people,
    follow_suspension,
)
from app.dealrooms.services.grants import (
    approve,
    change_scope,
    decline,
    give_access,
    invite,
    leave,
    request_access,
    revoke,
    say_of_person,
)
from app.dealrooms.services.questions import (
    approve_answer,
    clear_answer,
    decline_question,
    draft_answer,
    draft_question,
    return_answer,
    submit_question,
    withdraw_question,
)
from app.dealrooms.services.rooms import (
    EXPIRE,
    change_settings,
    close_room,
    lock_approval,
    name_role,
    open_room,
    reopen_room,
    write_nda,
)
from app.dealrooms.services.shelves import (
    add_document,
    add_folder,
    change_document,
    change_folder,
    clear_document,
    move_folder,
    remove_document,
    remove_folder,
    replace_document,
)
from app.dealrooms.services.sign import accept_nda

__all__ = [
    "EXPIRE", "accept_nda", "add_document", "add_folder", "approve", "approve_answer", "change_document",
    "change_folder", "change_scope", "change_settings", "clear_answer", "clear_document", "close_room", "decline",
    "decline_question", "draft_answer", "draft_question", "expire_due", "follow_case", "follow_hidden",
    "follow_leaver", "follow_merged_organizations", "follow_merged_people", "follow_suspension", "give_access",
    "invite", "leave", "lock_approval", "move_folder", "name_role", "open_room", "remove_document", "remove_folder",
    "reopen_room", "replace_document", "request_access", "return_answer", "revoke", "say_of_person",
    "submit_question", "withdraw_question", "write_nda",
]  # fmt: skip
