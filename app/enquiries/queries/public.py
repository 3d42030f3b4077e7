"""Questions and answers that everyone may read."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.enquiries.models import PublicAnswer

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class PublicRow:
    """A question and its answer as everyone sees them; nothing tells who asked."""

    question: str
    answer: str
    sources: list[str]
    published_at: datetime


def public_answers(
    session: Session, *, entry_id: UUID | None = None, country: str = "", topic_key: str = ""
) -> list[PublicRow]:
    """Return what is shown with an entry, a country or a topic, whichever is named, newest first."""
    wanted = select(PublicAnswer.question, PublicAnswer.answer, PublicAnswer.sources, PublicAnswer.published_at).where(
        PublicAnswer.withdrawn_at.is_(None)
    )
    if entry_id is not None:
        wanted = wanted.where(PublicAnswer.entry_id == entry_id)
    elif country:
        wanted = wanted.where(PublicAnswer.country == country)
    else:
        wanted = wanted.where(PublicAnswer.topic_key == topic_key)
    newest = session.execute(wanted.order_by(PublicAnswer.published_at.desc(), PublicAnswer.id).limit(MOST_SHOWN))
    return [PublicRow(*row) for row in newest]
