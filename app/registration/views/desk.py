"""The vetting desk."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.services import require_recent_sign_in
from app.core import clock
from app.core.access import Role, allow, holders, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.core.states import words
from app.registration import queries, services
from app.registration.forms.apply import OPENING_WORDS
from app.registration.forms.desk import CANCELLABLE, POSSIBLE, CancelForm, Decision, DecisionForm
from app.registration.limits import list_age_limit
from app.registration.queries import SummitView
from app.registration.queries.desk import ORDERS, DeskFilter, DeskPage
from app.registration.rules.application import ownership_from, you_from
from app.registration.states import (
    DECLINE_LABELS,
    TYPE_LABELS,
    UNDECIDED,
    DeclineReason,
    ParticipantType,
    RegistrationState,
)
from app.registration.views.blueprint import bp, summit_now
from app.regulatory.queries import country_choices
from app.regulatory.states import PARTICIPATION_LABELS

DESK = holders(Role.REVIEWER, Role.ORGANIZER)
ORGANIZERS = holders(Role.ORGANIZER)
WAITING = "undecided"  # of the filter: every state that waits for a decision
TONES = {
    RegistrationState.CONFIRMED: "good", RegistrationState.APPROVED: "good", RegistrationState.PAYMENT_DUE: "warn",
    RegistrationState.OFFERED: "warn", RegistrationState.NEEDS_INFORMATION: "warn",
    RegistrationState.WAITLISTED: "info", RegistrationState.IN_REVIEW: "info", RegistrationState.DECLINED: "bad",
}  # fmt: skip


def _filter() -> DeskFilter:
    state, kind = request.args.get("state", ""), request.args.get("type", "")
    sort = request.args.get("sort", "waiting")
    return DeskFilter(
        state=RegistrationState(state) if state in list(RegistrationState) else None,
        undecided=state == WAITING,
        participant_type=ParticipantType(kind) if kind in list(ParticipantType) else None,
        market=request.args.get("market", "")[:2],
        search=request.args.get("q", "").strip()[:100],
        sort=sort if sort in ORDERS else "waiting",
    )


@bp.get("/registrations")
@allow(read=DESK)
def registrations() -> ResponseReturnValue:
    """The applications, filtered, searched, sorted, 25 a page."""
    summit, wanted = summit_now(), _filter()
    number = page_number()
    chosen = {
        "state": WAITING if wanted.undecided else wanted.state, "type": wanted.participant_type,
        "market": wanted.market, "q": wanted.search, "sort": wanted.sort,
    }  # fmt: skip
    counts = queries.counts_by_state(db(), summit.id)
    return render_template(
        "registration/desk.html", summit=summit, wanted=wanted, chosen={k: v for k, v in chosen.items() if v},
        page=queries.desk(db(), summit, wanted, number=number, now=clock.now()),
        counts=counts, counts_waiting=sum(counts.get(state, 0) for state in UNDECIDED),
        markets=queries.markets(db(), summit.id),
        states=[s for s in RegistrationState if s is not RegistrationState.DRAFT], types=TYPE_LABELS, tones=TONES,
        words=words, waiting=WAITING, countries=dict(country_choices(db())),
    )  # fmt: skip


def _found(summit: SummitView, registration_id: UUID) -> DeskPage:
    page = queries.desk_page(db(), summit, registration_id, reader_id=principal().user_id, now=clock.now())
    if page is None:
        raise NotFound("That application does not exist.")
    return page


@bp.route("/registrations/<uuid:registration_id>", methods=["GET", "POST"])
@allow(read=DESK, write=DESK)
def registration(registration_id: UUID) -> ResponseReturnValue:
    """One application, and the decision about it."""
    summit = summit_now()
    page = _found(summit, registration_id)
    form = DecisionForm(data={"seen_moves": page.registration.moves, "priority": 0})
    form.offer(page.registration.state)
    if form.validate_on_submit():
        try:
            _decide(registration_id, form)
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
            page = _found(summit, registration_id)
        else:
            flash("The decision has been recorded and the applicant is told.", "success")
            return redirect(url_for("registration.registration", registration_id=registration_id), 303)
    return _render(summit, page, form, 422 if form.errors else 200)


def _render(summit: SummitView, page: DeskPage, form: DecisionForm, code: int) -> ResponseReturnValue:
    mine = page.registration
    may_cancel = Role.ORGANIZER in principal().roles and mine.state in CANCELLABLE and not page.is_own
    return render_template(
        "registration/registration.html", summit=summit, page=page, mine=mine, form=form, facts=_facts(page),
        may_decide=mine.state in POSSIBLE, may_cancel=may_cancel, tones=TONES, words=words,
        decline_labels=DECLINE_LABELS, type_labels=TYPE_LABELS,
    ), code  # fmt: skip


def _decide(registration_id: UUID, form: DecisionForm) -> None:
    said = (form.words.data or "").strip()
    common: dict[str, Any] = {
        "actor_id": principal().user_id, "now": clock.now(), "seen_moves": form.seen_moves.data,
    }  # fmt: skip
    with transaction() as session:
        match Decision(form.decision.data):
            case Decision.APPROVE:
                services.approve(session, registration_id, words=said, max_list_age_days=list_age_limit(), **common)
            case Decision.WAITLIST:
                services.put_on_waitlist(
                    session, registration_id, words=said, priority=form.priority.data or 0, **common
                )
            case Decision.ASK:
                services.ask(session, registration_id, said, **common)
            case Decision.DECLINE:
                services.decline(session, registration_id, reason=DeclineReason(form.reason.data), words=said, **common)


def _facts(page: DeskPage) -> list[tuple[str, str]]:
    mine = page.registration
    countries = dict(country_choices(db()))
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


@bp.route("/registrations/<uuid:registration_id>/cancel", methods=["GET", "POST"])
@allow(read=ORGANIZERS, write=ORGANIZERS)
def cancel(registration_id: UUID) -> ResponseReturnValue:
    """Cancel an application; everything that was paid goes back."""
    page, form = _found(summit_now(), registration_id), CancelForm()
    if form.validate_on_submit():
        require_recent_sign_in(db(), principal().session_id, now=clock.now())  # money goes back
        try:
            with transaction() as session:
                services.cancel(
                    session, registration_id, reason=form.reason.data, actor_id=principal().user_id, now=clock.now()
                )
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("The application is cancelled and the person is told.", "success")
            return redirect(url_for("registration.registration", registration_id=registration_id), 303)
    return render_template("registration/cancel.html", page=page, mine=page.registration, form=form), (
        422 if form.errors else 200
    )
