"""Asking the export desk, and one's own questions."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.cookies import throttle
from app.accounts.throttle import questions_of
from app.core import asked, clock
from app.core.access import COMPANY, SIGNED_IN, allow, principal
from app.core.db import db, transaction
from app.core.errors import InvalidInput, NotFound, Refused
from app.directory import queries as directory
from app.directory.queries import EntryView
from app.enquiries import queries, rules, services
from app.enquiries.forms import AddForm, AskForm
from app.enquiries.services import Question
from app.enquiries.services.keep import today_of
from app.enquiries.states import EnquiryEvent, may
from app.enquiries.views.base import WORDS, bp, country_names, state_of
from app.regulatory import queries as regulatory
from app.regulatory.states import Participation

SORTS = {"newest": "Newest first", "due": "Due first"}


@bp.get("/enquiries")
@allow(read=SIGNED_IN)
def enquiries() -> ResponseReturnValue:
    """List a person's own questions to the export desk."""
    state, words = state_of(request.args.get("state", "")), asked.words()
    sort = "due" if request.args.get("sort") == "due" else "newest"
    page = queries.my_enquiries(
        db(), principal().user_id, state=state, search=words, sort=sort, number=asked.page_number()
    )
    return render_template(
        "enquiries/mine.html", page=page, state=state, words=words, sort=sort, sorts=SORTS,
        today=today_of(db(), clock.now())[0],
        country_names=country_names(), **WORDS,
    )  # fmt: skip


@bp.route("/enquiries/new", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def ask() -> ResponseReturnValue:
    """Ask the export desk; the address may name an entry, a topic, a country and a kind of participation."""
    person, form = principal(), AskForm()
    entry = _entry(request.args.get("entry", ""))
    form.offer(regulatory.country_choices(db()), [(topic.key, topic.name) for topic in regulatory.topics(db())])
    if request.method == "GET":
        form.country.data = request.args.get("country", "").upper() or accounts.country_abroad(db(), person)
        form.topic.data, form.kind.data = request.args.get("topic", ""), request.args.get("participation", "")
    if form.validate_on_submit():
        throttle().spend(questions_of(str(person.user_id)), sentence="That were many questions for one day.")
        try:
            with transaction() as session:
                made = services.ask(
                    session, _question(form, entry), asker_id=person.user_id, own=person.organizations(*COMPANY),
                    attestation=form.attestation.data or "", now=clock.now(),
                ).id  # fmt: skip
        except InvalidInput as refusal:
            form.question.errors = [*form.question.errors, refusal.message]
        else:
            flash("Asked. You get a mail when it is answered; this page says where it stands.", "success")
            return redirect(url_for("enquiries.enquiry", enquiry_id=made), 303)
    page = render_template("enquiries/ask.html", form=form, entry=entry, days=rules.DUE_BUSINESS_DAYS)
    return page, 422 if form.errors else 200


@bp.get("/enquiries/<uuid:enquiry_id>")
@allow(read=SIGNED_IN)
def enquiry(enquiry_id: UUID) -> ResponseReturnValue:
    """Show a person's own question: where it stands, by when it is answered, what was said."""
    found = queries.my_enquiry(db(), enquiry_id, principal().user_id)
    return render_template(
        "enquiries/enquiry.html", enquiry=found, form=AddForm(formdata=None), country_names=country_names(),
        today=today_of(db(), clock.now())[0],
        may={event.value: may(found.state, event) for event in EnquiryEvent}, **WORDS,
    )  # fmt: skip


@bp.post("/enquiries/<uuid:enquiry_id>/inform")
@allow(write=SIGNED_IN)
def inform(enquiry_id: UUID) -> ResponseReturnValue:
    """Add to one's own question, or say what an answer left open."""
    form, person = AddForm(), principal()
    found = queries.my_enquiry(db(), enquiry_id, person.user_id)
    if not form.validate():
        flash(_first(form), "error")
        return _back(enquiry_id)
    attestation = form.attestation.data or ""
    try:
        with transaction() as session:
            if may(found.state, EnquiryEvent.NOT_HELPED):
                services.say_whether_it_helped(
                    session, enquiry_id, False, words=form.words.data, asker_id=person.user_id,
                    attestation=attestation, now=clock.now(),
                )  # fmt: skip
            else:
                services.inform(
                    session, enquiry_id, form.words.data, asker_id=person.user_id, attestation=attestation,
                    now=clock.now(),
                )  # fmt: skip
    except (Refused, InvalidInput) as refusal:
        flash(refusal.message, "error")
    else:
        flash("Added. The export desk sees it.", "success")
    return _back(enquiry_id)


@bp.post("/enquiries/<uuid:enquiry_id>/end")
@allow(write=SIGNED_IN)
def end(enquiry_id: UUID) -> ResponseReturnValue:
    """Say that the answer helped, or take the question back before there is one."""
    person = principal()
    found = queries.my_enquiry(db(), enquiry_id, person.user_id)
    try:
        with transaction() as session:
            if may(found.state, EnquiryEvent.HELPED):
                services.say_whether_it_helped(session, enquiry_id, True, asker_id=person.user_id, now=clock.now())
            else:
                services.withdraw(session, enquiry_id, asker_id=person.user_id, now=clock.now())
    except Refused as refusal:
        flash(refusal.message, "error")
    else:
        flash("Thank you. The question is closed.", "success")
    return _back(enquiry_id)


def _back(enquiry_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("enquiries.enquiry", enquiry_id=enquiry_id), 303)


def _first(form: AddForm) -> str:
    return str(next(message for messages in form.errors.values() for message in messages))


def _entry(key: str) -> EntryView | None:
    """Return the entry that is asked about, None for none. Raises NotFound for one the person may not see."""
    if not key:
        return None
    found = directory.entry(db(), key=key, own=principal().organizations(*COMPANY))
    if found is None:
        raise NotFound("There is no such entry in the directory. Ask without one, or look for it by name.")
    return found


def _question(form: AskForm, entry: EntryView | None) -> Question:
    return Question(
        words=form.question.data or "", country=form.country.data, entry_key=entry.row.key if entry else "",
        topic_key=form.topic.data, kind=next((kind for kind in Participation if kind.value == form.kind.data), None),
        shows_asker=bool(form.shows_asker.data),
    )  # fmt: skip
