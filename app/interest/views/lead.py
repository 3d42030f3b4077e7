"""One lead of a company: what the partner lets be known, the company's own side, its steps, asking for names."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.core import clock
from app.core.access import COMPANY, allow, principal
from app.core.db import db
from app.core.errors import Refused
from app.directory import queries as directory
from app.interest import queries, services
from app.interest.edge import counting_refusals
from app.interest.forms import MoveForm, PassForm, WorkForm
from app.interest.queries import Lead
from app.interest.services import Work
from app.interest.states import Side
from app.interest.views.base import COMPANY_PEOPLE, TONES, WORDS, bp, do, step_forms, take_step, uuid_or_none
from app.interest.views.sections import in_order, lead_sections
from app.regulatory import queries as regulatory

KEPT = ("entry", "owner", "country", "kind", "due", "names", "q", "sort")
"""What a board is narrowed by, and still is when one comes back to it."""


def _lead(interest_id: UUID) -> Lead:
    return queries.lead(db(), interest_id, principal().organizations(*COMPANY))


@bp.get("/pipeline/<uuid:interest_id>")
@allow(read=COMPANY_PEOPLE)
def lead(interest_id: UUID) -> ResponseReturnValue:
    """Show one interest in the company's entries, as far as the partner lets be known."""
    return _page(_lead(interest_id))


def _page(found: Lead, work: WorkForm | None = None, refused: MoveForm | PassForm | None = None) -> ResponseReturnValue:
    now = clock.now()
    if work is None:
        own = found.work
        work = WorkForm(
            formdata=None,
            data={"next_step": own.next_step, "next_on": own.next_on, "owner": str(own.owner_id or ""),
                  "rating": str(own.rating or ""), "notes": own.notes, "revision": own.revision},
        )  # fmt: skip
        work.owner.choices = _owners(found)
    page = render_template(
        "interest/lead.html", lead=found, history=queries.history(db(), found.id, for_company=True),
        work=work, **step_forms(found.stamp, refused),
        sections=in_order(make(db(), found, now) for make in lead_sections), now=now, today=now.date(), tones=TONES,
        country_names=dict(regulatory.country_choices(db())), **WORDS,
    )  # fmt: skip
    return page, 422 if refused or work.errors else 200


def _owners(found: Lead) -> dict[str, str]:
    entry = directory.entry_row(db(), found.entry_id)
    members = accounts.members(db(), entry.organization_id) if entry and entry.organization_id else []
    return {"": "Nobody yet", **{str(m.user_id): m.name for m in members if m.role in COMPANY}}


@bp.post("/pipeline/<uuid:interest_id>/move")
@allow(write=COMPANY_PEOPLE)
def answer(interest_id: UUID) -> ResponseReturnValue:
    """Take a step as the company, and go back to where the button was."""
    _lead(interest_id)
    refused = take_step(interest_id, Side.COMPANY)
    if request.form.get("back") == "board":
        for said in refused.form_errors if refused else ():
            flash(said, "error")
        narrowed: dict[str, Any] = {name: request.form[name] for name in KEPT if request.form.get(name)}
        return redirect(url_for("interest.pipeline", **narrowed, _anchor=f"lead-{interest_id}"), 303)
    if refused:
        return _page(_lead(interest_id), refused=refused)
    return redirect(url_for("interest.lead", interest_id=interest_id), 303)


@bp.post("/pipeline/<uuid:interest_id>/ask-names")
@allow(write=COMPANY_PEOPLE)
def ask_names(interest_id: UUID) -> ResponseReturnValue:
    """Ask a partner that shows a summary only who it is."""
    _lead(interest_id)
    do(
        lambda session: services.ask_names(
            session, interest_id, actor_id=principal().user_id, expected=uuid_or_none(request.form.get("stamp")),
            now=clock.now(),
        ),
        "Asked. The partner gets a mail and decides.",
    )  # fmt: skip
    return redirect(url_for("interest.lead", interest_id=interest_id), 303)


@bp.post("/pipeline/<uuid:interest_id>/work")
@allow(write=COMPANY_PEOPLE)
def work(interest_id: UUID) -> ResponseReturnValue:
    """Save the company's own side: next step, owner, rating, notes."""
    found, form = _lead(interest_id), WorkForm()
    form.owner.choices = _owners(found)
    if form.validate_on_submit():
        planned = Work(
            form.next_step.data or "", form.next_on.data, uuid_or_none(form.owner.data),
            int(form.rating.data) if form.rating.data else None, form.notes.data or "",
        )  # fmt: skip
        try:
            counting_refusals(
                lambda session: services.work_lead(
                    session, interest_id, planned, actor_id=principal().user_id, expected=form.revision.data,
                    now=clock.now(),
                )
            )  # fmt: skip
        except Refused as refusal:
            form.form_errors.append(refusal.message)
        else:
            return redirect(url_for("interest.lead", interest_id=interest_id, _anchor="own"), 303)
    return _page(found, form)
