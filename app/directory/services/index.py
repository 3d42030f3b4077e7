"""Keeping what entries are found by in step with the entries, in the transaction that changes them."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import case, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from app.core import ids
from app.core.db import insert_into
from app.directory.index_models import IndexMark, IndexRow, KnownWord, SearchText
from app.directory.models import Entry, EntryFacet
from app.directory.queries.content import content_of
from app.directory.rules.fields import visible
from app.directory.rules.finding import facets
from app.directory.rules.indexing import FIELD_END, INDEX_VERSION, FoundBy, found_by
from app.directory.states import Tier

AT_ONCE = 200
TEXTS = ("name", "company", "summary", "words")
Words = dict[tuple[int, str], str]


def index(session: Session, entry: Entry) -> None:
    """Renew everything by which the entry is found; what is not shown is not found."""
    session.flush()
    _mark(session)
    before = _words_before(session, entry)
    rows = select(IndexRow.id).where(IndexRow.entry_id == entry.id)
    session.execute(delete(SearchText).where(SearchText.id.in_(rows)))
    session.execute(delete(IndexRow).where(IndexRow.entry_id == entry.id))
    found = _made_of(entry) if entry.shown_since is not None else []
    _add(session, entry, found)
    _spread(session, entry)
    after = _words_of(found)
    _forget(session, before.keys() - after.keys())
    _learn(session, {known: (after[known], 1) for known in after.keys() - before.keys()})


def reindex(session: Session) -> int:
    """Make the whole index anew from the entries that are shown; return how many those are."""
    _mark(session)
    for table in (SearchText, IndexRow, KnownWord):
        session.execute(delete(table))
    learnt: dict[tuple[int, str], tuple[str, int]] = {}
    count = 0
    wanted = select(Entry).where(Entry.shown_since.is_not(None)).order_by(Entry.id)
    for entry in session.scalars(wanted.execution_options(yield_per=AT_ONCE)):
        found = _made_of(entry)
        _add(session, entry, found)
        _spread(session, entry)
        for known, spelled in _words_of(found).items():
            kept, entries = learnt.get(known, (spelled, 0))
            learnt[known] = (min(kept, spelled), entries + 1)
        session.expunge(entry)
        count += 1
    _learn(session, learnt)
    return count


def _mark(session: Session) -> None:
    """Say that the index changes; first of all, so that two writers wait for each other here and never cross."""
    made = insert_into(session, IndexMark).values(id=1, mark=ids.new_id().hex)
    session.execute(made.on_conflict_do_update(index_elements=[IndexMark.id], set_={"mark": made.excluded.mark}))


def is_outdated(session: Session) -> bool:
    """Tell whether an entry that is shown is not indexed as this version of the code would."""
    current = exists().where(
        IndexRow.entry_id == Entry.id, IndexRow.tier == int(Tier.PUBLIC), IndexRow.version == INDEX_VERSION
    )
    missing = select(Entry.id).where(Entry.shown_since.is_not(None), ~current).limit(1)
    return session.execute(missing).first() is not None


def _made_of(entry: Entry) -> list[FoundBy]:
    return found_by(content_of(entry), confirmed_at=entry.confirmed_at)


def _add(session: Session, entry: Entry, found: Iterable[FoundBy]) -> None:
    for one in found:
        columns = {name: getattr(one, name) for name in COPIED}
        row = insert(IndexRow).values(
            entry_id=entry.id, tier=int(one.tier), version=INDEX_VERSION, key=entry.key, **columns
        )
        made = session.execute(row.returning(IndexRow.id)).scalar_one()
        texts = {name: getattr(one, name) for name in TEXTS}
        session.execute(insert(SearchText).values(id=made, tier=int(one.tier), **texts))


COPIED = (
    "facets", "sort_name", "sort_company", "as_of", "confirmed_day", "launch", "amount", "complete",
)  # fmt: skip


def _spread(session: Session, entry: Entry) -> None:
    """Renew the rows in which other rooms meet an entry by a public fact with several values."""
    session.execute(delete(EntryFacet).where(EntryFacet.entry_id == entry.id))
    public = visible(content_of(entry), Tier.PUBLIC)
    rows = [{"entry_id": entry.id, "facet": facet, "value": value} for facet, value in dict.fromkeys(facets(public))]
    if rows:
        session.execute(insert(EntryFacet), rows)


def _words_of(found: Iterable[FoundBy]) -> Words:
    return {(int(one.tier), word): spelled for one in found for word, spelled in one.spelled.items()}


def _words_before(session: Session, entry: Entry) -> Words:
    wanted = select(SearchText.tier, SearchText.words).join(IndexRow, IndexRow.id == SearchText.id)
    rows = session.execute(wanted.where(IndexRow.entry_id == entry.id)).all()
    return {(tier, word): word for tier, words in rows for word in words.split() if word != FIELD_END}


def _learn(session: Session, learnt: Mapping[tuple[int, str], tuple[str, int]]) -> None:
    """Count words in; in one order, so that two writers wait for each other and never both."""
    rows: list[dict[str, Any]] = [
        {"tier": tier, "word": word, "spelled": spelled, "entries": entries}
        for (tier, word), (spelled, entries) in sorted(learnt.items())
    ]
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    for start in range(0, len(rows), 1_000):
        adding = insert_into(session, KnownWord).values(rows[start : start + 1_000])
        new, least = adding.excluded, func.min if on_sqlite else func.least
        session.execute(
            adding.on_conflict_do_update(
                index_elements=[KnownWord.tier, KnownWord.word],
                set_={"entries": KnownWord.entries + new.entries, "spelled": least(KnownWord.spelled, new.spelled)},
            ),
            execution_options={"synchronize_session": False},
        )


def _forget(session: Session, gone: Iterable[tuple[int, str]]) -> None:
    by_tier: dict[int, list[str]] = {}
    for tier, word in sorted(gone):
        by_tier.setdefault(tier, []).append(word)
    for tier, words in by_tier.items():
        these = (KnownWord.tier == tier, KnownWord.word.in_(words))
        session.execute(select(KnownWord.word).where(*these).order_by(KnownWord.word).with_for_update()).all()
        fewer = case((KnownWord.entries > 0, KnownWord.entries - 1), else_=0)
        unseen = {"synchronize_session": False}
        session.execute(update(KnownWord).where(*these).values(entries=fewer), execution_options=unseen)
        session.execute(delete(KnownWord).where(*these, KnownWord.entries == 0), execution_options=unseen)
