"""Nomination letters of a delegation."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.core.uploads import takes_file
from app.delegations import services
from app.delegations.forms import EmptyForm, LetterForm
from app.delegations.queries.pages import LetterRow, delegates, letters
from app.delegations.views.blueprint import bp, opened
from app.documents import services as documents
from app.documents.queries import file_rows
from app.documents.rules.kinds import ACCEPTED
from app.documents.states import Purpose
from app.registration.states import TYPE_LABELS

TAKEN = ACCEPTED[Purpose.NOMINATION_LETTER]


@bp.route("/delegations/<uuid:delegation_id>/letters", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
@takes_file(TAKEN.most_bytes)
def nomination_letters(delegation_id: UUID) -> ResponseReturnValue:
    """Show the letters, and take another one."""
    of, form = opened(delegation_id), LetterForm()
    people = delegates(db(), of.summit, of.id, size=100).items
    given = letters(db(), of.id)
    form.chosen.choices = {str(row.id): row.name for row in people}
    form.replaces.choices = {
        "": "No other letter",
        **{str(row.id): _words(row) for row in given if not row.withdrawn_at},
    }
    if form.is_submitted() and not of.may_change:
        raise NotFound("That delegation does not exist, or it is not yours to see.")
    if form.validate_on_submit():
        upload = form.letter.data
        try:
            letter = documents.check(upload.read(), name=upload.filename or "", purpose=Purpose.NOMINATION_LETTER)
            with transaction() as session:
                services.give_letter(
                    session, of.id, letter,
                    None if form.names.data == "all" else [UUID(one) for one in form.chosen.data],
                    actor_id=principal().user_id, now=clock.now(),
                    replaces=UUID(form.replaces.data) if form.replaces.data else None,
                )  # fmt: skip
        except NotFound:
            raise
        except documents.BadFile as refusal:
            form.letter.errors = [*form.letter.errors, refusal.message]
        except DomainError as refusal:
            form.chosen.errors = [*form.chosen.errors, refusal.message]
        else:
            flash("The letter is here. The reviewers can open it.", "success")
            return redirect(url_for("delegations.nomination_letters", delegation_id=of.id), 303)
    return render_template(
        "delegations/letters.html", of=of, form=form, letters=given, accepted=TAKEN, types=TYPE_LABELS,
        files=file_rows(db(), [row.file_id for row in given]),
    ), 422 if form.errors else 200  # fmt: skip


def _words(row: LetterRow) -> str:
    at, names = row.at, row.names
    return f"{at.day} {at:%B %Y}: {', '.join(names[:3]) or 'everybody'}{' and others' if len(names) > 3 else ''}"


@bp.post("/delegations/<uuid:delegation_id>/letters/<uuid:nomination_id>/withdraw")
@allow(write=SIGNED_IN)
def withdraw_letter(delegation_id: UUID, nomination_id: UUID) -> ResponseReturnValue:
    """Let a letter count no more."""
    of, form = opened(delegation_id, to_change=True), EmptyForm()
    if form.validate_on_submit():
        with transaction() as session:
            services.withdraw_letter(session, of.id, nomination_id, actor_id=principal().user_id, now=clock.now())
        flash("That letter no longer counts.", "success")
    return redirect(url_for("delegations.nomination_letters", delegation_id=of.id), 303)
