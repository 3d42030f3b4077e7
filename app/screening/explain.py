"""Why two names were held to be alike, in words that a screener reads."""

from collections.abc import Sequence

from app.core.names.compared import EDIT, EXACT, INITIAL, JOINED, SKELETON, Comparison, Pairing

_HOW = {
    EXACT: "{one}: the same",
    SKELETON: "{one} sounds like {other}",
    INITIAL: "{one} may stand for {other}",
    JOINED: "{one} and {other}: the same written together",
    EDIT: "{one} is {percent}% like {other}",
}


def explain(words: Sequence[str], listed: Sequence[str], compared: Comparison) -> tuple[str, ...]:
    """Return what was held to be the same, in the order it was given, and what was left over on each side."""
    said = [_pairing(pair, words, listed) for pair in sorted(compared.pairings, key=lambda pair: pair.wanted)]
    given = {at for pair in compared.pairings for at in pair.wanted}
    held = {at for pair in compared.pairings for at in pair.listed}
    said += _left("given but not listed", words, given)
    return (*said, *_left("listed but not given", listed, held))


def _pairing(pair: Pairing, words: Sequence[str], listed: Sequence[str]) -> str:
    one = " ".join(words[at].lstrip("~") for at in pair.wanted)
    other = " ".join(listed[at] for at in pair.listed)
    return _HOW[pair.how].format(one=one, other=other, percent=round(pair.alike * 100))


def _left(what: str, words: Sequence[str], paired: set[int]) -> list[str]:
    left = [word.lstrip("~") for at, word in enumerate(words) if at not in paired]
    return [f"{what}: {', '.join(left)}"] if left else []
