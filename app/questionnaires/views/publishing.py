"""See a draft as the people will who are asked, then put it in force."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import allow, principal
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.questionnaires import queries, services
from app.questionnaires.asking import Asking, form_of
from app.questionnaires.forms import PressForm, TryForm
from app.questionnaires.queries import VersionRow
from app.questionnaires.rules.differences import differences
from app.questionnaires.rules.faults import faults
from app.questionnaires.rules.showing import Facts
from app.questionnaires.states import ENGLISH, LANGUAGES
from app.questionnaires.views.blueprint import ORGANIZERS, bp, draft_of, found, participant_types
from app.regulatory.queries import country_choices


@bp.route("/questionnaires/<uuid:questionnaire_id>/preview", methods=["GET", "POST"])
@allow(read=ORGANIZERS, write=ORGANIZERS)
def preview(questionnaire_id: UUID) -> ResponseReturnValue:
    """The questionnaire as one type of participant is asked it; what is entered here is not kept."""
    version, countries = _newest(questionnaire_id), dict(country_choices(db()))
    chosen = {
        "type": _one_of(participant_types, "type", next(iter(participant_types), "")),
        "country": _one_of(countries, "country", ""),
        "language": _one_of(LANGUAGES, "language", ENGLISH),
        "who": _one_of({"person": "", "staff": ""}, "who", "person"),
    }  # fmt: skip
    asking = Asking(
        version.definition, Facts(chosen["type"], chosen["country"]), countries, is_staff=chosen["who"] == "staff",
        language=chosen["language"],
    )  # fmt: skip
    form = form_of(TryForm, asking)()
    is_tried = request.method == "POST"
    if is_tried:
        form.validate()
    return render_template(
        "questionnaires/preview.html", version=version, form=form, chosen=chosen, types=participant_types,
        countries=countries, languages=LANGUAGES, is_tried=is_tried,
    ), 422 if form.errors else 200  # fmt: skip


def _newest(questionnaire_id: UUID) -> VersionRow:
    row = found(questionnaire_id)
    version = queries.draft(db(), row.id) or queries.in_force(db(), row.id)
    if version is None:
        raise NotFound("There is nothing to show yet. Begin a draft.")
    return version


def _one_of(known: dict[str, str], name: str, otherwise: str) -> str:
    asked = request.args.get(name, "")
    return asked if asked in known else otherwise


@bp.route("/questionnaires/<uuid:questionnaire_id>/publish", methods=["GET", "POST"])
@allow(read=ORGANIZERS, write=ORGANIZERS)
def publish(questionnaire_id: UUID) -> ResponseReturnValue:
    """What publishing would change, what stands in its way, and the button."""
    draft, form, countries = draft_of(questionnaire_id), PressForm(), dict(country_choices(db()))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                number = services.publish(
                    session, draft.questionnaire_id, seen_edits=form.seen, actor_id=principal().user_id,
                    now=clock.now(), participant_types=participant_types, countries=countries,
                )  # fmt: skip
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
            draft = draft_of(questionnaire_id)
        else:
            flash(f"Version {number} is in force. Who applied before keeps the questions they answered.", "success")
            return redirect(url_for("questionnaires.questionnaire", questionnaire_id=questionnaire_id), 303)
    current = queries.in_force(db(), draft.questionnaire_id)
    return render_template(
        "questionnaires/publish.html", draft=draft, current=current, form=form,
        changes=differences(current.definition if current else None, draft.definition),
        wrong=faults(draft.definition, participant_types=participant_types, countries=countries),
    ), 409 if form.errors else 200  # fmt: skip
