"""Commands of this room, the only writers of its tables; other rooms use the names listed here."""

from app.delegations.services.count import open_delegation
from app.delegations.services.drafts import follow_join, prepare, submit_on_behalf
from app.delegations.services.endorse import CapReached, decide
from app.delegations.services.fees import pay_for
from app.delegations.services.follow import (
    follow_merge,
    follow_organizations,
    follow_submission,
    letter_can_come,
    letter_given,
    waits_for,
)
from app.delegations.services.grants import grant, revoke
from app.delegations.services.letters import give_letter, may_read_letter, withdraw_letter
from app.delegations.services.members import AlreadyIn, change, enter, invite_again, remove

__all__ = [
    "AlreadyIn",
    "CapReached",
    "change",
    "decide",
    "enter",
    "follow_join",
    "follow_merge",
    "follow_organizations",
    "follow_submission",
    "give_letter",
    "grant",
    "invite_again",
    "letter_can_come",
    "letter_given",
    "may_read_letter",
    "open_delegation",
    "pay_for",
    "prepare",
    "remove",
    "revoke",
    "submit_on_behalf",
    "waits_for",
    "withdraw_letter",
]
