"""The list of questionnaires, one of them, and its draft as a whole."""

from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import allow, principal
from app.core.db import db, transaction
from app.core.errors import DomainError, InvalidInput
from app.questionnaires import queries, services
from app.questionnaires.forms import NewQuestionnaireForm, PressForm, choices, whole_form
from app.questionnaires.rules import editing
from app.questionnaires.rules.definition import Definition, Question, Section, said
from app.questionnaires.rules.faults import faults
from app.questionnaires.states import CHOICES, LANGUAGES, OPERATOR_LABELS, TYPE_LABELS, QuestionType
from app.questionnaires.views.blueprint import ORGANIZERS, bp, draft_of, found, participant_types, summit_id
from app.questionnaires.views.words import conditions_in_words
from app.regulatory.queries import country_choices


@bp.route("/questionnaires", methods=["GET", "POST"])
@allow(read=ORGANIZERS, write=ORGANIZERS)
def questionnaires() -> ResponseReturnValue:
    """Every questionnaire of the summit, and a new one."""
    form, summit = NewQuestionnaireForm(), summit_id()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                made = services.create_questionnaire(
                    session, summit, key=form.key.data.strip(), title=form.title.data,
                    actor_id=principal().user_id, now=clock.now(),
                )  # fmt: skip
        except DomainError as refusal:
            form.key.errors = [*form.key.errors, refusal.message]
        else:
            return redirect(url_for("questionnaires.edit", questionnaire_id=made), 303)
    rows = queries.questionnaires(db(), summit)
    return render_template("questionnaires/list.html", rows=rows, form=form), 422 if form.errors else 200


@bp.get("/questionnaires/<uuid:questionnaire_id>")
@allow(read=ORGANIZERS)
def questionnaire(questionnaire_id: UUID) -> ResponseReturnValue:
    """One questionnaire: what is in force, the draft if there is one, what was in force before."""
    row = found(questionnaire_id)
    current = queries.in_force(db(), row.id)
    return render_template(
        "questionnaires/questionnaire.html", row=row, current=current, draft=queries.draft(db(), row.id),
        versions=queries.past_versions(db(), row.id), press=PressForm(),
        **_words(current.definition if current else None),
    )  # fmt: skip


@bp.post("/questionnaires/<uuid:questionnaire_id>/draft")
@allow(write=ORGANIZERS)
def open_draft(questionnaire_id: UUID) -> ResponseReturnValue:
    """Begin a draft, or go on with the one there is."""
    row = found(questionnaire_id)
    with transaction() as session:
        services.open_draft(session, row.id, actor_id=principal().user_id, now=clock.now())
    return redirect(url_for("questionnaires.edit", questionnaire_id=row.id), 303)


@bp.post("/questionnaires/<uuid:questionnaire_id>/discard")
@allow(write=ORGANIZERS)
def discard(questionnaire_id: UUID) -> ResponseReturnValue:
    """Throw the draft away."""
    row, form = found(questionnaire_id), PressForm()
    with transaction() as session:
        services.discard_draft(session, row.id, seen_edits=form.seen, actor_id=principal().user_id)
    flash("The draft is discarded. The version in force stays.", "success")
    return redirect(url_for("questionnaires.questionnaire", questionnaire_id=row.id), 303)


@bp.route("/questionnaires/<uuid:questionnaire_id>/edit", methods=["GET", "POST"])
@allow(read=ORGANIZERS, write=ORGANIZERS)
def edit(questionnaire_id: UUID) -> ResponseReturnValue:
    """The draft: its parts with buttons to move, remove and add."""
    draft, form = draft_of(questionnaire_id), PressForm()
    if form.validate_on_submit():
        try:
            where = _press(questionnaire_id, form)
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
            draft = draft_of(questionnaire_id)
        else:
            return redirect(where, 303)
    wrong = faults(draft.definition, participant_types=participant_types, countries=dict(country_choices(db())))
    return render_template(
        "questionnaires/edit.html", draft=draft, form=form, types=TYPE_LABELS, wrong=wrong, **_words(draft.definition)
    ), 409 if form.errors else 200


def _words(definition: Definition | None) -> dict[str, object]:
    """Return the names a template needs to show a definition."""
    countries = dict(country_choices(db()))
    shown = conditions_in_words(definition, participant_types, countries) if definition else {}
    return {
        "conditions": shown, "said": said, "type_labels": TYPE_LABELS, "operators": OPERATOR_LABELS,
        "languages": LANGUAGES, "choice_types": CHOICES,
    }  # fmt: skip


def _press(questionnaire_id: UUID, form: PressForm) -> str:
    """Do what the pressed button says and return where to go on."""
    act, _, key = request.form.get("act", "").partition(":")
    here = url_for("questionnaires.edit", questionnaire_id=questionnaire_id)
    draft = draft_of(questionnaire_id).definition
    match act:
        case "up" | "down":
            change(questionnaire_id, partial(_moved, key, -1 if act == "up" else 1), f"moved {key}", form.seen)
            return f"{here}#part-{key}"
        case "remove":
            change(questionnaire_id, partial(_removed, key), f"removed {key}", form.seen)
            flash("Removed. As long as nothing is published, discarding the draft brings it back.", "success")
            return here
        case "add-section":
            new = editing.new_key(draft, "s")
            section = Section(new, {"en": "New section"})
            change(questionnaire_id, lambda d: editing.add_section(d, section), f"added {new}", form.seen)
            return url_for("questionnaires.part", questionnaire_id=questionnaire_id, part_key=new)
        case "add-question":
            new = editing.new_key(draft, "q", _used(questionnaire_id))
            kind = request.form.get("type", "")
            of_type = QuestionType(kind) if kind in list(QuestionType) else QuestionType.SHORT_TEXT
            question = Question(new, of_type, {"en": "New question"})
            change(questionnaire_id, lambda d: editing.add_question(d, key, question), f"added {new}", form.seen)
            return url_for("questionnaires.part", questionnaire_id=questionnaire_id, part_key=new)
    raise InvalidInput("Press one of the buttons of the page.")


def _moved(key: str, by: int, definition: Definition) -> Definition:
    return editing.move(definition, key, by)


def _removed(key: str, definition: Definition) -> Definition:
    return editing.remove(definition, key)


def _used(questionnaire_id: UUID) -> list[str]:
    """Return the keys of the version in force: an answer to an old question must not meet a new one."""
    current = queries.in_force(db(), questionnaire_id)
    return current.definition.keys() if current else []


def change(questionnaire_id: UUID, edit: services.Edit, what: str, seen: int) -> None:
    """Apply one edit to the draft of a questionnaire of the summit in hand."""
    row = found(questionnaire_id)
    with transaction() as session:
        services.change_draft(
            session, row.id, edit, what=what, seen_edits=seen, actor_id=principal().user_id, now=clock.now()
        )


@bp.route("/questionnaires/<uuid:questionnaire_id>/whole", methods=["GET", "POST"])
@allow(read=ORGANIZERS, write=ORGANIZERS)
def whole(questionnaire_id: UUID) -> ResponseReturnValue:
    """The title, the languages, and what people declare."""
    draft = draft_of(questionnaire_id)
    shown = {f"declaration_{code}": text for code, text in draft.definition.declaration.items()}
    form = whole_form(draft.definition)(data={**shown, "title": draft.title, "seen_edits": draft.edits})
    others = [(code, name) for code, name in LANGUAGES.items() if code not in draft.definition.languages]
    form.language.choices = choices([("", "None"), *others])
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.rename(session, draft.questionnaire_id, title=form.title.data, actor_id=principal().user_id)
                services.change_draft(
                    session, draft.questionnaire_id, partial(_whole, form), what="the whole", seen_edits=form.seen,
                    actor_id=principal().user_id, now=clock.now(),
                )  # fmt: skip
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
            form.seen_edits.data = str(draft_of(questionnaire_id).edits)
        else:
            flash("Saved in the draft.", "success")
            return redirect(url_for("questionnaires.edit", questionnaire_id=questionnaire_id), 303)
    return render_template("questionnaires/whole.html", draft=draft, form=form, languages=LANGUAGES), (
        422 if form.errors else 200
    )


def _whole(form: Any, definition: Definition) -> Definition:
    changed = replace(definition, declaration=form.words("declaration"))
    return editing.add_language(changed, form.language.data) if form.language.data else changed
