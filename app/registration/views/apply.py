"""Apply: one page per part, each saved before the next is shown."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from app.accounts import queries as accounts
from app.accounts.states import KIND_LABELS
from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.db import db, transaction
from app.core.errors import InvalidInput, NotFound
from app.core.money import BAND_LABELS, Money
from app.registration import queries, services
from app.registration.forms.apply import (
    OPENING_WORDS,
    OWNER_ROWS,
    AimsForm,
    OrganizationForm,
    OwnershipForm,
    ReviewForm,
    YouForm,
)
from app.registration.forms.choices import choices
from app.registration.queries import RegistrationRow
from app.registration.rules.application import STEP_LABELS, Part, ownership_from, you_from
from app.registration.rules.prices import price_on
from app.registration.states import ENDED, TYPE_LABELS, RegistrationState
from app.registration.views.blueprint import bp, summit_now
from app.regulatory.queries import country_choices
from app.regulatory.states import PARTICIPATION_LABELS

STEPS = ["registration.you", "registration.organization", "registration.aims", "registration.ownership",
         "registration.review"]  # fmt: skip


@bp.get("/apply")
@allow(read=SIGNED_IN)
def apply() -> ResponseReturnValue:
    """Where an application begins, or goes on."""
    summit = summit_now()
    mine = queries.registration_of(db(), summit.id, principal().user_id)
    if mine is not None and mine.state not in ENDED:
        return redirect(_where(mine), 303)
    now = clock.now()
    today = summit.settings.day_of(now)
    price = Money(price_on(summit.price_steps, today), summit.currency) if summit.is_open(now) else None
    return render_template(
        "registration/apply.html",
        summit=summit,
        mine=mine,
        price=price,
        is_open=summit.is_open(now),
        labels=STEP_LABELS,
    )


def _where(mine: RegistrationRow) -> str:
    if mine.state is RegistrationState.DRAFT:
        return url_for(STEPS[min(mine.steps_saved, len(STEPS) - 1)])
    return url_for("registration.status")


@bp.post("/apply")
@allow(write=SIGNED_IN)
def start() -> ResponseReturnValue:
    """Start an application, or go on with the one there is."""
    summit = summit_now()
    with transaction() as session:
        services.start_registration(session, summit.id, principal().user_id, now=clock.now())
    mine = queries.registration_of(db(), summit.id, principal().user_id)
    return redirect(_where(mine) if mine else url_for("registration.apply"), 303)


def _draft() -> RegistrationRow:
    mine = queries.registration_of(db(), summit_now().id, principal().user_id)
    if mine is None or mine.state is not RegistrationState.DRAFT:
        raise NotFound("There is no application of yours to fill in. Open 'Apply' to see where you stand.")
    return mine


def _part_page(number: int, form: FlaskForm, part: Callable[[], Part], **page: Any) -> ResponseReturnValue:
    """Save one part and go to the next, or show the part with what is wrong; `number` counts from 0."""
    mine = _draft()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.save_draft(session, mine.id, part(), actor_id=principal().user_id, now=clock.now())
        except InvalidInput as refusal:
            form.form_errors.append(refusal.message)
        else:
            return redirect(url_for(STEPS[number + 1]), 303)
    before = url_for(STEPS[number - 1]) if number else None
    endpoint = STEPS[number].removeprefix("registration.")
    return render_template(
        f"registration/apply_{endpoint}.html", form=form, labels=STEP_LABELS, current=number + 1, before=before,
        mine=mine, **page,
    ), 422 if form.errors else 200  # fmt: skip


@bp.route("/apply/you", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def you() -> ResponseReturnValue:
    """The person."""
    said = you_from(_draft().answers)
    shown = said or {"full_name": principal().name}
    form = YouForm(obj=said) if said else YouForm(data=shown)
    form.citizenship.choices = choices(country_choices(db()), blank="Choose")
    return _part_page(0, form, form.part)


@bp.route("/apply/organization", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def organization() -> ResponseReturnValue:
    """The organization."""
    chosen = _draft().organization_id
    form = OrganizationForm(data={"choice": str(chosen)} if chosen else {})
    form.offer([(m.organization_id, m.organization_name) for m in principal().memberships])
    form.country.choices = choices(country_choices(db()), blank="Choose")
    return _part_page(1, form, form.part)


@bp.route("/apply/aims", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def aims() -> ResponseReturnValue:
    """What they offer and seek."""
    mine = _draft()
    form = AimsForm(data={
        "seeks": list(mine.seeks), "offers": list(mine.offers), "band": mine.band.value,
        "languages": mine.languages or ["en"],
    })  # fmt: skip
    return _part_page(2, form, form.part)


@bp.route("/apply/ownership", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def ownership() -> ResponseReturnValue:
    """Who stands behind the organization."""
    said = ownership_from(_draft().answers)
    rows = [
        {"name": o.name, "is_person": "yes" if o.is_person else "no", "country": o.country, "share": o.share}
        for o in said.owners
    ]
    rows += [{}] * max(1, OWNER_ROWS - len(rows))
    form = OwnershipForm(data={"is_state_owned": said.is_state_owned, "owners": rows[:8]})
    form.offer(country_choices(db()))
    return _part_page(3, form, form.part)


@bp.route("/apply/review", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def review() -> ResponseReturnValue:
    """Everything once more, the declaration, and off it goes."""
    mine, form = _draft(), ReviewForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.submit(session, mine.id, actor_id=principal().user_id, now=clock.now())
        except InvalidInput as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("Your application has been submitted.", "success")
            return redirect(url_for("registration.card"), 303)
    return render_template(
        "registration/apply_review.html", form=form, labels=STEP_LABELS, current=5, before=url_for(STEPS[3]),
        facts=_facts(mine), steps=STEPS,
    ), 422 if form.errors else 200  # fmt: skip


def _facts(mine: RegistrationRow) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return the application in words, part by part: title, endpoint, facts."""
    said, owned = you_from(mine.answers), ownership_from(mine.answers)
    countries = dict(country_choices(db()))
    found = accounts.organization(db(), mine.organization_id) if mine.organization_id else None
    owners = "; ".join(f"{o.name} ({countries.get(o.country, o.country)})" for o in owned.owners)
    return [
        (STEP_LABELS[0], STEPS[0], [
            ("I come as", TYPE_LABELS[said.participant_type]), ("Name", said.full_name), ("Job title", said.job_title),
            ("Citizenship", countries.get(said.citizenship, said.citizenship)),
        ] if said else []),
        (STEP_LABELS[1], STEPS[1], [
            ("Name", found.name), ("Kind", KIND_LABELS[found.kind]),
            ("Country", countries.get(found.country, found.country)),
        ] if found else []),
        (STEP_LABELS[2], STEPS[2], [
            ("Takes part in", ", ".join(PARTICIPATION_LABELS[p] for p in mine.seeks) or "Nothing named"),
            ("Offers", ", ".join(OPENING_WORDS[o] for o in mine.offers) or "Nothing named"),
            ("Amount", BAND_LABELS[mine.band]),
        ] if mine.steps_saved >= 3 else []),
        (STEP_LABELS[3], STEPS[3], [
            ("State-owned", "Yes" if owned.is_state_owned else "No"), ("Owners of a quarter or more", owners or "None"),
        ] if "ownership" in mine.answers else []),
    ]  # fmt: skip
