"""Edit the summit's settings: first a preview of what changes and for whom, then a new version."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import allow, principal
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.registration import queries, services
from app.registration.forms.summit import SummitForm
from app.registration.forms.summit_filled import filled_from, first_proposal
from app.registration.queries import SummitView
from app.registration.queries.summit_versions import effects_on_pools
from app.registration.rules.changes import Change, changes
from app.registration.rules.effects import Effect, PoolChange
from app.registration.rules.example import Applicant, Example, NotPossible, what_one_gets
from app.registration.rules.reading import UnfitSettings
from app.registration.rules.stored import read_summit
from app.registration.rules.summit import SummitSettings
from app.registration.rules.words import pool_title
from app.registration.states import ParticipantType
from app.registration.views.blueprint import bp
from app.registration.views.summit import ORGANIZERS
from app.regulatory.queries import country_choices


@dataclass(frozen=True, slots=True)
class Preview:
    """What saving would change, what that does to pools, what a made-up applicant would get now and then."""

    changes: list[Change]
    pools: list[tuple[str, PoolChange]]
    now: Example | None
    then: Example | None
    not_possible: str
    drawn_from: str

    @property
    def is_refused(self) -> bool:
        return any(change.effect is Effect.REFUSED for _title, change in self.pools)


@bp.route("/summit/edit", methods=["GET", "POST"])
@allow(read=ORGANIZERS, write=ORGANIZERS)
def edit_summit() -> ResponseReturnValue:
    """Edit the settings; the first summit is set up here, too."""
    found = queries.current_summit(db())
    form = SummitForm(data=filled_from(found.settings, found.version) if found else first_proposal())
    step = request.form.get("step", "")
    if step.startswith("more:"):
        form.add_rows(step.removeprefix("more:"))
        return _page(form, found, None)
    preview: Preview | None = None
    if form.validate_on_submit() and (wanted := _read(form)):
        preview = _preview(form, found, wanted)
        if step == "save" and (found is None or preview.changes) and _saved(form, found, wanted):
            return redirect(url_for("registration.summit"), 303)
    return _page(form, found, preview)


def _page(form: SummitForm, found: SummitView | None, preview: Preview | None) -> ResponseReturnValue:
    form.know_countries(country_choices(db()))
    code = 422 if form.errors else 200
    return render_template("registration/summit_edit.html", summit=found, form=form, preview=preview), code


def _read(form: SummitForm) -> SummitSettings | None:
    try:
        return read_summit(form.plain())
    except UnfitSettings as unfit:
        form.show(unfit.faults)
        return None


def _saved(form: SummitForm, found: SummitView | None, wanted: SummitSettings) -> bool:
    key = found.key if found else f"{wanted.name.casefold().replace(' ', '-')[:50]}-{wanted.days[0].year}"
    try:
        with transaction() as session:
            made = services.configure_summit(
                session, wanted, key=key, actor_id=principal().user_id, now=clock.now(),
                seen_version=int(form.seen_version.data),
            )  # fmt: skip
    except services.ChangedMeanwhile as refusal:
        form.form_errors.append(_compare_with_theirs(form, found) if found else refusal.message)
        return False
    except DomainError as refusal:
        form.form_errors.append(refusal.message)
        return False
    if found is None:
        flash("The summit is set up. People can apply from the day applications open.", "success")
    else:
        flash(f"Saved as version {made.version}. Applications already submitted keep their terms.", "success")
    return True


def _compare_with_theirs(form: SummitForm, theirs: SummitView) -> str:
    """Let the next save go on from what somebody else saved meanwhile, and say how."""
    form.seen_version.data = str(theirs.version)
    return (
        f"Somebody else changed these settings meanwhile: version {theirs.version} is in force. Nothing you entered is "
        "lost. Below it is compared with theirs: put back what you do not mean to change, then save."
    )


def _preview(form: SummitForm, found: SummitView | None, wanted: SummitSettings) -> Preview:
    who = _who(form, wanted)
    now, _why = _example(found.settings, who) if found else (None, "")
    then, not_possible = _example(wanted, who)
    names = dict(country_choices(db()))
    drawn = [f"{pool_title(p.kind, p.key, names)} ({p.capacity})" for p in then.pools] if then else []
    return Preview(
        changes=changes(found.settings, wanted) if found else [],
        pools=effects_on_pools(db(), found.id, found.settings, wanted) if found else [],
        now=now, then=then, not_possible=not_possible, drawn_from=", ".join(drawn),
    )  # fmt: skip


def _who(form: SummitForm, wanted: SummitSettings) -> Applicant:
    applies = form.trial_applies.data or wanted.registration_opens
    return Applicant(
        participant_type=ParticipantType(form.trial_type.data or ParticipantType.PARTNER),
        country=(form.trial_country.data or "")[:2],
        currency=(form.trial_currency.data or "").strip().upper() or wanted.currency,
        applies_on=applies,
        withdraws_on=form.trial_withdraws.data or applies,
    )


def _example(settings: SummitSettings, who: Applicant) -> tuple[Example | None, str]:
    try:
        return what_one_gets(settings, who), ""
    except NotPossible as reason:
        return None, str(reason)
