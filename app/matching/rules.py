"""Fit: how well a meeting suits one side, as a number whose parts add up and name the fact they rest on.

The wish a side expressed sets the bracket (must 75 to 99, want 50 to 74, neutral 25 to 49) and everything
else moves only inside it. A fact that is missing adds nothing and takes nothing: it widens the range within
which the number could lie. Taking a fact away changes the number by exactly its part. Fit is not a
probability and is never called one.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from app.core.money import AmountBand
from app.interest.states import InterestState
from app.matching.states import Bar, Side, Wish
from app.regulatory.states import PARTICIPATION_LABELS, Opening, Participation

BASE = 36
WISH_POINTS: dict[Wish, int] = {Wish.MUST: 50, Wish.WANT: 25, Wish.NEUTRAL: 0}
QUICK_DAYS, SLOW_DAYS = 60, 270
MOST_REASONS = 3
KNOWN_POINTS = -1  # met before comes after equals, and no wish is outweighed


@dataclass(frozen=True, slots=True)
class Friction:
    """What policy asks of a pair: steps to take, the longest known lead time in days, or a full stop."""

    steps: int
    longest_days: int | None
    hard_stop: bool = False


@dataclass(frozen=True, slots=True)
class Partner:
    """What is known of a partner for this purpose. An empty list or an undisclosed band is not known."""

    offers: Sequence[Opening]
    seeks: Sequence[Participation]
    band: AmountBand


@dataclass(frozen=True, slots=True)
class Programme:
    """What is known of a directory entry. `kinds` are sought by the company or inferred from its openings."""

    openings: Sequence[Opening]
    kinds: Sequence[Participation]
    band: AmountBand | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Everything that fit rests on. `interest` is what the side that is asked about may know of it."""

    partner: Partner
    programme: Programme
    wish: Wish | None
    interest: InterestState | None
    friction: Friction | None
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One addend: the field it rests on, its points, how low and high it could have been, why in words."""

    field: str
    points: int
    least: int
    most: int
    words: str

    @property
    def is_known(self) -> bool:
        return self.least == self.most


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a meeting suits one side. `number` is BASE plus the points of the parts; more is better."""

    parts: tuple[Part, ...]

    @property
    def number(self) -> int:
        return BASE + sum(part.points for part in self.parts)

    @property
    def least(self) -> int:
        return BASE + sum(part.least for part in self.parts)

    @property
    def most(self) -> int:
        return BASE + sum(part.most for part in self.parts)

    @property
    def reasons(self) -> list[str]:
        """Up to three reasons for the meeting, the weightiest first."""
        speaking = sorted((p for p in self.parts if p.points > 0), key=lambda p: -p.points)
        return [part.words for part in speaking[:MOST_REASONS]]

    @property
    def concerns(self) -> list[str]:
        """What speaks against it, the weightiest first."""
        against = sorted((p for p in self.parts if p.points < 0), key=lambda p: p.points)
        return [part.words for part in against[:MOST_REASONS]]

    @property
    def unknown(self) -> list[str]:
        """What is not known and could change the number."""
        return [part.words for part in self.parts if not part.is_known]


@dataclass(frozen=True, slots=True)
class Standing:
    """What both sides, their blocks, the organizers and policy say about whether a pair may meet at all."""

    partner_wish: Wish | None = None
    company_wish: Wish | None = None
    is_blocked: bool = False
    is_left_out: bool = False
    is_own_company: bool = False
    friction: Friction | None = None
    is_off_filter: bool = False


def bar(pair: Standing) -> Bar | None:
    """Return what keeps a pair apart for good, None when nothing does. One side's no is enough."""
    causes = {
        Bar.POLICY: pair.friction is not None and pair.friction.hard_stop,
        Bar.OWN_COMPANY: pair.is_own_company,
        Bar.PARTNER_SAID_NO: pair.partner_wish is Wish.NO,
        Bar.COMPANY_SAID_NO: pair.company_wish is Wish.NO,
        Bar.BLOCKED: pair.is_blocked,
        Bar.LEFT_OUT: pair.is_left_out,
        Bar.OFF_FILTER: pair.is_off_filter and pair.company_wish not in (Wish.MUST, Wish.WANT),
    }
    return next((cause for cause, holds in causes.items() if holds), None)


def fit(side: Side, pair: Pair) -> Fit:
    """Return how well the meeting suits `side`. The pair must not be barred."""
    parts = [_wish(side, pair.wish), _kinds(side, pair), _offers(side, pair), _interest(side, pair.interest)]
    if side is Side.PARTNER:
        parts.append(_amount(pair))
    parts.append(_policy(side, pair.friction))
    if pair.is_known:
        parts.append(_known(f"{side}.known", KNOWN_POINTS, "You know each other already, so others come first."))
    return Fit(tuple(parts))


def _known(field: str, points: int, words: str) -> Part:
    return Part(field, points, points, points, words)


def _wish(side: Side, wish: Wish | None) -> Part:
    field = f"{side}.wish"
    if wish is None:
        return _known(field, 0, "You have not ranked this meeting, which counts as neutral.")
    if wish is Wish.NO:
        raise ValueError("A pair that one side refused has no fit.")
    said = {Wish.MUST: "a must", Wish.WANT: "wanted", Wish.NEUTRAL: "neutral"}[wish]
    return _known(field, WISH_POINTS[wish], f"You marked this meeting as {said}.")


def _labels(kinds: Set[Participation]) -> str:
    return ", ".join(label.lower() for kind, label in PARTICIPATION_LABELS.items() if kind in kinds)


def _kinds(side: Side, pair: Pair) -> Part:
    field, span = "partner.seeks, entry.kinds", 5
    wanted, given = set(pair.partner.seeks), set(pair.programme.kinds)
    if not wanted or not given:
        missing = "what the partner seeks" if not wanted else "what the programme seeks"
        return Part(field, 0, -span, span, f"Not known: {missing}.")
    if common := wanted & given:
        whose = "you seek" if side is Side.PARTNER else "they seek"
        return _known(field, span, f"The programme is open to what {whose}: {_labels(common)}.")
    return _known(field, -span, f"The programme is not known to be open to {_labels(wanted)}.")


def _offers(side: Side, pair: Pair) -> Part:
    field, span = "partner.offers, entry.openings", 2
    if not pair.partner.offers or not pair.programme.openings:
        return Part(field, 0, -span, span, "Not known: whether what the partner brings meets an opening.")
    common = set(pair.partner.offers) & set(pair.programme.openings)
    if not common:
        return _known(field, -span, "What the partner brings meets none of the openings.")
    named = ", ".join(opening.value.replace("_", " ") for opening in Opening if opening in common)
    whose = "What you bring meets" if side is Side.PARTNER else "They bring what meets"
    return _known(field, span, f"{whose} an opening: {named}.")


INTEREST_POINTS: dict[InterestState, int] = {
    InterestState.WATCHING: 1, InterestState.INTERESTED: 2, InterestState.IN_DISCUSSION: 3, InterestState.DILIGENCE: 3,
    InterestState.TERM_SHEET: 3, InterestState.COMMITTED: 3, InterestState.SIGNED: 3,
}  # fmt: skip


def _interest(side: Side, state: InterestState | None) -> Part:
    if state is None or state not in INTEREST_POINTS:
        return _known("interest.state", 0, "No interest is stated.")
    who = "Your organization" if side is Side.PARTNER else "Their organization"
    step = {InterestState.WATCHING: "watches this programme", InterestState.INTERESTED: "stated interest"}
    words = f"{who} {step.get(state, 'is already in talks')}."
    return _known("interest.state", INTEREST_POINTS[state], words)


def _amount(pair: Pair) -> Part:
    field, span = "partner.band, entry.sought_band", 1
    ours, theirs = pair.partner.band, pair.programme.band
    if AmountBand.UNDISCLOSED in (ours, theirs) or theirs is None:
        return Part(field, 0, -span, span, "Not known: whether your amount is the one they seek.")
    if ours is theirs:
        return _known(field, span, "Your amount is in the band they seek.")
    return _known(field, -span, "Your amount is outside the band they seek.")


def _policy(side: Side, friction: Friction | None) -> Part:
    field, span = "policy.lead_days", 2
    whose = "your country" if side is Side.PARTNER else "their country"
    if friction is None or (friction.steps and friction.longest_days is None):
        return Part(field, 0, -span, span, f"Not known: how long the policy steps take for {whose}.")
    longest = friction.longest_days or 0
    if longest <= QUICK_DAYS:
        return _known(field, span, f"No policy step for {whose} is known to take longer than {QUICK_DAYS} days.")
    points = 0 if longest <= SLOW_DAYS else -span
    return _known(field, points, f"A policy step for {whose} may take up to {longest} days.")
