"""Settings of a room, its agreement, who answers questions; closing it and opening it again."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import Role, allow, holders, principal
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.core.settings import settings as installation
from app.dealrooms import services
from app.dealrooms.forms import NdaTextForm, SettingsForm, end_of
from app.dealrooms.queries import rooms
from app.dealrooms.queries.rooms import RoomRow
from app.dealrooms.states import ROLE_LABELS, RoomRole
from app.dealrooms.views.blueprint import (
    COMPANY_PEOPLE,
    EDITORS,
    OFFICERS,
    WORDS,
    act,
    bp,
    is_officer,
    may_edit,
    my_room,
)

OWNERS = holders(Role.COMPANY_OWNER)


@bp.route("/our-rooms/<uuid:room_id>/settings", methods=["GET", "POST"])
@allow(read=COMPANY_PEOPLE, write=EDITORS)
def room_settings(room_id: UUID) -> ResponseReturnValue:
    """Show and change what holds for everybody in a room."""
    row = my_room(room_id)
    form = SettingsForm(data=_now(row))
    if form.validate_on_submit():
        revision = form.revision.data
        try:
            with transaction() as session:
                services.change_settings(
                    session, room_id, downloads=form.downloads.data == "download",
                    expires_at=end_of(form.expires_on.data), export_approval=bool(form.export_approval.data),
                    question_quota=form.quota.data,
                    revision=int(revision) if revision.isdecimal() and len(revision) < 9 else 0,
                    actor_id=principal().user_id, now=clock.now(),
                )  # fmt: skip
        except NotFound:
            raise
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("Saved. It holds from the next request of everybody.", "success")
            return redirect(url_for("dealrooms.room_settings", room_id=room_id), 303)
    return _page(row, form, NdaTextForm(formdata=None), 422 if form.errors else 200)


def _now(row: RoomRow) -> dict[str, object]:
    return {
        "downloads": "download" if row.downloads else "view", "export_approval": row.export_approval,
        "expires_on": row.expires_at.date() if row.expires_at else None, "quota": row.question_quota,
        "revision": str(row.revision),
    }  # fmt: skip


def _page(row: RoomRow, form: SettingsForm, nda_form: NdaTextForm, status: int) -> ResponseReturnValue:
    texts = rooms.nda_texts(db(), row.id)
    if not nda_form.body.data:
        nda_form.body.data = texts[0].body
    owner = row.organization_id in principal().organizations(Role.COMPANY_OWNER)
    return render_template(
        "dealrooms/settings.html", room=row, form=nda_form if nda_form.errors else form, settings_form=form,
        nda_form=nda_form, texts=texts, may_edit=may_edit(row),
        is_officer=is_officer(row), is_owner=owner, people=rooms.colleagues(db(), row), roles=ROLE_LABELS, **WORDS,
    ), status  # fmt: skip


@bp.post("/our-rooms/<uuid:room_id>/agreement")
@allow(write=EDITORS)
def write_nda(room_id: UUID) -> ResponseReturnValue:
    """Put a new text of the agreement in force."""
    row, form = my_room(room_id), NdaTextForm()
    settings_form = SettingsForm(formdata=None, data=_now(row))
    if not form.validate_on_submit():
        return _page(row, settings_form, form, 422) if form.errors else redirect(request.path, 303)
    try:
        with transaction() as session:
            services.write_nda(
                session, room_id, form.body.data, ask=installation().contact_email, actor_id=principal().user_id,
                now=clock.now(),
            )  # fmt: skip
    except NotFound:
        raise
    except DomainError as refusal:
        form.body.errors = [*form.body.errors, refusal.message]
        return _page(row, settings_form, form, 422)
    flash("The new text is in force. Everybody accepts it before the room opens to them again.", "success")
    return redirect(url_for("dealrooms.room_settings", room_id=room_id), 303)


@bp.post("/our-rooms/<uuid:room_id>/lock")
@allow(write=OFFICERS)
def lock_approval(room_id: UUID) -> ResponseReturnValue:
    """Let the export officer lock the approval on, or unlock it."""
    row = my_room(room_id)
    return act(
        lambda session: services.lock_approval(
            session, room_id, not row.export_locked, actor_id=principal().user_id, now=clock.now()
        ),
        "Unlocked." if row.export_locked else "Locked. Everything waits for you from now on.",
        url_for("dealrooms.room_settings", room_id=room_id),
    )  # fmt: skip


@bp.post("/our-rooms/<uuid:room_id>/people/<uuid:user_id>")
@allow(write=OWNERS)
def name_role(room_id: UUID, user_id: UUID) -> ResponseReturnValue:
    """Say what somebody of the company does with questions."""
    row = my_room(room_id)
    if user_id not in {one.user_id for one in rooms.colleagues(db(), row)}:
        raise NotFound("That person is no owner or delegate of your company.")
    asked = request.form.get("role", "")
    role = next((one for one in RoomRole if one.value == asked), None)
    return act(
        lambda session: services.name_role(session, room_id, user_id, role, actor_id=principal().user_id),
        "Saved.", url_for("dealrooms.room_settings", room_id=room_id),
    )  # fmt: skip


@bp.post("/our-rooms/<uuid:room_id>/close")
@allow(write=COMPANY_PEOPLE)
def close_room(room_id: UUID) -> ResponseReturnValue:
    """Close a room to everybody outside."""
    my_room(room_id)
    reason = request.form.get("reason", "")[:1000]
    return act(
        lambda session: services.close_room(
            session, room_id, reason=reason, actor_id=principal().user_id, now=clock.now()
        ),
        "Closed. Every access has ended.", url_for("dealrooms.room_settings", room_id=room_id),
    )  # fmt: skip


@bp.post("/our-rooms/<uuid:room_id>/reopen")
@allow(write=EDITORS)
def reopen_room(room_id: UUID) -> ResponseReturnValue:
    """Open a closed room again."""
    my_room(room_id)
    return act(
        lambda session: services.reopen_room(session, room_id, actor_id=principal().user_id, now=clock.now()),
        "Open again, with nobody in it.", url_for("dealrooms.room_settings", room_id=room_id),
    )  # fmt: skip
