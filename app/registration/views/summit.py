"""The summit's settings as they stand, and their versions."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.core.access import Role, allow, holders
from app.core.asked import page_number
from app.core.db import db
from app.core.errors import NotFound
from app.registration import queries
from app.registration.queries.summit_versions import VersionRow, version, versions
from app.registration.rules.changes import changes
from app.registration.rules.described import described
from app.registration.rules.summit import WIDE_OPEN
from app.registration.views.blueprint import bp, summit_now

ORGANIZERS = holders(Role.ORGANIZER)


@bp.get("/summit")
@allow(read=ORGANIZERS)
def summit() -> ResponseReturnValue:
    """The settings in force, and how full the pools are."""
    found = summit_now()
    return render_template(
        "registration/summit.html", summit=found, sections=described(found.settings),
        pools=queries.pools(db(), found.id), wide_open=WIDE_OPEN,
    )  # fmt: skip


@bp.get("/summit/versions")
@allow(read=ORGANIZERS)
def summit_versions() -> ResponseReturnValue:
    """Who changed what and when; any two versions side by side."""
    found = summit_now()
    page = versions(db(), found.id, number=page_number())
    older, newer = _asked("older", 1), _asked("newer", found.version)
    compared = None
    if "older" in request.args:
        first, second = (_version(found, number) for number in sorted((older, newer)))
        compared = (first, second, changes(first.settings, second.settings))
    return render_template(
        "registration/summit_versions.html", summit=found, page=page, older=older, newer=newer, compared=compared
    )


@bp.get("/summit/versions/<int:version_number>")
@allow(read=ORGANIZERS)
def summit_version(version_number: int) -> ResponseReturnValue:
    """One version, as it stood."""
    found = summit_now()
    row = _version(found, version_number)
    return render_template("registration/summit_version.html", summit=found, row=row, sections=described(row.settings))


def _asked(name: str, otherwise: int) -> int:
    return request.args.get(name, otherwise, type=int)


def _version(found: queries.SummitView, number: int) -> VersionRow:
    row = version(db(), found.id, number) if 0 < number <= found.version else None
    if row is None:
        raise NotFound(f"There is no version {number} of the settings. The newest is version {found.version}.")
    return row
