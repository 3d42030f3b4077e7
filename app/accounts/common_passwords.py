"""What guessers try first, of a length that could pass: words that passwords are padded with, and whole phrases.

The lists are short on purpose: `password_rules` takes repeats, runs, years and swapped characters into
account, so that one word here stands for thousands of passwords. They ship with the code; nothing is asked outside.
"""

from pathlib import Path

HERE = Path(__file__).parent


def _listed(name: str) -> frozenset[str]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


WORDS = _listed("common_words.txt")
PHRASES = _listed("common_phrases.txt")

# Words of the event: everybody who knows the address knows them.
EVENT_WORDS = frozenset({"rendezvous", "summit", "commercial", "investment", "investor", "orbit", "orbital", "station",
                         "space", "spacestation", "leo", "nasa", "commerce", "iss"})  # fmt: skip

KEYBOARD = (
    "1234567890", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "!@#$%^&*()_+", "qwertzuiop", "azertyuiop",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p",
    "abcdefghijklmnopqrstuvwxyz",
)  # fmt: skip
