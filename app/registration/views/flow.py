"""What the pages of an application share: which there are, what stands in them, saving as one types."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import FieldList, FormField
from wtforms.fields import Field

from app.core import clock
from app.core.access import principal
from app.core.db import db, transaction
from app.core.errors import InvalidInput, NotFound
from app.documents import services as documents
from app.documents.services import BadFile
from app.documents.states import Purpose
from app.questionnaires.asking import Asking, Questions, form_of
from app.questionnaires.rules import said
from app.registration import queries, services
from app.registration.forms.apply import QuestionsForm
from app.registration.queries import RegistrationRow, SummitView
from app.registration.queries.application import Asked, asked_of, page_inputs
from app.registration.rules.application import STEP_LABELS
from app.registration.services.inputs import SavedElsewhere
from app.registration.states import ENDED, RegistrationState
from app.registration.views.blueprint import summit_now
from app.regulatory.queries import country_choices

OURS = ("csrf_token", "seen_edits", "shown_before", "autosave")
"""Inputs of ours, which are not what the person typed."""


@dataclass(frozen=True, slots=True)
class Step:
    """One page: its key, its address, its name and the designed sections on it."""

    key: str
    href: str
    label: str
    sections: tuple[str, ...] = ()


class Flow:
    """The application of this person and its pages; before it is submitted, or to change it afterwards."""

    def __init__(self, summit: SummitView, mine: RegistrationRow, asked: Asked) -> None:
        self.summit, self.mine, self.asked = summit, mine, asked
        self.is_draft = mine.state is RegistrationState.DRAFT

    @cached_property
    def countries(self) -> list[tuple[str, str]]:
        return country_choices(db())

    @cached_property
    def steps(self) -> list[Step]:
        """Return the pages in order; a page of designed questions that this person is not asked is left out."""
        pages = self._question_pages()
        steps = [
            Step("you", url_for("registration.you"), STEP_LABELS[0]),
            Step("organization", url_for("registration.organization"), STEP_LABELS[1]),
            Step("aims", url_for("registration.aims"), STEP_LABELS[2], pages[0]),
        ]
        for number, keys in enumerate(pages[1:], start=2):
            if self.asks(keys):
                href = url_for("registration.questions", question_page=number)
                steps.append(Step(f"questions-{number}", href, self._title(keys), keys))
        return steps

    def _question_pages(self) -> list[tuple[str, ...]]:
        pages: list[tuple[str, ...]] = [()]
        for section in self.asked.version.definition.sections if self.asked.version else ():
            if section.starts_page:
                pages.append(())
            pages[-1] = (*pages[-1], section.key)
        return pages

    def _title(self, keys: tuple[str, ...]) -> str:
        section = self.asked.version.definition.section(keys[0]) if self.asked.version else None
        return said(section.title) if section else STEP_LABELS[2]

    @property
    def labels(self) -> list[str]:
        """Return the names of all pages, for the row of steps."""
        return [*(step.label for step in self.steps), *STEP_LABELS[-2:]]

    def step(self, key: str) -> Step:
        """Return a page by its key. Raises NotFound for one that this person is not asked."""
        found = next((step for step in self.steps if step.key == key), None)
        if found is None:
            raise NotFound("There is no such page in your application.")
        return found

    def asking(self, sections: tuple[str, ...]) -> Asking | None:
        """Return the designed questions of a page, None when nothing is designed."""
        if self.asked.version is None or not sections:
            return None
        return Asking(
            self.asked.version.definition, self.asked.facts, dict(self.countries), dict(self.asked.answers), sections
        )

    def asks(self, sections: tuple[str, ...]) -> bool:
        """Tell whether anything of these sections can come into view."""
        asking = self.asking(sections)
        return asking is not None and bool(form_of(QuestionsForm, asking)(formdata=None).asked())


def flow() -> Flow:
    """Return the application in hand. Raises NotFound when there is none to fill in or change."""
    summit = summit_now()
    mine = queries.registration_of(db(), summit.id, principal().user_id)
    if mine is None or mine.state in ENDED:
        raise NotFound("There is no application of yours to fill in. Open 'Apply' to see where you stand.")
    return Flow(summit, mine, asked_of(db(), mine))


Build = Callable[..., FlaskForm]
"""Make the form of a page: from the request, or with `formdata` from inputs as typed, or (None) from what was saved."""
Save = Callable[[Session, FlaskForm, int], None]
"""Save a page in earnest, when `seen_edits` is still the number of its saves."""
News = Callable[[FlaskForm], dict[str, Any]]
"""What a sound page must show before it is saved in earnest, as facts of its template; nothing lets it be saved."""


def newly_shown(form: FlaskForm) -> dict[str, Any]:
    """Show questions that the answers have brought into view."""
    return {"is_news": True} if isinstance(form, Questions) and form.newly_shown() else {}


@dataclass(frozen=True, slots=True)
class PageOf:
    """One page with what makes, saves and shows it."""

    flow: Flow
    step: Step
    build: Build
    save: Save
    template: str
    news: News = newly_shown

    @property
    def purpose(self) -> str:
        return f"{self.flow.mine.id}:{self.step.key}"


def run(page: PageOf, *, onward: Callable[[], ResponseReturnValue], **facts: Any) -> ResponseReturnValue:
    """Show a page, save it as one types, or save it in earnest and go on."""
    stored = page_inputs(db(), page.flow.mine.id, page.step.key)
    typed = MultiDict([(name, text) for name, texts in stored.inputs.items() for text in texts])
    if request.method == "GET":
        form = page.build(formdata=typed) if typed and page.flow.is_draft else page.build()
        return _shown(page, form, stored.edits, 200, **facts)
    form, seen = page.build(), _seen_edits(stored.edits)
    if request.form.get("autosave"):
        return _autosaved(page, form, seen)
    if isinstance(form, Questions):
        _keep_uploads(page.flow, form)
    if not form.validate_on_submit():
        return _shown(page, form, seen, 422, **facts)
    try:
        if news := page.news(form):
            seen = _keep_typed(page, form, seen)
        else:
            with transaction() as session:
                page.save(session, form, seen)
    except SavedElsewhere as refusal:
        form.form_errors.append(refusal.message)
        theirs = differing_fields(page.build(formdata=typed or None), form)
        return _shown(page, form, stored.edits, 409, theirs=theirs, **facts)
    except InvalidInput as refusal:
        form.form_errors.append(refusal.message)
        return _shown(page, form, seen, 422, **facts)
    return _shown(page, form, seen, 200, **facts, **news) if news else onward()


def _shown(page: PageOf, form: FlaskForm, edits: int, status: int, **facts: Any) -> ResponseReturnValue:
    of, keys = page.flow, [step.key for step in page.flow.steps]
    place = keys.index(page.step.key)
    known = {"theirs": [], "is_news": False, **facts}
    return render_template(
        f"registration/{page.template}.html", form=form, mine=of.mine, summit=of.summit, step=page.step, edits=edits,
        labels=of.labels, current=place + 1, before=of.steps[place - 1].href if place else None,
        is_draft=of.is_draft, rejected=status >= 400, **known,
    ), status  # fmt: skip


def onward_from(of: Flow, step: Step) -> ResponseReturnValue:
    """Go to the page after this one; from the last, to the review."""
    place = [one.key for one in of.steps].index(step.key)
    if place + 1 < len(of.steps):
        return redirect(of.steps[place + 1].href, 303)
    return redirect(url_for("registration.review"), 303)


def _seen_edits(otherwise: int) -> int:
    text = request.form.get("seen_edits", "")
    return int(text) if text.isdecimal() and len(text) < 10 else otherwise


def typed_inputs(form: FlaskForm) -> dict[str, list[str]]:
    """Return what stands in the inputs of a form as it was typed, and what we noted in its hidden ones.

    Nothing that the form does not ask for.
    """
    asked = set(_names(form))
    typed = {name: request.form.getlist(name) for name in request.form if name in asked and name not in OURS}
    noted = {field.name: [field.data or ""] for field in form if field.type == "HiddenField" and field.name not in OURS}
    return {**typed, **noted}


def _names(fields: Any) -> list[str]:
    found = []
    for field in fields:
        found.append(field.name)
        if isinstance(field, FieldList):
            found += _names(field.entries)
        elif isinstance(field, FormField):
            found += _names(field.form)
    return found


def _autosaved(page: PageOf, form: FlaskForm, seen: int) -> ResponseReturnValue:
    edits = _keep_typed(page, form, seen)
    there = clock.now().astimezone(ZoneInfo(principal().time_zone))
    return jsonify({"edits": edits, "at": f"{there:%H:%M}"})


def _keep_typed(page: PageOf, form: FlaskForm, seen: int) -> int:
    if not page.flow.is_draft:
        return seen
    with transaction() as session:
        return services.save_inputs(
            session, page.flow.mine.id, page.step.key, typed_inputs(form), seen_edits=seen,
            actor_id=principal().user_id, now=clock.now(),
        )  # fmt: skip


def _keep_uploads(of: Flow, form: Questions) -> None:
    """Keep the files that were sent, whatever else is wrong with the page: nobody chooses a file twice."""
    for key, upload in form.uploads():
        try:
            kept = keep_upload(of, upload, Purpose.APPLICATION_ANSWER, partial(_note_answer, of, key))
        except BadFile as refusal:
            form.note_file(key, None, refusal.message)
        else:
            form.note_file(key, kept)


def _note_answer(of: Flow, key: str, session: Session, answer: dict[str, str]) -> None:
    services.save_questions(session, of.mine.id, {key: answer}, actor_id=principal().user_id, now=clock.now())


def keep_upload(
    of: Flow, upload: FileStorage, purpose: Purpose, note: Callable[[Session, dict[str, str]], None]
) -> dict[str, str]:
    """Keep an uploaded file and note it on a draft; return its id and name. Raises BadFile."""
    checked = documents.check(upload.read(), name=upload.filename or "", purpose=purpose)
    with transaction() as session:
        file = documents.keep_file(session, checked, purpose=purpose, owner_id=principal().user_id, now=clock.now())
        kept = {"file": str(file.id), "name": file.name}
        if of.is_draft:
            note(session, kept)
    return kept


def differing_fields(theirs: FlaskForm, ours: FlaskForm) -> list[tuple[str, str]]:
    """Return what was saved elsewhere where it is not what stands here: labels and values in words."""
    here = dict(_said(ours))
    return [(label, value) for label, value in _said(theirs) if here.get(label) != value]


def _said(fields: Any, before: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for field in fields:
        if isinstance(field, FieldList):
            found += [pair for n, one in enumerate(field.entries, 1) for pair in _said(one.form, f"{n}. ")]
        elif field.name not in OURS and field.type not in ("CSRFTokenField", "HiddenField", "FileField"):
            found.append((before + field.label.text, _value(field)))
    return found


def _value(field: Field) -> str:
    data = field.data
    listed: Mapping[str, str] = {}
    if getattr(field, "choices", None):
        listed = {str(choice.value): str(choice.label) for choice in field.choices}
    if isinstance(data, bool):
        return "yes" if data else "no"
    values = data if isinstance(data, list) else [] if data in (None, "") else [data]
    raw = [] if values or not field.raw_data else [str(one) for one in field.raw_data if one]
    return ", ".join(listed.get(str(one), str(one)) for one in [*values, *raw]) or "nothing"
