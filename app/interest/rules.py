"""What the ladder of interest means: words, time limits, what the other side learns; nothing is stored here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.errors import Refused
from app.directory.rules import tidy
from app.interest.states import (
    InterestEvent,
    InterestState,
    PassReason,
    Visibility,
)

LASTS = timedelta(days=90)
SMALLEST_MARKET = 5
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
    note = tidy(note)
    if len(note) > 1000:
        raise Refused("Use at most 1,000 characters for the note.")
    if event is not InterestEvent.PASS:
        return note
    if pass_reason is None or (pass_reason is PassReason.OTHER and not note):
        raise Refused("Choose a reason for passing; if it is another one, say it in the note. The other side reads it.")
    return f"{REASON_LABELS[pass_reason]}. {note}".strip() if note else f"{REASON_LABELS[pass_reason]}."


def expires_at(event: InterestEvent | None, current: datetime, now: datetime) -> datetime:
    """Return until when an interest stays alive: every step forward, and renewing, gives it 90 days from now."""
    return current if event in (InterestEvent.PASS, InterestEvent.LAPSE) else now + LASTS


def by_market(counts: Mapping[str, int]) -> tuple[list[tuple[str, int]], int, int]:
    """Return markets with enough interests to be named, largest first, then how many markets and interests are not."""
    named = [(country, count) for country, count in counts.items() if count >= SMALLEST_MARKET]
    small = [count for count in counts.values() if 0 < count < SMALLEST_MARKET]
    return sorted(named, key=lambda market: (-market[1], market[0])), len(small), sum(small)
