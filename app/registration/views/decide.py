"""One application at the vetting desk: read it, decide, word the letter, undo, go to the next."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.core import clock
from app.core.access import Role, allow, principal
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.core.states import words
from app.registration import services
from app.registration.forms.desk import (
    AFTER_ALL,
    CANCELLABLE,
    POSSIBLE,
    Decision,
    DecisionForm,
    LetterForm,
    UndoForm,
)
from app.registration.limits import list_age_limit
from app.registration.queries import RegistrationRow, Section, SummitView
from app.registration.queries.desk import DeskPage
from app.registration.queries.desk_list import Neighbours, neighbours
from app.registration.queries.letters import letters_of, words_in_force
from app.registration.queries.moves import has_moved
from app.registration.rules.application import ownership_from, you_from
from app.registration.rules.in_words import OPENING_WORDS
from app.registration.rules.letters import SHIPPED, Letter, Words, faults, fill, placeholders
from app.registration.services.letters import facts_for
from app.registration.states import LETTER_LABELS, TYPE_LABELS, LetterKind, RegistrationState
from app.registration.views.asked import asked_and_changed
from app.registration.views.blueprint import bp, summit_now
from app.registration.views.desk_shared import DESK, TONES, Shown, about, back_to, found_page, shown_through
from app.regulatory.states import PARTICIPATION_LABELS

sections: list[Callable[[Session, RegistrationRow], Section | None]] = []
"""What other rooms tell the desk beside an application; filled where the rooms are put together. None adds nothing."""

KINDS: dict[Decision, LetterKind] = {
    Decision.WAITLIST: LetterKind.WAITLISTED,
    Decision.ASK: LetterKind.QUESTION,
    Decision.DECLINE: LetterKind.DECLINED,
}


def _possible(page: DeskPage) -> list[Decision]:
    """Return what this reader may decide now; where two must agree, approving begins as a proposal."""
    if page.letter is not None and page.registration.state is not RegistrationState.APPROVED:
        return []
    possible = list(POSSIBLE.get(page.registration.state, []))
    if page.needs_two and page.proposal is None and Decision.APPROVE in possible:
        possible[possible.index(Decision.APPROVE)] = Decision.PROPOSE
    if page.proposal is not None and page.proposal.by_id == principal().user_id and Decision.APPROVE in possible:
        possible.remove(Decision.APPROVE)
    return possible


@bp.route("/registrations/<uuid:registration_id>", methods=["GET", "POST"])
@allow(read=DESK, write=DESK)
def registration(registration_id: UUID) -> ResponseReturnValue:
    """One application, and the decision about it."""
    summit = summit_now()
    through, at = shown_through()
    page = found_page(summit, registration_id)
    form = DecisionForm(data={"seen_moves": page.registration.moves, "priority": 0})
    _offer(form, page)
    if form.is_submitted() and has_moved(db(), registration_id, form.seen_moves.data or 0):
        return _anew(summit, page, form, through, at)
    if form.validate_on_submit():
        if request.form.get("step") == "letter" and Decision(form.decision.data) is not Decision.PROPOSE:
            return _word(summit, page, form, through, at, 200)
        try:
            _decide(registration_id, form)
        except services.MovedMeanwhile:
            return _anew(summit, found_page(summit, registration_id), form, through, at)
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
            page = found_page(summit, registration_id)
            if form.wording is not None:
                return _word(summit, page, form, through, at, 422)
        else:
            flash(_said(summit, Decision(form.decision.data)), "success")
            return _onward(summit, registration_id, through, at)
    return _render(summit, page, form, through, at, 422 if form.errors else 200)


def _offer(form: DecisionForm, page: DeskPage) -> list[Decision]:
    """Offer, and return, what this reader may decide now."""
    possible = [*_possible(page), *AFTER_ALL.get(page.registration.state, [])]
    form.offer(possible, page.reasons)
    return possible


def _anew(
    summit: SummitView, page: DeskPage, form: DecisionForm, through: Shown, at: int | None
) -> ResponseReturnValue:
    """Show an application that moved meanwhile as it is now, with what was typed, so that it can be decided again."""
    form.seen_moves.data = page.registration.moves
    possible = _offer(form, page)
    told = "This application has moved since you opened the page. Its history says what happened."
    if possible:
        told += " What you typed is kept: look at it as it is now, then decide."
    elif said := (form.words.data or "").strip():
        told += f" Nothing can be decided about it now, and you had written: {said}"
    form.form_errors.append(told)
    if form.wording is not None and form.decision.data in possible:
        return _word(summit, page, form, through, at, 422)
    return _render(summit, page, form, through, at, 422)


def _said(summit: SummitView, decision: Decision) -> str:
    if decision is Decision.PROPOSE:
        return "The approval is proposed. Another reviewer confirms it."
    if summit.settings.decision_delay_minutes:
        return (
            f"The decision has been recorded. Its letter leaves in {summit.settings.decision_delay_minutes} minutes; "
            "until then you can undo it."
        )
    return "The decision has been recorded and the applicant is told."


def _onward(summit: SummitView, registration_id: UUID, through: Shown, at: int | None) -> ResponseReturnValue:
    """Go to the next application of the view when the reviewer asked for that, else stay."""
    if request.form.get("then") == "next" and at:
        looking = about(summit)
        around = neighbours(db(), looking, through.filter, at=at, registration_id=registration_id)
        if around.after is not None:
            return back_to(around.after[1], through, around.after[0])
        flash("That was the last application of this view.", "info")
        return redirect(url_for("registration.registrations", **through.args), 303)
    return back_to(registration_id, through, at)


def _render(
    summit: SummitView, page: DeskPage, form: DecisionForm, through: Shown, at: int | None, code: int
) -> ResponseReturnValue:
    mine, looking = page.registration, about(summit)
    may_cancel = Role.ORGANIZER in principal().roles and mine.state in CANCELLABLE and not page.is_own
    around = Neighbours(None, None)
    if at:
        around = neighbours(db(), looking, through.filter, at=at, registration_id=mine.id)
    return render_template(
        "registration/registration.html", summit=summit, page=page, mine=mine, form=form, facts=_facts(page),
        may_decide=bool(_possible(page)), after_all=AFTER_ALL.get(mine.state, []), may_cancel=may_cancel, tones=TONES,
        words=words, type_labels=TYPE_LABELS, shown=through, at=at, around=around, undo_form=UndoForm(),
        args=through.args | ({"at": str(at)} if at else {}), reader_id=principal().user_id, now=clock.now(),
        may_undo=page.letter is not None and clock.now() < page.letter.leaves_at and not page.is_own,
        may_reconsider=mine.state is RegistrationState.DECLINED and page.letter is None and not page.is_own,
        **asked_and_changed(page), sections=[made for make in sections if (made := make(db(), mine))],
    ), code  # fmt: skip


def _decide(registration_id: UUID, form: DecisionForm) -> None:
    said = (form.words.data or "").strip()
    common: dict[str, Any] = {
        "actor_id": principal().user_id, "now": clock.now(), "seen_moves": form.seen_moves.data,
    }  # fmt: skip
    worded = common | {"wording": form.wording}
    with transaction() as session:
        match Decision(form.decision.data):
            case Decision.APPROVE:
                services.approve(
                    session, registration_id, words=said, max_list_age_days=list_age_limit(),
                    over_target_reason=form.over_target_reason.data or "", **worded,
                )  # fmt: skip
            case Decision.PROPOSE:
                services.propose_approval(
                    session, registration_id, words=said, max_list_age_days=list_age_limit(), **common
                )
            case Decision.WAITLIST:
                services.put_on_waitlist(
                    session, registration_id, words=said, priority=form.priority.data or 0, **worded
                )
            case Decision.ASK:
                services.ask(session, registration_id, said, **worded)
            case Decision.DECLINE:
                services.decline(session, registration_id, reason=form.reason.data, words=said, **worded)


def _word(
    summit: SummitView, page: DeskPage, form: DecisionForm, through: Shown, at: int | None, code: int
) -> ResponseReturnValue:
    """Show the letter of a decision that is about to be taken, to be worded for this one application."""
    kind = _kind(page, Decision(form.decision.data))
    wording = form.wording or words_in_force(db(), summit.id, kind)
    form.subject.data, form.body.data = wording.subject, wording.body
    chosen = next((reason for reason in page.reasons if reason.key == form.reason.data), None)
    said = form.words.data or ""
    own = {"words": said, "reason": chosen.public_words if chosen else "", "question": said}
    return render_template(
        "registration/decision_letter.html", summit=summit, page=page, mine=page.registration, form=form, kind=kind,
        preview=_preview(summit, page, kind, wording, own), placeholders=placeholders(kind),
        faults=faults(kind, wording), args=through.args | ({"at": str(at)} if at else {}),
    ), code  # fmt: skip


def _kind(page: DeskPage, decision: Decision) -> LetterKind:
    if decision is Decision.APPROVE:
        terms = page.registration.terms
        return LetterKind.APPROVED if terms and terms.price_cents else LetterKind.CONFIRMED
    return KINDS[decision]


def _preview(summit: SummitView, page: DeskPage, kind: LetterKind, wording: Words, own: dict[str, Any]) -> Letter:
    return fill(wording, facts_for(summit.settings, page, kind, own, now=clock.now()))


@bp.route("/registrations/<uuid:registration_id>/letter", methods=["GET", "POST"])
@allow(read=DESK, write=DESK)
def decision_letter(registration_id: UUID) -> ResponseReturnValue:
    """The letter that waits: read it as it will leave, word it anew, or go back to the words in force."""
    summit = summit_now()
    through, at = shown_through()
    page = found_page(summit, registration_id)
    letter = page.letter
    if letter is None:
        raise NotFound("No letter waits for this application. It has left, or the decision was undone.")
    wording = letter.wording or words_in_force(db(), summit.id, letter.kind)
    form = LetterForm(data={"subject": wording.subject, "body": wording.body})
    if request.form.get("step") == "template" or form.validate_on_submit():
        own_words = None if request.form.get("step") == "template" else form.wording
        if request.form.get("step") != "preview":
            try:
                with transaction() as session:
                    services.reword_letter(
                        session, registration_id, own_words, actor_id=principal().user_id, now=clock.now()
                    )
            except DomainError as refusal:
                _show_faults(form, letter.kind, refusal)
            else:
                flash("The letter is worded as you wrote it.", "success")
                return back_to(registration_id, through, at)
        else:
            _show_faults(form, letter.kind, None)
    return render_template(
        "registration/letter.html", summit=summit, page=page, mine=page.registration, form=form, letter=letter,
        kind=letter.kind, preview=_preview(summit, page, letter.kind, form.wording, dict(letter.facts)),
        placeholders=placeholders(letter.kind), shipped=SHIPPED[letter.kind],
        args=through.args | ({"at": str(at)} if at else {}),
    ), 422 if form.errors else 200  # fmt: skip


def _show_faults(form: LetterForm, kind: LetterKind, refusal: DomainError | None) -> None:
    """Show what is wrong with the words at their fields, and any other refusal at the top."""
    found = faults(kind, form.wording)
    for fault in found:
        field = getattr(form, fault.field)
        field.errors = [*field.errors, fault.message]
    if refusal is not None and not found:
        form.form_errors.append(refusal.message)


@bp.get("/registrations/<uuid:registration_id>/letters")
@allow(read=DESK)
def sent_letters(registration_id: UUID) -> ResponseReturnValue:
    """Every letter about a decision on an application: sent, waiting or dropped."""
    summit = summit_now()
    page = found_page(summit, registration_id)
    return render_template(
        "registration/sent_letters.html", summit=summit, page=page, mine=page.registration, labels=LETTER_LABELS,
        letters=letters_of(db(), registration_id),
    )  # fmt: skip


@bp.post("/registrations/<uuid:registration_id>/undo")
@allow(write=DESK)
def undo_decision(registration_id: UUID) -> ResponseReturnValue:
    """Undo the decision while its letter has not left."""
    summit, form = summit_now(), UndoForm()
    through, at = shown_through()
    found_page(summit, registration_id)
    form.validate_on_submit()
    with transaction() as session:
        services.undo(
            session, registration_id, actor_id=principal().user_id, now=clock.now(), reason=form.reason.data or ""
        )
    flash("The decision is undone. The application is in review again and nobody was told.", "success")
    return back_to(registration_id, through, at)


def _facts(page: DeskPage) -> list[tuple[str, str]]:
    mine, countries = page.registration, page.countries
    said, owned = you_from(mine.answers), ownership_from(mine.answers)
    owners = "; ".join(
        f"{o.name} ({countries.get(o.country, o.country)}{f', {o.share} %' if o.share else ''})" for o in owned.owners
    )
    return [
        ("Type", TYPE_LABELS[mine.participant_type] if mine.participant_type else ""),
        ("Name in passport", said.full_name if said else page.name),
        ("Job title", said.job_title if said else ""),
        ("Citizenship", countries.get(said.citizenship, said.citizenship) if said else ""),
        ("E-mail", page.email),
        ("Organization", f"{page.organization}, {countries.get(mine.country or '', mine.country or '')}"),
        ("Website", page.website or "None given"),
        ("State-owned", "Yes" if owned.is_state_owned else "No"),
        ("Owners of a quarter or more", owners or "None named"),
        ("Takes part in", ", ".join(PARTICIPATION_LABELS[p] for p in mine.seeks) or "Nothing named"),
        ("Offers", ", ".join(OPENING_WORDS[o] for o in mine.offers) or "Nothing named"),
    ]
