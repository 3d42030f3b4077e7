"""The export desk: what waits, whose it is, by when; and what the desk does about one question."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from app.core import asked, clock
from app.core.access import allow, principal
from app.core.db import db, transaction
from app.core.errors import InvalidInput, Refused
from app.enquiries import queries, rules, services
from app.enquiries.forms import AnswerForm, AskBackForm, NoteForm, OwnerForm, PublishForm
from app.enquiries.queries.desk import DeskFilter, DeskPage, overdue_count
from app.enquiries.services.keep import today_of
from app.enquiries.states import EnquiryEvent, may
from app.enquiries.views.base import DESK_PEOPLE, WORDS, bp, country_names, state_of
from app.regulatory import queries as regulatory

SORTS = {"due": "Due first", "newest": "Newest first", "owner": "By owner"}
Act = Callable[..., object]
FIGURES_SINCE = timedelta(days=365)


@bp.get("/enquiries/desk")
@allow(read=DESK_PEOPLE)
def desk() -> ResponseReturnValue:
    """List questions with owner and due day, and say how well the time is kept."""
    today, holidays = today_of(db(), clock.now())
    wanted, chosen = _filter()
    sort = chosen["sort"]
    return render_template(
        "enquiries/desk.html",
        page=queries.desk_list(db(), wanted, today=today, sort=sort, number=asked.page_number()),
        chosen=chosen, kept={name: value for name, value in chosen.items() if value}, sorts=SORTS, today=today,
        keeping=queries.keeping_of(db(), since=today - FIGURES_SINCE, holidays=holidays),
        overdue=overdue_count(db(), today), people=queries.desk_people(db()), country_names=country_names(),
        topics=[(topic.key, topic.name) for topic in regulatory.topics(db())], days=rules.DUE_BUSINESS_DAYS, **WORDS,
    )  # fmt: skip


def _filter() -> tuple[DeskFilter, dict[str, str]]:
    """Return the filter that the address asks for, and its values as understood."""
    people = {str(person.id): person.id for person in queries.desk_people(db())}
    names = ("state", "owner", "overdue", "topic", "country", "sort")
    chosen = {name: request.args.get(name, "").strip()[:60] for name in names} | {"q": asked.words()}
    state = state_of(chosen["state"])
    chosen["state"] = state.value if state else ("all" if chosen["state"] == "all" else "open")
    chosen["owner"] = chosen["owner"] if chosen["owner"] in {*people, "none"} else ""
    chosen["overdue"] = "yes" if chosen["overdue"] == "yes" else ""
    chosen["sort"] = chosen["sort"] if chosen["sort"] in SORTS else "due"
    found = DeskFilter(
        state=state, is_open=chosen["state"] == "open", owner=people.get(chosen["owner"]),
        unowned=chosen["owner"] == "none", overdue=bool(chosen["overdue"]), topic_key=chosen["topic"],
        country=chosen["country"].upper(), search=chosen["q"],
    )  # fmt: skip
    return found, chosen


@bp.get("/enquiries/desk/<uuid:enquiry_id>")
@allow(read=DESK_PEOPLE)
def question(enquiry_id: UUID) -> ResponseReturnValue:
    """Show one question with everything that was said, and what the desk can do now."""
    return _shown(queries.desk_page(db(), enquiry_id))


@bp.post("/enquiries/desk/<uuid:enquiry_id>/assign")
@allow(write=DESK_PEOPLE)
def assign(enquiry_id: UUID) -> ResponseReturnValue:
    """Give the question to somebody of the desk."""
    form = OwnerForm()
    form.owner.choices = _owners()
    return _done(
        enquiry_id, form, "The question has its owner.",
        lambda session, found, **by: services.assign(session, found, UUID(form.owner.data), **by),
    )  # fmt: skip


@bp.post("/enquiries/desk/<uuid:enquiry_id>/note")
@allow(write=DESK_PEOPLE)
def note(enquiry_id: UUID) -> ResponseReturnValue:
    """Keep a note for the desk."""
    form = NoteForm()
    act = partial(services.note, words=form.words.data or "")
    return _done(enquiry_id, form, "Noted, for the desk only.", act, note_form=form)


@bp.post("/enquiries/desk/<uuid:enquiry_id>/ask-back")
@allow(write=DESK_PEOPLE)
def ask_back(enquiry_id: UUID) -> ResponseReturnValue:
    """Ask the asker for more."""
    form = AskBackForm()
    act = partial(services.ask_more, words=form.words.data or "")
    return _done(enquiry_id, form, "Asked. The clock stands still until they reply.", act, ask_form=form)


@bp.post("/enquiries/desk/<uuid:enquiry_id>/answer")
@allow(write=DESK_PEOPLE)
def answer(enquiry_id: UUID) -> ResponseReturnValue:
    """Answer the question."""
    form = AnswerForm()
    act = partial(services.answer, words=form.words.data or "", sources=form.sources.data or "")
    return _done(enquiry_id, form, "Answered. The asker gets a mail that it is here.", act, answer_form=form)


@bp.post("/enquiries/desk/<uuid:enquiry_id>/close")
@allow(write=DESK_PEOPLE)
def close(enquiry_id: UUID) -> ResponseReturnValue:
    """Close an answered question."""
    return _done(enquiry_id, FlaskForm(), "Closed.", services.close)


@bp.post("/enquiries/desk/<uuid:enquiry_id>/officer")
@allow(write=DESK_PEOPLE)
def ask_officer(enquiry_id: UUID) -> ResponseReturnValue:
    """Ask the company's export officer to contribute."""
    return _done(enquiry_id, FlaskForm(), "Asked. The company's export officer gets a mail.", services.ask_officer)


@bp.post("/enquiries/desk/<uuid:enquiry_id>/publish")
@allow(write=DESK_PEOPLE)
def publish(enquiry_id: UUID) -> ResponseReturnValue:
    """Show the reworded question and answer to everyone."""
    form = PublishForm()
    form.places.choices = _places(queries.desk_page(db(), enquiry_id))
    act = partial(
        services.publish, question=form.question.data or "", answer=form.answer.data or "",
        sources=form.sources.data or "", places=form.places.data or [],
    )  # fmt: skip
    return _done(enquiry_id, form, "Public now, without who asked.", act, publish_form=form)


@bp.post("/enquiries/desk/<uuid:enquiry_id>/retract")
@allow(write=DESK_PEOPLE)
def retract(enquiry_id: UUID) -> ResponseReturnValue:
    """Take the public answer back."""
    return _done(enquiry_id, FlaskForm(), "Taken back. Nobody sees it any more.", services.retract)


def _done(enquiry_id: UUID, form: FlaskForm, said: str, act: Act, **shown: FlaskForm) -> ResponseReturnValue:
    """Do what a form asks for, as the reader and now; what was typed stands there again when it is refused."""
    if form.validate_on_submit():
        try:
            with transaction() as session:
                act(session, enquiry_id, actor_id=principal().user_id, now=clock.now())
        except (Refused, InvalidInput) as refusal:
            form.form_errors = [*form.form_errors, refusal.message]
        else:
            flash(said, "success")
            return redirect(url_for("enquiries.question", enquiry_id=enquiry_id), 303)
    return _shown(queries.desk_page(db(), enquiry_id), form=form, **shown), 422


def _shown(found: DeskPage, *, form: FlaskForm | None = None, **shown: FlaskForm) -> str:
    today, _ = today_of(db(), clock.now())
    owner = OwnerForm(formdata=None)
    owner.owner.choices = _owners()
    owner.owner.data = str(found.owner_id or principal().user_id)
    return render_template(
        "enquiries/question.html", enquiry=found, form=form, today=today, country_names=country_names(),
        owner_form=owner, note_form=shown.get("note_form") or NoteForm(formdata=None),
        ask_form=shown.get("ask_form") or AskBackForm(formdata=None),
        answer_form=shown.get("answer_form") or _answer_form(found),
        publish_form=shown.get("publish_form") or _publish_form(found),
        may={event.value: may(found.state, event) for event in EnquiryEvent},
        is_own=found.asker_id == principal().user_id, **WORDS,
    )  # fmt: skip


def _answer_form(found: DeskPage) -> AnswerForm:
    return AnswerForm(formdata=None, words=found.answer, sources="\n".join(found.answer_sources))


def _publish_form(found: DeskPage) -> PublishForm:
    form = PublishForm(
        formdata=None, question=found.question, answer=found.answer, sources="\n".join(found.answer_sources)
    )
    form.places.choices = _places(found)
    form.places.data = [next(iter(form.places.choices))]
    return form


def _places(found: DeskPage) -> dict[str, str]:
    places = {"country": country_names().get(found.country, found.country)}
    if found.topic_key:
        places = {"topic": f"The topic {found.topic_name or found.topic_key}", **places}
    if found.entry_id:
        places = {"entry": f"The programme {found.entry_name}", **places}
    return places


def _owners() -> dict[str, str]:
    return {str(person.id): person.name for person in queries.desk_people(db())}
