"""When a section or question of a draft is shown."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.access import allow
from app.core.db import db
from app.core.errors import DomainError, InvalidInput, NotFound
from app.questionnaires.forms import ConditionForm, PressForm
from app.questionnaires.rules import editing
from app.questionnaires.rules.definition import Definition, Section, said
from app.questionnaires.rules.faults import COMPARED, WORDY
from app.questionnaires.states import COUNTRY, PARTICIPANT_TYPE, Operator, QuestionType
from app.questionnaires.views.blueprint import ORGANIZERS, bp, draft_of, participant_types
from app.questionnaires.views.designer import change
from app.questionnaires.views.words import conditions_in_words, source_name, values_of
from app.regulatory.queries import country_choices


@bp.route("/questionnaires/<uuid:questionnaire_id>/edit/<string:part_key>/conditions", methods=["GET", "POST"])
@allow(read=ORGANIZERS, write=ORGANIZERS)
def conditions(questionnaire_id: UUID, part_key: str) -> ResponseReturnValue:
    """The conditions of one part: add one, drop one. What it depends on is chosen first."""
    draft = draft_of(questionnaire_id)
    part = draft.definition.section(part_key) or draft.definition.question(part_key)
    if part is None:
        raise NotFound(editing.GONE)
    countries = dict(country_choices(db()))
    sources = sources_for(draft.definition, part_key)
    asked = request.values.get("source", "")
    source = asked if asked in sources else ""
    form = ConditionForm(data={"seen_edits": draft.edits, "source": source})
    if source:
        _offer(form, draft.definition, source, countries)
    if form.is_submitted():
        try:
            if _changed(questionnaire_id, part_key, form):
                return redirect(
                    url_for("questionnaires.conditions", questionnaire_id=questionnaire_id, part_key=part_key), 303
                )
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
            form.seen_edits.data = str(draft_of(questionnaire_id).edits)
    shown = conditions_in_words(draft.definition, participant_types, countries)[part_key]
    return render_template(
        "questionnaires/conditions.html", draft=draft, part=part, form=form, shown=shown, sources=sources,
        name=said(part.title if isinstance(part, Section) else part.label), source=source,
        source_name=source_name(draft.definition, source) if source else "",
    ), 422 if form.errors else 200  # fmt: skip


def sources_for(definition: Definition, part_key: str) -> dict[str, str]:
    """Return what a part may depend on: the facts, and the questions before it whose answers can be compared."""
    sources = {PARTICIPANT_TYPE: source_name(definition, PARTICIPANT_TYPE), COUNTRY: source_name(definition, COUNTRY)}
    for section in definition.sections:
        if section.key == part_key:
            break
        for question in section.questions:
            if question.key == part_key:
                return sources
            if question.type in COMPARED:
                sources[question.key] = said(question.label)
    return sources


def _offer(form: ConditionForm, definition: Definition, source: str, countries: Mapping[str, str]) -> None:
    question = definition.question(source)
    are_countries = source == COUNTRY or bool(question and question.type is QuestionType.COUNTRY)
    operators = [Operator.IS, Operator.IS_NOT]
    if question and question.type in WORDY | {QuestionType.SEVERAL_OF}:
        operators.append(Operator.CONTAINS)
    options = values_of(definition, source, participant_types, countries)
    form.offer(options, are_countries=are_countries, operators=operators)


def _changed(questionnaire_id: UUID, part_key: str, form: ConditionForm) -> bool:
    """Drop or add a condition; tell whether it was done."""
    act, _, number = request.form.get("act", "").partition(":")
    if act == "drop":
        press = PressForm()
        which = int(number) if number.isdecimal() and len(number) < 4 else -1
        change(questionnaire_id, partial(_without, part_key, which), "dropped a condition", press.seen)
        flash("The condition is dropped.", "success")
        return True
    if not form.validate():
        return False
    condition = form.condition()
    if not condition.values:
        raise InvalidInput("Choose or write at least one value.")
    change(questionnaire_id, lambda d: editing.add_condition(d, part_key, condition), "added a condition", form.seen)
    flash("The condition is added.", "success")
    return True


def _without(part_key: str, number: int, definition: Definition) -> Definition:
    return editing.remove_condition(definition, part_key, number)
