"""What a partner changes besides the stage: what was said, what the company learns, who looks after it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.core.errors import NotFound, Refused
from app.core.money import AmountBand
from app.interest import rules
from app.interest.models import Interest
from app.interest.services.ladder import require_currency, require_partner
from app.interest.services.steps import held, note, require_unmoved, side_of
from app.interest.services.tell import amount_of, tell_company, tell_partner
from app.interest.states import LIVE, InterestEvent, InterestState, NamesAnswer, Side, Visibility

ENDED = "This interest has ended. State a new one from the page of the programme."


@dataclass(frozen=True, slots=True)
class Said:
    """What a partner says in an interest and may change; the kind of participation stays."""

    band: AmountBand
    currency: str
    amount_cents: int | None = None
    note: str = ""


def edit_interest(
    session: Session, interest_id: UUID, said: Said, *, actor_id: UUID, expected: UUID | None = None, now: datetime
) -> Interest:
    """Change the amount or the note of a live interest; the company is told what changed.

    Raises NotFound for outsiders, MovedMeanwhile, NotVetted, and Refused for an exact amount before the term sheet.
    """
    interest, entry = held(session, interest_id)
    side_of(session, interest, entry, actor_id, Side.PARTNER)
    require_unmoved(interest, expected)
    require_partner(session, actor_id, interest.organization_id)
    if interest.state not in LIVE:
        raise Refused(ENDED)
    require_currency(said.currency)
    rules.require_amount_fits(interest.state, said.amount_cents)
    text, was = rules.checked_note(said.note), amount_of(interest)
    noted = text != interest.note
    interest.band, interest.currency = said.band, said.currency
    interest.amount_cents, interest.note = said.amount_cents, text
    changes = [f"Amount: {was} before, {amount_of(interest)} now."] if amount_of(interest) != was else []
    changes += ["The note is a new one."] if noted else []
    if not changes:
        return interest
    words = " ".join(changes)
    note(session, interest, InterestEvent.EDIT, Side.PARTNER, actor_id=actor_id, reason=words, now=now)
    if rules.is_told(interest.state):
        tell_company(session, interest, entry, "interest_changed", words, now=now)
    return interest


def show_more(
    session: Session, interest_id: UUID, visibility: Visibility, *, actor_id: UUID, expected: UUID | None = None,
    now: datetime,
) -> None:  # fmt: skip
    """Change what the company may learn about the partner; what was shown before cannot be unseen.

    Showing names answers a company that asked for them, and it gets a mail.
    """
    interest, entry = held(session, interest_id)
    side_of(session, interest, entry, actor_id, Side.PARTNER)
    require_unmoved(interest, expected)
    before, interest.visibility = interest.visibility, visibility
    if before is visibility:
        return
    shown = before is Visibility.SUMMARY_ONLY
    if shown and interest.names_asked_at and interest.names_answer is not NamesAnswer.SHOWN:
        interest.names_answer, interest.names_answered_at = NamesAnswer.SHOWN, now
    note(session, interest, InterestEvent.SHOW, Side.PARTNER, actor_id=actor_id, now=now)
    if shown and rules.is_told(interest.state) and interest.state in LIVE | {InterestState.SIGNED}:
        tell_company(session, interest, entry, "interest_names", "", now=now, answer="shown")


def hand_over(
    session: Session, interest_id: UUID, to_id: UUID, *, actor_id: UUID, expected: UUID | None = None, now: datetime
) -> None:
    """Let a colleague of the same organization look after an interest; they are told, and the company sees their name
    where it sees one.

    Raises NotFound for somebody outside the organization, NotVetted for a colleague who was not admitted.
    """
    interest, entry = held(session, interest_id)
    side_of(session, interest, entry, actor_id, Side.PARTNER)
    require_unmoved(interest, expected)
    if interest.state not in LIVE:
        raise Refused(ENDED)
    if not any(member.user_id == to_id for member in accounts.members(session, interest.organization_id)):
        raise NotFound("Choose a colleague of your organization.")
    if to_id == interest.user_id:
        raise Refused("This colleague looks after the interest already. Choose another one.")
    require_partner(session, to_id, interest.organization_id)
    giver = accounts.people(session, [actor_id]).get(actor_id)
    interest.user_id = to_id
    note(session, interest, InterestEvent.HAND_OVER, Side.PARTNER, actor_id=actor_id, now=now)
    by = giver.name if giver else "A colleague"
    tell_partner(session, interest, entry, "interest_handed_over", "", now=now, by=by)
