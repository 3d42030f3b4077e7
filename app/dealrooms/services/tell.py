"""The mails of deal rooms. None says what is in a room, and none tells a grantee of another."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.models import Organization
from app.dealrooms.models import Acceptance, Grant, GrantPerson, Room
from app.dealrooms.services.base import EDITORS, OFFICER, people_of
from app.dealrooms.states import PersonStanding
from app.directory.models import Entry
from app.notifications import mail


class Letter(StrEnum):
    """Which mail."""

    REQUESTED = "requested"
    APPROVAL = "approval"
    NDA = "nda"
    NEW_NDA = "new_nda"
    GRANTED = "granted"
    SIGNED = "signed"
    DECLINED = "declined"
    ENDED = "ended"
    EXPIRING = "expiring"
    QUESTION = "question"
    ANSWER = "answer"
    NO_ANSWER = "no_answer"
    TO_CLEAR = "to_clear"
    REFUSED = "refused"


# The subject and what the mail says; {entry} and {who} are filled in.
WORDS: dict[Letter, tuple[str, str]] = {
    Letter.REQUESTED: ("{who} asks for access to the deal room of {entry}",
                       "{who} asks for access to your deal room. Grant it, in whole or in part, or decline."),
    Letter.APPROVAL: ("Access to the deal room of {entry} waits for your approval",
                      "The company wants to give {who} access. As export officer you approve or decline it."),
    Letter.NDA: ("Read and accept the NDA to enter the deal room of {entry}",
                 "You were given access, which opens with the non-disclosure agreement. Each person accepts it for "
                 "themself."),
    Letter.NEW_NDA: ("The NDA of the deal room of {entry} has a new text",
                     "The company changed the agreement. The room opens again when you have accepted the new text."),
    Letter.GRANTED: ("The deal room of {entry} is open to you",
                     "You accepted the agreement, and the room is open. Every page carries your name and the time."),
    Letter.SIGNED: ("{who} accepted the NDA for {entry}",
                    "The first person of {who} accepted the agreement and can enter your deal room now."),
    Letter.DECLINED: ("Access to the deal room of {entry} was declined", "Your request for access was declined."),
    Letter.ENDED: ("Access to the deal room of {entry} has ended",
                   "Your organization's access has ended. Pages that are still open no longer load."),
    Letter.EXPIRING: ("Access to the deal room of {entry} ends in a week",
                      "Your organization's access ends soon. Ask the company if you need it for longer."),
    Letter.QUESTION: ("A question in the deal room of {entry}", "{who} asked a question. It waits for an answer."),
    Letter.ANSWER: ("An answer in the deal room of {entry}", "There is an answer to read in the deal room."),
    Letter.NO_ANSWER: ("Your question in the deal room of {entry} was not answered",
                       "The company does not answer this question."),
    Letter.TO_CLEAR: ("The deal room of {entry} has something for you to look at",
                      "A document or an answer waits for your approval. Nobody outside sees it before."),
    Letter.REFUSED: ("Your export officer declined something in the deal room of {entry}",
                     "Something that was meant for the deal room was not approved."),
}  # fmt: skip


def send(
    session: Session, letter: Letter, entry: Entry, to: Iterable[str], path: str, *, who: str = "", reason: str = "",
    now: datetime, run_at: datetime | None = None,
) -> None:  # fmt: skip
    """Queue one mail to each address; they do not see each other."""
    subject, said = (words.format(entry=entry.name, who=who) for words in WORDS[letter])
    context = {"subject": subject, "said": said, "reason": reason, "path": path, "entry_name": entry.name}
    for address in sorted(set(to)):
        mail.queue_mail(session, "dealroom_notice", to=[address], context=context, now=now, run_at=run_at)


def to_company(
    session: Session, letter: Letter, room: Room, entry: Entry, path: str, *, who: str = "", reason: str = "",
    now: datetime,
) -> None:  # fmt: skip
    """Tell the owners and delegates of the room's company."""
    to = people_of(session, room.organization_id, EDITORS)
    send(session, letter, entry, to, path, who=who, reason=reason, now=now)


def to_officers(session: Session, letter: Letter, room: Room, entry: Entry, *, who: str = "", now: datetime) -> None:
    """Tell the export officers of the room's company."""
    send(
        session, letter, entry, people_of(session, room.organization_id, OFFICER), "/export-approvals", who=who, now=now
    )


def to_grantee(
    session: Session, letter: Letter, grant: Grant, entry: Entry, path: str, *, reason: str = "", now: datetime,
    only: Sequence[UUID] | None = None,
) -> None:  # fmt: skip
    """Tell who asked, whom the company named and who accepted the agreement; never who was shut out or left."""
    members = {one.user_id for one in accounts.members(session, grant.organization_id)}
    people = members & (set(only) if only is not None else _concerned(session, grant))
    found = accounts.people(session, people)
    send(session, letter, entry, [one.email for one in found.values()], path, reason=reason, now=now)


def name_of(session: Session, organization_id: UUID) -> str:
    """Return an organization's name."""
    return session.scalar(select(Organization.name).where(Organization.id == organization_id)) or "An organization"


def _concerned(session: Session, grant: Grant) -> set[UUID]:
    said = session.execute(
        select(GrantPerson.user_id, GrantPerson.standing).where(GrantPerson.grant_id == grant.id)
    ).all()
    signed = session.scalars(
        select(Acceptance.user_id).where(
            Acceptance.room_id == grant.room_id, Acceptance.organization_id == grant.organization_id
        )
    )
    named = {user_id for user_id, standing in said if standing is PersonStanding.NAMED}
    shut = {user_id for user_id, standing in said if standing is PersonStanding.SHUT_OUT}
    return ({grant.requested_by_id, *signed} | named) - shut
