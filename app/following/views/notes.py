"""What a team keeps for itself about an entry: its notes and tags, on a page that nobody else can open."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.db import db, transaction
from app.core.errors import DomainError, InvalidInput, NotFound, Refused
from app.directory import queries as directory
from app.directory.queries import EntryRow
from app.following import queries, services
from app.following.forms import ChangeNoteForm, NoteForm, TagForm
from app.following.views.blueprint import bp, shown_row, teams


@bp.route("/directory/<string:key>/notes", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def entry_notes(key: str) -> ResponseReturnValue:
    """Show and write the notes that the person's team keeps on an entry."""
    row, form = shown_row(key, principal()), NoteForm()
    form.organization.choices = teams(principal())
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.write_note(
                    session, user_id=principal().user_id, organization_id=UUID(form.organization.data),
                    entry_id=row.id, text=form.text.data or "", now=clock.now(),
                )  # fmt: skip
        except (InvalidInput, Refused) as refusal:
            form.text.errors = [*form.text.errors, refusal.message]
        else:
            flash("Kept. Only your team reads it.", "success")
            return redirect(url_for("following.entry_notes", key=row.key), 303)
    return _page(row, form, TagForm(formdata=None)), 422 if form.errors else 200


def _page(row: EntryRow, form: NoteForm, tag_form: TagForm) -> str:
    organizations = principal().organizations()
    tag_form.organization.choices = teams(principal())
    hung = queries.tags_on(db(), [row.id], organizations)
    return render_template(
        "following/notes.html", row=row, form=form, tag_form=tag_form, teams=teams(principal()), hung=hung,
        notes=queries.notes_on(db(), [row.id], organizations), me=principal().user_id,
        used=[word for word, _ in queries.tag_words(db(), organizations)],
    )  # fmt: skip


@bp.post("/directory/<string:key>/tags")
@allow(write=SIGNED_IN)
def entry_tags(key: str) -> ResponseReturnValue:
    """Hang a tag on an entry for the person's team, or take one off."""
    row, form = shown_row(key, principal()), TagForm()
    form.organization.choices = teams(principal())
    if not form.validate():
        note_form = NoteForm(formdata=None)
        note_form.organization.choices = teams(principal())
        return _page(row, note_form, form), 422
    organization_id, tag = UUID(form.organization.data), form.tag.data or ""
    try:
        with transaction() as session:
            if form.event.data == "take":
                services.take_tag(
                    session, user_id=principal().user_id, organization_id=organization_id, entry_id=row.id, tag=tag
                )
            else:
                services.hang_tag(
                    session, user_id=principal().user_id, organization_id=organization_id, entry_id=row.id, tag=tag,
                    now=clock.now(),
                )  # fmt: skip
    except NotFound:
        raise
    except DomainError as refusal:
        flash(refusal.message, "error")
    return redirect(url_for("following.entry_notes", key=row.key), 303)


@bp.route("/team-notes/<uuid:note_id>", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def team_note(note_id: UUID) -> ResponseReturnValue:
    """Show one note of the team; who wrote it may rewrite it."""
    found = queries.note(db(), note_id, principal().organizations())
    form = ChangeNoteForm(data={"text": found.text})
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.change_note(
                    session, note_id, user_id=principal().user_id, text=form.text.data or "", now=clock.now()
                )
        except Refused as refusal:
            flash(refusal.message, "error")
            return _back_to(found.entry_id)
        except InvalidInput as refusal:
            form.text.errors = [*form.text.errors, refusal.message]
        else:
            flash("Saved.", "success")
            return _back_to(found.entry_id)
    is_mine = found.author_id == principal().user_id
    page = render_template("following/note.html", note=found, form=form, is_mine=is_mine)
    return page, 422 if form.errors else 200


@bp.post("/team-notes/<uuid:note_id>/remove")
@allow(write=SIGNED_IN)
def remove_note(note_id: UUID) -> ResponseReturnValue:
    """Delete one's own note for good."""
    found = queries.note(db(), note_id, principal().organizations())
    try:
        with transaction() as session:
            services.remove_note(session, note_id, user_id=principal().user_id)
    except Refused as refusal:
        flash(refusal.message, "error")
    else:
        flash("The note is deleted.", "success")
    return _back_to(found.entry_id)


def _back_to(entry_id: UUID) -> ResponseReturnValue:
    row = directory.entry_row(db(), entry_id)
    return redirect(url_for("following.entry_notes", key=row.key) if row else url_for("following.my_list"), 303)
