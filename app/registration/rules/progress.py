"""What an applicant reads: where they stand, what happens next and by when, and the one thing to do."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.registration.states import RegistrationState

S = RegistrationState


class Action(StrEnum):
    """The one next action of an applicant."""

    START = "start"
    RESUME = "resume"
    SAVE_CARD = "save_card"
    ANSWER = "answer"
    ANSWER_OFFER = "answer_offer"
    PAY = "pay"
    BADGE = "badge"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Standing:
    """The facts of an application that its progress is read from; `price` is in words, None without a fee."""

    state: RegistrationState
    price: str | None
    card_saved: bool
    charge_needs_payer: bool
    decision_due_on: date | None
    offer_until: datetime | None = None
    pay_until: datetime | None = None


def next_action(standing: Standing | None) -> Action:
    """Return what the applicant should do now."""
    if standing is None:
        return Action.START
    fixed = {
        S.DRAFT: Action.RESUME,
        S.NEEDS_INFORMATION: Action.ANSWER,
        S.OFFERED: Action.ANSWER_OFFER,
        S.CONFIRMED: Action.BADGE,
    }
    if standing.state in fixed:
        return fixed[standing.state]
    if standing.state is S.PAYMENT_DUE and standing.charge_needs_payer:
        return Action.PAY
    undecided = standing.state in (S.SUBMITTED, S.IN_REVIEW, S.WAITLISTED)
    return Action.SAVE_CARD if undecided and standing.price and not standing.card_saved else Action.NOTHING


_REACHED = {
    S.SUBMITTED: 1, S.IN_REVIEW: 1, S.NEEDS_INFORMATION: 1, S.WAITLISTED: 2, S.OFFERED: 2, S.APPROVED: 2,
    S.PAYMENT_DUE: 2, S.CONFIRMED: 4,
}  # fmt: skip


def process(standing: Standing) -> list[tuple[str, str]]:
    """Return the steps from application to summit as titles and texts; a done one says so in its title."""
    reached = _REACHED.get(standing.state, 0)
    steps = [
        ("You apply", "One form, saved as you go."),
        ("Your application is reviewed", _review(standing)),
        ("Your place is confirmed", _confirmation(standing)),
        ("You get your badge", "Its code is read at the door. Keep it on your phone or print it."),
        ("You choose whom to meet", "You rank, both sides accept, and your agenda shows when and at which table."),
    ]
    return [(f"{title} (done)" if number < reached else title, text) for number, (title, text) in enumerate(steps)]


def _review(standing: Standing) -> str:
    if standing.state is S.NEEDS_INFORMATION:
        return "The reviewers have asked you something. Your application goes on when you have answered."
    due = standing.decision_due_on
    promise = f" You get a decision by {due.day} {due:%B %Y}." if due else ""
    return (
        "People check that it is complete, that the required lists hold no match, and that markets and kinds of "
        f"participants are in balance.{promise}"
    )


def _confirmation(standing: Standing) -> str:
    if standing.state is S.WAITLISTED:
        return "There is no place at the moment. You are on the waitlist and get a mail when one is free for you."
    if standing.state is S.OFFERED:
        return "A place is held for you. Accept it before the deadline, or it goes to the next person."
    if standing.price is None:
        return "There is no fee for you: the place is confirmed as soon as you are approved."
    return f"Once you are approved, the fee of {standing.price} is charged to the card you saved. Not before."
