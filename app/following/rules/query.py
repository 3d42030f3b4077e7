"""A search of the directory as it is kept: the part of an address after the question mark, in one fixed order."""

from urllib.parse import parse_qsl, urlencode

from app.core.errors import InvalidInput
from app.directory.rules.filters import Filters
from app.directory.states import Tier
from app.following.rules import LONGEST_QUERY


class Pairs:
    """The parameters of a query, each with one value or several."""

    def __init__(self, query: str) -> None:
        self._pairs = parse_qsl(query, max_num_fields=500)

    def getlist(self, key: str, /) -> list[str]:
        return [value for name, value in self._pairs if name == key]


def filters_of(query: str, *, tier: Tier) -> Filters:
    """Read a query as a reader of `tier` may ask it; what means nothing is left out. Raises InvalidInput."""
    try:
        return Filters.from_args(Pairs(query), tier=tier)
    except ValueError as error:
        raise InvalidInput("That search cannot be read. Set it up again on the directory page.") from error


def canonical(query: str, *, tier: Tier) -> str:
    """Return a query in the one form it is kept in: known parameters only, in a fixed order."""
    kept = urlencode(filters_of(query, tier=tier).to_args(), doseq=True)
    if len(kept) > LONGEST_QUERY:
        raise InvalidInput("That search is too long to keep. Take some of its filters away.")
    return kept
