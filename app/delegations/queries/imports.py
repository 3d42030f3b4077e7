"""What an imported sheet would do, row by row, as things stand now."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organization
from app.core.errors import NotFound
from app.delegations.models import Delegate, Delegation, DelegationImport
from app.delegations.queries.caps import cap_of
from app.delegations.rules.people import Fault, Known, Named, read_person
from app.delegations.rules.sheet import Sheet, read_sheet
from app.delegations.states import RowOutcome
from app.documents import services as documents
from app.documents.queries import FileRow, file_row
from app.documents.states import GONE, Kind
from app.regulatory.queries import country_choices


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of the sheet: what it would do, and what is wrong with it."""

    number: int
    written: Mapping[str, str]
    outcome: RowOutcome
    person: Named | None
    faults: list[Fault]


@dataclass(frozen=True, slots=True)
class Looked:
    """A sheet that was looked through."""

    rows: list[RowView]
    ignored: list[str]
    counts: Counter[RowOutcome]


def sheet_of(session: Session, found: DelegationImport) -> FileRow:
    """Return the file of an import. Raises NotFound once it was dropped."""
    file = file_row(session, found.file_id)
    if file is None or file.state in GONE:
        raise NotFound("The sheet of this import was removed, as sheets are after 30 days. Upload it again.")
    return file


def look_through(session: Session, found: DelegationImport) -> Looked:
    """Return what every row would do now: enter somebody, as a reserve if the cap is full, or nothing, and why."""
    delegation = session.get_one(Delegation, found.delegation_id)
    house = session.get_one(Organization, delegation.organization_id)
    file = sheet_of(session, found)
    sheet = read_sheet(documents.open_file(session, file.id), is_xlsx=file.kind is Kind.XLSX)
    known = Known(dict(country_choices(session)), house.kind)
    there = _present(session, delegation.id)
    left = cap_of(session, delegation).left
    return judge(sheet, known, there, left=left, keeps_reserve=found.keeps_reserve, organization=house.name)


def _present(session: Session, delegation_id: UUID) -> set[str]:
    wanted = select(Delegate.email).where(Delegate.delegation_id == delegation_id, Delegate.removed_at.is_(None))
    return set(session.scalars(wanted))


def judge(
    sheet: Sheet, known: Known, there: set[str], *, left: int | None, keeps_reserve: bool, organization: str
) -> Looked:
    """Judge the rows of a sheet in their order; `left` is how many places are left, None without a cap."""
    first_seen: dict[str, int] = {}
    rows: list[RowView] = []
    for line in sheet.lines:
        person, faults = read_person(line.cells, known)
        outcome = RowOutcome.WRONG if person is None else RowOutcome.NEW
        if person is not None and person.email in first_seen:
            said = f"The same address stands in row {first_seen[person.email]}. Keep one of the two rows."
            outcome, faults = RowOutcome.WRONG, [Fault("email", said)]
        elif person is not None and person.email in there:
            outcome = RowOutcome.KNOWN
        elif person is not None and left is not None:
            left -= 1
            if left < 0 and keeps_reserve:
                outcome = RowOutcome.RESERVE
            elif left < 0:
                said = f"{organization} has no place left for this row. Take somebody out, or keep the rest in reserve."
                outcome, faults = RowOutcome.WRONG, [Fault("name", said)]
        if person is not None:
            first_seen.setdefault(person.email, line.number)
        rows.append(RowView(line.number, line.cells, outcome, person, faults))
    return Looked(rows, sheet.ignored, Counter(row.outcome for row in rows))
