"""From facts to proposed pairs: scores, the best assignment, and what it is worth beside a plain list."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from app.directory.queries import EntryRow
from app.matching.facts import Facts, Key
from app.matching.rules import Fit
from app.matching.solver import Assignment, Market, NotMade, Pair, pair_values, solve, why_full
from app.matching.states import Bar, Ruling, Side
from app.registration.queries import ParticipantRow

BOTH_WANT = "You both asked for this meeting."


@dataclass(frozen=True, slots=True)
class RunSettings:
    """At most so many meetings for a partner and for a programme; how many every partner should get."""

    partner_capacity: int
    entry_capacity: int
    floor: int


@dataclass(frozen=True, slots=True)
class Proposed:
    """One pair the run proposes, with both fits."""

    partner: ParticipantRow
    entry: EntryRow
    value: int
    fits: dict[Side, Fit]
    reasons: dict[Side, list[str]]
    is_pinned: bool


@dataclass(frozen=True)
class Proposal:
    """The pairs in a fixed order (by partner, then programme) and the measures of the whole."""

    pairs: list[Proposed]
    metrics: dict[str, Any]


@dataclass(frozen=True)
class _Scored:
    """The market of a round, with the pins it could not take because somebody refused since."""

    market: Market
    dropped_pins: int


def propose(facts: Facts, settings: RunSettings, tell: Callable[[int, str], None]) -> Proposal:
    """Return the best pairs. `tell` is given percent and words on the way and may raise to stop the work."""
    scored = _score(facts, settings, tell)
    tell(75, "Choosing the pairs worth most together")
    found = _solved(scored.market)
    tell(90, "Writing down the reasons")
    pairs = [_proposed(facts, i, j, found) for i, j in found.pairs]
    return Proposal(pairs, _metrics(facts, scored, found))


def _score(facts: Facts, settings: RunSettings, tell: Callable[[int, str], None]) -> _Scored:
    partner_rows: list[list[float | None]] = []
    company_rows: list[list[float | None]] = []
    pins: set[Pair] = set()
    dropped = 0
    for i, partner in enumerate(facts.partners):
        if i % 25 == 0:
            tell(10 + 60 * i // len(facts.partners), f"Weighing pairs of partner {i + 1} of {len(facts.partners)}")
        ours, theirs = _scores_of(facts, partner)
        partner_rows.append(ours)
        company_rows.append(theirs)
        for j, entry in enumerate(facts.programmes):
            if facts.rulings.get((partner.registration_id, entry.id)) is Ruling.PIN:
                pins |= {(i, j)} if ours[j] is not None else set()
                dropped += ours[j] is None
    market = Market(
        left_score=partner_rows, right_score=company_rows,
        left_capacity=[settings.partner_capacity] * len(facts.partners),
        right_capacity=[settings.entry_capacity] * len(facts.programmes),
        left_floor=settings.floor, pinned=frozenset(pins),
    )  # fmt: skip
    return _Scored(market, dropped)


def _scores_of(facts: Facts, partner: ParticipantRow) -> tuple[list[float | None], list[float | None]]:
    ours: list[float | None] = []
    theirs: list[float | None] = []
    for entry in facts.programmes:
        free = facts.bar(partner, entry) is None
        ours.append(facts.fit(Side.PARTNER, partner, entry).number if free else None)
        theirs.append(facts.fit(Side.COMPANY, partner, entry).number if free else None)
    return ours, theirs


def _solved(market: Market) -> Assignment:
    """Solve, raising the capacities of those who are pinned beyond theirs: organizers meant it."""
    lefts, rights = Counter(i for i, _ in market.pinned), Counter(j for _, j in market.pinned)
    return solve(
        Market(
            market.left_score, market.right_score,
            [max(capacity, lefts[i]) for i, capacity in enumerate(market.left_capacity)],
            [max(capacity, rights[j]) for j, capacity in enumerate(market.right_capacity)],
            market.left_floor, market.forbidden, market.pinned, market.fusion,
        )
    )  # fmt: skip


def _proposed(facts: Facts, i: int, j: int, found: Assignment) -> Proposed:
    partner, entry = facts.partners[i], facts.programmes[j]
    fits = {side: facts.fit(side, partner, entry) for side in Side}
    reasons = {side: found_fit.reasons for side, found_fit in fits.items()}
    if all(fits[side].parts[0].points > 0 for side in Side):
        reasons = {side: [BOTH_WANT, *given[1:]] for side, given in reasons.items()}
    is_pinned = facts.rulings.get((partner.registration_id, entry.id)) is Ruling.PIN
    return Proposed(partner, entry, round(found.values[i, j]), fits, reasons, is_pinned)


def _metrics(facts: Facts, scored: _Scored, found: Assignment) -> dict[str, Any]:
    partners, programmes = len(facts.partners), len(facts.programmes)
    plain = top_k(scored.market)
    values = pair_values(scored.market)
    return {
        "partners": partners,
        "programmes": programmes,
        "possible_pairs": len(values),
        **_measured(found.pairs, found.value, partners, programmes),
        "bound": round(found.bound),
        "below_floor": [facts.partners[i].registration_id.hex for i in found.unmet_floor],
        "dropped_pins": scored.dropped_pins,
        "top_k": _measured(plain, sum(values[pair] for pair in plain), partners, programmes),
    }


def _measured(pairs: list[Pair], value: float, partners: int, programmes: int) -> dict[str, int]:
    return {
        "pairs": len(pairs),
        "value": round(value),
        "partners_without": partners - len({i for i, _ in pairs}),
        "programmes_without": programmes - len({j for _, j in pairs}),
    }


def top_k(market: Market) -> list[Pair]:
    """Return what a plain list would give: everyone asks their best, each programme takes its best who asked."""
    asked: dict[int, list[int]] = {}
    for i, row in enumerate(market.left_score):
        wanted = sorted((-score, j) for j, score in enumerate(row) if score is not None)
        for _, j in wanted[: market.left_capacity[i]]:
            asked.setdefault(j, []).append(i)
    taken = []
    for j, those in sorted(asked.items()):
        liked = sorted((-(market.right_score[i][j] or 0), i) for i in those)
        taken += [(i, j) for _, i in liked[: market.right_capacity[j]]]
    return sorted(taken)


def explain(facts: Facts, settings: RunSettings, made: Collection[Key], asked: Key) -> Bar | NotMade | None:
    """Say why the asked pair (registration, entry) is not among those `made`, as the facts stand now.

    None when one of the two no longer meets. The pair must not be among those made.
    """
    partner = next((row for row in facts.partners if row.registration_id == asked[0]), None)
    entry = next((row for row in facts.programmes if row.id == asked[1]), None)
    if partner is None or entry is None:
        return None
    if cause := facts.bar(partner, entry):
        return cause
    lefts = sum(1 for registration_id, _ in made if registration_id == asked[0])
    rights = sum(1 for _, entry_id in made if entry_id == asked[1])
    return why_full(lefts >= settings.partner_capacity, rights >= settings.entry_capacity)
