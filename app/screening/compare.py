"""Names of a case compared with the current list. The index is built once per version and process, from rows."""

import threading
from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.screening import queries, rules
from app.screening.facts import FoundHit, Listed, ListVersion, Match
from app.screening.index import Index
from app.screening.states import NameToScreen

_built: dict[str, Index] = {}
_building = threading.Lock()


def possible_hits(session: Session, version: ListVersion, names: Sequence[NameToScreen]) -> list[list[FoundHit]]:
    """Return the possible hits of each name, best first, with the listed party's facts held against those given."""
    index = index_for(session, version)
    return [
        [
            _hit(name, match, index.entry(match.key))
            for match in index.search(name.name, name.kind, least=rules.REVIEW_AT)
        ]
        for name in names
    ]


def index_for(session: Session, version: ListVersion) -> Index:
    """Return the index of a version, building it at its first use in this process; only the newest is kept."""
    with _building:
        if version.sha256 not in _built:
            index = Index(queries.listed(session))
            _built.clear()
            _built[version.sha256] = index
        return _built[version.sha256]


def _hit(name: NameToScreen, match: Match, entry: Listed) -> FoundHit:
    agreeing, disagreeing = rules.compare_facts(name, entry)
    return FoundHit(match, entry.list_code, entry.name, agreeing, disagreeing)
