"""The travel form of a person, and the organizers' list of what was said."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from app.accounts.services import require_recent_sign_in
from app.core import audit, clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.asked import page_number
from app.core.csv_out import csv_text
from app.core.db import db, transaction
from app.core.errors import InvalidInput, NotFound, Refused
from app.core.uploads import takes_file
from app.documents import services as documents
from app.documents.rules.disposition import attachment
from app.documents.rules.kinds import LARGEST_BYTES
from app.documents.services import BadFile
from app.documents.states import Purpose
from app.questionnaires.asking import Asking, Questions, filled_in, form_of
from app.questionnaires.rules import answers_in_words, in_words, said
from app.questionnaires.states import QuestionType
from app.registration import queries
from app.registration.queries import RegistrationRow, SummitView
from app.registration.queries import travel as reads
from app.registration.queries import visa as letters
from app.registration.queries.application import facts_of
from app.registration.queries.travel import Traveller, TravelReply, Wanted
from app.registration.rules.travel import starts_at
from app.registration.services import travel as services
from app.registration.states import TYPE_LABELS
from app.registration.views.blueprint import bp, summit_now
from app.registration.views.desk_shared import ORGANIZERS, keep_search, searches
from app.registration.visa_states import INVITED
from app.regulatory.queries import country_choices


class TravelForm(FlaskForm):  # type: ignore[misc]
    """The designed questions about the journey and nothing else."""


def _mine(summit: SummitView) -> RegistrationRow:
    mine = queries.registration_of(db(), summit.id, principal().user_id)
    if mine is None or mine.state not in INVITED:
        raise NotFound("There is no travel form for you yet. It opens once your application is approved.")
    return mine


@bp.route("/apply/travel", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
@takes_file(LARGEST_BYTES)
def travel() -> ResponseReturnValue:
    """Say when I come and what I need; it can be changed until the summit begins."""
    summit = summit_now()
    mine = _mine(summit)
    reply = reads.travel_reply(db(), summit.id, mine.id)
    if reply.version is None:
        raise NotFound("The organizers ask nothing about travel.")
    is_open = clock.now() < starts_at(summit.settings)
    form = _form(mine, reply)
    if request.method == "POST" and is_open and _saved(mine, reply, form):
        return _onward(mine, form)
    asked = answers_in_words(
        reply.version.definition, reply.answers, facts_of(mine), countries=dict(country_choices(db()))
    )  # fmt: skip
    return render_template(
        "registration/travel.html", form=form, summit=summit, reply=reply, is_open=is_open, sections=asked,
        closes_at=starts_at(summit.settings),
        is_news=form.is_submitted() and not form.errors and bool(form.newly_shown()),
    ), 422 if form.errors else 200  # fmt: skip


def _form(mine: RegistrationRow, reply: TravelReply) -> Any:
    assert reply.version is not None  # noqa: S101 - asked above
    asking = Asking(reply.version.definition, facts_of(mine), dict(country_choices(db())), dict(reply.answers))
    return form_of(TravelForm, asking)(data=filled_in(asking))


def _saved(mine: RegistrationRow, reply: TravelReply, form: Questions) -> bool:
    """Save what was sent; tell whether that was possible and nothing new came into view."""
    _keep_uploads(form)
    if not form.validate_on_submit() or form.newly_shown():
        return False
    seen = request.form.get("seen_edits", "")
    try:
        with transaction() as session:
            services.save_travel(
                session, mine.id, form.page_answers(), actor_id=principal().user_id, now=clock.now(),
                seen_edits=int(seen) if seen.isdecimal() and len(seen) < 10 else reply.edits,
            )  # fmt: skip
    except (InvalidInput, Refused) as refusal:
        form.form_errors.append(refusal.message)
        return False
    return True


def _keep_uploads(form: Questions) -> None:
    """Keep the files that were sent, whatever else is wrong with the page: nobody chooses a file twice."""
    for key, upload in form.uploads():
        try:
            checked = documents.check(
                upload.read(), name=upload.filename or "", purpose=Purpose.APPLICATION_ANSWER
            )  # fmt: skip
        except BadFile as refusal:
            form.note_file(key, None, refusal.message)
            continue
        with transaction() as session:
            kept = documents.keep_file(
                session, checked, purpose=Purpose.APPLICATION_ANSWER, owner_id=principal().user_id, now=clock.now()
            )  # fmt: skip
            form.note_file(key, {"file": str(kept.id), "name": kept.name})


def _onward(mine: RegistrationRow, form: Questions) -> ResponseReturnValue:
    if form.page_answers().get("visa") is True and not letters.letters_of(db(), mine.id):
        flash("Your travel plans are saved. You need a visa: ask for your invitation letter here.", "success")
        return redirect(url_for("registration.visa_letter"), 303)
    flash("Your travel plans are saved. You can change them until the summit begins.", "success")
    return redirect(url_for("registration.status"), 303)


def _wanted(asked: Any, search: str) -> Wanted:
    answered = {"yes": True, "no": False}.get(asked.get("answered", ""))
    question, _colon, value = str(asked.get("said", ""))[:200].partition(":")
    return Wanted(answered, question, value, search)


def _args(asked: Any) -> dict[str, Any]:
    return {name: str(asked.get(name, ""))[:200] for name in ("answered", "said") if asked.get(name)}


@bp.get("/travel")
@allow(read=ORGANIZERS)
def travellers() -> ResponseReturnValue:
    """Who said what about their journey, and who said nothing yet."""
    summit = summit_now()
    version = reads.travel_version(db(), summit.id)
    key = request.args.get("s", "")
    words = searches().get(key, "")
    holders, answered = reads.counts(db(), summit.id)
    countries, shown_columns = dict(country_choices(db())), reads.columns(version)
    return render_template(
        "registration/travellers.html", summit=summit, search=words, asked=request.args, holders=holders,
        page=reads.travellers(db(), summit.id, version, _wanted(request.args, words), number=page_number()),
        columns=shown_columns, choices=_choices(version), answered=answered,
        headings=[said(q.label) for q in shown_columns],
        shown=partial(in_words, countries=countries), args=_args(request.args) | ({"s": key} if words else {}),
    )  # fmt: skip


def _choices(version: Any) -> list[tuple[str, str]]:
    """Return what the list can be cut down to: (key:value, words)."""
    found = []
    for question in reads.filters(version):
        options = [("yes", "yes"), ("no", "no")] if question.type is QuestionType.YES_NO else [
            (option.value, said(option.label)) for option in question.options
        ]  # fmt: skip
        found += [(f"{question.key}:{value}", f"{said(question.label)} {words}") for value, words in options]
    return found


@bp.post("/travel/search")
@allow(write=ORGANIZERS)
def search_travellers() -> ResponseReturnValue:
    """Show who matches; the words searched for stay out of the address."""
    args = _args(request.form)
    if words := request.form.get("q", "").strip()[:100]:
        args["s"] = keep_search(words)
    return redirect(url_for("registration.travellers", **args), 303)


@bp.get("/travel/<uuid:registration_id>")
@allow(read=ORGANIZERS)
def traveller(registration_id: UUID) -> ResponseReturnValue:
    """Everything one person said about their journey."""
    summit = summit_now()
    found = reads.traveller(db(), summit.id, registration_id)
    if found is None:
        raise NotFound("Nobody with a place at the summit has this application.")
    version = reads.travel_version(db(), summit.id)
    countries = dict(country_choices(db()))
    sections = (
        answers_in_words(version.definition, found.answers, reads.facts(found), countries=countries) if version else []
    )
    return render_template(
        "registration/traveller.html", summit=summit, person=found, sections=sections, countries=countries
    )  # fmt: skip


@bp.post("/travel/export")
@allow(write=ORGANIZERS)
def export_travellers() -> ResponseReturnValue:
    """Hand out the list as CSV: every question, everybody who matches; on the record."""
    require_recent_sign_in(db(), principal().session_id, now=clock.now())
    summit = summit_now()
    with transaction() as session:
        body, rows = _csv(session, summit, _wanted(request.form, searches().get(request.form.get("s", ""), "")))
        audit.record(
            session, "travel.exported", ("summit", summit.id), actor_id=principal().user_id, detail={"rows": rows}
        )  # fmt: skip
    answer = Response(body, mimetype="text/csv")
    answer.headers["Content-Disposition"] = attachment(f"travel {summit.key}.csv")
    return answer


def _csv(session: Session, summit: SummitView, wanted: Wanted) -> tuple[bytes, int]:
    version = reads.travel_version(session, summit.id)
    questions = [q for q in version.definition.questions() if q.type is not QuestionType.FILE] if version else []
    countries = dict(country_choices(session))
    header = ["Application", "Name", "E-mail", "Organization", "Country", "Comes as", "State", "Saved (UTC)"]
    rows = [
        [*_about(one, countries), *(in_words(q, one.answers.get(q.key), countries) for q in questions)]
        for one in reads.every_traveller(session, summit.id, version, wanted)
    ]
    return csv_text([*header, *(said(q.label) for q in questions)], rows), len(rows)


def _about(one: Traveller, countries: dict[str, str]) -> list[object]:
    saved = f"{one.saved_at:%Y-%m-%d %H:%M}" if one.saved_at else ""
    return [
        one.number, one.name, one.email, one.organization, countries.get(one.country, one.country),
        TYPE_LABELS[one.participant_type], one.state.value, saved,
    ]  # fmt: skip
