"""The room's blueprint, and what its routes share."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response

from app.core.access import Principal
from app.documents.rules.disposition import attachment

bp = Blueprint("documents", __name__)
CLOSED = "default-src 'none'; sandbox; frame-ancestors 'none'"


def guarded(answer: Response, name: str) -> Response:
    """Return the answer as a file that is saved and never shown as a page of this site, and kept by no cache."""
    answer.headers["Content-Disposition"] = attachment(name)
    answer.headers["Content-Security-Policy"] = CLOSED
    answer.headers["Cache-Control"] = "no-store"
    return answer


@dataclass(frozen=True, slots=True)
class OpensFor:
    """The organization somebody opens files for; nothing when they belong to none or to several."""

    id: UUID | None = None
    name: str = ""


def only_organization(person: Principal) -> OpensFor:
    """Return the organization of somebody who belongs to just one."""
    if len(person.memberships) != 1:
        return OpensFor()
    return OpensFor(person.memberships[0].organization_id, person.memberships[0].organization_name)
