"""Edit one section or one question of a draft."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.access import allow
from app.core.errors import DomainError, NotFound
from app.questionnaires.forms import PartForm, question_data, question_form, section_data, section_form
from app.questionnaires.queries import VersionRow
from app.questionnaires.rules import editing
from app.questionnaires.rules.definition import Definition, Question, Section
from app.questionnaires.states import CHOICES, TEXTS, QuestionType
from app.questionnaires.views.blueprint import ORGANIZERS, bp, draft_of
from app.questionnaires.views.designer import change

LIMITED = TEXTS | {QuestionType.NUMBER, QuestionType.AMOUNT, QuestionType.SEVERAL_OF}


@bp.route("/questionnaires/<uuid:questionnaire_id>/edit/<string:part_key>", methods=["GET", "POST"])
@allow(read=ORGANIZERS, write=ORGANIZERS)
def part(questionnaire_id: UUID, part_key: str) -> ResponseReturnValue:
    """One section or question, in every language of the draft."""
    draft = draft_of(questionnaire_id)
    before = draft.definition.section(part_key) or draft.definition.question(part_key)
    if before is None:
        raise NotFound(editing.GONE)
    form = _form(draft, before)
    if form.validate_on_submit():
        after = _entered(form, before)
        try:
            change(questionnaire_id, lambda d: _put(d, after), f"edited {part_key}", form.seen)
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
            form.seen_edits.data = str(draft_of(questionnaire_id).edits)
        else:
            return _onward(questionnaire_id, before, after)
    is_section = isinstance(before, Section)
    kind = before.type if isinstance(before, Question) else None
    return render_template(
        f"questionnaires/{'section' if is_section else 'question'}.html", draft=draft, part=before, form=form,
        has_options=kind in CHOICES, has_limits=kind in LIMITED,
    ), 422 if form.errors else 200  # fmt: skip


def _form(draft: VersionRow, before: Section | Question) -> Any:
    languages = draft.definition.languages
    if isinstance(before, Section):
        return section_form(languages)(data={**section_data(before), "seen_edits": draft.edits})
    return question_form(languages)(data={**question_data(before), "seen_edits": draft.edits})


def _entered(form: PartForm, before: Section | Question) -> Section | Question:
    entered: Section | Question = form.section(before) if isinstance(before, Section) else form.question(before)
    return entered


def _put(definition: Definition, after: Section | Question) -> Definition:
    """Put a part in place; conditions that were changed on their own page meanwhile stay."""
    now = definition.section(after.key) or definition.question(after.key)
    if isinstance(after, Section):
        return editing.put_section(definition, replace(after, conditions=now.conditions if now else ()))
    return editing.put_question(definition, replace(after, conditions=now.conditions if now else ()))


def _onward(questionnaire_id: UUID, before: Section | Question, after: Section | Question) -> ResponseReturnValue:
    """Go back to the draft; stay where the kind of answer now asks for more, or more options are wanted."""
    changed_kind = isinstance(before, Question) and isinstance(after, Question) and before.type is not after.type
    if changed_kind or request.form.get("step") == "more":
        flash("Saved. Fill in what this kind of answer needs.", "success")
        return redirect(url_for("questionnaires.part", questionnaire_id=questionnaire_id, part_key=after.key), 303)
    flash("Saved in the draft.", "success")
    return redirect(f"{url_for('questionnaires.edit', questionnaire_id=questionnaire_id)}#part-{after.key}", 303)
