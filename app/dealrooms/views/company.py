"""The company's side of a room: opened, filled with folders and documents, set up, closed."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import COMPANY, Role, allow, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound, Refused
from app.core.settings import settings
from app.core.uploads import takes_file
from app.dealrooms import services
from app.dealrooms.forms import (
    AttestedForm,
    DocumentForm,
    EmptyForm,
    FolderForm,
    LabelForm,
    OpenForm,
)
from app.dealrooms.queries import rooms, shelves
from app.dealrooms.queries.rooms import RoomRow
from app.dealrooms.views.blueprint import (
    COMPANY_PEOPLE,
    EDITORS,
    WORDS,
    act,
    bp,
    is_officer,
    may_edit,
    my_room,
)
from app.documents import services as files
from app.documents.rules.kinds import ACCEPTED, LARGEST_ROOM_BYTES, MB
from app.documents.states import HANDLING_LABELS, STATE_LABELS, FileState, Purpose

TAKEN = ACCEPTED[Purpose.ROOM_DOCUMENT]
FILE_WORDS = {"file_labels": STATE_LABELS, "ready": FileState.READY, "handlings": HANDLING_LABELS}


@bp.route("/our-rooms", methods=["GET", "POST"])
@allow(read=COMPANY_PEOPLE, write=EDITORS)
def our_rooms() -> ResponseReturnValue:
    """List the company's deal rooms, and open one for an entry that has none."""
    own = principal().organizations(*COMPANY)
    entries = rooms.entries_without_room(db(), principal().organizations(Role.COMPANY_OWNER, Role.COMPANY_DELEGATE))
    form = OpenForm()
    form.entry.choices = {str(entry_id): name for entry_id, name in entries}
    if form.validate_on_submit():
        try:
            with transaction() as session:
                made = services.open_room(
                    session, UUID(form.entry.data), actor_id=principal().user_id, now=clock.now()
                ).id
        except Refused as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("The room is open, with nobody in it. Add documents, then give access.", "success")
            return redirect(url_for("dealrooms.our_room", room_id=made), 303)
    page = rooms.own_rooms(db(), own, number=page_number())
    return render_template(
        "dealrooms/our_rooms.html", page=page, form=form, entries=entries, **WORDS
    ), 422 if form.errors else 200  # fmt: skip


@bp.get("/our-rooms/<uuid:room_id>")
@allow(read=COMPANY_PEOPLE)
def our_room(room_id: UUID) -> ResponseReturnValue:
    """Show the folders and documents of the company's room."""
    row = my_room(room_id)
    return _contents(row, FolderForm(formdata=None), 200)


def _contents(row: RoomRow, form: FolderForm, status: int) -> ResponseReturnValue:
    return render_template(
        "dealrooms/our_room.html", room=row, folders=shelves.folders(db(), row.id), form=form, may_edit=may_edit(row),
        documents=shelves.documents(db(), row.id), used=rooms.used_bytes(db(), row.id) / MB, is_officer=is_officer(row),
        most=LARGEST_ROOM_BYTES // MB, **FILE_WORDS, **WORDS,
    ), status  # fmt: skip


@bp.post("/our-rooms/<uuid:room_id>/folders")
@allow(write=EDITORS)
def add_folder(room_id: UUID) -> ResponseReturnValue:
    """Add a folder."""
    row, form = my_room(room_id), FolderForm()
    if not form.validate_on_submit():
        return _contents(row, form, 422)
    try:
        with transaction() as session:
            services.add_folder(
                session, room_id, name=form.name.data, note=form.note.data or "", actor_id=principal().user_id,
                now=clock.now(),
            )  # fmt: skip
    except NotFound:
        raise
    except DomainError as refusal:
        form.name.errors = [*form.name.errors, refusal.message]
        return _contents(row, form, 422)
    flash("Added.", "success")
    return redirect(url_for("dealrooms.our_room", room_id=room_id), 303)


@bp.route("/our-rooms/<uuid:room_id>/folders/<uuid:folder_id>", methods=["GET", "POST"])
@allow(read=EDITORS, write=EDITORS)
def folder(room_id: UUID, folder_id: UUID) -> ResponseReturnValue:
    """Rename a folder."""
    row = my_room(room_id)
    found = _folder(row, folder_id)
    form = FolderForm(data={"name": found.name, "note": found.note})
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.change_folder(
                    session, room_id, folder_id, name=form.name.data, note=form.note.data or "",
                    actor_id=principal().user_id,
                )  # fmt: skip
        except NotFound:
            raise
        except DomainError as refusal:
            form.name.errors = [*form.name.errors, refusal.message]
        else:
            flash("Saved.", "success")
            return redirect(url_for("dealrooms.our_room", room_id=room_id), 303)
    return render_template("dealrooms/folder.html", room=row, folder=found, form=form), 422 if form.errors else 200


def _folder(row: RoomRow, folder_id: UUID) -> shelves.FolderRow:
    found = next((one for one in shelves.folders(db(), row.id) if one.id == folder_id), None)
    if found is None:
        raise NotFound("That folder is not in this deal room any more.")
    return found


@bp.post("/our-rooms/<uuid:room_id>/folders/<uuid:folder_id>/<string:folder_act>")
@allow(write=EDITORS)
def change_folder(room_id: UUID, folder_id: UUID, folder_act: str) -> ResponseReturnValue:
    """Move a folder up or down, or remove it."""
    _folder(my_room(room_id), folder_id)
    onward, actor = url_for("dealrooms.our_room", room_id=room_id), principal().user_id
    if folder_act == "remove":
        return act(
            lambda session: services.remove_folder(session, room_id, folder_id, actor_id=actor, now=clock.now()),
            "Removed.", onward,
        )  # fmt: skip
    if folder_act not in ("up", "down"):
        raise NotFound("There is no such step.")
    up = folder_act == "up"
    return act(
        lambda session: services.move_folder(session, room_id, folder_id, up=up, actor_id=actor), "Moved.", onward
    )


@bp.route("/our-rooms/<uuid:room_id>/documents/new", methods=["GET", "POST"])
@allow(read=EDITORS, write=EDITORS)
@takes_file(TAKEN.most_bytes)
def new_document(room_id: UUID) -> ResponseReturnValue:
    """Put a document into a folder, attested by whoever uploads it."""
    row = my_room(room_id)
    form = DocumentForm(data={"folder": request.args.get("folder", "")})
    form.folder.choices = {str(one.id): one.name for one in shelves.folders(db(), room_id)}
    if form.validate_on_submit():
        upload = form.file.data
        try:
            said = form.attested_by(principal().user_id, at=clock.now())
            checked = files.check(upload.read(), name=upload.filename or "", purpose=Purpose.ROOM_DOCUMENT)
            with transaction() as session:
                services.add_document(
                    session, room_id, UUID(form.folder.data), checked, label=form.label.data, attested=said,
                    actor_id=principal().user_id, now=clock.now(),
                )  # fmt: skip
        except NotFound:
            raise
        except DomainError as refusal:
            _blame(form, refusal)
        else:
            flash(_kept_words(bool(checked.marks), row), "success")
            return redirect(url_for("dealrooms.our_room", room_id=room_id), 303)
    return render_template(
        "dealrooms/new_document.html", room=row, form=form, contact=settings().contact_email
    ), 422 if form.errors else 200


def _kept_words(marked: bool, row: RoomRow) -> str:
    if marked:
        return "Kept, and held for a reviewer: it carries what looks like a marking, or could not be read."
    if row.export_approval:
        return "Kept. People with access see it when your export officer has cleared it."
    return "Kept. People with access to its folder can read it now."


def _blame(form: AttestedForm, refusal: DomainError) -> None:
    field = form.handling if refusal.code in ("may_not_enter", "not_attested") else form.file
    field.errors = [*field.errors, refusal.message]


@bp.route("/our-rooms/<uuid:room_id>/documents/<uuid:document_id>", methods=["GET", "POST"])
@allow(read=COMPANY_PEOPLE, write=EDITORS)
@takes_file(TAKEN.most_bytes)
def our_document(room_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Show a document with its versions; take a newer file in its place."""
    row = my_room(room_id)
    found = shelves.document(db(), room_id, document_id)
    form = AttestedForm()
    if form.validate_on_submit():
        upload = form.file.data
        try:
            said = form.attested_by(principal().user_id, at=clock.now())
            checked = files.check(upload.read(), name=upload.filename or "", purpose=Purpose.ROOM_DOCUMENT)
            with transaction() as session:
                services.replace_document(
                    session, room_id, document_id, checked, attested=said, actor_id=principal().user_id,
                    now=clock.now(),
                )  # fmt: skip
        except NotFound:
            raise
        except DomainError as refusal:
            _blame(form, refusal)
        else:
            flash(_kept_words(bool(checked.marks), row), "success")
            return redirect(url_for("dealrooms.our_document", room_id=room_id, document_id=document_id), 303)
    return _document_page(row, found, form, 422 if form.errors else 200)


def _document_page(row: RoomRow, found: shelves.DocumentRow, form: AttestedForm, status: int) -> ResponseReturnValue:
    label = LabelForm(formdata=None, data={"label": found.label, "folder": str(found.folder_id)})
    label.folder.choices = {str(one.id): one.name for one in shelves.folders(db(), row.id)}
    return render_template(
        "dealrooms/our_document.html", room=row, row=found, form=form, label_form=label, may_edit=may_edit(row),
        versions=shelves.versions(db(), row.id, found.id), is_officer=is_officer(row), **FILE_WORDS,
    ), status  # fmt: skip


@bp.post("/our-rooms/<uuid:room_id>/documents/<uuid:document_id>/label")
@allow(write=EDITORS)
def label_document(room_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Rename a document, or put it into another folder."""
    row = my_room(room_id)
    shelves.document(db(), room_id, document_id)
    form = LabelForm()
    form.folder.choices = {str(one.id): one.name for one in shelves.folders(db(), row.id)}
    if form.validate_on_submit():
        with transaction() as session:
            services.change_document(
                session, room_id, document_id, label=form.label.data, folder_id=UUID(form.folder.data),
                actor_id=principal().user_id,
            )  # fmt: skip
        flash("Saved.", "success")
    else:
        flash("Write a name of at most 120 characters and choose a folder of this room.", "error")
    return redirect(url_for("dealrooms.our_document", room_id=room_id, document_id=document_id), 303)


@bp.route("/our-rooms/<uuid:room_id>/documents/<uuid:document_id>/remove", methods=["GET", "POST"])
@allow(read=EDITORS, write=EDITORS)
def remove_document(room_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Ask once more, then remove a document with all its files."""
    row = my_room(room_id)
    found = shelves.document(db(), room_id, document_id)
    if EmptyForm().validate_on_submit():
        return act(
            lambda session: services.remove_document(
                session, room_id, document_id, actor_id=principal().user_id, now=clock.now()
            ),
            "Removed. Its files are deleted; the log of who read it stays.",
            url_for("dealrooms.our_room", room_id=room_id),
        )  # fmt: skip
    return render_template("dealrooms/remove_document.html", room=row, row=found)
