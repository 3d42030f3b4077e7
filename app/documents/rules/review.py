"""Who may be the two people whom a release takes."""

from uuid import UUID

from app.core.errors import Refused
from app.documents.states import ReviewStep

MAILS = {
    ReviewStep.HELD: "documents_held",
    ReviewStep.RELEASED: "documents_released",
    ReviewStep.CONDEMNED: "documents_condemned",
    ReviewStep.TAKEN_DOWN: "documents_taken_down",
}


def refuse_second(actor_id: UUID, *, owner_id: UUID | None, attested_by: UUID | None, proposed_by: UUID | None) -> None:
    """Refuse who handed the file in or vouched for it, and a first person who would be the second too."""
    if actor_id in (owner_id, attested_by):
        raise Refused("You handed this file in, so two other people must release it. Ask them to look at it.")
    if actor_id == proposed_by:
        raise Refused("You proposed this release. A second person must look at the file and release it.")


def mails_for(step: ReviewStep) -> str:
    """Return the template of the mail that tells of a step."""
    return MAILS[step]
