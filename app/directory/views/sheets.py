"""What leaves the directory as a spreadsheet: what its reader may see, no cell ever run, each time on the record."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Response, request, url_for

from app.accounts.cookies import throttle
from app.accounts.throttle import papers_asked_by
from app.core import audit
from app.core.access import COMPANY, SIGNED_IN, allow, principal
from app.core.csv_out import csv_text
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.core.settings import settings
from app.core.sheet_out import xlsx_bytes
from app.directory.queries.found import seen_by
from app.directory.rules import in_words
from app.directory.rules.fields import FIELDS
from app.directory.rules.filters import Filters
from app.directory.views.base import bp, tier_of
from app.documents.rules.disposition import attachment

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Contacts are people: their names and addresses stay on the pages of entries.
COLUMNS = tuple(field for field in FIELDS if field.name not in ("tiers", "contacts"))


@bp.post("/directory/export/<string:sheet_kind>")
@allow(write=SIGNED_IN)
def export(sheet_kind: str) -> Response:
    """Hand out everything that fits the filters of the address, as far as the reader may see it; on the record."""
    person = principal()
    tier = tier_of(person)
    filters = Filters.from_args(request.args, tier=tier)
    header = [*(field.label for field in COLUMNS), "Whose words", "Page"]
    rows = [
        [*(in_words(field.name, seen[field.name]) for field in COLUMNS), row.standing,
         settings().base_url + url_for("directory.entry", key=row.key)]
        for row, seen in seen_by(db(), filters, tier=tier, own=person.organizations(*COMPANY))
    ]  # fmt: skip
    return sheet(sheet_kind, "directory", header, rows, actor_id=person.user_id, detail={"asked": filters.to_args()})


def sheet(
    kind: str,
    name: str,
    header: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    actor_id: UUID,
    detail: Mapping[str, Any],
) -> Response:
    """Return a table as CSV or XLSX and put on the record who took what. Raises NotFound for another kind."""
    if kind not in ("csv", "xlsx"):
        raise NotFound("There is no export of that kind. Take CSV or XLSX.")
    throttle().spend(papers_asked_by(str(actor_id)), sentence="That were many exports in a short time.")
    with transaction() as session:
        audit.record(
            session, f"{name}.exported", ("directory", "entries"), actor_id=actor_id,
            detail={**detail, "kind": kind, "rows": len(rows)},
        )  # fmt: skip
    body = csv_text(header, rows) if kind == "csv" else xlsx_bytes(name.capitalize(), header, rows)
    answer = Response(body, mimetype="text/csv" if kind == "csv" else XLSX)
    answer.headers["Content-Disposition"] = attachment(f"{name}.{kind}")
    return answer
