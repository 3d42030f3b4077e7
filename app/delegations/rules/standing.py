"""What a focal point may know of a delegate's application: where it stands and what is missing, never why."""

from dataclasses import dataclass

from app.delegations.states import Endorsement
from app.registration.states import RegistrationState

S = RegistrationState
WORDS: dict[RegistrationState, tuple[str, str]] = {
    S.DRAFT: ("Filling in the application", "plain"),
    S.SUBMITTED: ("Submitted", "info"),
    S.IN_REVIEW: ("In review", "info"),
    S.NEEDS_INFORMATION: ("Asked for information", "warn"),
    S.WAITLISTED: ("On the waitlist", "info"),
    S.OFFERED: ("Offered a place", "warn"),
    S.APPROVED: ("Approved", "good"),
    S.PAYMENT_DUE: ("Approved, fee due", "warn"),
    S.CONFIRMED: ("Place confirmed", "good"),
    S.DECLINED: ("Not admitted", "bad"),
    S.WITHDRAWN: ("Withdrawn", "plain"),
    S.EXPIRED: ("Place lapsed", "bad"),
    S.CANCELLED: ("Cancelled", "plain"),
    S.SUBSTITUTED: ("Somebody comes instead", "plain"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the standing of a delegate is read from."""

    state: RegistrationState | None
    has_taken_over: bool
    endorsement: Endorsement
    needs_letter: bool
    has_letter: bool
    on_behalf_undeclared: bool
    endorsement_asked: bool


def standing(facts: Facts) -> tuple[str, str]:
    """Return where a delegate stands, and the tone of it."""
    if facts.state is not None:
        return WORDS[facts.state]
    return ("Has not applied yet", "plain") if facts.has_taken_over else ("Invited", "plain")


def missing(facts: Facts) -> list[str]:
    """Return what is still to be done for a delegate before the desk can approve."""
    if facts.state is not None and facts.state not in (S.DRAFT, S.SUBMITTED, S.IN_REVIEW, S.NEEDS_INFORMATION):
        return []
    found = {
        "The person has not accepted the invitation": not facts.has_taken_over,
        "The application is not submitted": facts.has_taken_over and facts.state in (None, S.DRAFT),
        "The person has not declared yet": facts.on_behalf_undeclared,
        "Your endorsement": facts.endorsement is Endorsement.WAITING and facts.endorsement_asked,
        "A nomination letter": facts.needs_letter and not facts.has_letter,
        "The reviewers asked the person something": facts.state is S.NEEDS_INFORMATION,
    }
    return [words for words, is_so in found.items() if is_so]
