"""The list made searchable: which listed names are worth comparing with a name, and which it resembles."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz

from app.core.names.compared import Comparison, compare
from app.core.names.words import LEGAL
from app.core.names.written import names_inside, plain, tokens
from app.screening.explain import explain
from app.screening.facts import Listed, Match
from app.screening.states import NameKind
from app.screening.vocabulary import Vocabulary

CANDIDATES = 60
COMMON = 1_500  # a word in more names than this only strengthens candidates that rarer words found
MOST_JOINED = 6  # words of a name that are also looked for without spaces
VESSELS = frozenset({"vessel", "aircraft"})


@dataclass(frozen=True, slots=True)
class ListedName:
    """One name of a listed party (by its place among the entries). A weak one counts only when given exactly."""

    entry: int
    text: str
    words: tuple[str, ...]
    weight: float
    is_weak: bool


@dataclass(frozen=True, slots=True)
class _Found:
    name: ListedName
    words: tuple[str, ...]
    compared: Comparison


class Index:
    """The names of one version of the list. Read-only once made, so threads may share it."""

    def __init__(self, listed: Iterable[Listed]) -> None:
        self.entries = list(listed)
        self._places = {entry.key: place for place, entry in enumerate(self.entries)}
        names = [(place, *name) for place, entry in enumerate(self.entries) for name in names_of(entry)]
        counts = Counter(word for _, _, words, _ in names for word in set(words))
        self.vocabulary = Vocabulary(counts, names=len(names))
        weigh = self.vocabulary.weigh
        self.names = [ListedName(at, text, words, sum(map(weigh, words)), weak) for at, text, words, weak in names]
        self._postings: dict[str, list[int]] = defaultdict(list)
        self._joined: dict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(self.names):
            for word in dict.fromkeys(name.words):
                self._postings[word].append(number)
            for key in sorted(_written_as_one(name.words)):
                self._joined[key].append(number)

    def entry(self, key: str) -> Listed:
        """Return a listed party by its id on the list."""
        return self.entries[self._places[key]]

    def search(self, name: str, kind: NameKind, *, limit: int = 10, least: float = 0.0) -> list[Match]:
        """Return the listed parties whose names are most like `name`, best first, each by its best name.

        `least` is a score of 0 to 100. People and organizations are not compared with vessels and aircraft.
        """
        best: dict[int, _Found] = {}
        for variant in names_inside(name):
            words = tokens(variant)
            for candidate in self._candidates(words, kind):
                found = _Found(candidate, words, self._compare(words, candidate))
                known = best.get(candidate.entry)
                if found.compared.score > (known.compared.score if known else 0.0):
                    best[candidate.entry] = found
        ranked = sorted(best.values(), key=lambda found: (-found.compared.score, self.entries[found.name.entry].key))
        written = plain(name)
        matches = [self._match(found, written) for found in ranked[: limit + 5]]
        matches.sort(key=lambda match: -match.score)
        return [match for match in matches[:limit] if match.score >= least]

    def _match(self, found: _Found, written: str) -> Match:
        """Return a match of 0 to 100; a little of it is for being written the same, so that equals are told apart."""
        name = found.name
        score = 98 * found.compared.score + 0.02 * float(fuzz.token_sort_ratio(written, plain(name.text)))
        said = explain(found.words, name.words, found.compared)
        return Match(self.entries[name.entry].key, min(score, 100.0), name.text, said)

    def _compare(self, words: Sequence[str], name: ListedName) -> Comparison:
        if name.is_weak and sorted(words) != sorted(name.words):
            return Comparison(0.0, ())
        return compare(words, name.words, self.vocabulary.weigh)

    def _candidates(self, words: Sequence[str], kind: NameKind) -> list[ListedName]:
        met = self._by_words(words)
        for number, gain in self._written_together(words).items():
            met[number] = met.get(number, 0.0) + gain
        total = sum(map(self.vocabulary.weigh, words))
        ranked = sorted(met, key=lambda number: (-met[number] / (total + self.names[number].weight), number))
        if kind is not NameKind.VESSEL:
            ranked = [n for n in ranked[: 3 * CANDIDATES] if self.entries[self.names[n].entry].kind not in VESSELS]
        return [self.names[number] for number in ranked[:CANDIDATES]]

    def _by_words(self, words: Sequence[str]) -> dict[int, float]:
        """Return what names gain by holding words like these, rarest words first."""
        weigh, similar = self.vocabulary.weigh, self.vocabulary.similar
        found = [
            (self._postings[other], weigh(other) * worth)
            for w in dict.fromkeys(words)
            for other, worth in similar(w).items()
        ]
        found.sort(key=lambda posted: len(posted[0]))
        met: dict[int, float] = {}
        for posted, gain in found:
            is_common = len(posted) > COMMON and len(met) >= CANDIDATES
            for number in met.keys() & set(posted) if is_common else posted:
                met[number] = met.get(number, 0.0) + gain
        return met

    def _written_together(self, words: Sequence[str]) -> dict[int, float]:
        """Return names that write as one word what this writes as several, or the other way round, with the gain."""
        found: dict[int, float] = {}
        for start in range(len(words)):
            for end in range(start + 1, len(words) + 1):
                together = "".join(words[start:end])
                gain = sum(map(self.vocabulary.weigh, words[start:end]))
                one_word = self._postings.get(together, []) if end - start == 2 else []
                for number in (*self._joined.get(together, ()), *one_word):
                    found[number] = max(found.get(number, 0.0), gain)
        return found


def names_of(entry: Listed) -> list[tuple[str, tuple[str, ...], bool]]:
    """Return (text, words, is weak) of every name of a party, each set of words once.

    Aliases of one or two letters are left out unless the party has no other name.
    """
    found: dict[tuple[str, ...], tuple[str, tuple[str, ...], bool]] = {}
    for position, text in enumerate((entry.name, *entry.aliases)):
        for number, inside in enumerate(names_inside(text)):
            words = tokens(inside)
            if words:
                weak = position + number > 0 and _is_weak(words, entry.kind)
                found.setdefault(tuple(sorted(words)), (inside, words, weak))
    return [name for name in found.values() if sum(map(len, name[1])) > 2] or list(found.values())


def _is_weak(words: Sequence[str], kind: str) -> bool:
    """Tell whether an alias is too little to go by unless given exactly: a person's one word, or a short one."""
    telling = [word for word in words if word not in LEGAL]
    return len(telling) <= 1 and (kind == "individual" or sum(map(len, telling)) <= 5)


def _written_as_one(words: Sequence[str]) -> set[str]:
    """Return each pair of neighbours, and the whole begun at each word, without spaces; the last precedes the first."""
    if not 2 <= len(words) <= MOST_JOINED:
        return set()
    pairs = {one + other for one, other in pairwise([*words, words[0]])}
    return pairs | {"".join((*words[n:], *words[:n])) for n in range(len(words))}
