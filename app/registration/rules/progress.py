"""What a participant reads: where they stand, what happens next and by when, and the one thing to do."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.registration.states import ENDED, RegistrationState

S = RegistrationState


class Action(StrEnum):
    """The one next action of a participant."""

    START = "start"
    RESUME = "resume"
    SAVE_CARD = "save_card"
    ANSWER = "answer"
    ANSWER_OFFER = "answer_offer"
    PAY = "pay"
    TRANSFER = "transfer"
    TRAVEL = "travel"
    LETTER = "letter"
    MEET = "meet"
    NOTHING = "nothing"


class Pace(StrEnum):
    """Where a step of the way lies for somebody."""

    DONE = "done"
    NOW = "now"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Standing:
    """The facts of an application that its progress is read from; `price` is in words, None without a fee.

    `travel_is_due`: the travel form is open and empty. `letter_is_due`: a visa is needed and no letter issued.
    """

    state: RegistrationState
    price: str | None
    card_saved: bool
    charge_needs_payer: bool
    decision_due_on: date | None
    offer_until: datetime | None = None
    pay_until: datetime | None = None
    by_card: bool = True
    by_group: bool = False
    submitted_at: datetime | None = None
    confirmed_at: datetime | None = None
    closes_at: datetime | None = None
    days: tuple[date, ...] = ()
    travel_is_due: bool = False
    letter_is_due: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step from application to summit: `at` is when it was done, `by` until when it happens."""

    title: str
    text: str
    pace: Pace
    at: datetime | None = None
    by: datetime | date | None = None


def next_action(standing: Standing | None) -> Action:
    """Return what the participant should do now."""
    if standing is None:
        return Action.START
    fixed = {S.DRAFT: Action.RESUME, S.NEEDS_INFORMATION: Action.ANSWER, S.OFFERED: Action.ANSWER_OFFER}
    if standing.state in fixed:
        return fixed[standing.state]
    if standing.state is S.PAYMENT_DUE and standing.charge_needs_payer and not standing.by_group:
        return Action.PAY if standing.by_card else Action.TRANSFER
    if standing.state is S.CONFIRMED:
        return _after_confirmation(standing)
    undecided = standing.state in (S.SUBMITTED, S.IN_REVIEW, S.WAITLISTED)
    lacks_card = standing.by_card and not standing.card_saved
    return Action.SAVE_CARD if undecided and standing.price and lacks_card else Action.NOTHING


def _after_confirmation(standing: Standing) -> Action:
    if standing.travel_is_due:
        return Action.TRAVEL
    return Action.LETTER if standing.letter_is_due else Action.MEET


REVIEWED = frozenset({S.SUBMITTED, S.IN_REVIEW, S.NEEDS_INFORMATION})
_NOW = {
    S.DRAFT: 0,
    **dict.fromkeys(REVIEWED, 1),
    **dict.fromkeys((S.WAITLISTED, S.OFFERED, S.APPROVED, S.PAYMENT_DUE), 2),
}


def process(standing: Standing) -> list[Step]:
    """Return the steps from application to summit; none for an application that has ended."""
    if standing.state in ENDED:
        return []
    prepared = not (standing.travel_is_due or standing.letter_is_due)
    now = _NOW.get(standing.state, 4 if prepared else 3)
    pace = [Pace.DONE] * now + [Pace.NOW] + [Pace.LATER] * (5 - now)
    return [
        Step("You apply", _application(standing), pace[0], at=standing.submitted_at, by=standing.closes_at),
        Step("Your application is reviewed", _review(standing), pace[1], by=standing.decision_due_on),
        Step(
            "Your place is confirmed", _confirmation(standing), pace[2], at=standing.confirmed_at,
            by=standing.offer_until if standing.state is S.OFFERED else standing.pay_until,
        ),
        Step("You prepare your visit", _visit(standing), pace[3]),
        Step(
            "You choose whom to meet",
            "You rank, both sides accept, and your agenda shows when and at which table.", pace[4],
        ),
        Step(
            "The summit", "The code on your badge lets you in.", pace[5],
            by=min(standing.days) if standing.days else None,
        ),
    ]  # fmt: skip


def _application(standing: Standing) -> str:
    return "One form, saved as you go." if standing.state is S.DRAFT else ""


def _review(standing: Standing) -> str:
    if standing.state is S.NEEDS_INFORMATION:
        return "The reviewers have asked you something. Your application goes on when you have answered."
    if standing.state not in REVIEWED | {S.DRAFT}:
        return ""
    return (
        "People check that it is complete, that the required lists hold no match, and that markets and kinds of "
        "participants are in balance."
    )


def _confirmation(standing: Standing) -> str:
    fixed = {
        S.CONFIRMED: "",
        S.WAITLISTED: "No place is free now. You are on the waitlist and get a mail when one is free for you.",
        S.OFFERED: "A place is held for you. Accept it before the deadline, or it goes to the next person.",
    }
    if standing.state in fixed:
        return fixed[standing.state]
    if standing.state is S.DRAFT:
        return "If there is a fee for you, it is asked for once you are approved. Not before."
    if standing.price and standing.state in (S.APPROVED, S.PAYMENT_DUE):
        return (
            f"You are approved, and a place is held for you. It is yours when the fee of {standing.price} has arrived."
        )
    if standing.price is None:
        return "There is no fee for you: the place is confirmed as soon as you are approved."
    if standing.by_group:
        return f"Once you are approved, your organization pays the fee of {standing.price}."
    if not standing.by_card:
        return f"Once you are approved, the fee of {standing.price} is invoiced. The place is held until it can arrive."
    return f"Once you are approved, the fee of {standing.price} is charged to the card you saved. Not before."


def _visit(standing: Standing) -> str:
    return "Travel plans, an invitation letter if you need a visa, and your badge."
