"""Search as both databases answer it alike: how text becomes words, and what a query asks of them.

Databases split and stem text each in their own way, so none of that is left to them. Text of any script is
brought to small Latin letters and digits, split, and plain English plurals are made singular, here and only here;
a database looks up whole words and beginnings of words.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from anyascii import anyascii
from rapidfuzz import process
from rapidfuzz.distance import OSA

from app.directory.rules.text import CONTROL

LONGEST_WORD = 40
MOST_WORDS = 10
ALIKE = frozenset({"series", "species"})
SHORTEST_BEGINNING = 2
WORD = re.compile(r"[a-z0-9]+")
PIECE = re.compile(r'(?:^|(?<=\s))(?P<minus>-?)(?:"(?P<quoted>[^"]*)"?|(?P<bare>[^\s"]+))')


def folded(text: str) -> str:
    """Return text in small Latin letters, apostrophes left out: "Étoile's" becomes "etoiles"."""
    return anyascii(CONTROL.sub(" ", text)).casefold().replace("'", "")


def singular(word: str) -> str:
    """Return a word without a plain English plural: stations is station, facilities is facility."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word if word in ALIKE or len(word) < 5 else f"{word[:-3]}y"
    return word[:-2] if word.endswith(("sses", "shes", "ches", "xes")) else word[:-1]


def spelled_words(text: str) -> list[tuple[str, str]]:
    """Return the words of a text as they are kept and looked for, each with how it was spelled."""
    return [(singular(word[:LONGEST_WORD]), word[:LONGEST_WORD]) for word in WORD.findall(folded(text))]


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are kept and looked for."""
    return [word for word, _ in spelled_words(text)]


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must follow each other, or must not be there; with `begins` the last is only a beginning."""

    words: tuple[str, ...]
    begins: bool = False
    unwanted: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed into the search box, understood: an entry must hold every wanted term and no unwanted one."""

    terms: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms)

    @property
    def wanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if not term.unwanted)

    @property
    def unwanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.unwanted)


def read_query(typed: str) -> Query:
    """Understand a search: words, "words in a row", -without; the last word may be unfinished.

    The first ten words count. Whatever holds no letter or digit asks nothing.
    """
    terms: list[Term] = []
    left = MOST_WORDS
    for piece in PIECE.finditer(folded(typed)):
        quoted = piece["quoted"] is not None
        words = tuple(words_of(piece["quoted"] if quoted else piece["bare"]))[:left]
        left -= len(words)
        if words:
            terms.append(Term(words, begins=not quoted, unwanted=bool(piece["minus"])))
    last = len(terms) - 1
    kept = (
        replace(term, begins=term.begins and place == last and _may_begin(term)) for place, term in enumerate(terms)
    )
    return Query(tuple(dict.fromkeys(kept)))


def _may_begin(term: Term) -> bool:
    return not term.unwanted and len(term.words[-1]) >= SHORTEST_BEGINNING


def unknown_words(query: Query, vocabulary: Mapping[str, int]) -> list[str]:
    """Return the wanted words that no entry holds, nor begins with where a beginning is enough."""
    found: list[str] = []
    beginnings = " " + " ".join(vocabulary)
    for term in query.wanted:
        *whole, last = term.words
        found += [word for word in whole if word not in vocabulary]
        if last not in vocabulary and not (term.begins and f" {last}" in beginnings):
            found.append(last)
    return list(dict.fromkeys(found))


def nearest(word: str, vocabulary: Mapping[str, int]) -> str | None:
    """Return the word most like `word`, by letters changed, added, lost or swapped; None when none is near.

    Below four letters nothing is guessed; one slip is up to five letters, two from six on.
    Of equally near words the one that more entries hold, then the first of the alphabet.
    """
    if len(word) < 4 or word.isdigit():
        return None
    most = 1 if len(word) < 6 else 2
    alike = process.extract(word, vocabulary.keys(), scorer=OSA.distance, score_cutoff=most, limit=None)
    near = [(distance, -vocabulary[known], known) for known, distance, _ in alike if not known.isdigit()]
    return min(near)[2] if near else None


def corrections(query: Query, vocabulary: Mapping[str, int]) -> dict[str, str]:
    """Return the nearest known word for every unknown one; none unless each has one, as half would find nothing."""
    unknown = unknown_words(query, vocabulary)
    swaps = {word: near for word in unknown if (near := nearest(word, vocabulary))}
    return swaps if len(swaps) == len(unknown) else {}


def respelled(typed: str, swaps: Mapping[str, str]) -> str:
    """Return what was typed with words replaced as `swaps` says, in small letters."""

    def swap(found: re.Match[str]) -> str:
        return swaps.get(singular(found[0][:LONGEST_WORD]), found[0])

    return " ".join(WORD.sub(swap, folded(typed)).split())
