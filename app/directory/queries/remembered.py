"""What is read of the index once and remembered until it changes: the catalogue and the known words of each tier."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import plain_rows
from app.directory.index_models import IndexMark, IndexRow, KnownWord
from app.directory.rules.catalogue import Catalogue, Listed
from app.directory.states import Tier

MOST_REMEMBERED = 16
_remembered: dict[tuple[Any, ...], Any] = {}


def catalogue(session: Session, tier: Tier) -> Catalogue:
    """Return the entries that readers of `tier` may find, as the index has them now."""
    today = clock.now().date()

    def read() -> Catalogue:
        rows = IndexRow.__table__.c
        wanted = select(*(rows[one.name] for one in fields(Listed))).where(rows.tier == int(tier))
        found = plain_rows(session, wanted.order_by(rows.sort_name, rows.key))
        return Catalogue([Listed(*row) for row in found], today)

    return cast(Catalogue, _once(session, ("catalogue", tier, today), read))


def known_words(session: Session, tier: Tier) -> Mapping[str, int]:
    """Return the words that readers of `tier` can find, sorted, each with the number of entries that hold it."""

    def read() -> Mapping[str, int]:
        words = KnownWord.__table__.c
        wanted = select(words.word, words.entries).where(words.tier == int(tier))
        return {row[0]: row[1] for row in plain_rows(session, wanted.order_by(words.word))}

    return cast(Mapping[str, int], _once(session, ("words", tier), read))


def _once(session: Session, what: tuple[Any, ...], read: Callable[[], Any]) -> Any:
    """Return what was read of the index under its present mark, reading it now if nobody did.

    The mark is read first: rows that another writer changes in between are kept under a mark that nobody meets again.
    """
    mark = session.execute(select(IndexMark.mark)).scalar_one_or_none()
    known = (mark, *what)
    if mark is None or (found := _remembered.get(known)) is None:
        found = read()
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        _remembered[known] = found
    return found
