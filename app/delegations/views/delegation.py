"""One delegation: who is in it, where each stands, what is missing; endorse and pay for several at once."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.delegations import services
from app.delegations.forms import ChosenForm, WordsForm
from app.delegations.queries.pages import delegates
from app.delegations.states import ENDORSEMENT_LABELS, Endorsement, EndorsementEvent
from app.delegations.views.blueprint import TONES, Open, bp, opened
from app.registration.states import TYPE_LABELS
from app.regulatory.queries import country_choices

DONE = {
    EndorsementEvent.ENDORSE: "endorsed",
    EndorsementEvent.RESERVE: "put in reserve",
    EndorsementEvent.REFUSE: "not endorsed",
    EndorsementEvent.WITHDRAW: "waiting for your word again",
}
PAY, PAY_NOT = "pay", "pay-not"


@bp.route("/delegations/<uuid:delegation_id>", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def delegation(delegation_id: UUID) -> ResponseReturnValue:
    """Show a delegation; a search is sent as a form, as what is typed there is a name."""
    words = WordsForm()
    searched = (words.words.data or "").strip() if words.validate_on_submit() else ""
    return _page(opened(delegation_id), ChosenForm(formdata=None), words, searched)


def _page(of: Open, form: ChosenForm, words: WordsForm, searched: str = "") -> ResponseReturnValue:
    asked = request.args.get("endorsement", "")
    endorsement = Endorsement(asked) if asked in list(Endorsement) else None
    page = delegates(db(), of.summit, of.id, endorsement=endorsement, words=searched, number=page_number())
    wrong = form.errors or words.errors
    return render_template(
        "delegations/delegation.html", of=of, page=page, form=form if form.errors else words, chosen_form=form,
        words_form=words, searched=searched, endorsement=endorsement, labels=ENDORSEMENT_LABELS, tones=TONES,
        types=TYPE_LABELS, countries=dict(country_choices(db())), chosen=set(form.chosen.data or ()),
    ), 422 if wrong else 200  # fmt: skip


@bp.post("/delegations/<uuid:delegation_id>/decide")
@allow(write=SIGNED_IN)
def decide(delegation_id: UUID) -> ResponseReturnValue:
    """Endorse, refuse or take back several delegates, or pay for them; all or none."""
    of, form, act = opened(delegation_id, to_change=True), ChosenForm(), request.form.get("act", "")
    if form.validate_on_submit() and (act in list(EndorsementEvent) or act in (PAY, PAY_NOT)):
        try:
            said = _act(of, form, act)
        except NotFound:
            raise
        except (DomainError, ValueError) as refusal:
            form.form_errors.append(getattr(refusal, "message", "Choose people from the list."))
        else:
            flash(said, "success")
            return redirect(url_for("delegations.delegation", delegation_id=of.id), 303)
    elif not form.errors:
        form.form_errors.append("Choose what to do with the people you ticked.")
    return _page(of, form, WordsForm(formdata=None))


def _act(of: Open, form: ChosenForm, act: str) -> str:
    chosen, actor_id = [UUID(one) for one in form.chosen.data], principal().user_id
    with transaction() as session:
        if act in (PAY, PAY_NOT):
            count = services.pay_for(session, of.id, chosen, act == PAY, actor_id=actor_id, now=clock.now())
            done = "paid for by your organization" if act == PAY else "paying themselves"
        else:
            event = EndorsementEvent(act)
            count = services.decide(
                session, of.id, chosen, event, actor_id=actor_id, now=clock.now(), reason=form.reason.data or ""
            )
            done = DONE[event]
    return f"{count} {'person is' if count == 1 else 'people are'} {done}."
