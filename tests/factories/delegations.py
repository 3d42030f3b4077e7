"""Makers of delegations, delegates and the sheets they are imported from."""

import csv
import io
from itertools import count
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organization
from app.core import clock
from app.core.access import Role
from app.core.sheet_out import xlsx_bytes
from app.delegations import services
from app.delegations.models import Delegate, Delegation
from app.delegations.rules.people import HEADINGS, Named
from app.documents.rules.check import Checked, check
from app.documents.states import Purpose
from app.registration.queries import SummitView
from app.registration.states import ParticipantType
from tests.factories import accounts, documents
from tests.factories import registration as summits

_numbers = count(1)


def named(name: str = "Haruto Mori", *, email: str | None = None, **facts: object) -> Named:
    """A delegate as a focal point names them."""
    plain: dict[str, object] = {"job_title": "Director", "citizenship": "JP", "birth_year": 1975,
                                "participant_type": ParticipantType.PARTNER}  # fmt: skip
    return Named(name, email or f"delegate{next(_numbers)}@kibo.example", **{**plain, **facts})  # type: ignore[arg-type]


def delegation(
    session: Session, *, summit: SummitView | None = None, lead: Membership | None = None
) -> tuple[Delegation, UUID]:
    """An organization's delegation, and its focal point."""
    summit = summit or summits.summit(session)
    lead = lead or accounts.member(session, role=Role.FOCAL_POINT)
    made = services.open_delegation(session, summit.id, lead.organization_id, actor_id=lead.user_id, now=clock.now())
    return made, lead.user_id


def delegate(
    session: Session, of: Delegation, focal_point: UUID, name: str = "Haruto Mori", **facts: object
) -> Delegate:
    """Somebody whom the focal point entered, and who is thereby endorsed."""
    return services.enter(session, of.id, named(name, **facts), actor_id=focal_point, now=clock.now())  # type: ignore[arg-type]


def house(session: Session, of: Delegation) -> Organization:
    """The organization of a delegation."""
    return session.get_one(Organization, of.organization_id)


def csv_sheet(*rows: tuple[str, ...], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """A sheet with the template's headings, as CSV."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([tuple(HEADINGS.values()), *rows])
    return out.getvalue().encode(encoding)


def checked(content: bytes, name: str = "delegation.csv") -> Checked:
    """A sheet that may be kept."""
    return check(content, name=name, purpose=Purpose.IMPORT_SHEET)


def xlsx_sheet(*rows: tuple[str, ...]) -> bytes:
    """A sheet with the template's headings, as XLSX."""
    return xlsx_bytes("Delegation", list(HEADINGS.values()), rows)


def letter(name: str = "note-verbale.pdf") -> Checked:
    """A nomination letter that may be kept."""
    return check(documents.pdf(), name=name, purpose=Purpose.NOMINATION_LETTER)


def many_rows(number: int) -> list[tuple[str, ...]]:
    """Rows of so many different people."""
    return [(f"Person {n}", f"person{n}@many.example", "Engineer", "Japan", "1980", "") for n in range(1, number + 1)]
