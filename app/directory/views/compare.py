"""Up to four entries side by side: chosen with buttons, shared by address, taken away as a spreadsheet."""

from flask import Response, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.core.access import COMPANY, EVERYONE, SIGNED_IN, allow, principal, principal_or_none
from app.core.db import db
from app.core.redirects import safe_local
from app.directory.queries.side import Side, sides
from app.directory.rules.compare import MOST, Group, compared
from app.directory.rules.text import KEY
from app.directory.rules.us_states import US_STATES
from app.directory.states import CATEGORY_LABELS
from app.directory.views.base import bp, tier_of
from app.directory.views.policy import country_asked, policy_lines
from app.directory.views.sheets import sheet
from app.regulatory import queries as regulatory

CHOSEN = "compared"
IN_SHEET_NOT = frozenset({"contacts"})
"""People's names and addresses stay on the pages of entries, where each look is a reader's own."""


def put_aside() -> list[str]:
    """Return the keys of the entries that this browser put aside to compare."""
    kept = session.get(CHOSEN)
    return [str(key) for key in kept][:MOST] if isinstance(kept, list) else []


def _asked() -> list[str]:
    keys = [key for key in request.args.getlist("entry") if len(key) <= 80 and KEY.fullmatch(key)]
    return list(dict.fromkeys(keys))[:MOST]


def _sides() -> list[Side]:
    person = principal_or_none()
    own = person.organizations(*COMPANY) if person else frozenset()
    return sides(db(), _asked(), tier=tier_of(person), own=own)


def _groups(found: list[Side]) -> list[Group]:
    values = {
        "us_state": US_STATES,
        "partner_countries": dict(regulatory.country_choices(db())),
        "topic_keys": {topic.key: topic.name for topic in regulatory.topics(db())},
    }
    return compared([one.seen for one in found], [one.withheld for one in found], values) if found else []


@bp.get("/directory/compare")
@allow(read=EVERYONE)
def compare() -> ResponseReturnValue:
    """Show the entries that the address names side by side; without any, lead on to those put aside."""
    if not _asked() and put_aside():
        return redirect(url_for("directory.compare", entry=put_aside()), 303)
    found, choices = _sides(), regulatory.country_choices(db())
    country = country_asked(principal_or_none(), dict(choices), "for")
    rows = [one.row for one in found]
    return render_template(
        "directory/compare.html", sides=found, groups=_groups(found), countries=choices, policy_for=country,
        lines=policy_lines(rows, country, ()), keys=[row.key for row in rows], most=MOST, categories=CATEGORY_LABELS,
    )  # fmt: skip


@bp.post("/directory/compare/choose")
@allow(write=EVERYONE)
def choose() -> ResponseReturnValue:
    """Put an entry aside to compare, or take it away; only this browser's cookie knows."""
    key, kept = request.form.get("add") or request.form.get("drop") or "", put_aside()
    if key in kept:
        kept.remove(key)
    elif request.form.get("add") and len(key) <= 80 and KEY.fullmatch(key):
        if len(kept) >= MOST:
            flash(f"You compare {MOST} entries already. Take one away first.", "error")
        else:
            kept.append(key)
    session[CHOSEN] = kept
    here = safe_local(request.form.get("next"), otherwise=url_for("directory.entries"))
    if here.startswith(url_for("directory.compare")):
        here = url_for("directory.compare", entry=kept) if kept else url_for("directory.entries")
    return redirect(here, 303)


@bp.post("/directory/compare/<string:sheet_kind>")
@allow(write=SIGNED_IN)
def compare_sheet(sheet_kind: str) -> Response:
    """Hand out the comparison as a spreadsheet, as far as the reader may see it; on the record."""
    found = _sides()
    header = ["Group", "Field", *(one.row.name for one in found), "Comparison"]
    rows = [
        [group.title, row.label, *row.values, row.verdict]
        for group in _groups(found)
        for row in group.rows
        if row.name not in IN_SHEET_NOT
    ]
    detail = {"entries": [one.row.key for one in found]}
    return sheet(sheet_kind, "comparison", header, rows, actor_id=principal().user_id, detail=detail)
