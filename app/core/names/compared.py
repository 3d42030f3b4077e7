"""How alike two names are: words are paired one to one, rare words count more, what is left over costs.

Pure: it knows a vocabulary of weights but no list and no database. Scores are 0 to 1 here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from app.core.names.words import LEGAL, PARTICLES, TITLES
from app.core.names.written import bare, skeleton

Weigh = Callable[[str], float]
EXACT, SKELETON, INITIAL, JOINED, EDIT = "same", "sounds", "initial", "joined", "near"


@dataclass(frozen=True, slots=True)
class Pairing:
    """Words of the query and of the listed name that were held to be the same, how alike (0 to 1) and how."""

    wanted: tuple[int, ...]
    listed: tuple[int, ...]
    alike: float
    how: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How alike two names are as a whole, and the pairs it rests on."""

    score: float
    pairings: tuple[Pairing, ...]


def likeness(one: str, other: str) -> tuple[float, str]:
    """Return how alike two words are, 0 to 1, and in which way. Numbers are alike or they are not."""
    if one == other:
        return 1.0, EXACT
    if one.isdecimal() or other.isdecimal():
        return 0.0, EDIT
    if one[0] == "~" or other[0] == "~":
        return _by_consonants(bare(one), bare(other))
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(short) == 1:
        return (0.55, INITIAL) if long.startswith(short) else (0.0, EDIT)
    edits = 1 - OSA.distance(one, other) / len(long)
    same_sound = skeleton(one) == skeleton(other)
    if same_sound and len(skeleton(one)) >= 3:
        return max(0.88 if edits >= 0.5 else 0.72, edits), SKELETON
    if same_sound and edits >= 0.5:
        return max(0.75, edits), SKELETON
    if len(short) <= 3:
        return (0.0, EDIT) if edits < 0.66 else (0.5, EDIT)
    if edits >= 0.6:
        return edits, EDIT
    if len(short) >= 4 and long.startswith(short):
        return 0.6, EDIT
    return 0.0, EDIT


def _by_consonants(one: str, other: str) -> tuple[float, str]:
    if one == other:
        return (0.92 if len(one) >= 3 else 0.8), SKELETON
    if min(len(one), len(other)) >= 3 and OSA.distance(one, other) == 1:
        return 0.65, SKELETON
    return 0.0, SKELETON


def significance(token: str, rarity: float) -> float:
    """Return the weight of a word: its rarity in the list, little for legal forms, titles and particles."""
    if token in LEGAL:
        return 0.12 * rarity + 0.3
    if token in PARTICLES or token in TITLES:
        return 0.15 * rarity + 0.3
    if len(token) == 1:
        return 0.5 * rarity
    return rarity


def compare(wanted: Sequence[str], listed: Sequence[str], weigh: Weigh) -> Comparison:
    """Return how alike a name asked about is to a listed one.

    What the listed name lacks costs more than what it has besides; words left over on both sides cost most.
    """
    pairings = _pair(wanted, listed)
    wanted_weights = [weigh(token) for token in wanted]
    listed_weights = [weigh(token) for token in listed]
    wanted_all, listed_all = sum(wanted_weights), sum(listed_weights)
    wanted_met = sum(wanted_weights[i] * pair.alike for pair in pairings for i in pair.wanted)
    listed_met = sum(listed_weights[j] * pair.alike for pair in pairings for j in pair.listed)
    if not wanted_met:
        return Comparison(0.0, ())
    covered, covers = wanted_met / wanted_all, listed_met / listed_all
    score = covered**1.0 * covers**0.6
    score *= 1 - 0.5 * min(1 - covered, 1 - covers)
    if _numbers(wanted) != _numbers(listed):
        score *= 0.7
    return Comparison(score, tuple(pairings))


def _pair(wanted: Sequence[str], listed: Sequence[str]) -> list[Pairing]:
    """Pair words greedily, most alike first; then words that one side writes as two."""
    possible = []
    for i, one in enumerate(wanted):
        for j, other in enumerate(listed):
            alike, how = likeness(one, other)
            if alike > 0:
                possible.append((-alike, abs(i - j), i, j, how))
    possible.sort()
    left, right = set(range(len(wanted))), set(range(len(listed)))
    pairings: list[Pairing] = []
    for minus, _, i, j, how in possible:
        if i in left and j in right:
            left.discard(i)
            right.discard(j)
            pairings.append(Pairing((i,), (j,), -minus, how))
    if left or right:
        pairings = _joined(wanted, listed, pairings, left, right)
    return pairings


def _joined(
    wanted: Sequence[str], listed: Sequence[str], pairings: list[Pairing], left: set[int], right: set[int]
) -> list[Pairing]:
    """Let one word stand for two of the other side, where that is more alike than what was paired."""
    found = list(pairings)
    for flip in (False, True):
        ones, others = (listed, wanted) if flip else (wanted, listed)
        for i, one in enumerate(ones):
            if len(one) < 5:
                continue
            free_one, free_other = (right, left) if flip else (left, right)
            mine = next((p for p in found if i in (p.listed if flip else p.wanted)), None)
            if mine is not None and (mine.alike >= 0.9 or mine.how == JOINED):
                continue
            held = set(mine.wanted if flip else mine.listed) if mine else set()
            open_ones = sorted(free_other | held)
            best = _best_join(one, others, open_ones)
            if best is None or (mine is not None and best[0] <= mine.alike):
                continue
            if mine is not None:
                found.remove(mine)
                free_other |= held
            alike, pair = best
            free_one.discard(i)
            free_other.difference_update(pair)
            found.append(Pairing(pair, (i,), alike, JOINED) if flip else Pairing((i,), pair, alike, JOINED))
    return found


def _best_join(one: str, others: Sequence[str], usable: Sequence[int]) -> tuple[float, tuple[int, int]] | None:
    best: tuple[float, tuple[int, int]] | None = None
    for a in usable:
        for b in usable:
            if a == b or abs(len(others[a]) + len(others[b]) - len(one)) > 1:
                continue
            alike = 1 - OSA.distance(one, others[a] + others[b]) / len(one)
            if alike >= 0.85 and (best is None or alike > best[0]):
                best = (min(alike, 0.97), (a, b))
    return best


def _numbers(tokens: Sequence[str]) -> list[str]:
    return sorted(token.lstrip("0") for token in tokens if token.isdecimal())
