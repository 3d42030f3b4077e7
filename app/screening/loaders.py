"""How the restricted-party list is read from its file. A changed list sends every case back to be compared again."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core.reference import Loaded, Loader
from app.core.sheets import BadField
from app.notifications import outbox
from app.screening.models import ListEntry
from app.screening.queries import LIST_KIND
from app.screening.services import RESCREEN

FILE = "screening/csl_entities.csv.gz"
COLUMNS = ("entity_id", "list_code", "type", "name", "aliases", "countries", "dates_of_birth")
PARTICULARS = (
    "list_name", "addresses", "programs", "title", "nationalities", "citizenships", "places_of_birth", "ids",
    "start_date", "end_date", "federal_register_notice", "license_requirement", "license_policy", "call_sign",
    "vessel_type", "vessel_flag", "vessel_owner", "remarks",
)  # fmt: skip


def parse(cells: Mapping[str, str]) -> dict[str, Any]:
    """Return a listed party's content; what is empty is left out. Raises BadField for a bad code, name or country."""
    for field, pattern in (("list_code", r"[A-Z]{2,10}"), ("name", r".+"), ("entity_id", r"[\w.-]{1,120}")):
        if not re.fullmatch(pattern, cells[field], re.DOTALL):
            raise BadField(field, f"{cells[field]!r} is not of the wanted form.")
    countries = cells["countries"].replace(";", " ").replace("|", " ").replace(",", " ").split()
    if odd := [code for code in countries if not re.fullmatch(r"[A-Z]{2}", code)]:
        raise BadField("countries", f"{odd[0]!r} is not a two-letter country code.")
    births = (text.strip() for text in re.split(r"[|;]", cells["dates_of_birth"]))
    content: dict[str, Any] = {
        "list_code": cells["list_code"], "kind": cells["type"].lower(), "name": cells["name"],
        "aliases": [alias.strip() for alias in cells["aliases"].split(" | ") if alias.strip()],
        "countries": countries, "birth_dates": [text for text in births if text],
        "particulars": {field: cells[field] for field in PARTICULARS if cells.get(field)},
    }  # fmt: skip
    return {field: value for field, value in content.items() if value or field == "kind"}


def columns(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table's own columns."""
    return {"list_code": content["list_code"], "name": content["name"]}


def rescreen(session: Session, loaded: Loaded, now: datetime) -> None:
    """Queue the comparison of every case with the version just loaded."""
    outbox.queue(session, RESCREEN, {"version": loaded.version.number}, now=now)


LOADERS = {LIST_KIND: Loader(LIST_KIND, FILE, "entity_id", COLUMNS, ListEntry, parse, columns, rescreen)}
