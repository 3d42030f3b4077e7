"""The whole answer for one pair: today's, or the one that was given on an earlier day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, literal, select, union_all
from sqlalchemy.orm import Session

from app.core import reference
from app.core.errors import NotFound, Refused
from app.core.reference import VersionedRow
from app.regulatory.facts import CompanyFacts, CountryRow, DealFacts, OpportunityFacts, PartyFacts
from app.regulatory.models import Country, PolicyRule, Topic
from app.regulatory.queries.policy import KINDS
from app.regulatory.queries.rows import country_row, rulebook_of, topic_row
from app.regulatory.rules import Assessment, Pair, Rulebook, assess

_TABLES: dict[str, type[VersionedRow]] = {"countries": Country, "topics": Topic, "rules": PolicyRule}


@dataclass(frozen=True, slots=True)
class AssessedPair:
    """An assessment and the numbers of the versions it rests on; with these it can be made again."""

    assessment: Assessment
    versions: dict[str, int]


def assess_pair(
    session: Session,
    *,
    country: str,
    on: date,
    loaded_by: datetime,
    owners: Sequence[str] = (),
    opportunity: OpportunityFacts | None = None,
    company: CompanyFacts | None = None,
    party: PartyFacts | None = None,
    deal: DealFacts | None = None,
) -> AssessedPair:
    """Return the answer for a day, by the versions that had been loaded at a moment: now, or when it was given.

    Countries are two letters. Raises NotFound for a country that is not listed, Refused when nothing was loaded then.
    """
    versions = reference.versions_at(session, KINDS, loaded_by)
    if not {"countries", "topics"} <= set(versions):
        raise Refused("No reference data had been loaded at that time.")
    codes = [code.upper() for code in dict.fromkeys((country, *owners))]
    book, rows = _read(session, codes, versions)
    for code in codes:
        if code not in rows:
            raise NotFound(f"There is no country with the letters {code}.")
    pair = Pair(
        rows[codes[0]], on, tuple(rows[code] for code in codes[1:]), opportunity or OpportunityFacts(),
        company or CompanyFacts(), party or PartyFacts(), deal or DealFacts(),
    )  # fmt: skip
    return AssessedPair(assess(book, pair), versions)


def _read(session: Session, codes: Sequence[str], versions: dict[str, int]) -> tuple[Rulebook, dict[str, CountryRow]]:
    wanted = [
        select(literal(kind), table.content).where(
            reference.lived_at(table, versions.get(kind, 0)), *_only(table, codes)
        )
        for kind, table in _TABLES.items()
    ]
    found: dict[str, list[dict[str, object]]] = {kind: [] for kind in KINDS}
    for kind, content in session.execute(union_all(*wanted)):
        found[kind].append(content)
    book = rulebook_of(found["rules"], map(topic_row, found["topics"]))
    return book, {row.iso2: row for row in map(country_row, found["countries"])}


def _only(table: type[VersionedRow], codes: Sequence[str]) -> list[ColumnElement[bool]]:
    return [table.key.in_(codes)] if table is Country else []
