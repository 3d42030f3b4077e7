"""Devices at the gates: made, enrolled by a code shown once, ended."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import segno
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.core import clock
from app.core.access import allow, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import InvalidInput
from app.core.settings import settings
from app.door import queries, services
from app.door.forms import DeviceForm
from app.door.services import Offered
from app.door.views.blueprint import ORGANIZERS, bp, summit_now
from app.registration.queries import SummitView


@bp.get("/door/devices")
@allow(read=ORGANIZERS)
def devices() -> ResponseReturnValue:
    """The devices of the summit, and a form for another."""
    summit = summit_now()
    today = summit.settings.day_of(clock.now())
    last_day = min(max(summit.days[-1], today + timedelta(days=1)), today + services.LONGEST_LIFE - timedelta(days=1))
    return _render(summit, DeviceForm(data={"last_day": last_day, "gate": "Main entrance"}, formdata=None), 200)


def _render(summit: SummitView, form: DeviceForm, code: int) -> ResponseReturnValue:
    now = clock.now()
    page = queries.devices(db(), summit.id, number=page_number())
    standings = {device.id: device.standing(now) for device in page.items}
    return render_template("door/devices.html", summit=summit, form=form, page=page, standings=standings, now=now), code


@bp.post("/door/devices")
@allow(write=ORGANIZERS)
def add_device() -> ResponseReturnValue:
    """Make a device and show its code, once."""
    summit, form = summit_now(), DeviceForm()
    if not form.validate_on_submit():
        return _render(summit, form, 422)
    day_over = datetime.combine(form.last_day.data, time.max, ZoneInfo(summit.zone))
    try:
        with transaction() as session:
            offered = services.make_device(
                session, summit.id, name=form.name.data, gate=form.gate.data, help_line=form.help.data or "",
                expires_at=day_over, actor_id=principal().user_id, now=clock.now(),
            )  # fmt: skip
    except InvalidInput as refusal:
        form.last_day.errors = [refusal.message]
        return _render(summit, form, 422)
    return _show_code(summit, offered)


def _show_code(summit: SummitView, offered: Offered) -> ResponseReturnValue:
    """Show a code, once. The QR leads to the scanner page; what follows # never leaves the phone."""
    address = f"{settings().base_url}{url_for('door.scanner')}#{offered.code}"
    groups = [offered.code[first : first + 4] for first in range(0, len(offered.code), 4)]
    drawn = segno.make(address, error="m", micro=False)
    svg = drawn.svg_inline(scale=6, border=4, svgclass="badge-qr", lineclass=None, title="Code", omitsize=True)
    return render_template(
        "door/device_code.html", summit=summit, device=queries.device(db(), summit.id, offered.device_id),
        code="-".join(groups), until=offered.until, qr=Markup(svg),  # noqa: S704 - squares of our own drawing
    )  # fmt: skip


@bp.post("/door/devices/<uuid:device_id>/code")
@allow(write=ORGANIZERS)
def new_code(device_id: UUID) -> ResponseReturnValue:
    """Give a device a new code; what it held before dies."""
    summit = summit_now()
    with transaction() as session:
        offered = services.offer_code(
            session, summit.id, device_id, actor_id=principal().user_id, now=clock.now()
        )  # fmt: skip
    return _show_code(summit, offered)


@bp.post("/door/devices/<uuid:device_id>/end")
@allow(write=ORGANIZERS)
def end_device(device_id: UUID) -> ResponseReturnValue:
    """End a device: lost, broken or no longer needed."""
    summit = summit_now()
    with transaction() as session:
        services.end_device(
            session, summit.id, device_id, actor_id=principal().user_id, now=clock.now(),
            reason=request.form.get("reason", "")[:200],
        )  # fmt: skip
    flash("The device is ended. It forgets its list as soon as it has a network.", "success")
    return redirect(url_for("door.devices"), 303)
