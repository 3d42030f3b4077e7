"""What a decision about many applications would do: whom it would meet, whom it would refuse, what it does to places.

The same order and the same rules as the decisions themselves; what happens between looking and deciding is judged
again when each application is decided.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from app.core.errors import TransitionRefused
from app.core.states import advance
from app.registration.rules.pools import pools_touched
from app.registration.rules.summit import PoolRule
from app.registration.rules.words import pool_words
from app.registration.states import (
    HOLDING,
    TRANSITIONS,
    UNDECIDED,
    Act,
    ParticipantType,
    PoolKind,
    RegistrationEvent,
    RegistrationState,
)

MOST_IN_BULK = 1000
EVENTS: dict[Act, RegistrationEvent] = {
    Act.APPROVE: RegistrationEvent.APPROVE,
    Act.PROPOSE: RegistrationEvent.APPROVE,
    Act.WAITLIST: RegistrationEvent.WAITLIST,
    Act.ASK: RegistrationEvent.ASK,
    Act.DECLINE: RegistrationEvent.DECLINE,
    Act.UNDO: RegistrationEvent.UNDO,
}
PoolKey = tuple[PoolKind, str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One chosen application as it stands. `not_clear` says why screening does not let it pass, empty when it does;
    `not_ready` what it waits for from somebody else; `has_moved` tells that something that matters for the decision
    happened since it was chosen.

    `proposed_by` is the reviewer whose proposal waits for a second one.
    """

    id: UUID
    number: int
    name: str
    organization: str
    organization_id: UUID
    state: RegistrationState
    country: str
    participant_type: ParticipantType
    has_moved: bool
    is_own: bool
    not_clear: str
    needs_two: bool
    proposed_by: UUID | None
    assignee_id: UUID | None
    letter_waits: bool
    not_ready: str = ""


@dataclass(frozen=True, slots=True)
class PoolForecast:
    """A pool before and after; None where nothing is set."""

    kind: PoolKind
    key: str
    taken: int
    after: int
    capacity: int
    target: int | None

    @property
    def is_over_target(self) -> bool:
        return self.target is not None and self.after > max(self.target, self.taken)


@dataclass(frozen=True, slots=True)
class Preview:
    """Who would be met, who refused and why, and the pools they touch."""

    accepted: list[Candidate]
    refused: list[tuple[Candidate, str]]
    pools: list[PoolForecast]
    over_target: list[str] = field(default_factory=list)


def preview(
    act: Act, candidates: Iterable[Candidate], *, actor_id: UUID, rules: Sequence[PoolRule],
    taken: Mapping[PoolKey, int], countries: Mapping[str, str], over_target_reason: str = "",
) -> Preview:  # fmt: skip
    """Return what `act` would do, application by application in their order."""
    books = _Books(rules, taken, countries)
    accepted: list[Candidate] = []
    refused: list[tuple[Candidate, str]] = []
    for candidate in candidates:
        why = refusal(act, candidate, actor_id=actor_id) or books.take(act, candidate, over_target_reason)
        if why:
            refused.append((candidate, why))
        else:
            accepted.append(candidate)
    return Preview(accepted, refused, books.forecasts(), books.over_target)


def refusal(act: Act, candidate: Candidate, *, actor_id: UUID) -> str:
    """Say why an application alone, whatever the places, would be refused; nothing when it would not."""
    if candidate.has_moved:
        return "It has moved since it was chosen."
    if act is Act.ASSIGN:
        return ""
    if act is Act.SPREAD:
        return _not_spread(candidate)
    if candidate.is_own:
        return "It is your own, or from your own organization. Another reviewer must decide on it."
    try:
        advance(TRANSITIONS, candidate.state, EVENTS[act], thing="application")
    except TransitionRefused as told:
        return told.message.replace(" Reload the page to see what can be done.", "")
    if act is Act.UNDO:
        return "" if candidate.letter_waits else "Its letter has left."
    if act is Act.WAITLIST:
        return candidate.not_ready
    return _not_approved(act, candidate, actor_id) if act in (Act.APPROVE, Act.PROPOSE) else ""


def _not_spread(candidate: Candidate) -> str:
    if candidate.state not in UNDECIDED:
        return "It is decided, so nobody needs it."
    return "It has a reviewer already." if candidate.assignee_id is not None else ""


def _not_approved(act: Act, candidate: Candidate, actor_id: UUID) -> str:
    if candidate.not_clear:
        return candidate.not_clear
    if candidate.not_ready and act is Act.APPROVE:
        return candidate.not_ready
    if act is Act.PROPOSE:
        if not candidate.needs_two:
            return "No second reviewer is needed. Approve it."
        return "Its approval is proposed already." if candidate.proposed_by is not None else ""
    if candidate.proposed_by == actor_id:
        return "You proposed this approval. A different reviewer must confirm it."
    if candidate.needs_two and candidate.proposed_by is None:
        return "Two different reviewers must agree. Propose its approval instead."
    return ""


class _Books:
    """Keeps count of the places as one application after the other is met."""

    def __init__(self, rules: Sequence[PoolRule], taken: Mapping[PoolKey, int], countries: Mapping[str, str]) -> None:
        self.rules, self.before, self.countries = rules, taken, countries
        self.after = dict(taken)
        self.touched: dict[PoolKey, PoolRule] = {}
        self.over_target: list[str] = []

    def take(self, act: Act, candidate: Candidate, over_target_reason: str) -> str:
        """Count an application; say why it is refused when there is no place for it."""
        pools = pools_touched(self.rules, candidate.country, candidate.participant_type, str(candidate.organization_id))
        self.touched |= {(rule.kind, rule.key): rule for rule in pools}
        change = _change(act, candidate)
        if change > 0 and (why := self._no_place(pools, over_target_reason)):
            return why
        for rule in pools:
            key = (rule.kind, rule.key)
            self.after[key] = self.after.get(key, 0) + change
        return ""

    def _no_place(self, pools: Sequence[PoolRule], over_target_reason: str) -> str:
        full = [
            pool_words(r.kind, r.key, self.countries) for r in pools if self.after.get((r.kind, r.key), 0) >= r.capacity
        ]
        if full:
            return f"No place is left in {' and '.join(full)}."
        over = [
            pool_words(r.kind, r.key, self.countries)
            for r in pools
            if r.target is not None and self.after.get((r.kind, r.key), 0) >= r.target
        ]
        self.over_target = list(dict.fromkeys([*self.over_target, *over]))
        if over and not over_target_reason.strip():
            return f"It goes over the target of {' and '.join(over)}, and no reason is given."
        return ""

    def forecasts(self) -> list[PoolForecast]:
        order = list(PoolKind)
        keys = sorted(self.touched, key=lambda key: (order.index(key[0]), key[1]))
        return [
            PoolForecast(
                kind, key, self.before.get((kind, key), 0), self.after.get((kind, key), 0), rule.capacity, rule.target
            )
            for (kind, key), rule in ((one, self.touched[one]) for one in keys)
        ]


def _change(act: Act, candidate: Candidate) -> int:
    """Return how many places `act` takes (1) or frees (-1) for one application."""
    if act is Act.APPROVE:
        return 1
    return -1 if act in (Act.DECLINE, Act.UNDO) and candidate.state in HOLDING else 0
