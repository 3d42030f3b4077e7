"""What the ladder means: words, time limits, what the other side learns."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.core.errors import Refused
from app.directory.rules import tidy
from app.interest.states import (
    WITH_AMOUNT,
    InterestEvent,
    InterestState,
    NamesAnswer,
    PassReason,
    Visibility,
)

LASTS = timedelta(days=90)
REMIND_BEFORE = timedelta(days=14)
"""How long before an interest lapses its partner is asked whether it still holds."""
ASK_AGAIN = timedelta(days=30)
"""How long a company waits after a partner kept its name back, or did not answer, before it may ask again."""
LONGEST_NOTE = 1000
NON_BINDING = (
    "Not binding: this states interest and commits nobody to anything. Only a contract that both sides sign does, "
    "outside this platform."
)

STATE_LABELS: dict[InterestState, str] = {
    InterestState.WATCHING: "Watching",
    InterestState.INTERESTED: "Interested",
    InterestState.IN_DISCUSSION: "In discussion",
    InterestState.DILIGENCE: "Due diligence",
    InterestState.TERM_SHEET: "Term sheet",
    InterestState.COMMITTED: "Committed, not binding",
    InterestState.SIGNED: "Signed",
    InterestState.PASSED: "Passed",
    InterestState.LAPSED: "Lapsed",
}
EVENT_LABELS: dict[InterestEvent, str] = {
    InterestEvent.STATE: "State interest",
    InterestEvent.DISCUSS: "Agree to discuss",
    InterestEvent.START_DILIGENCE: "Start due diligence",
    InterestEvent.OFFER_TERMS: "Move to term sheet",
    InterestEvent.COMMIT: "Commit, not binding",
    InterestEvent.SIGN: "Record the signature",
    InterestEvent.PASS: "Pass",
    InterestEvent.RENEW: "Keep it alive for 90 days",
    InterestEvent.LAPSE: "Lapse",
    InterestEvent.EDIT: "Change what was said",
    InterestEvent.SHOW: "Change what the company learns",
    InterestEvent.HAND_OVER: "Hand to a colleague",
    InterestEvent.ASK_NAMES: "Ask for names",
    InterestEvent.KEEP_NAMES: "Keep the names back",
}
PAST: dict[InterestEvent | None, str] = {
    None: "stated it",
    InterestEvent.STATE: "stated interest",
    InterestEvent.DISCUSS: "agreed to discuss",
    InterestEvent.START_DILIGENCE: "started due diligence",
    InterestEvent.OFFER_TERMS: "moved to a term sheet",
    InterestEvent.COMMIT: "committed, not binding",
    InterestEvent.SIGN: "recorded the signature",
    InterestEvent.PASS: "passed",
    InterestEvent.RENEW: "confirmed it anew",
    InterestEvent.LAPSE: "let it lapse",
    InterestEvent.EDIT: "changed what was said",
    InterestEvent.SHOW: "changed what the company learns",
    InterestEvent.HAND_OVER: "handed it to a colleague",
    InterestEvent.ASK_NAMES: "asked for names",
    InterestEvent.KEEP_NAMES: "kept the names back for now",
}
"""What a side did, as both sides read it in the history."""
ANSWER_LABELS: dict[NamesAnswer | None, str] = {
    None: "Not answered yet",
    NamesAnswer.SHOWN: "Shown",
    NamesAnswer.KEPT_BACK: "Kept back for now",
}
VISIBILITY_LABELS: dict[Visibility, str] = {
    Visibility.SUMMARY_ONLY: "My country and kind of organization only",
    Visibility.NAMES: "My organization's name and mine as well",
    Visibility.NAMES_AND_CONTACTS: "Names, and my e-mail address",
}
REASON_LABELS: dict[PassReason, str] = {
    PassReason.NO_FIT: "It does not fit what we look for",
    PassReason.TIMING: "The timing is wrong",
    PassReason.TERMS: "We do not agree on terms",
    PassReason.RULES: "Rules or licences stand in the way",
    PassReason.CAPACITY: "What was offered is taken",
    PassReason.NO_ANSWER: "The other side does not answer",
    PassReason.OTHER: "Another reason, given in the note",
}


@dataclass(frozen=True, slots=True)
class Partner:
    """Who is interested, as far as a company may know; empty where the partner keeps it back."""

    country: str
    kind: str
    organization_name: str = ""
    person_name: str = ""
    email: str = ""


def disclosed(partner: Partner, visibility: Visibility) -> Partner:
    """Return the partner as the entry's company may see it."""
    if visibility is Visibility.SUMMARY_ONLY:
        return Partner(partner.country, partner.kind)
    if visibility is Visibility.NAMES:
        return Partner(partner.country, partner.kind, partner.organization_name, partner.person_name)
    return partner


def is_told(state: InterestState) -> bool:
    """Tell whether the company sees a single interest at all; who only watches is counted, never listed."""
    return state is not InterestState.WATCHING


def is_binding(state: InterestState) -> bool:
    """Tell whether a state stands for a signed contract; no other one binds anybody."""
    return state is InterestState.SIGNED


def require_names(visibility: Visibility, event: InterestEvent) -> None:
    """Refuse to go past discussion while the partner is nameless: nobody can check an unknown counterpart."""
    if event in NEEDS_NAMES and visibility is Visibility.SUMMARY_ONLY:
        raise Refused(
            "The partner still shows only its country and kind of organization. The partner can show its name on "
            "its page about this interest; then this step is possible."
        )


NEEDS_NAMES = frozenset(
    {InterestEvent.START_DILIGENCE, InterestEvent.OFFER_TERMS, InterestEvent.COMMIT, InterestEvent.SIGN}
)


def reason_given(event: InterestEvent, pass_reason: PassReason | None, note: str) -> str:
    """Return the words to keep for a step. Raises Refused for passing without a reason, or with "other" unexplained."""
    note = checked_note(note)
    if event is not InterestEvent.PASS:
        return note
    if pass_reason is None or (pass_reason is PassReason.OTHER and not note):
        raise Refused("Choose a reason for passing; if it is another one, say it in the note. The other side reads it.")
    return f"{REASON_LABELS[pass_reason]}. {note}".strip() if note else f"{REASON_LABELS[pass_reason]}."


def checked_note(note: str) -> str:
    """Return a note as it is kept. Raises Refused when it is too long."""
    note = tidy(note)
    if len(note) > LONGEST_NOTE:
        raise Refused(f"Use at most {LONGEST_NOTE:,} characters for the note.")
    return note


def require_amount_fits(state: InterestState, cents: int | None) -> None:
    """Refuse an exact amount before there is a term sheet: until then a band is all anybody can mean."""
    if cents is None:
        return
    if cents <= 0:
        raise Refused("Enter an amount above zero, or leave it empty.")
    if state not in WITH_AMOUNT:
        raise Refused("An exact amount can be said from the term sheet on. Until then choose a band.")


def day_words(moment: date) -> str:
    """Return a day as mails and refusals name it: "7 March 2027"."""
    return f"{moment.day} {moment:%B %Y}"


def expires_at(event: InterestEvent | None, current: datetime, now: datetime) -> datetime:
    """Return until when an interest stays alive: every step forward, and renewing, gives it 90 days from now."""
    return current if event in (InterestEvent.PASS, InterestEvent.LAPSE) else now + LASTS
