"""Reads of cases, hits and the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import User
from app.core import reference
from app.core.access import Role
from app.core.homes import HomeLine, HomeReader
from app.core.homes import queue as work_list
from app.core.paging import Page, paginate
from app.screening.facts import Listed, ListVersion
from app.screening.models import Case, CaseName, CasePerson, CaseStep, Hit, ListEntry
from app.screening.states import CaseEvent, CaseState, NameToScreen

LIST_KIND = "screening-list"
SCREENING = frozenset({Role.SCREENER, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as other rooms and the queue see it; `list_version` None: not compared with the list yet."""

    id: UUID
    subject_kind: str
    subject_id: UUID
    title: str
    state: CaseState
    revision: int
    list_version: int | None
    hit_count: int
    top_score: int
    opened_at: datetime
    screened_at: datetime | None
    decided_at: datetime | None
    assigned_to_id: UUID | None
    proposed_event: CaseEvent | None
    proposed_by_id: UUID | None


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A case in the queue, with the name of who took it."""

    case: CaseRow
    assigned_to: str | None


@dataclass(frozen=True, slots=True)
class HitRow:
    """A possible hit beside the name it resembles, and the listed party's own record as of that version."""

    entry_key: str
    list_code: str
    listed_name: str
    matched_name: str
    score: int
    explanation: Sequence[str]
    agreeing: Sequence[str]
    disagreeing: Sequence[str]
    particulars: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NameRow:
    """A screened name and its possible hits, best first."""

    name: NameToScreen
    hits: Sequence[HitRow]


@dataclass(frozen=True, slots=True)
class StepRow:
    """One line of a case's history; `actor` None is the system."""

    at: datetime
    actor: str | None
    event: str
    before: CaseState
    after: CaseState
    reason: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything the case page shows. `list_as_of` is the date of the list it was screened with."""

    case: CaseRow
    assigned_to: str | None
    proposed_by: str | None
    concerns: frozenset[UUID]
    list_as_of: date | None
    is_stale: bool
    names: Sequence[NameRow]
    history: Sequence[StepRow]


CASE_COLUMNS: tuple[Any, ...] = (
    Case.id, Case.subject_kind, Case.subject_id, Case.title, Case.state, Case.revision, Case.list_version,
    Case.hit_count, Case.top_score, Case.opened_at, Case.screened_at, Case.decided_at, Case.assigned_to_id,
    Case.proposed_event, Case.proposed_by_id,
)  # fmt: skip


def case_for(session: Session, subject_kind: str, subject_id: UUID) -> CaseRow | None:
    """Return the case of a subject, None when it was never screened."""
    wanted = select(*CASE_COLUMNS).where(Case.subject_kind == subject_kind, Case.subject_id == subject_id)
    found = session.execute(wanted).one_or_none()
    return None if found is None else CaseRow(*found)


def had_possible_hit(session: Session, subject_kind: str, subject_id: UUID) -> bool:
    """Tell whether the subject's names were ever found to resemble a listed party, whatever people decided."""
    found = select(Hit.id).join(Case, Case.id == Hit.case_id)
    found = found.where(Case.subject_kind == subject_kind, Case.subject_id == subject_id)
    return session.scalar(found.limit(1)) is not None


def concerned(session: Session, case_id: UUID) -> frozenset[UUID]:
    """Return the people a case is about."""
    return frozenset(session.scalars(select(CasePerson.user_id).where(CasePerson.case_id == case_id)))


def queue(
    session: Session,
    *,
    reader: UUID | None = None,
    state: CaseState | None = None,
    assigned: UUID | None = None,
    unassigned: bool = False,
    least_score: int = 0,
    opened_before: datetime | None = None,
    search: str = "",
    sort: str = "oldest",
    number: int = 1,
) -> Page[QueueRow]:
    """Return cases for the queue: of a state, taken by somebody or nobody, scored and aged as asked, by `sort`.

    Cases about the `reader` are left out.
    """
    wanted: Select[Any] = select(*CASE_COLUMNS, User.name).outerjoin(User, User.id == Case.assigned_to_id)
    about_reader = exists().where(CasePerson.case_id == Case.id, CasePerson.user_id == reader)
    wanted = wanted.where(Case.top_score >= least_score, ~about_reader)
    if state is not None:
        wanted = wanted.where(Case.state == state)
    if assigned is not None:
        wanted = wanted.where(Case.assigned_to_id == assigned)
    if unassigned:
        wanted = wanted.where(Case.assigned_to_id.is_(None))
    if opened_before is not None:
        wanted = wanted.where(Case.opened_at <= opened_before)
    if search:
        named = exists().where(CaseName.case_id == Case.id, CaseName.name.icontains(search, autoescape=True))
        wanted = wanted.where(named)
    orders: dict[str, tuple[Any, ...]] = {
        "oldest": (Case.opened_at,),
        "newest": (Case.opened_at.desc(),),
        "score": (Case.top_score.desc(), Case.opened_at),
    }
    return paginate(session, wanted.order_by(*orders.get(sort, orders["oldest"]), Case.id), _queue_row, number=number)


def desk_lines(session: Session, reader: HomeReader) -> list[HomeLine]:
    """Return how many cases are open that are not about this screener."""
    if not reader.staff & SCREENING:
        return []
    about = exists().where(CasePerson.case_id == Case.id, CasePerson.user_id == reader.user_id)
    wanted = select(func.count(), func.min(Case.opened_at)).where(Case.state == CaseState.OPEN, ~about)
    return work_list(session, wanted, "Screening", "case is open", "cases are open", "/screening/cases")


def case_page(session: Session, case_id: UUID) -> CasePage | None:
    """Return everything the page of a case shows, None when there is no such case."""
    taker, proposer = aliased(User), aliased(User)
    wanted = (
        select(*CASE_COLUMNS, taker.name, proposer.name)
        .outerjoin(taker, taker.id == Case.assigned_to_id)
        .outerjoin(proposer, proposer.id == Case.proposed_by_id)
        .where(Case.id == case_id)
    )
    found = session.execute(wanted).one_or_none()
    if found is None:
        return None
    *columns, assigned_to, proposed_by = found
    case = CaseRow(*columns)
    current = reference.current_version(session, LIST_KIND)
    return CasePage(
        case=case, assigned_to=assigned_to, proposed_by=proposed_by, concerns=concerned(session, case_id),
        list_as_of=_as_of(session, case.list_version),
        is_stale=case.list_version is not None and current is not None and current.number != case.list_version,
        names=_names(session, case), history=_history(session, case_id),
    )  # fmt: skip


def current_list(session: Session) -> ListVersion | None:
    """Return the newest loaded version of the list, None when none is loaded."""
    found = reference.current_version(session, LIST_KIND)
    return None if found is None else ListVersion(found.number, found.as_of, found.sha256)


def listed(session: Session) -> list[Listed]:
    """Return every party of the current list, by key: what an index is built from."""
    wanted = select(ListEntry.key, ListEntry.content).where(ListEntry.to_version.is_(None)).order_by(ListEntry.key)
    return [listed_row(key, content) for key, content in session.execute(wanted)]


def names_to_screen(session: Session, case_id: UUID) -> tuple[int, list[NameToScreen]]:
    """Return the revision of a case's names and the names in their order; (0, []) when there is no such case."""
    wanted = (
        select(Case.revision, CaseName.name, CaseName.kind, CaseName.country, CaseName.birth_year)
        .join(CaseName, (CaseName.case_id == Case.id) & (CaseName.revision == Case.revision))
        .where(Case.id == case_id)
        .order_by(CaseName.position)
    )
    found = session.execute(wanted).all()
    return (found[0][0] if found else 0), [NameToScreen(*row[1:]) for row in found]


def cases_behind(session: Session, list_version: int) -> list[UUID]:
    """Return the cases not yet compared with this version of the list, oldest first."""
    wanted = (
        select(Case.id)
        .where(or_(Case.list_version.is_(None), Case.list_version < list_version))
        .order_by(Case.opened_at, Case.title, Case.id)
    )
    return list(session.scalars(wanted))


def listed_row(key: str, content: dict[str, Any]) -> Listed:
    """Return a listed party from its stored content."""
    return Listed(
        key=key, list_code=content["list_code"], kind=content["kind"], name=content["name"],
        aliases=tuple(content.get("aliases", ())), countries=tuple(content.get("countries", ())),
        birth_dates=tuple(content.get("birth_dates", ())), particulars=content.get("particulars", {}),
    )  # fmt: skip


def _queue_row(*columns: Any) -> QueueRow:
    return QueueRow(CaseRow(*columns[:-1]), columns[-1])


def _as_of(session: Session, number: int | None) -> date | None:
    wanted = select(reference.ReferenceVersion.as_of).where(
        reference.ReferenceVersion.kind == LIST_KIND, reference.ReferenceVersion.number == (number or 0)
    )
    return session.scalar(wanted)


def _names(session: Session, case: CaseRow) -> list[NameRow]:
    of_case = select(CaseName).where(CaseName.case_id == case.id, CaseName.revision == case.revision)
    version = case.list_version or 0
    record = aliased(ListEntry)
    hits = (
        select(Hit, record.content)
        .outerjoin(
            record,
            (record.key == Hit.entry_key)
            & (record.from_version <= version)
            & (record.to_version.is_(None) | (record.to_version > version)),
        )
        .where(Hit.case_id == case.id, Hit.list_version == version)
        .order_by(Hit.score.desc(), Hit.listed_name, Hit.entry_key)
    )
    by_name: dict[UUID, list[HitRow]] = {}
    for row in session.execute(hits):
        by_name.setdefault(row[0].name_id, []).append(_hit_row(*row))
    return [
        NameRow(NameToScreen(row.name, row.kind, row.country, row.birth_year), by_name.get(row.id, []))
        for row in session.scalars(of_case.order_by(CaseName.position))
    ]


def _hit_row(hit: Hit, content: dict[str, Any] | None) -> HitRow:
    return HitRow(
        hit.entry_key, hit.list_code, hit.listed_name, hit.matched_name, hit.score, hit.explanation,
        hit.agreeing, hit.disagreeing, content or {},
    )  # fmt: skip


def _history(session: Session, case_id: UUID) -> list[StepRow]:
    wanted = (
        select(CaseStep.at, User.name, CaseStep.event, CaseStep.before, CaseStep.after, CaseStep.reason)
        .outerjoin(User, User.id == CaseStep.actor_id)
        .where(CaseStep.case_id == case_id)
        .order_by(CaseStep.sequence)
    )
    return [StepRow(*row) for row in session.execute(wanted)]
