"""My meetings: answer them, ask for one, choose a time, call one off."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from app.core import clock
from app.core.access import COMPANY, SIGNED_IN, allow, principal
from app.core.asked import page_number, words
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.directory import queries as directory
from app.interest.edge import counting_refusals
from app.matching import queries as matching
from app.matching.facts import meets_as_partner
from app.matching.states import Side
from app.registration import queries as registration
from app.scheduling import queries, rules, services
from app.scheduling.forms import CounterForm, ReasonForm, RequestForm, SlotForm, TokenForm
from app.scheduling.queries import SHOW_LABELS, Show
from app.scheduling.states import AGREED, STATE_LABELS, STATE_TONES, WAITING, Answer
from app.scheduling.views.base import bp, is_organizer, may_speak, seen_meeting, summit

LABELS = {"labels": STATE_LABELS, "tones": STATE_TONES}


@bp.get("/meetings")
@allow(read=SIGNED_IN)
def meetings() -> ResponseReturnValue:
    """List the meetings of the person and of their companies; what waits for an answer comes first."""
    person, here = principal(), summit()
    companies = person.organizations(*COMPANY)
    numbers = queries.counts(db(), here.id, person.user_id, companies)
    asked = request.args.get("show", "")
    default = Show.TO_ANSWER if numbers[Show.TO_ANSWER] else Show.ALL
    show = Show(asked) if asked in list(Show) else default
    page = queries.my_meetings(
        db(), here.id, person.user_id, companies, show=show, search=words(), number=page_number()
    )
    sides = {row.id: queries.side_in(row, person.user_id, companies) for row in page.items}
    mine = {row.id: may_speak(row, sides[row.id]) for row in page.items}
    return render_template(
        "scheduling/meetings.html", page=page, show=show, shows=SHOW_LABELS, numbers=numbers, search=words(),
        sides=sides, mine=mine, form=TokenForm(), zone=here.zone, **LABELS,
    )  # fmt: skip


@bp.get("/meetings/<uuid:meeting_id>")
@allow(read=SIGNED_IN)
def meeting(meeting_id: UUID) -> ResponseReturnValue:
    """Show one meeting: why, with whom, when, what happened, what can be done."""
    return _page(meeting_id)


def _page(
    meeting_id: UUID, *, reason: ReasonForm | None = None, counter: CounterForm | None = None,
    slot: SlotForm | None = None,
) -> ResponseReturnValue:  # fmt: skip
    found, side = seen_meeting(meeting_id)
    speaks = may_speak(found, side)
    forms = [form for form in (reason, counter, slot) if form is not None and form.errors]
    page = render_template(
        "scheduling/meeting.html", meeting=found, side=side, speaks=speaks, organizer=is_organizer(),
        sitters=queries.sitters(db(), meeting_id), history=queries.history(db(), meeting_id),
        reason=reason or ReasonForm(formdata=None), counter=counter or CounterForm(formdata=None),
        slot=slot or _slots(found, SlotForm(formdata=None)), token_form=TokenForm(formdata=None),
        waiting=found.state in WAITING, agreed=found.state in AGREED, now=clock.now(), zone=summit().zone,
        wrong=forms[0] if forms else None, **LABELS,
    )  # fmt: skip
    return page, 422 if forms else 200


def _slots(found: queries.MyMeeting, form: SlotForm) -> SlotForm:
    free = queries.slots_for_meeting(db(), found, now=clock.now())
    zone, own = summit().zone, principal().time_zone
    form.slot.choices = [SelectChoice("", "Choose a time")] + [
        SelectChoice(str(s.id), rules.in_two_zones(s.starts_at, zone, own)) for s in free
    ]
    return form


@bp.post("/meetings/<uuid:meeting_id>/accept")
@allow(write=SIGNED_IN)
def accept(meeting_id: UUID) -> ResponseReturnValue:
    """Say yes."""
    seen_meeting(meeting_id)
    return _answered(meeting_id, Answer.ACCEPT, "", "You accepted. A table is found once both sides did.")


@bp.post("/meetings/<uuid:meeting_id>/decline")
@allow(write=SIGNED_IN)
def decline(meeting_id: UUID) -> ResponseReturnValue:
    """Say no, or call off what was agreed, with a reason; an organizer may, too."""
    _, side = seen_meeting(meeting_id)
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(meeting_id, reason=form)
    if side is None:
        with transaction() as session:
            services.cancel_meeting(
                session, meeting_id, actor_id=principal().user_id, reason=form.reason.data, now=clock.now()
            )
        flash("The meeting is called off; both sides are told.", "success")
        return redirect(url_for("scheduling.meeting", meeting_id=meeting_id), 303)
    return _answered(meeting_id, Answer.DECLINE, form.reason.data, "The meeting is off.")


@bp.post("/meetings/<uuid:meeting_id>/counter")
@allow(write=SIGNED_IN)
def counter(meeting_id: UUID) -> ResponseReturnValue:
    """Ask for the meeting to be different."""
    seen_meeting(meeting_id)
    form = CounterForm()
    if not form.validate_on_submit():
        return _page(meeting_id, counter=form)
    return _answered(meeting_id, Answer.COUNTER, form.change.data, "The other side is asked.")


def _answered(meeting_id: UUID, answer: Answer, reason: str, said: str) -> ResponseReturnValue:
    with transaction() as session:
        services.answer_meeting(
            session, meeting_id, answer, actor_id=principal().user_id, reason=reason, now=clock.now()
        )
    flash(said, "success")
    back = request.form.get("back", "")
    if back == "list":
        return redirect(url_for("scheduling.meetings"), 303)
    return redirect(url_for("scheduling.meeting", meeting_id=meeting_id), 303)


@bp.post("/meetings/<uuid:meeting_id>/withdraw")
@allow(write=SIGNED_IN)
def withdraw(meeting_id: UUID) -> ResponseReturnValue:
    """Take back a request."""
    seen_meeting(meeting_id)
    with transaction() as session:
        services.withdraw_request(session, meeting_id, actor_id=principal().user_id, now=clock.now())
    flash("Your request is taken back.", "success")
    return redirect(url_for("scheduling.meetings"), 303)


@bp.post("/meetings/<uuid:meeting_id>/time")
@allow(write=SIGNED_IN)
def choose_time(meeting_id: UUID) -> ResponseReturnValue:
    """Put an agreed meeting into a slot by hand."""
    found, side = seen_meeting(meeting_id)
    form = _slots(found, SlotForm())
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.choose_slot(
                    session, meeting_id, UUID(form.slot.data), actor_id=principal().user_id,
                    is_staff=side is None, now=clock.now(),
                )  # fmt: skip
        except services.SlotTaken as refusal:
            form.slot.errors = [*form.slot.errors, refusal.message]
        else:
            flash("The meeting has its time and table. Everybody in it is told.", "success")
            return redirect(url_for("scheduling.meeting", meeting_id=meeting_id), 303)
    return _page(meeting_id, slot=form)


@bp.post("/meetings/<uuid:meeting_id>/outcome")
@allow(write=SIGNED_IN)
def outcome(meeting_id: UUID) -> ResponseReturnValue:
    """Say whether the meeting took place."""
    _, side = seen_meeting(meeting_id)
    with transaction() as session:
        services.note_outcome(
            session, meeting_id, held=request.form.get("held") == "yes", actor_id=principal().user_id,
            is_staff=side is None, now=clock.now(),
        )  # fmt: skip
    flash("Thank you, that is noted.", "success")
    return redirect(url_for("scheduling.meeting", meeting_id=meeting_id), 303)


@bp.route("/meetings/request/<string:key>", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def request_meeting(key: str) -> ResponseReturnValue:
    """Ask a programme for a meeting, as a partner."""
    here, person = summit(), principal()
    entry = directory.entry(db(), key=key)
    if entry is None:
        raise NotFound("There is no such entry in the directory. Look for it by name on the directory page.")
    seat = matching.partner_seat(db(), here.id, person.user_id)
    return _requested(entry.row.name, Side.PARTNER, seat, entry.row.id)


@bp.route("/meetings/request/<string:key>/<uuid:registration_id>", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def request_partner(key: str, registration_id: UUID) -> ResponseReturnValue:
    """Ask a partner for a meeting, as the company of a programme."""
    entry = directory.entry(db(), key=key, own=principal().organizations(*COMPANY))
    if entry is None or entry.row.organization_id not in principal().organizations(*COMPANY):
        raise NotFound("There is no such programme of your company.")
    partner = registration.participant(db(), summit().id, registration_id)
    if partner is None or not meets_as_partner(partner):
        raise NotFound("That partner does not come to the summit.")
    return _requested(f"{partner.name}, {partner.organization_name}", Side.COMPANY, registration_id, entry.row.id)


def _requested(whom: str, by: Side, registration_id: UUID | None, entry_id: UUID) -> ResponseReturnValue:
    form, here = RequestForm(), summit()
    if registration_id is not None and form.validate_on_submit():
        try:
            meeting_id = counting_refusals(
                lambda session: services.request_meeting(
                    session, summit_id=here.id, registration_id=registration_id, entry_id=entry_id, by=by,
                    actor_id=principal().user_id, text=form.text.data, now=clock.now(),
                ).id
            )  # fmt: skip
        except DomainError as refusal:
            form.text.errors = [*form.text.errors, refusal.message]
        else:
            flash("Your request is sent.", "success")
            return redirect(url_for("scheduling.meeting", meeting_id=meeting_id), 303)
    page = render_template("scheduling/request.html", form=form, whom=whom, may_ask=registration_id is not None)
    return page, 422 if form.errors else 200
