"""Apply: a few pages, each kept as one types and saved before the next is shown; the same pages change it later."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from app.accounts import lists
from app.accounts.resembling import resembling
from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.db import db, transaction
from app.core.money import Money
from app.core.uploads import takes_file
from app.documents.rules.kinds import ACCEPTED, LARGEST_BYTES
from app.documents.services import BadFile
from app.documents.states import Purpose
from app.questionnaires.asking import Questions, filled_in, form_of
from app.questionnaires.rules import visible
from app.registration import queries, services
from app.registration.change_states import PartKey
from app.registration.forms.apply import OWNER_ROWS, AimsForm, OrganizationForm, QuestionsForm, YouForm
from app.registration.forms.choices import choices
from app.registration.queries import RegistrationRow
from app.registration.queries.application import LETTER, needs_letter, page_inputs, pages_in_progress
from app.registration.queries.changes import facts_by_part
from app.registration.queries.substitution import may_apply_late
from app.registration.rules.application import MOST_OWNERS, STEP_LABELS, ownership_from, to_answers, you_from
from app.registration.rules.in_words import LABELS
from app.registration.rules.prices import price_on, steps_in
from app.registration.services.changing import Outcome
from app.registration.states import ENDED, RegistrationState
from app.registration.views.blueprint import bp, summit_now
from app.registration.views.flow import Flow, PageOf, Step, flow, keep_upload, onward_from, run


@bp.get("/apply")
@allow(read=SIGNED_IN)
def apply() -> ResponseReturnValue:
    """Where an application begins, or goes on."""
    summit = summit_now()
    mine = queries.registration_of(db(), summit.id, principal().user_id)
    if mine is not None and mine.state not in ENDED:
        return redirect(_where(mine), 303)
    now = clock.now()
    today, prices = summit.settings.day_of(now), []
    is_open = summit.is_open(now) or may_apply_late(db(), summit.id, principal().user_id)
    if is_open:
        prices = [Money(price_on(steps_in(summit.settings, c), today), c) for c in summit.settings.currencies]
    return render_template(
        "registration/apply.html", summit=summit, mine=mine, prices=prices, is_open=is_open,
        labels=STEP_LABELS,
    )  # fmt: skip


def _where(mine: RegistrationRow) -> str:
    """Return the page to go on with: the first that is missing, or that somebody was typing on."""
    if mine.state is not RegistrationState.DRAFT:
        return url_for("registration.status")
    of, typing = flow(), pages_in_progress(db(), mine.id)
    saved = {
        "you": "you" in mine.answers,
        "organization": mine.organization_id is not None and "ownership" in mine.answers,
        "aims": bool(mine.languages),
    }
    for step in of.steps:
        was_saved = saved.get(step.key, page_inputs(db(), mine.id, step.key).edits > 0)
        if step.key in typing or not was_saved:
            return step.href
    return url_for("registration.review")


@bp.post("/apply")
@allow(write=SIGNED_IN)
def start() -> ResponseReturnValue:
    """Start an application, or go on with the one there is."""
    summit = summit_now()
    with transaction() as session:
        services.start_registration(session, summit.id, principal().user_id, now=clock.now())
    mine = queries.registration_of(db(), summit.id, principal().user_id)
    return redirect(_where(mine) if mine else url_for("registration.apply"), 303)


Wanted = Mapping[PartKey, Mapping[str, Any]]


def _change(of: Flow, step: Step, session: Session, wanted: Wanted, seen: int, kept: list[Outcome]) -> None:
    kept.append(
        services.change_application(
            session, of.mine.id, wanted, page=step.key, seen_edits=seen, actor_id=principal().user_id, now=clock.now()
        )
    )


def _go_on(of: Flow, step: Step, kept: list[Outcome]) -> ResponseReturnValue:
    """After a draft's page comes the next; after a change, the list of what can be changed."""
    if of.is_draft:
        return onward_from(of, step)
    if kept and kept[0].applied:
        flash(f"Changed: {', '.join(LABELS.get(name, 'an answer') for name in kept[0].applied)}.", "success")
    if kept and kept[0].proposed:
        flash("The organizers look at your change before it holds. Until then everything stays as it is.", "info")
    if kept and not (kept[0].applied or kept[0].proposed):
        flash("Nothing was different, so nothing was changed.", "info")
    return redirect(url_for("registration.change"), 303)


@bp.route("/apply/you", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def you() -> ResponseReturnValue:
    """The person."""
    of = flow()
    step, kept = of.step("you"), list[Outcome]()
    said = you_from(of.mine.answers)
    shown = {**to_answers(said)} if said else {"full_name": principal().name}

    def build(**formdata: Any) -> FlaskForm:
        form = YouForm(data=shown, **formdata)
        form.citizenship.choices = choices(of.countries, blank="Choose")
        return form

    def save(session: Session, form: FlaskForm, seen: int) -> None:
        actor, now = principal().user_id, clock.now()
        if of.is_draft:
            services.save_draft(session, of.mine.id, form.part(), actor_id=actor, now=now)
            services.note_page_saved(session, of.mine.id, step.key, seen_edits=seen, now=now)
        else:
            _change(of, step, session, {PartKey.YOU: to_answers(form.part())}, seen, kept)

    return run(PageOf(of, step, build, save, "apply_you"), onward=lambda: _go_on(of, step, kept))


@bp.route("/apply/organization", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
@takes_file(LARGEST_BYTES)
def organization() -> ResponseReturnValue:
    """The organization, who stands behind it, and its letter where one is needed."""
    of = flow()
    step, kept, letter = of.step("organization"), list[Outcome](), dict[str, Any]()

    def build(**formdata: Any) -> FlaskForm:
        form = OrganizationForm(data=_organization_data(of.mine), **formdata)
        form.offer([(m.organization_id, m.organization_name) for m in principal().memberships], of.countries)
        if form.is_submitted() and not formdata:
            _take_letter(of, form, letter)
        return form

    def save(session: Session, form: FlaskForm, seen: int) -> None:
        actor, now = principal().user_id, clock.now()
        if of.is_draft:
            services.note_page_saved(session, of.mine.id, step.key, seen_edits=seen, now=now)
            services.save_draft(session, of.mine.id, form.organization_part(), actor_id=actor, now=now)
            services.save_draft(session, of.mine.id, form.ownership_part(), actor_id=actor, now=now)
        else:
            _change(of, step, session, _organization_wanted(form, letter), seen, kept)

    is_needed = needs_letter(of.summit.settings, of.mine)
    return run(
        PageOf(of, step, build, save, "apply_organization", _resembling), onward=lambda: _go_on(of, step, kept),
        asked=lists.asked_by(db(), principal().user_id), countries=dict(of.countries), onward_href=_next_href(of, step),
        letter=of.mine.answers.get(LETTER), needs_letter=is_needed, accepted=ACCEPTED[Purpose.NOMINATION_LETTER],
    )  # fmt: skip


def _resembling(form: FlaskForm) -> dict[str, Any]:
    """Show, once for a name, the organizations that a new one resembles."""
    if not form.new_to_compare():
        return {}
    found = resembling(
        db(), principal(), name=form.name.data, country=form.country.data, website=form.website.data or ""
    )
    return {"resembling": found} if found else {}


def _next_href(of: Flow, step: Step) -> str | None:
    """Return the page after this one of a draft, for who cannot finish this one today."""
    place = [one.key for one in of.steps].index(step.key)
    return of.steps[place + 1].href if of.is_draft and place + 1 < len(of.steps) else None


def _organization_data(mine: RegistrationRow) -> dict[str, Any]:
    said = ownership_from(mine.answers)
    rows: list[dict[str, Any]] = [
        {"name": o.name, "is_person": "yes" if o.is_person else "no", "country": o.country, "share": o.share}
        for o in said.owners
    ]
    rows += [{}] * max(1, OWNER_ROWS - len(rows))
    chosen = {"choice": str(mine.organization_id)} if mine.organization_id else {}
    return {**chosen, "is_state_owned": said.is_state_owned, "owners": rows[:MOST_OWNERS]}


def _organization_wanted(form: FlaskForm, letter: dict[str, Any]) -> Wanted:
    chosen = form.organization_part()
    wanted = {"new": to_answers(chosen.new)} if chosen.new else {"organization_id": str(chosen.organization_id)}
    extra = {PartKey.NOMINATION: {"letter": letter}} if letter else {}
    return {PartKey.ORGANIZATION: wanted, PartKey.OWNERSHIP: to_answers(form.ownership_part()), **extra}


def _take_letter(of: Flow, form: FlaskForm, letter: dict[str, Any]) -> None:
    """Keep a nomination letter as soon as it is sent, whatever else is wrong with the page."""
    upload = form.letter.data
    if not getattr(upload, "filename", "") or letter:
        return

    def note(session: Session, kept: dict[str, str]) -> None:
        services.save_letter(session, of.mine.id, kept, actor_id=principal().user_id, now=clock.now())

    try:
        letter.update(keep_upload(of, upload, Purpose.NOMINATION_LETTER, note))
    except BadFile as refusal:
        form.refused_letter = refusal.message


@bp.route("/apply/aims", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
@takes_file(LARGEST_BYTES)
def aims() -> ResponseReturnValue:
    """What they offer and seek, and the first of the designed questions."""
    of = flow()
    step, kept = of.step("aims"), list[Outcome]()
    shown = {
        "seeks": list(of.mine.seeks), "offers": list(of.mine.offers), "band": of.mine.band.value,
        "languages": of.mine.languages or ["en"],
    }  # fmt: skip

    def save(session: Session, form: FlaskForm, seen: int) -> None:
        if of.is_draft:
            services.save_draft(session, of.mine.id, form.part(), actor_id=principal().user_id, now=clock.now())
            _save_questions(of, step, session, form, seen)
        else:
            plain = {
                name: [str(one) for one in value] if isinstance(value, tuple) else str(value)
                for name, value in to_answers(form.part()).items()
            }
            _change(of, step, session, {PartKey.AIMS: plain, **_questions_wanted(of, form)}, seen, kept)

    build = partial(_question_form, of, step, AimsForm, shown)
    return run(PageOf(of, step, build, save, "apply_aims"), onward=lambda: _go_on(of, step, kept))


@bp.route("/apply/questions/<int:question_page>", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
@takes_file(LARGEST_BYTES)
def questions(question_page: int) -> ResponseReturnValue:
    """A page of designed questions."""
    of = flow()
    step, kept = of.step(f"questions-{question_page}"), list[Outcome]()

    def save(session: Session, form: FlaskForm, seen: int) -> None:
        if of.is_draft:
            _save_questions(of, step, session, form, seen)
        else:
            _change(of, step, session, _questions_wanted(of, form), seen, kept)

    build = partial(_question_form, of, step, QuestionsForm, {})
    return run(PageOf(of, step, build, save, "apply_questions"), onward=lambda: _go_on(of, step, kept))


def _question_form(of: Flow, step: Step, base: type[FlaskForm], shown: dict[str, Any], **formdata: Any) -> FlaskForm:
    asking = of.asking(step.sections)
    if asking is None:
        return base(data=shown, **formdata)
    made: FlaskForm = form_of(base, asking)(data={**shown, **filled_in(asking)}, **formdata)
    return made


def _save_questions(of: Flow, step: Step, session: Session, form: FlaskForm, seen: int) -> None:
    now = clock.now()
    if isinstance(form, Questions):
        services.save_questions(session, of.mine.id, form.page_answers(), actor_id=principal().user_id, now=now)
    services.note_page_saved(session, of.mine.id, step.key, seen_edits=seen, now=now)


def _questions_wanted(of: Flow, form: FlaskForm) -> Wanted:
    """Return all answers as they should be; one whose question is no longer shown is taken back."""
    if not isinstance(form, Questions) or of.asked.version is None:
        return {}
    merged = {**facts_by_part(of.mine, of.asked)[PartKey.QUESTIONS], **form.page_answers()}
    shown = visible(of.asked.version.definition, merged, of.asked.facts)
    return {PartKey.QUESTIONS: {key: value if key in shown else None for key, value in merged.items()}}
