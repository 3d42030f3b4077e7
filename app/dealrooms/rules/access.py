"""Who may open a room: one decision, asked anew at every request; nothing is looked up or kept here."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.dealrooms.states import GrantState, PersonStanding, RoomState, Screening


class Closed(StrEnum):
    """Why a room stays shut to somebody; the first that holds is told."""

    STRANGER = "stranger"
    SUSPENDED = "suspended"
    ENTRY_HIDDEN = "entry_hidden"
    ROOM_CLOSED = "room_closed"
    ENDED = "ended"
    WAITS = "waits"
    SHUT_OUT = "shut_out"
    UNVERIFIED = "unverified"
    NOT_VETTED = "not_vetted"
    NOT_SCREENED = "not_screened"
    NDA = "nda"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything the decision needs to know of one person and one room, as it is at this moment.

    `person` is what the company said of them, None when nothing; `accepted_nda` means the text that holds now.
    """

    room: RoomState
    room_expires_at: datetime | None
    entry_shown: bool
    grant: GrantState
    grant_expires_at: datetime | None
    for_everybody: bool
    is_member: bool
    person: PersonStanding | None
    suspended: bool
    email_verified: bool
    vetted: bool
    screening: Screening
    accepted_nda: bool


def may_sign(standing: Standing, *, now: datetime) -> Closed | None:
    """Return why this person may not accept the NDA now, None when they may."""
    found = _of_the_room(standing, now)
    if found is not None:
        return found
    if standing.grant not in (GrantState.NDA_PENDING, GrantState.GRANTED):
        return _of_the_grant(standing.grant)
    return _of_the_person(standing)


def may_open(standing: Standing, *, now: datetime, in_scope: bool = True) -> Closed | None:
    """Return why the room, or a folder that is `in_scope` of the grant or not, stays shut; None when it opens."""
    found = may_sign(standing, now=now)
    if found is not None:
        return found
    if not standing.accepted_nda or standing.grant is not GrantState.GRANTED:
        return Closed.NDA
    return None if in_scope else Closed.FOLDER


def _of_the_room(standing: Standing, now: datetime) -> Closed | None:
    if not standing.is_member:
        return Closed.STRANGER
    if standing.suspended:
        return Closed.SUSPENDED
    if not standing.entry_shown:
        return Closed.ENTRY_HIDDEN
    if standing.room is not RoomState.OPEN or _is_over(standing.room_expires_at, now):
        return Closed.ROOM_CLOSED
    return Closed.ENDED if _is_over(standing.grant_expires_at, now) else None


def _of_the_grant(state: GrantState) -> Closed:
    return Closed.WAITS if state in (GrantState.REQUESTED, GrantState.APPROVAL_PENDING) else Closed.ENDED


def _of_the_person(standing: Standing) -> Closed | None:
    named = standing.person is PersonStanding.NAMED
    if standing.person is PersonStanding.SHUT_OUT or not (standing.for_everybody or named):
        return Closed.SHUT_OUT
    if not standing.email_verified:
        return Closed.UNVERIFIED
    if not standing.vetted:
        return Closed.NOT_VETTED
    return None if standing.screening is Screening.CLEARED else Closed.NOT_SCREENED


def _is_over(at: datetime | None, now: datetime) -> bool:
    return at is not None and at <= now


SENTENCES: dict[Closed, str] = {
    Closed.STRANGER: "There is no such deal room, or it is not open to you.",
    Closed.SUSPENDED: "Your account is suspended. Ask the organizers of the summit.",
    Closed.ENTRY_HIDDEN: "The entry is not shown in the directory now, so its deal room is shut.",
    Closed.ROOM_CLOSED: "The company has closed this deal room. Ask it if you still need something.",
    Closed.ENDED: "Your organization's access has ended. You can ask for it again from your interest.",
    Closed.WAITS: "Your organization's access is not decided yet. You get a mail when it is.",
    Closed.SHUT_OUT: "The company gave access to some people of your organization, and you are not among them now. "
    "Ask the company to name you.",
    Closed.UNVERIFIED: "Confirm your e-mail address first: open your account page.",
    Closed.NOT_VETTED: "Only people who are admitted to the summit for this organization may enter. See where your "
    "application stands on its page.",
    Closed.NOT_SCREENED: "There is no current restricted-party screening of you and your organization. It runs by "
    "itself; if this stays so for a day, write to the organizers.",
    Closed.NDA: "Read and accept the non-disclosure agreement first. Each person accepts it for themself.",
    Closed.FOLDER: "This folder is not part of what your organization was given.",
}
