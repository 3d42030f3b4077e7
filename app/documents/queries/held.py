"""Files that wait for reviewers or were taken down, and every other file that may be."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import User
from app.accounts.rules import folded
from app.core.paging import Page, paginate
from app.documents.models import File, FileMark, FileReview
from app.documents.queries.files import FileRow, file_row
from app.documents.states import ATTESTED, FileState, Handling, Kind, MarkKind, Purpose, ReviewStep

SORTED_BY = {"oldest": File.created_at.asc(), "newest": File.created_at.desc(), "name": func.lower(File.name).asc()}
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A file in the reviewers' list."""

    id: UUID
    name: str
    purpose: Purpose
    kind: Kind
    state: FileState
    handling: Handling | None
    owner: str
    created_at: datetime
    proposed_at: datetime | None
    marks: tuple[MarkKind, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A marking that was found, where, and the words around it."""

    kind: MarkKind
    place: str
    words: str


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One step of the review, by whom and why."""

    step: ReviewStep
    person: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HeldPage:
    """One file as reviewers see it."""

    row: FileRow
    owner: str
    owner_email: str
    attested_by: str
    attestation: str
    proposed_by: UUID | None
    proposer: str
    people_apart: frozenset[UUID]
    marks: list[MarkRow]
    steps: list[ReviewRow]


def held_files(
    session: Session, *, states: Collection[FileState], search: str = "", sort: str = "oldest", number: int = 1
) -> Page[HeldRow]:
    """Return a page of files in these states, by words in the file's or its owner's name; the oldest first."""
    wanted = (
        select(File.id, File.name, File.purpose, File.kind, File.state, File.handling,
               func.coalesce(User.name, ""), File.created_at, File.proposed_at)
        .outerjoin(User, User.id == File.owner_id)
        .where(File.purpose.in_(ATTESTED), File.state.in_(states))
    )  # fmt: skip
    if search:
        named = func.lower(File.name).contains(search.lower(), autoescape=True)
        wanted = wanted.where(or_(named, User.search_text.contains(folded(search), autoescape=True)))
    order = SORTED_BY.get(sort, SORTED_BY["oldest"])
    page = paginate(session, wanted.order_by(order, File.id), HeldRow, number=number)
    kinds = _kinds_of(session, [row.id for row in page.items])
    filled = [
        HeldRow(row.id, row.name, row.purpose, row.kind, row.state, row.handling, row.owner, row.created_at,
                row.proposed_at, kinds.get(row.id, ()))
        for row in page.items
    ]  # fmt: skip
    return Page(filled, page.total, page.number, page.size)


def _kinds_of(session: Session, file_ids: list[UUID]) -> dict[UUID, tuple[MarkKind, ...]]:
    wanted = select(FileMark.file_id, FileMark.kind).where(FileMark.file_id.in_(file_ids)).distinct()
    found: dict[UUID, tuple[MarkKind, ...]] = {}
    for file_id, kind in session.execute(wanted.order_by(FileMark.file_id, FileMark.kind)):
        found[file_id] = (*found.get(file_id, ()), kind)
    return found


def held_file(session: Session, file_id: UUID) -> HeldPage | None:
    """Return one file as reviewers see it, in whatever state; None when there is none."""
    row = file_row(session, file_id)
    if row is None:
        return None
    owner, voucher, proposer = aliased(User), aliased(User), aliased(User)
    who = session.execute(
        select(owner.name, owner.email, voucher.name, File.attestation, File.proposed_by, proposer.name, File.owner_id,
               File.attested_by)
        .select_from(File)
        .outerjoin(owner, owner.id == File.owner_id)
        .outerjoin(voucher, voucher.id == File.attested_by)
        .outerjoin(proposer, proposer.id == File.proposed_by)
        .where(File.id == file_id)
    ).one()  # fmt: skip
    marks = select(FileMark.kind, FileMark.place, FileMark.words).where(FileMark.file_id == file_id)
    steps = (
        select(FileReview.step, func.coalesce(User.name, ""), FileReview.reason, FileReview.at)
        .outerjoin(User, User.id == FileReview.actor_id)
        .where(FileReview.file_id == file_id)
        .order_by(FileReview.number.desc())
    )
    return HeldPage(
        row=row, owner=who[0] or "", owner_email=who[1] or "", attested_by=who[2] or "", attestation=who[3],
        proposed_by=who[4], proposer=who[5] or "", people_apart=frozenset(one for one in who[6:8] if one),
        marks=[MarkRow(*one) for one in session.execute(marks.order_by(FileMark.number).limit(MOST_SHOWN))],
        steps=[ReviewRow(*one) for one in session.execute(steps.limit(MOST_SHOWN))],
    )  # fmt: skip
