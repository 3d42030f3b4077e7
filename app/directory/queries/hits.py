"""Which entries hold what was searched for, and in which order: the same on both databases.

The full-text index of each database answers only whether whole words or beginnings of words are there; what
follows what, and what weighs how much, is asked in plain SQL of the text that it indexes.
"""

from sqlalchemy import ColumnElement, and_, bindparam, case, cast, column, literal, literal_column, not_, select, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.directory.index_models import FULL_TEXT, VECTOR, KnownWord, SearchText
from app.directory.queries.remembered import known_words
from app.directory.rules.asking import Query, Term, corrections, respelled
from app.directory.states import Tier

IN_NAME, IN_COMPANY, IN_SUMMARY, ELSEWHERE, WHOLE_NAME = 8, 4, 2, 1, 100
_full_text = table(FULL_TEXT, column("rowid"), column(FULL_TEXT))


def holds(session: Session, query: Query) -> ColumnElement[bool]:
    """Return the condition on SearchText that an entry holds what the query wants and nothing it does not."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    conditions = [_all_words(query.wanted, on_sqlite=on_sqlite)] if query.wanted else []
    conditions += [_in_a_row(SearchText.words, term) for term in query.wanted if len(term.words) > 1]
    for term in query.unwanted:
        there = _all_words([term], on_sqlite=on_sqlite)
        conditions.append(not_(and_(there, _in_a_row(SearchText.words, term)) if len(term.words) > 1 else there))
    return and_(*conditions)


def _all_words(terms: list[Term] | tuple[Term, ...], *, on_sqlite: bool) -> ColumnElement[bool]:
    words = [(word, term.begins and word is term.words[-1]) for term in terms for word in term.words]
    if on_sqlite:
        asked = " AND ".join(f'"{word}"{" *" if begins else ""}' for word, begins in words)
        found = select(_full_text.c.rowid).where(_full_text.c[FULL_TEXT].op("MATCH")(asked))
        return SearchText.id.in_(found)
    asked = " & ".join(f"'{word}'{':*' if begins else ''}" for word, begins in words)
    return literal_column(f"{SearchText.__tablename__}.{VECTOR}").bool_op("@@")(cast(bindparam(None, asked), TSQUERY))


def _in_a_row(text: InstrumentedAttribute[str], term: Term) -> ColumnElement[bool]:
    """Return the condition that a text holds a term's words one after the other; words are letters and digits only."""
    pattern = f" {' '.join(term.words)}{'' if term.begins else ' '}"
    return literal(" ").concat(text).concat(" ").contains(pattern)


def weight(query: Query) -> ColumnElement[int]:
    """Return how well an entry that holds the query answers it: each term counts where it weighs most."""
    whole = " ".join(word for term in query.wanted for word in term.words)
    total: ColumnElement[int] = case((SearchText.name == whole, WHOLE_NAME), else_=0)
    for term in query.wanted:
        total = total + case(
            (_in_a_row(SearchText.name, term), IN_NAME),
            (_in_a_row(SearchText.company, term), IN_COMPANY),
            (_in_a_row(SearchText.summary, term), IN_SUMMARY),
            else_=ELSEWHERE,
        )
    return total


def in_title(query: Query) -> ColumnElement[bool]:
    """Return the condition that name and company of an entry hold every wanted term: for suggestions."""
    return and_(*(_in_a_row(SearchText.name, t) | _in_a_row(SearchText.company, t) for t in query.wanted))


def correction(session: Session, typed: str, query: Query, tier: Tier) -> str | None:
    """Return a search that was found nothing as it is likely meant, in words that readers of this tier can find."""
    swaps = corrections(query, known_words(session, tier))
    if not swaps:
        return None
    words = KnownWord.__table__.c
    near = select(words.word, words.spelled).where(words.tier == int(tier), words.word.in_(set(swaps.values())))
    spelled = {row[0]: row[1] for row in session.execute(near)}
    return respelled(typed, {word: spelled[known] for word, known in swaps.items()})
