"""Names made comparable: one script, one case, one way to write a legal form; and the names inside a name.

A word that was written in Arabic script has no vowels. It is kept as a tilde and its consonants, as in "~mhmd",
and compared by consonants alone.
"""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

from app.core.names.words import ABBREVIATIONS, LEGAL_FORMS, LEGAL_PHRASES

_ALSO = re.compile(r"\b(?:a\.?k\.?a\.?|f\.?k\.?a\.?|n\.?k\.?a\.?|also known as|formerly)\b[.,:]?", re.IGNORECASE)
_INSIDE = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_DOTTED = re.compile(r"\b(?:\w\.){2,}")
_QUOTES = re.compile(r"['`\"\u2018\u2019\u02bb\u02bc\u02bf\u02be\u201c\u201d]")
_WORD = re.compile(r"~?[a-z]+|\d+")
_PHRASE = re.compile(r"\b(" + "|".join(sorted(map(re.escape, LEGAL_PHRASES), key=len, reverse=True)) + r")\b")
_SERVANT = re.compile(r"\babd(?:[aeou]{1,2}[lr]?)? (?:(?:al|el|ul|ur|ar|er|as|es) )?(?!ben|bin)([a-z]{3,})")
_SERVANT_JOINED = re.compile(r"\babd[aeou]{1,2}[lr]([a-z]{4,})")

_SERVANT_ARABIC = re.compile(r"\bعبد\s*(?:ال)?(?=\S{3})")
_ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]+")
# Arabic letters by the consonant that romanizations agree on; what they write as a vowel, or not at all, is left out.
_CONSONANTS = {
    "ب": "b", "پ": "p", "ت": "t", "ث": "t", "ج": "j", "چ": "s", "ح": "h", "خ": "h", "د": "d",
    "ذ": "d", "ر": "r", "ز": "s", "ژ": "j", "س": "s", "ش": "s", "ص": "s", "ض": "d", "ط": "t",
    "ظ": "s", "غ": "h", "ف": "f", "ق": "k", "ك": "k", "ک": "k", "گ": "g", "ل": "l", "م": "m",
    "ن": "n", "ه": "h", "ہ": "h", "ھ": "h", "ٹ": "t", "ڈ": "d", "ڑ": "r",
}  # fmt: skip
_SOUNDS = (
    ("sch", "s"), ("tch", "s"), ("dzh", "j"), ("kh", "h"), ("gh", "h"), ("zh", "j"), ("dj", "j"), ("sh", "s"),
    ("ch", "s"), ("ph", "f"), ("th", "t"), ("dh", "d"), ("ts", "s"), ("ck", "k"), ("x", "ks"), ("q", "k"), ("w", "v"),
    ("z", "s"), ("c", "k"),
)  # fmt: skip
_VOWELS = re.compile(r"[aeiouy]+")
_SEMIVOWELS = re.compile(r"[aeiouyv]+")
_TWICE = re.compile(r"(.)\1+")


def plain(text: str) -> str:
    """Return the name in small Latin letters, digits and single spaces, in its own order."""
    text = _SERVANT_ARABIC.sub("عبد", unicodedata.normalize("NFKC", text))
    text = _ARABIC.sub(_consonants, text)
    text = _DOTTED.sub(lambda found: found[0].replace(".", ""), text)
    text = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    text = _QUOTES.sub("", anyascii(text).casefold()).replace("&", " and ")
    return " ".join(_WORD.findall(text))


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[str, ...]:
    """Return the words of a name, legal forms and abbreviations written one way."""
    written = _PHRASE.sub(lambda found: LEGAL_PHRASES[found[1]], plain(text))
    written = _SERVANT_JOINED.sub(r"abd\1", _SERVANT.sub(r"abd\1", written))
    words = (LEGAL_FORMS.get(word) or ABBREVIATIONS.get(word) or word for word in written.split())
    return tuple(words)


def names_inside(text: str) -> list[str]:
    """Return the name as it stands, without its bracketed remarks, and each name in an "(a.k.a. ...)"."""
    brackets = _INSIDE.findall(text)
    also = [inside for inside in brackets if _ALSO.search(inside)]
    found = [] if also else [text]
    if brackets:
        found.append(_INSIDE.sub(" ", text).strip(" ,;"))
    for inside in also:
        parts = re.split(r"[;,]", _ALSO.sub(";", inside))
        found += [part.strip(" .'\"") for part in parts if len(part.strip(" .'\"")) > 2]
    return list(dict.fromkeys(name for name in found if name)) or [text]


@lru_cache(maxsize=65536)
def skeleton(token: str) -> str:
    """Return the consonants of a word as different romanizations agree on them, and whether it begins with a vowel."""
    first = "a" if token[:1] and token[0] in "aeiouy" else ""
    return first + _TWICE.sub(r"\1", _VOWELS.sub("", _sounds(token)))


@lru_cache(maxsize=65536)
def bare(token: str) -> str:
    """Return what both Latin and Arabic script write of a word: no vowel, semivowel, closing h or article."""
    if token.startswith("~"):
        return token[1:]
    if token[:2] in ("al", "el") and len(token) > 4:
        token = token[2:]
    return _TWICE.sub(r"\1", _SEMIVOWELS.sub("", _sounds(token))).removesuffix("h") or token[:1]


def _sounds(token: str) -> str:
    for written, sound in _SOUNDS:
        token = token.replace(written, sound)
    return token


def _consonants(found: re.Match[str]) -> str:
    word = found[0]
    if word.startswith("ال") and len(word) > 4:
        word = word[2:]
    letters = "".join(_CONSONANTS.get(letter, "") for letter in word)
    return "~" + (_TWICE.sub(r"\1", letters).removesuffix("h") or "x")
