"""My agenda: to read in two zones, to print, to download, to subscribe to; when I cannot come."""

from itertools import groupby
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from app.core import clock
from app.core.access import EVERYONE, SIGNED_IN, allow, principal
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.core.settings import settings
from app.registration import queries as registration
from app.registration.queries import SummitView
from app.scheduling import queries, rules, services
from app.scheduling.calendar import calendar_file
from app.scheduling.forms import AbsenceForm, TokenForm
from app.scheduling.views.base import bp, summit

NO_CALENDAR = "There is no such calendar. Make a new address on your agenda page."
SECRET = "calendar_secret"  # noqa: S105 - the name of a place, not a secret


@bp.get("/agenda")
@allow(read=SIGNED_IN)
def agenda() -> ResponseReturnValue:
    """Show the person's meetings by day of the venue."""
    here, person = summit(), principal()
    items = queries.agenda(db(), person.user_id, here.id)
    days = [
        (day, list(group))
        for day, group in groupby(items, key=lambda item: item.starts_at.astimezone(ZoneInfo(here.zone)).date())
    ]
    secret = session.pop(SECRET, None)
    address = f"{settings().base_url}{url_for('scheduling.feed', token=secret)}" if secret else None
    return render_template(
        "scheduling/agenda.html", days=days, summit=here, own_zone=person.time_zone, address=address,
        has_feed=queries.has_feed(db(), person.user_id, here.id), form=TokenForm(), count=len(items),
    )  # fmt: skip


@bp.get("/agenda.ics")
@allow(read=SIGNED_IN)
def download() -> ResponseReturnValue:
    """Give the agenda as a file for a calendar program."""
    response = _calendar(principal().user_id, summit())
    response.headers["Content-Disposition"] = 'attachment; filename="summit-agenda.ics"'
    return response


@bp.get("/calendars/<string:token>.ics")
@allow(read=EVERYONE)
def feed(token: str) -> ResponseReturnValue:
    """Give the agenda to a calendar program that knows the secret address."""
    owner = queries.feed_owner(db(), token[:100])
    here = registration.summit_view(db(), owner[1]) if owner else None
    if owner is None or here is None:
        raise NotFound(NO_CALENDAR)
    return _calendar(owner[0], here)


def _calendar(user_id: UUID, here: SummitView) -> Response:
    items = queries.agenda(db(), user_id, here.id, with_off=True)
    base_url = settings().base_url
    content = calendar_file(
        items, name=here.name, venue=here.venue, zone=here.zone, base_url=base_url,
        host=urlsplit(base_url).hostname or "localhost",
    )  # fmt: skip
    response = Response(content, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/agenda/address")
@allow(write=SIGNED_IN)
def make_address() -> ResponseReturnValue:
    """Make a new calendar address; it is shown once, on the next page."""
    here = summit()
    with transaction() as work:
        session[SECRET] = services.make_feed(work, summit_id=here.id, user_id=principal().user_id, now=clock.now())
    flash("Your calendar address is made. Copy it now: it is shown only once.", "success")
    return redirect(url_for("scheduling.agenda"), 303)


@bp.post("/agenda/address/end")
@allow(write=SIGNED_IN)
def end_address() -> ResponseReturnValue:
    """End the calendar address."""
    here = summit()
    with transaction() as work:
        services.revoke_feed(work, summit_id=here.id, user_id=principal().user_id, now=clock.now())
    flash("The calendar address no longer works.", "success")
    return redirect(url_for("scheduling.agenda"), 303)


@bp.route("/agenda/absences", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def absences() -> ResponseReturnValue:
    """Say at which times the person cannot meet."""
    here, person = summit(), principal()
    with_slots = queries.slots_of_person(db(), here.id, person.user_id)
    form = AbsenceForm()
    form.slots.choices = [
        SelectChoice(str(slot.id), rules.in_two_zones(slot.starts_at, here.zone, person.time_zone))
        for slot in with_slots
    ]
    if form.validate_on_submit():
        with transaction() as work:
            services.set_absences(
                work, summit_id=here.id, user_id=person.user_id, slot_ids={UUID(s) for s in form.slots.data},
                now=clock.now(),
            )  # fmt: skip
        flash("Saved. The next seating keeps these times free.", "success")
        return redirect(url_for("scheduling.agenda"), 303)
    if not form.is_submitted():
        form.slots.data = [str(slot.id) for slot in with_slots if slot.absent]
    page = render_template("scheduling/absences.html", form=form, any_slots=bool(with_slots))
    return page, 422 if form.errors else 200
