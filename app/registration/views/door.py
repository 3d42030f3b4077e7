"""The badge and the door."""

from uuid import UUID

import segno
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.core import clock, ids
from app.core.access import SIGNED_IN, Role, allow, holders, principal
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.registration import queries, services
from app.registration.forms.door import FindForm, ScanForm
from app.registration.queries import SummitView
from app.registration.states import TYPE_LABELS, Direction
from app.registration.views.blueprint import bp, summit_now
from app.regulatory.queries import country, country_choices

DOOR = holders(Role.DOOR_STAFF, Role.ORGANIZER)
FIRST_DOOR = "Main entrance"


@bp.get("/badge")
@allow(read=SIGNED_IN)
def badge() -> ResponseReturnValue:
    """My badge, to print or to show; before my place is confirmed, where to look instead."""
    summit = summit_now()
    mine = queries.badge_of(db(), summit.id, principal().user_id)
    if mine is None:
        return render_template("registration/badge.html", summit=summit, badge=None)
    found = country(db(), mine.country)
    return render_template(
        "registration/badge.html", summit=summit, badge=mine, qr=_qr(mine.code), type_labels=TYPE_LABELS,
        country=found.name if found else mine.country,
    )  # fmt: skip


def _qr(code: str) -> Markup:
    """Return the code as an SVG of our own making: it holds squares and nothing anybody typed."""
    drawn = segno.make(code, error="q", micro=False)
    svg = drawn.svg_inline(scale=6, border=4, svgclass="badge-qr", lineclass=None, title="Badge code", omitsize=True)
    return Markup(svg)  # noqa: S704 - drawn from the code's bits


def _form(summit: SummitView) -> ScanForm:
    return ScanForm(
        data={
            "door": request.args.get("door", FIRST_DOOR)[:40], "direction": request.args.get("direction", Direction.IN),
            "nonce": str(ids.new_id()),
        }
    )  # fmt: skip


@bp.get("/door")
@allow(read=DOOR)
def door() -> ResponseReturnValue:
    """The field that a scanner types into, and the newest scans."""
    return _render(summit_now(), _form(summit_now()), None, 200)


def _render(summit: SummitView, form: ScanForm, scan: object, code: int) -> ResponseReturnValue:
    form.nonce.data = str(ids.new_id())
    form.code.data = ""
    return render_template(
        "registration/door.html", summit=summit, form=form, find=FindForm(data={"door": form.door.data}, formdata=None),
        scan=scan, recent=queries.recent_scans(db(), summit.id), inside=queries.inside_count(db(), summit.id),
        type_labels=TYPE_LABELS, countries=dict(country_choices(db())) if scan else {},
    ), code  # fmt: skip


@bp.post("/door")
@allow(write=DOOR)
def scan() -> ResponseReturnValue:
    """Take a scan and go to its answer; the same form sent again gets the same answer."""
    summit, form = summit_now(), ScanForm()
    if form.validate() and not (form.code.data or form.registration_id.data):
        form.code.errors = ["Scan a badge, or type its code."]
    if form.errors:
        return _render(summit, form, None, 422)
    chosen = UUID(form.registration_id.data) if form.registration_id.data else None
    with transaction() as session:
        scan_id = services.scan_badge(
            session, summit.id, nonce=UUID(form.nonce.data), door=form.door.data, actor_id=principal().user_id,
            now=clock.now(), code=form.code.data or "", registration_id=chosen,
            direction=Direction(form.direction.data),
        )  # fmt: skip
    return redirect(url_for("registration.scanned", scan_id=scan_id), 303)


@bp.get("/door/scans/<uuid:scan_id>")
@allow(read=DOOR)
def scanned(scan_id: UUID) -> ResponseReturnValue:
    """The answer to a scan, with the field for the next one."""
    summit = summit_now()
    found = queries.scan(db(), summit.id, scan_id)
    if found is None:
        raise NotFound("That scan does not exist.")
    form = ScanForm(data={"door": found.door, "direction": found.direction, "nonce": str(ids.new_id())})
    return _render(summit, form, found, 200)


@bp.post("/door/people")
@allow(write=DOOR)
def find() -> ResponseReturnValue:
    """Look somebody up by name; the search is posted so that no name stands in an address."""
    summit, form = summit_now(), FindForm()
    sound = form.validate_on_submit()
    people = queries.find_by_name(db(), summit.id, form.search.data) if sound else []
    nonces = {person.registration_id: ids.new_id() for person in people}
    return render_template(
        "registration/door_people.html", summit=summit, form=form, people=people, nonces=nonces,
        door=form.door.data or FIRST_DOOR, direction_in=Direction.IN.value, countries=dict(country_choices(db())),
    ), 200 if sound else 422  # fmt: skip
