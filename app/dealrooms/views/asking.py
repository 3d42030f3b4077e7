"""Questions and answers as a partner's people see them."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.asked import page_number, words
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.core.settings import settings
from app.dealrooms import services
from app.dealrooms.forms import QuestionForm
from app.dealrooms.queries import grants, rooms, shelves
from app.dealrooms.queries import questions as asked_queries
from app.dealrooms.queries.access import Access
from app.dealrooms.rules.access import SENTENCES
from app.dealrooms.rules.words import quota_left
from app.dealrooms.views.blueprint import WORDS, act, bp
from app.dealrooms.views.partner import entered, scope_of


def _inside(room_id: UUID) -> Access:
    found = entered(room_id)
    shut = found.shut(now=clock.now())
    if shut is not None:
        raise NotFound(SENTENCES[shut])
    return found


@bp.route("/deal-rooms/<uuid:room_id>/questions", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def questions(room_id: UUID) -> ResponseReturnValue:
    """Show what the reader's organization asked and what was answered for everybody; take a new question."""
    found = _inside(room_id)
    scope, row = scope_of(found), rooms.room_row(db(), room_id)
    shown = shelves.shown_documents(db(), room_id, scope)
    form = QuestionForm()
    form.document.choices = {"": "The programme or the room", **{str(one.id): one.label for one in shown}}
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.draft_question(
                    session, room_id, text=form.text.data, attested=bool(form.attested.data),
                    document_id=UUID(form.document.data) if form.document.data else None,
                    ask=settings().contact_email, user_id=principal().user_id, now=clock.now(),
                )  # fmt: skip
        except NotFound:
            raise
        except DomainError as refusal:
            form.text.errors = [*form.text.errors, refusal.message]
        else:
            flash("Kept as a draft. Read it once more, then ask it.", "success")
            return redirect(url_for("dealrooms.questions", room_id=room_id), 303)
    search = words()
    page = asked_queries.asked(
        db(), room_id, found.organization_id, search=search, number=page_number(), folder_ids=scope
    )
    left = quota_left(grants.grant(db(), room_id, found.grant_id).questions_asked, row.question_quota)
    return render_template(
        "dealrooms/questions.html", room=row, found=found, page=page, form=form, search=search, left=left, **WORDS
    ), 422 if form.errors else 200


@bp.post("/deal-rooms/<uuid:room_id>/questions/<uuid:question_id>/ask")
@allow(write=SIGNED_IN)
def submit_question(room_id: UUID, question_id: UUID) -> ResponseReturnValue:
    """Ask a drafted question."""
    _mine(room_id, question_id)
    return act(
        lambda session: services.submit_question(
            session, room_id, question_id, user_id=principal().user_id, now=clock.now()
        ),
        "Asked. You get a mail when there is an answer.", url_for("dealrooms.questions", room_id=room_id),
    )  # fmt: skip


@bp.post("/deal-rooms/<uuid:room_id>/questions/<uuid:question_id>/withdraw")
@allow(write=SIGNED_IN)
def withdraw_question(room_id: UUID, question_id: UUID) -> ResponseReturnValue:
    """Take a question back."""
    _mine(room_id, question_id)
    return act(
        lambda session: services.withdraw_question(
            session, room_id, question_id, user_id=principal().user_id, now=clock.now()
        ),
        "Taken back.", url_for("dealrooms.questions", room_id=room_id),
    )  # fmt: skip


def _mine(room_id: UUID, question_id: UUID) -> None:
    asked_queries.own_question(db(), room_id, question_id, _inside(room_id).organization_id)
