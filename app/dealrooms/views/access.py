"""Who has access to a company's room: the table, one access with its people and history, the log of what was read."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.services import require_recent_sign_in
from app.core import audit, clock
from app.core.access import COMPANY, allow, principal
from app.core.asked import page_number, words
from app.core.csv_out import csv_text
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.dealrooms import services
from app.dealrooms.forms import ReasonForm, ScopeForm, end_of
from app.dealrooms.queries import grants, log, shelves
from app.dealrooms.queries.grants import GrantRow
from app.dealrooms.queries.rooms import RoomRow, open_room_of
from app.dealrooms.states import LIVE_GRANTS, GrantState, PersonStanding
from app.dealrooms.views.blueprint import COMPANY_PEOPLE, EDITORS, WORDS, act, bp, may_edit, my_room, uuid_arg
from app.interest import queries as interests
from app.regulatory.queries import country_choices


def _state() -> GrantState | None:
    return next((one for one in GrantState if one.value == request.args.get("state", "")), None)


@bp.get("/our-rooms/<uuid:room_id>/access")
@allow(read=COMPANY_PEOPLE)
def access(room_id: UUID) -> ResponseReturnValue:
    """List who has access or asks for it, with one button to give or end it."""
    row, search, state = my_room(room_id), words(), _state()
    page = grants.grants(db(), room_id, state=state, search=search, number=page_number())
    return render_template(
        "dealrooms/access.html", room=row, page=page, search=search, state=state, live=LIVE_GRANTS,
        countries=dict(country_choices(db())), may_edit=may_edit(row), **WORDS,
    )  # fmt: skip


@bp.get("/our-rooms/<uuid:room_id>/access/<uuid:grant_id>")
@allow(read=COMPANY_PEOPLE)
def grant(room_id: UUID, grant_id: UUID) -> ResponseReturnValue:
    """Show one organization's access: scope, people, history."""
    return _grant_page(my_room(room_id), grant_id, None, 200)


def _grant_page(row: RoomRow, grant_id: UUID, form: ScopeForm | None, status: int) -> ResponseReturnValue:
    found = grants.grant(db(), row.id, grant_id)
    named = grants.folders_named(db(), grant_id)
    return render_template(
        "dealrooms/grant.html", room=row, grant=found, named=named, form=form or _scope(row, found, named),
        people=grants.people(db(), row.id, found), history=grants.history(db(), grant_id), live=LIVE_GRANTS,
        countries=dict(country_choices(db())), may_edit=may_edit(row), reason_form=ReasonForm(formdata=None),
        standings=PersonStanding, **WORDS,
    ), status  # fmt: skip


def _scope(row: RoomRow, found: GrantRow, named: list[tuple[UUID, str]]) -> ScopeForm:
    form = ScopeForm(formdata=None, data={
        "scope": "all" if found.whole_room else "some", "folders": [str(one) for one, _ in named],
        "expires_on": found.expires_at.date() if found.expires_at else None,
        "whom": "everybody" if found.for_everybody else "named",
    })  # fmt: skip
    form.offer(shelves.folders(db(), row.id))
    return form


def _sent_scope(row: RoomRow) -> ScopeForm:
    """Return the scope that was sent, with errors where it is unusable."""
    form = ScopeForm()
    form.offer(shelves.folders(db(), row.id))
    if form.validate_on_submit() and form.scope.data == "some" and not form.folders.data:
        form.folders.errors = ["Choose at least one folder, or the whole room."]
    return form


@bp.post("/our-rooms/<uuid:room_id>/access/<uuid:grant_id>/scope")
@allow(write=EDITORS)
def scope(room_id: UUID, grant_id: UUID) -> ResponseReturnValue:
    """Give access to what is chosen, or change what it opens; `give` tells the two buttons apart."""
    row, actor, now = my_room(room_id), principal().user_id, clock.now()
    grants.grant(db(), room_id, grant_id)
    form = _sent_scope(row)
    if form.errors:
        return _grant_page(row, grant_id, form, 422)
    until = end_of(form.expires_on.data)
    try:
        with transaction() as session:
            if "give" in request.form:
                services.give_access(
                    session, room_id, grant_id, folder_ids=form.chosen(), expires_at=until, actor_id=actor, now=now
                )
            services.change_scope(
                session, room_id, grant_id, folder_ids=form.chosen(), expires_at=until,
                for_everybody=form.whom.data == "everybody", actor_id=actor, now=now,
            )  # fmt: skip
    except NotFound:
        raise
    except DomainError as refusal:
        form.form_errors.append(refusal.message)
        return _grant_page(row, grant_id, form, 422)
    flash(_given(row) if "give" in request.form else "Saved. It holds from the next request.", "success")
    return redirect(url_for("dealrooms.grant", room_id=room_id, grant_id=grant_id), 303)


def _given(row: RoomRow) -> str:
    if row.export_approval:
        return "Your export officer was asked to approve it."
    return "Given. The room opens to each person who accepts the agreement."


@bp.post("/our-rooms/<uuid:room_id>/access/<uuid:grant_id>/give")
@allow(write=EDITORS)
def give(room_id: UUID, grant_id: UUID) -> ResponseReturnValue:
    """Give what was asked for, for the whole room, with one click."""
    row = my_room(room_id)
    grants.grant(db(), room_id, grant_id)
    return act(
        lambda session: services.give_access(
            session, room_id, grant_id, actor_id=principal().user_id, now=clock.now()
        ),
        _given(row), url_for("dealrooms.access", room_id=room_id),
    )  # fmt: skip


@bp.post("/our-rooms/<uuid:room_id>/access/<uuid:grant_id>/decline")
@allow(write=EDITORS)
def decline(room_id: UUID, grant_id: UUID) -> ResponseReturnValue:
    """Decline a request, with a reason."""
    my_room(room_id)
    grants.grant(db(), room_id, grant_id)
    reason = request.form.get("reason", "")
    return act(
        lambda session: services.decline(
            session, room_id, grant_id, reason=reason, actor_id=principal().user_id, now=clock.now()
        ),
        "Declined. The partner reads your reason.", url_for("dealrooms.grant", room_id=room_id, grant_id=grant_id),
    )  # fmt: skip


@bp.post("/our-rooms/<uuid:room_id>/access/<uuid:grant_id>/revoke")
@allow(write=COMPANY_PEOPLE)
def revoke(room_id: UUID, grant_id: UUID) -> ResponseReturnValue:
    """End access at once."""
    my_room(room_id)
    grants.grant(db(), room_id, grant_id)
    reason = request.form.get("reason", "")
    return act(
        lambda session: services.revoke(
            session, room_id, grant_id, reason=reason, actor_id=principal().user_id, now=clock.now()
        ),
        "Ended. Pages that are still open no longer load.", url_for("dealrooms.access", room_id=room_id),
    )  # fmt: skip


@bp.post("/our-rooms/<uuid:room_id>/access/<uuid:grant_id>/people/<uuid:person_id>")
@allow(write=COMPANY_PEOPLE)
def person(room_id: UUID, grant_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Name one person of the organization, shut them out, or take that back."""
    found = grants.grant(db(), my_room(room_id).id, grant_id)
    if person_id not in {one.user_id for one in grants.people(db(), room_id, found)}:
        raise NotFound("That person does not belong to this organization.")
    asked = request.form.get("standing", "")
    standing = next((one for one in PersonStanding if one.value == asked), None)
    return act(
        lambda session: services.say_of_person(
            session, room_id, grant_id, person_id, standing, actor_id=principal().user_id, now=clock.now()
        ),
        "Saved. It holds from their next request.", url_for("dealrooms.grant", room_id=room_id, grant_id=grant_id),
    )  # fmt: skip


@bp.post("/our-rooms/invite/<uuid:interest_id>")
@allow(write=EDITORS)
def invite(interest_id: UUID) -> ResponseReturnValue:
    """Give access to the partner behind a lead without being asked."""
    interests.lead(db(), interest_id, principal().organizations(*COMPANY))
    onward = url_for("interest.lead", interest_id=interest_id)
    entry_id = grants.entry_of_interest(db(), interest_id)
    room_id = open_room_of(db(), entry_id) if entry_id else None
    if room_id is None:
        flash("This entry has no open deal room. Open one first, under Our deal rooms.", "error")
        return redirect(onward, 303)
    row, wanted = my_room(room_id), room_id
    return act(
        lambda session: services.invite(
            session, wanted, interest_id, actor_id=principal().user_id, now=clock.now()
        ),
        _given(row), onward,
    )  # fmt: skip


@bp.get("/our-rooms/<uuid:room_id>/log")
@allow(read=COMPANY_PEOPLE)
def view_log(room_id: UUID) -> ResponseReturnValue:
    """Show who opened what and when, per document, per person and page by page."""
    row, search = my_room(room_id), words()
    document_id, user_id = uuid_arg("document"), uuid_arg("person")
    page = log.log(db(), room_id, document_id=document_id, user_id=user_id, search=search, number=page_number())
    return render_template(
        "dealrooms/log.html", room=row, page=page, search=search, readings=log.readings(db(), room_id),
        readers=log.readers(db(), room_id), document_id=document_id, user_id=user_id,
    )  # fmt: skip


@bp.get("/our-rooms/<uuid:room_id>/log.csv")
@allow(read=COMPANY_PEOPLE)
def log_sheet(room_id: UUID) -> ResponseReturnValue:
    """Hand the log out as a table, on the record: it names people and where they read from."""
    row = my_room(room_id)
    require_recent_sign_in(db(), principal().session_id, now=clock.now())
    lines = log.whole_log(db(), room_id, document_id=uuid_arg("document"), user_id=uuid_arg("person"), search=words())
    header = ["Time (UTC)", "Document", "Version", "Page", "How", "Person", "Organization", "Network address"]
    body = csv_text(header, (
        (f"{one.at:%Y-%m-%d %H:%M:%S}", one.label, one.version, one.page or "", one.how.value, one.person,
         one.organization or row.company, one.address)
        for one in lines
    ))  # fmt: skip
    with transaction() as session:
        audit.record(
            session, "deal_room.log_exported", ("deal_room", room_id), actor_id=principal().user_id,
            detail={"lines": len(lines)},
        )  # fmt: skip
    answer = Response(b"" if request.method == "HEAD" else body, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="room-log-{row.entry_key}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
