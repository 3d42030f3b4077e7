"""Everything people can do to the directory, by what they do: claim, write, review."""

from app.directory.services.claim import claim_entry, decide_claim, join_claims
from app.directory.services.documents import (
    add_document,
    may_read_document,
    may_read_proof,
    remove_document,
    show_document_to,
)
from app.directory.services.index import is_outdated, reindex
from app.directory.services.moves import EDITORS, GROW_STALE, REMIND, Outdated, on_hide, on_show
from app.directory.services.review import publish, reinstate_entry, return_draft, suspend_entry
from app.directory.services.write import (
    NotAttested,
    confirm_entry,
    create_entry,
    decide_proposal,
    edit_draft,
    grow_stale,
    remind_to_confirm,
    reopen_entry,
    submit_for_review,
    withdraw_entry,
)

__all__ = [
    "EDITORS",
    "GROW_STALE",
    "REMIND",
    "NotAttested",
    "Outdated",
    "add_document",
    "claim_entry",
    "confirm_entry",
    "create_entry",
    "decide_claim",
    "decide_proposal",
    "edit_draft",
    "grow_stale",
    "is_outdated",
    "join_claims",
    "may_read_document",
    "may_read_proof",
    "on_hide",
    "on_show",
    "publish",
    "reindex",
    "reinstate_entry",
    "remind_to_confirm",
    "remove_document",
    "reopen_entry",
    "return_draft",
    "show_document_to",
    "submit_for_review",
    "suspend_entry",
    "withdraw_entry",
]
