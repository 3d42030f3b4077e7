"""A company asks who is interested; the partner shows its name, or keeps it back without having to say why."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.errors import Refused
from app.interest import rules
from app.interest.services.change import show_more
from app.interest.services.steps import held, note, require_unmoved, side_of
from app.interest.services.tell import tell_company, tell_partner
from app.interest.states import LIVE, InterestEvent, NamesAnswer, Side, Visibility


def ask_names(
    session: Session, interest_id: UUID, *, actor_id: UUID, expected: UUID | None = None, now: datetime
) -> None:
    """Ask a partner that shows a summary only who it is; it gets a mail with a page to answer on.

    Raises NotFound for who is not of the entry's company, MovedMeanwhile, and Refused when names are shown already,
    the interest has ended, or the partner was asked within the last 30 days.
    """
    interest, entry = held(session, interest_id)
    side_of(session, interest, entry, actor_id, Side.COMPANY)
    require_unmoved(interest, expected)
    if interest.state not in LIVE:
        raise Refused("This interest has ended, so there is nobody to ask.")
    if interest.visibility is not Visibility.SUMMARY_ONLY:
        raise Refused("This partner shows its name already. It stands on this page.")
    last = interest.names_answered_at or interest.names_asked_at
    if last is not None and now < last + rules.ASK_AGAIN:
        said = "kept its name back" if interest.names_answer else "has not answered yet"
        raise Refused(
            f"You asked before and the partner {said}. You can ask again on {rules.day_words(last + rules.ASK_AGAIN)}."
        )
    interest.names_asked_at, interest.names_answer, interest.names_answered_at = now, None, None
    note(session, interest, InterestEvent.ASK_NAMES, Side.COMPANY, actor_id=actor_id, now=now)
    tell_partner(session, interest, entry, "interest_names_asked", "", now=now, page="/names")


def answer_names(
    session: Session, interest_id: UUID, visibility: Visibility, *, actor_id: UUID, text: str = "",
    expected: UUID | None = None, now: datetime,
) -> None:  # fmt: skip
    """Show names, or names and contacts, to a company that asked; or with a summary only keep them back for now.

    Raises NotFound for outsiders and Refused when nobody asked or an answer was given.
    """
    interest, entry = held(session, interest_id)
    side_of(session, interest, entry, actor_id, Side.PARTNER)
    require_unmoved(interest, expected)
    if interest.names_asked_at is None or interest.names_answer is not None:
        raise Refused("There is no open question for names here. You can change what the company learns at any time.")
    if visibility is not Visibility.SUMMARY_ONLY:
        show_more(session, interest_id, visibility, actor_id=actor_id, now=now)
        return
    words = rules.checked_note(text)
    interest.names_answer, interest.names_answered_at = NamesAnswer.KEPT_BACK, now
    note(session, interest, InterestEvent.KEEP_NAMES, Side.PARTNER, actor_id=actor_id, reason=words, now=now)
    tell_company(session, interest, entry, "interest_names", words, now=now, answer="kept_back")
