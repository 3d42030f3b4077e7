"""What organizers word themselves: the letters about decisions, and the reasons for declining."""

from dataclasses import asdict

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import allow, principal
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.registration.forms.desk import LetterForm, ReasonsForm
from app.registration.queries import SummitView
from app.registration.queries.desk import DeskPage, desk_page
from app.registration.queries.desk_list import example_registration
from app.registration.queries.letters import template_states, template_versions, words_in_force
from app.registration.queries.reasons import reason_list
from app.registration.rules.letters import LINKS, NEEDED, SHIPPED, Letter, Words, faults, fill, placeholders
from app.registration.rules.reasons import Reason
from app.registration.services.letters import facts_for
from app.registration.services.wording import write_letter, write_reasons
from app.registration.states import LETTER_LABELS, LetterKind
from app.registration.views.blueprint import bp, summit_now
from app.registration.views.desk_shared import ORGANIZERS, about


def _kind(letter_kind: str) -> LetterKind:
    if letter_kind not in list(LetterKind):
        raise NotFound("There is no such letter.")
    return LetterKind(letter_kind)


@bp.get("/summit/letters")
@allow(read=ORGANIZERS)
def letters() -> ResponseReturnValue:
    """The letters that can be worded, and which were."""
    summit = summit_now()
    return render_template(
        "registration/letters.html", summit=summit, labels=LETTER_LABELS, versions=template_states(db(), summit.id)
    )


@bp.route("/summit/letters/<string:letter_kind>", methods=["GET", "POST"])
@allow(read=ORGANIZERS, write=ORGANIZERS)
def word_letter(letter_kind: str) -> ResponseReturnValue:
    """Word a letter, look at it on a real application, save it as a new version, or put our words back."""
    summit, kind = summit_now(), _kind(letter_kind)
    versions = template_versions(db(), summit.id, kind)
    in_force = words_in_force(db(), summit.id, kind)
    newest = versions[0].version if versions else 0
    form = LetterForm(data={"subject": in_force.subject, "body": in_force.body, "seen_version": newest})
    step = request.form.get("step", "")
    if step == "reset" or (request.method == "POST" and form.validate()):
        found = [] if step == "reset" else faults(kind, form.wording)
        for fault in found:
            field = getattr(form, fault.field)
            field.errors = [*field.errors, fault.message]
        if not found and step != "preview":
            return _save(summit, kind, None if step == "reset" else form.wording, form.seen_version.data or 0, form)
    return _render(summit, kind, form, 422 if form.errors else 200)


def _save(
    summit: SummitView, kind: LetterKind, wording: Words | None, seen_version: int, form: LetterForm
) -> ResponseReturnValue:
    try:
        with transaction() as session:
            write_letter(
                session, summit.id, kind, wording, seen_version=seen_version, actor_id=principal().user_id,
                now=clock.now(),
            )  # fmt: skip
    except DomainError as refusal:
        form.form_errors.append(refusal.message)
        return _render(summit, kind, form, 422)
    flash("Our words are back." if wording is None else "The letter is saved. It holds from now on.", "success")
    return redirect(url_for("registration.word_letter", letter_kind=kind), 303)


def _render(summit: SummitView, kind: LetterKind, form: LetterForm, code: int) -> ResponseReturnValue:
    example = _example(summit, None if form.number.errors else form.number.data)
    return render_template(
        "registration/word_letter.html", summit=summit, kind=kind, labels=LETTER_LABELS, form=form, example=example,
        versions=template_versions(db(), summit.id, kind), placeholders=placeholders(kind), needed=NEEDED[kind],
        links=LINKS, shipped=SHIPPED[kind], preview=_preview(summit, kind, form.wording, example),
    ), code  # fmt: skip


def _example(summit: SummitView, number: int | None) -> DeskPage | None:
    """Return the application a letter is shown on: the one of that number, else the newest."""
    found = example_registration(db(), summit.id, number)
    if found is None:
        return None
    return desk_page(db(), about(summit), found, reader_organizations=frozenset())


def _preview(summit: SummitView, kind: LetterKind, wording: Words, example: DeskPage | None) -> Letter | None:
    if example is None:
        return None
    own = {
        "reason": reason_list(db(), summit.id)[1][0].public_words, "words": "What a reviewer adds stands here.",
        "question": example.registration.question or "What the reviewers ask stands here.",
    }  # fmt: skip
    return fill(wording, facts_for(summit.settings, example, kind, own, now=clock.now()))


@bp.route("/summit/reasons", methods=["GET", "POST"])
@allow(read=ORGANIZERS, write=ORGANIZERS)
def reasons() -> ResponseReturnValue:
    """The reasons for declining: their names at the desk and the words applicants read."""
    summit = summit_now()
    version, listed = reason_list(db(), summit.id)
    rows = [asdict(reason) for reason in listed] + [asdict(Reason("", "", ""))] * EMPTY_ROWS
    form = ReasonsForm(data={"seen_version": version, "rows": rows})
    if form.validate_on_submit():
        try:
            with transaction() as session:
                write_reasons(
                    session, summit.id, form.reasons(), seen_version=form.seen_version.data,
                    actor_id=principal().user_id, now=clock.now(),
                )  # fmt: skip
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("The reasons are saved. They hold from now on.", "success")
            return redirect(url_for("registration.reasons"), 303)
    return render_template("registration/reasons.html", summit=summit, version=version, form=form), (
        422 if form.errors else 200
    )


EMPTY_ROWS = 3
