"""Text as the scan reads it: one alphabet, no invisible letters, words that were pulled apart put together again."""

import re
import unicodedata

# Letters of other alphabets that look like Latin ones, as they are used to get a word past a search.
CYRILLIC = ("\u0410\u0412\u0421\u0415\u041d\u0406\u0408\u041a\u041c\u041e\u0420\u0405\u0422\u0425\u0423"
            "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455", "ABCEHIJKMOPSTXYaeopcyxijs")  # fmt: skip
GREEK = (
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf",
    "ABEZHIKMNOPTYXo",
)
OTHERS = (
    "\u03f9\u03f2\u026a\u1d04\u1d1c\ua4da\ua4f4\ua4f2\ua4d4\ua4d0\ua4dd\ua4f3\ua4e0\u2215\u2044\u29f8",
    "CcICUCUITBFON///",
)
LOOK_ALIKES = str.maketrans(CYRILLIC[0] + GREEK[0] + OTHERS[0], CYRILLIC[1] + GREEK[1] + OTHERS[1])
FOREIGN_LETTERS = re.compile("[\u0370-\u052f]")
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff]"
)
DASHES = re.compile(r"[\u2010-\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d\u02d7\u2043]")
WORD = re.compile(r"[^\s\d()\[\],;:.!?-]+")
BROKEN_WORD = re.compile(r"(?<=[A-Za-z])(?:-\s*\n|[\ufffe\x02]\s*\n?)\s*(?=[A-Za-z])")
SPREAD = re.compile(
    r"(?<![A-Za-z0-9])[A-Z](?: {1,3}[A-Z/-]){2,}(?![A-Za-z0-9])|\b[A-Z](?:([._\u00b7-])[A-Z])(?:\1[A-Z])+\b\1?"
)
COLUMN = re.compile(r"(?m)^[ \t]*([A-Z])[ \t]*\n(?:[ \t]*[A-Z][ \t]*(?:\n|\Z)){2,}")
DISGUISED = re.compile(r"\b(?=[A-Zl01|]{3,12}\b)(?=\w*[A-Z]\w*[A-Z])[A-Zl01|]*[l01|][A-Zl01|]*\b")
DIGITS_AS_LETTERS = str.maketrans("01l|", "OIII")


def folded(text: str) -> str:
    """Return `text` in plain Latin letters where it only looks like them; lines stay lines."""
    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    text = DASHES.sub("-", WORD.sub(_latin, INVISIBLE.sub("", text)))
    text = COLUMN.sub(lambda found: "".join(found[0].split()) + "\n", text)
    text = SPREAD.sub(_closed, text)
    return DISGUISED.sub(lambda found: found[0].translate(DIGITS_AS_LETTERS), text)


def flowing(text: str) -> str:
    """Return folded text without its line breaks, words that were split at a line's end joined."""
    return " ".join(BROKEN_WORD.sub("", text).split())


def _latin(found: re.Match[str]) -> str:
    """Return a word in Latin letters when all of it looks Latin; a Russian or Greek word stays what it is."""
    plain = found[0].translate(LOOK_ALIKES)
    return found[0] if FOREIGN_LETTERS.search(plain) else plain


def _closed(found: re.Match[str]) -> str:
    """Join letters that stand apart, such as `C U I`; two or three blanks between letters end a word."""
    if sum(letter.isalpha() for letter in found[0]) < 3:
        return found[0]
    if " " not in found[0]:
        return re.sub(r"[^A-Z]", "", found[0])
    return " ".join(word.replace(" ", "") for word in re.split(r" {2,}", found[0]))
