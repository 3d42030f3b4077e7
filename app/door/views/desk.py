"""The desk at the door: scan a badge, or find its bearer by name."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock, ids
from app.core.access import allow, principal
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.door import queries, services
from app.door.forms import FindForm, ScanForm
from app.door.states import Direction
from app.door.views.blueprint import DOOR, FIRST_GATE, bp, summit_now
from app.registration.queries import SummitView
from app.registration.states import TYPE_LABELS
from app.regulatory.queries import country_choices


def _form(summit: SummitView) -> ScanForm:
    return ScanForm(
        data={
            "gate": request.args.get("gate", FIRST_GATE)[:40], "direction": request.args.get("direction", Direction.IN),
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
        "door/door.html", summit=summit, form=form, find=FindForm(data={"gate": form.gate.data}, formdata=None),
        scan=scan, recent=queries.recent_scans(db(), summit.id),
        inside=queries.inside_count(db(), summit, now=clock.now()),
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
            session, summit.id, nonce=UUID(form.nonce.data), gate=form.gate.data, actor_id=principal().user_id,
            now=clock.now(), code=form.code.data or "", registration_id=chosen,
            direction=Direction(form.direction.data),
        )  # fmt: skip
    return redirect(url_for("door.scanned", scan_id=scan_id), 303)


@bp.get("/door/scans/<uuid:scan_id>")
@allow(read=DOOR)
def scanned(scan_id: UUID) -> ResponseReturnValue:
    """The answer to a scan, with the field for the next one."""
    summit = summit_now()
    found = queries.scan(db(), summit.id, scan_id)
    if found is None:
        raise NotFound("That scan does not exist.")
    form = ScanForm(data={"gate": found.gate, "direction": found.direction, "nonce": str(ids.new_id())})
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
        "door/people.html", summit=summit, form=form, people=people, nonces=nonces,
        gate=form.gate.data or FIRST_GATE, direction_in=Direction.IN.value, countries=dict(country_choices(db())),
    ), 200 if sound else 422  # fmt: skip
