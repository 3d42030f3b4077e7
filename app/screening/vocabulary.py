"""The words that listed names are made of: how rare each is, and which are worth looking under for a given word."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

from app.core.names.compared import significance
from app.core.names.written import bare, skeleton

SAME, SOUNDS, CONSONANTS, ONE_EDIT, TWO_EDITS = 1.0, 0.85, 0.9, 0.8, 0.7
LONG_ENOUGH = 6  # letters of a word that may be two edits away from the one that was meant


class Vocabulary:
    """Every word of the list with its weight, found by spelling, by sound, by consonants or by a few edits."""

    def __init__(self, counts: Mapping[str, int], *, names: int) -> None:
        """Take how many names hold each word, and how many names there are."""
        self._most = math.log(names + 1)
        self._weights = {word: self._weight(word, count) for word, count in counts.items()}
        spelled = sorted(word for word in counts if not word.isdecimal())
        self._near = _grouped((variant, word) for word in spelled for variant in _deletions(word))
        self._sounds = _grouped((skeleton(word), word) for word in spelled if len(skeleton(word)) >= 2)
        self._bares = _grouped((bare(word), word) for word in spelled if len(word) > 1)
        self._by_length = _grouped((str(len(word)), word) for word in spelled)

    def weigh(self, word: str) -> float:
        """Return the weight of a word; one the list does not know weighs most."""
        if word in self._weights:
            return self._weights[word]
        if word.startswith("~") and (others := self._bares.get(bare(word))):
            return min(self._weights[other] for other in others)
        return self._weight(word, 0)

    def similar(self, word: str) -> dict[str, float]:
        """Return listed words worth looking under for a word, with how much of its weight finding one is worth."""
        if word.isdecimal():
            return {word: SAME} if word in self._weights else {}
        if word.startswith("~"):
            return dict.fromkeys(self._bares.get(bare(word), ()), CONSONANTS)
        found = dict.fromkeys(self._one_edit(word), ONE_EDIT)
        if len(sound := skeleton(word)) >= 2:
            found |= dict.fromkeys(self._sounds.get(sound, ()), SOUNDS)
        if word in self._weights:
            found[word] = SAME
        return found or self._two_edits(word)

    def _one_edit(self, word: str) -> Iterable[str]:
        yield from self._near.get(word, ())
        for variant in _deletions(word):
            yield from self._near.get(variant, ())
            if variant in self._weights:
                yield variant

    def _two_edits(self, word: str) -> dict[str, float]:
        if len(word) < LONG_ENOUGH:
            return {}
        lengths = range(len(word) - 2, len(word) + 3)
        others = [other for length in lengths for other in self._by_length.get(str(length), ())]
        hits = process.extract(word, others, scorer=OSA.distance, score_cutoff=2, limit=10)
        return {other: TWO_EDITS for other, _, _ in hits}

    def _weight(self, word: str, count: int) -> float:
        return significance(word, self._most - math.log(count + 1) + 1)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for key, word in pairs:
        found[key].append(word)
    return dict(found)


def _deletions(word: str) -> list[str]:
    """Return the word with one letter left out, for words of four letters or more."""
    return [word[:i] + word[i + 1 :] for i in range(len(word))] if len(word) >= 4 else []
