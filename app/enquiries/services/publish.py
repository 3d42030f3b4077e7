"""Making an answer public, reworded and without who asked; and taking it back."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import InvalidInput, NotFound, Refused
from app.enquiries import rules
from app.enquiries.models import PublicAnswer
from app.enquiries.services.keep import held
from app.enquiries.states import DONE

PLACES = ("entry", "country", "topic")


def publish(
    session: Session, enquiry_id: UUID, question: str, answer: str, sources: str, places: Collection[str], *,
    actor_id: UUID, now: datetime,
) -> PublicAnswer:  # fmt: skip
    """Show a reworded question and answer to everyone, with the entry, country or topic chosen in `places`.

    Raises Refused before an answer or while it is public already, InvalidInput without a place the question has.
    """
    enquiry = held(session, enquiry_id)
    if enquiry.state not in DONE:
        raise Refused("Answer the question first; then its answer can be shown to everyone.")
    if enquiry.asker_id == actor_id:
        raise Refused("You asked this question. Somebody else of the desk must publish it.")
    if session.scalar(_shown(enquiry_id)) is not None:
        raise Refused("This answer is public already. Take it back first to word it anew.")
    public = PublicAnswer(
        enquiry_id=enquiry.id, entry_id=enquiry.entry_id if "entry" in places else None,
        country=enquiry.country if "country" in places else "",
        topic_key=enquiry.topic_key if "topic" in places else "",
        question=rules.written(question, "the question for everyone"),
        answer=rules.written(answer, "the answer for everyone"), sources=rules.sources(sources),
        published_by=actor_id, published_at=now,
    )  # fmt: skip
    if public.entry_id is None and not public.country and not public.topic_key:
        raise InvalidInput("Choose where the answer is shown: with the entry, the country or the topic.")
    session.add(public)
    session.flush()
    audit.record(
        session, "enquiry.published", ("enquiry", enquiry.id), actor_id=actor_id, detail={"places": sorted(places)}
    )
    return public


def retract(session: Session, enquiry_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Take a public answer out of sight. Raises NotFound when there is none."""
    held(session, enquiry_id)
    public = session.scalars(
        select(PublicAnswer).where(PublicAnswer.enquiry_id == enquiry_id, PublicAnswer.withdrawn_at.is_(None))
    ).one_or_none()
    if public is None:
        raise NotFound("No answer to this question is public now.")
    public.withdrawn_at, public.withdrawn_by = now, actor_id
    audit.record(session, "enquiry.retracted", ("enquiry", enquiry_id), actor_id=actor_id)


def _shown(enquiry_id: UUID) -> Select[UUID]:
    return select(PublicAnswer.id).where(PublicAnswer.enquiry_id == enquiry_id, PublicAnswer.withdrawn_at.is_(None))
