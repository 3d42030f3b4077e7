"""The company's desk of questions, the export officer's approvals, and the organizers' counts."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import Role, allow, principal
from app.core.asked import page_number, words
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.core.settings import settings
from app.dealrooms import services
from app.dealrooms.forms import AnswerForm
from app.dealrooms.queries import grants, rooms, shelves
from app.dealrooms.queries import questions as asked
from app.dealrooms.rules.words import besides, may_approve
from app.dealrooms.states import AUDIENCE_LABELS, Audience, QuestionState
from app.dealrooms.views.blueprint import COMPANY_PEOPLE, COUNTERS, EDITORS, OFFICERS, WORDS, act, bp, may_edit, my_room
from app.regulatory.queries import country_choices


@bp.get("/our-rooms/<uuid:room_id>/questions")
@allow(read=COMPANY_PEOPLE)
def question_desk(room_id: UUID) -> ResponseReturnValue:
    """List what partners asked in a room, what waits first."""
    row, search = my_room(room_id), words()
    state = next((one for one in QuestionState if one.value == request.args.get("state", "")), None)
    page = asked.questions(db(), room_id, state=state, search=search, number=page_number())
    states = [one for one in QuestionState if one not in asked.UNSEEN]
    return render_template(
        "dealrooms/question_desk.html", room=row, page=page, search=search, state=state, states=states, **WORDS
    )


@bp.route("/our-rooms/<uuid:room_id>/questions/<uuid:question_id>", methods=["GET", "POST"])
@allow(read=COMPANY_PEOPLE, write=EDITORS)
def question(room_id: UUID, question_id: UUID) -> ResponseReturnValue:
    """Show a question and take the draft of its answer."""
    row = my_room(room_id)
    found = asked.question(db(), room_id, question_id)
    form = AnswerForm(data={"text": found.answer, "audience": found.audience.value})
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.draft_answer(
                    session, room_id, question_id, text=form.text.data, audience=Audience(form.audience.data),
                    attested=bool(form.attested.data), ask=settings().contact_email, actor_id=principal().user_id,
                    now=clock.now(),
                )  # fmt: skip
        except NotFound:
            raise
        except DomainError as refusal:
            form.text.errors = [*form.text.errors, refusal.message]
        else:
            flash("Kept. A coordinator approves it before anybody outside reads it.", "success")
            return redirect(url_for("dealrooms.question", room_id=room_id, question_id=question_id), 303)
    person, approving = principal().user_id, rooms.coordinators(db(), room_id, row.organization_id)
    return render_template(
        "dealrooms/question.html", room=row, question=found, form=form, may_edit=may_edit(row),
        coordinates=person in approving, may_approve=may_approve(person, found.answer_by_id, approving),
        others=besides(person, approving), audiences=AUDIENCE_LABELS, **WORDS,
    ), 422 if form.errors else 200  # fmt: skip


@bp.post("/our-rooms/<uuid:room_id>/questions/<uuid:question_id>/<string:answer_act>")
@allow(write=EDITORS)
def answer(room_id: UUID, question_id: UUID, answer_act: str) -> ResponseReturnValue:
    """Approve a drafted answer, send it back, or say that the question is not answered."""
    my_room(room_id)
    asked.question(db(), room_id, question_id)
    reason, actor, now = request.form.get("reason", ""), principal().user_id, clock.now()
    onward = url_for("dealrooms.question", room_id=room_id, question_id=question_id)
    if answer_act == "approve":
        return act(
            lambda session: services.approve_answer(
                session, room_id, question_id, actor_id=actor, seen=request.form.get("seen"), now=now
            ),
            "Approved.", onward,
        )  # fmt: skip
    if answer_act == "return":
        return act(
            lambda session: services.return_answer(
                session, room_id, question_id, reason=reason, actor_id=actor, now=now
            ),
            "Sent back to be drafted anew.", onward,
        )  # fmt: skip
    if answer_act != "decline":
        raise NotFound("There is no such step.")
    return act(
        lambda session: services.decline_question(
            session, room_id, question_id, reason=reason, actor_id=actor, now=now
        ),
        "The asker was told that it is not answered, and why.", onward,
    )  # fmt: skip


@bp.get("/export-approvals")
@allow(read=OFFICERS)
def approvals() -> ResponseReturnValue:
    """List what waits for the export officer: access, documents, answers."""
    mine = principal().organizations(Role.EXPORT_OFFICER)
    return render_template(
        "dealrooms/approvals.html", grants=grants.waiting_grants(db(), mine),
        documents=shelves.waiting_documents(db(), mine), answers=asked.waiting_answers(db(), mine),
        countries=dict(country_choices(db())), audiences=AUDIENCE_LABELS,
    )  # fmt: skip


def _decision() -> tuple[bool, str]:
    decided = request.form.get("decision")
    if decided not in ("approve", "decline"):
        raise NotFound("There is no such step.")
    return decided == "approve", request.form.get("reason", "")


@bp.post("/export-approvals/<uuid:room_id>/access/<uuid:grant_id>")
@allow(write=OFFICERS)
def approve_grant(room_id: UUID, grant_id: UUID) -> ResponseReturnValue:
    """Approve or decline access."""
    my_room(room_id)
    grants.grant(db(), room_id, grant_id)
    approved, reason = _decision()
    return act(
        lambda session: services.approve(
            session, room_id, grant_id, approved, reason=reason, actor_id=principal().user_id, now=clock.now()
        ),
        "Approved." if approved else "Declined.", url_for("dealrooms.approvals"),
    )  # fmt: skip


@bp.post("/export-approvals/<uuid:room_id>/documents/<uuid:document_id>/<int(min=1, max=9999):number>")
@allow(write=OFFICERS)
def clear_document(room_id: UUID, document_id: UUID, number: int) -> ResponseReturnValue:
    """Clear a file for those with access, or decline it."""
    my_room(room_id)
    shelves.document(db(), room_id, document_id, number=number)
    approved, reason = _decision()
    return act(
        lambda session: services.clear_document(
            session, room_id, document_id, number, approved, reason=reason, actor_id=principal().user_id,
            now=clock.now(),
        ),
        "Cleared." if approved else "Declined.", url_for("dealrooms.approvals"),
    )  # fmt: skip


@bp.post("/export-approvals/<uuid:room_id>/answers/<uuid:question_id>")
@allow(write=OFFICERS)
def clear_answer(room_id: UUID, question_id: UUID) -> ResponseReturnValue:
    """Publish an answer, or send it back."""
    my_room(room_id)
    asked.question(db(), room_id, question_id)
    approved, reason = _decision()
    return act(
        lambda session: services.clear_answer(
            session, room_id, question_id, approved, reason=reason, actor_id=principal().user_id, now=clock.now()
        ),
        "Published." if approved else "Sent back.", url_for("dealrooms.approvals"),
    )  # fmt: skip


@bp.get("/deal-rooms/in-numbers")
@allow(read=COUNTERS)
def in_numbers() -> ResponseReturnValue:
    """Show organizers how many rooms, accesses and questions there are, and nothing of what is in them."""
    return render_template("dealrooms/in_numbers.html", totals=rooms.totals(db()), **WORDS)
