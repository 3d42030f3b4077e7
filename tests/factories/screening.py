"""Makers of a small restricted-party list, screening cases and what a comparison found."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from app.core import clock, reference
from app.screening import compare, queries, services
from app.screening.facts import FoundHit, Listed, Match
from app.screening.models import Case
from app.screening.states import NameKind, NameToScreen

AS_OF = date(2022, 5, 16)
IVANOV: dict[str, object] = {
    "list_code": "SDN", "kind": "individual", "name": "IVANOV, Sergei Borisovich", "aliases": ["IVANOV, Sergey"],
    "countries": ["RU"], "birth_dates": ["1953-01-31"], "particulars": {"list_name": "Specially Designated Nationals"},
}  # fmt: skip
POLYUS: dict[str, object] = {
    "list_code": "EL", "kind": "entity", "name": "Polyus Orbital Systems JSC", "aliases": ["OOO Polyus Orbital"],
    "countries": ["RU"], "particulars": {"list_name": "Entity List"},
}  # fmt: skip
PEARL: dict[str, object] = {
    "list_code": "SDN",
    "kind": "vessel",
    "name": "GOLDEN PEARL",
    "particulars": {"list_name": "SDN"},
}


def restricted_list(
    session: Session, *, as_of: date = AS_OF, rows: dict[str, dict[str, object]] | None = None
) -> reference.Loaded:
    """Load a version of the list: two parties and a vessel, unless told otherwise."""
    content = {"1001": IVANOV, "1002": POLYUS, "1003": PEARL} if rows is None else rows
    return reference.load_rows(
        session, queries.LIST_KIND, content, file_name="list.csv", sha256=sha256(repr(content).encode()).hexdigest(),
        as_of=as_of, now=clock.now(),
    )  # fmt: skip


def name(
    text: str = "Aiko Tanaka", *, kind: NameKind = NameKind.PERSON, country: str = "JP", birth_year: int | None = 1980
) -> NameToScreen:
    """A name that is on no list."""
    return NameToScreen(text, kind, country, birth_year)


def case(
    session: Session, *names: NameToScreen, subject_kind: str = "organization", subject_id: UUID | None = None,
    about: Sequence[UUID] = (),
) -> Case:  # fmt: skip
    """An open case whose names were not compared yet."""
    return services.open_case(
        session, subject_kind, subject_id or uuid4(), names or (name(),), now=clock.now(), about=about
    )


def screened(session: Session, case: Case) -> Case:
    """The case after its names were compared with the current list."""
    current = queries.current_list(session)
    assert current is not None
    found = compare.possible_hits(session, current, services.names_of(session, case))
    services.record_screening(
        session, case.id, revision=case.revision, list_version=current.number, found=found, now=clock.now()
    )
    return case


def possible_hit(session: Session, **case_facts: object) -> Case:
    """A screened case with one possible hit: somebody called like a listed person."""
    if queries.current_list(session) is None:
        restricted_list(session)
    return screened(session, case(session, name("Sergey Ivanov", country="BG", birth_year=1990), **case_facts))


def found(key: str = "1001", *, matched: str = "IVANOV, Sergey", score: float = 90.0) -> FoundHit:
    """A hit as a comparison would report it."""
    return FoundHit(Match(key, score, matched, ("ivanov: the same",)), "SDN", "IVANOV, Sergei", (), ())


def listed(key: str, name: str, *aliases: str, kind: str = "entity", **facts: object) -> Listed:
    """A listed party as the matcher sees it."""
    values = {"countries": (), "birth_dates": (), "particulars": {}} | facts
    return Listed(key=key, list_code="SDN", kind=kind, name=name, aliases=aliases, **values)
