"""Who opened what: the log as owners and reviewers read it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.accounts.rules import folded
from app.core.paging import Page, paginate
from app.documents.models import File, FileOpening
from app.documents.states import Opened

SORTED_BY = {"newest": FileOpening.at.desc(), "oldest": FileOpening.at.asc(), "person": func.lower(User.name).asc()}


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """One time that somebody opened a file."""

    file_id: UUID
    file_name: str
    user_id: UUID
    person: str
    email: str
    organization_id: UUID | None
    organization: str
    at: datetime
    address: str
    page: int | None
    how: Opened


COLUMNS = (
    FileOpening.file_id, File.name, FileOpening.user_id, User.name, User.email, FileOpening.organization_id,
    func.coalesce(Organization.name, ""), FileOpening.at, FileOpening.address, FileOpening.page, FileOpening.how,
)  # fmt: skip


def openings_of(
    session: Session,
    file_ids: Collection[UUID],
    *,
    number: int = 1,
    size: int = 25,
    search: str = "",
    sort: str = "newest",
    user_id: UUID | None = None,
    how: Opened | None = None,
) -> Page[OpeningRow]:
    """Return a page of who opened these files, of one person or by words in the person's or organization's name."""
    wanted = (
        select(*COLUMNS)
        .join(File, File.id == FileOpening.file_id)
        .join(User, User.id == FileOpening.user_id)
        .outerjoin(Organization, Organization.id == FileOpening.organization_id)
        .where(FileOpening.file_id.in_(file_ids))
    )
    if user_id is not None:
        wanted = wanted.where(FileOpening.user_id == user_id)
    if how is not None:
        wanted = wanted.where(FileOpening.how == how)
    if search:
        part = folded(search)
        wanted = wanted.where(
            or_(
                User.search_text.contains(part, autoescape=True),
                Organization.search_name.contains(part, autoescape=True),
            )
        )
    order = SORTED_BY.get(sort, SORTED_BY["newest"])
    return paginate(session, wanted.order_by(order, FileOpening.id), OpeningRow, number=number, size=size)
