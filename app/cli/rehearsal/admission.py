"""Acts of admission: apply, screen, decide, pay, and let the waitlist move."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.accounts import services as accounts
from app.accounts.queries import people
from app.cli.rehearsal.house import House
from app.cli.rehearsal.population import AUTHENTICATION_CARD, GOOD_CARD, Partner
from app.cli.rehearsal.setting import Company
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Refused
from app.payments import calls, settle
from app.payments import queries as payments
from app.payments.gateway import gateway
from app.payments.services import open_page
from app.payments.states import AttemptKind, PaymentMethod, PaymentState
from app.registration import services
from app.registration.models import Registration
from app.registration.rules.application import Aims, ForOrganization, NewOrganization, Owner, Ownership, Part, You
from app.registration.states import DeclineReason, ParticipantType, RegistrationState
from app.regulatory.states import PARTICIPATION_LABELS, Opening, Participation
from app.screening.models import Case, CaseName
from app.screening.services import move_case
from app.screening.states import CaseEvent, CaseState

KIND = "registration"


def apply_all(house: House, summit_id: UUID, partners: Sequence[Partner], companies: Sequence[Company]) -> None:
    """Let every company's people and every partner apply and save a card, an hour apart."""
    for company in companies:
        names = {person.id: person.name for person in people(db(), company.people).values()}
        for user_id in company.people:
            apply_as(house, summit_id, user_id, _company_parts(company, names[user_id]), GOOD_CARD)
    for partner in partners:
        with transaction() as session:
            person = accounts.create_user(
                session, email=partner.email, name=partner.name, verified=True, time_zone=partner.time_zone,
                now=clock.now(),
            )  # fmt: skip
            user_id = person.id
        apply_as(house, summit_id, user_id, _partner_parts(partner), partner.card, _partner_answers(partner))
        clock.advance(timedelta(hours=1))
    house.settle()


def _company_parts(company: Company, name: str) -> list[Part]:
    return [
        You(ParticipantType.COMPANY, name, "Head of Partnerships", "US"),
        ForOrganization(organization_id=company.organization_id),
        Aims(seeks=(Participation.EQUITY,), offers=(Opening.PAYLOAD,)),
        Ownership(),
    ]


def _partner_parts(partner: Partner) -> list[Part]:
    new = NewOrganization(partner.organization, partner.kind, partner.country)
    owners = tuple(Owner(name, is_person=True, country=partner.country, share=40) for name in partner.owners)
    return [
        You(ParticipantType.PARTNER, partner.name, partner.job_title, partner.country),
        ForOrganization(new=new),
        Aims(seeks=partner.seeks, offers=partner.offers, band=partner.band),
        Ownership(owners),
    ]


def _partner_answers(partner: Partner) -> dict[str, Any]:
    """Return what a partner answers to the shipped questions; a few have invested before or need an interpreter."""
    sought = " and ".join(PARTICIPATION_LABELS[one].lower() for one in partner.seeks)
    answers: dict[str, Any] = {
        "objectives": f"We look for {sought}, and want to meet the people who build it.",
        "earlier": partner.number % 3 == 0, "interpreter": partner.number % 5 == 0,
    }  # fmt: skip
    if answers["earlier"]:
        answers["earlier_which"] = "A share in a made-up launch company, in 2023."
    if answers["interpreter"]:
        answers["interpreter_languages"] = "English and the language of my country"
    return answers


def apply_as(
    house: House, summit_id: UUID, user_id: UUID, parts: list[Part], card: str | None,
    answers: dict[str, Any] | None = None,
) -> UUID:  # fmt: skip
    """Let a person fill in and submit an application, and save a card if they pay by one; return its id."""
    with transaction() as session:
        registration_id = services.start_registration(session, summit_id, user_id, now=clock.now()).id
    for part in parts:
        with transaction() as session:
            services.save_draft(session, registration_id, part, actor_id=user_id, now=clock.now())
    if answers:
        with transaction() as session:
            services.save_questions(session, registration_id, answers, actor_id=user_id, now=clock.now())
    with transaction() as session:
        services.submit(session, registration_id, actor_id=user_id, now=clock.now())
    if card is not None:
        fill_in_page(house, registration_id, AttemptKind.CARD_PAGE, card)
    return registration_id


def fill_in_page(house: House, registration_id: UUID, kind: AttemptKind, card: str) -> None:
    """Do what a payer does: open the provider's page, type the card, answer the bank if it asks."""
    owed = payments.payment_for(db(), KIND, registration_id)
    if owed is None or owed.payer_id is None:
        raise LookupError(f"Registration {registration_id} has no payment to open a page for.")
    with transaction() as session:
        attempt_id = open_page(session, owed.id, kind, payer_id=owed.payer_id, now=clock.now()).id
    wanted = calls.page_wanted(db(), attempt_id, success_url="http://localhost/", cancel_url="http://localhost/")
    page = gateway().open_page(wanted)
    with transaction() as session:
        settle.note_page(session, attempt_id, page)
    shown = house.sandbox.fill_in(page.url, card)
    if shown.location and "authenticate" in shown.location:
        house.sandbox.authenticate(page.url)


def screen_all(house: House, *, listed_names: Sequence[str], leave: int = 0) -> int:
    """Let two screeners judge every open case but the last `leave`: bearers of a listed name are confirmed.

    Returns how many cases there were.
    """
    house.settle()
    held = db().execute(
        select(Case.id, Case.hit_count).where(Case.state == CaseState.OPEN).order_by(Case.opened_at, Case.title)
    )
    listed = set(listed_names)
    cases = [(row.id, _names_of(row.id)) for row in held.all()]
    for case_id, names in cases[: len(cases) - leave]:
        bears = bool(listed & names)
        event = CaseEvent.CONFIRM if bears else CaseEvent.CLEAR
        reason = "Name, country and date of birth agree." if bears else "Another person: the birth dates differ."
        for screener in ("screener", "second-screener"):
            with transaction() as session:
                move_case(session, case_id, event, actor_id=house.staff[screener], reason=reason, now=clock.now())
    house.settle()
    return len(cases)


def _names_of(case_id: UUID) -> set[str]:
    return set(db().scalars(select(CaseName.name).where(CaseName.case_id == case_id)))


def decide_all(house: House, summit_id: UUID, *, leave: int = 0) -> None:
    """Let the reviewer decide applications, oldest first and all but the last `leave`.

    Where screening had seen a possible hit an organizer agrees. What fits no pool goes to the waitlist; what
    screening has not decided is left alone.
    """
    reviewer = house.staff["reviewer"]
    in_review = _in_state(summit_id, RegistrationState.IN_REVIEW)
    for registration_id in in_review[: len(in_review) - leave]:
        screened = _case_state(registration_id)
        if screened is CaseState.CONFIRMED_MATCH:
            with transaction() as session:
                services.decline(
                    session, registration_id, reason=DeclineReason.SCREENING, actor_id=reviewer, now=clock.now()
                )
        if screened is not CaseState.CLEARED:
            continue
        try:
            approve(house, registration_id)
        except services.PoolFull as full:
            with transaction() as session:
                services.put_on_waitlist(
                    session, registration_id, actor_id=reviewer, now=clock.now(), words=full.message
                )
    house.settle()


def approve(house: House, registration_id: UUID) -> None:
    """Let the reviewer approve, or propose it to an organizer where two must agree."""
    reviewer, organizer = house.staff["reviewer"], house.staff["organizer"]
    try:
        with transaction() as session:
            services.approve(session, registration_id, actor_id=reviewer, now=clock.now(), max_list_age_days=None)
    except services.NeedsSecondReviewer:
        with transaction() as session:
            services.propose_approval(
                session, registration_id, actor_id=reviewer, now=clock.now(), max_list_age_days=None
            )
        with transaction() as session:
            services.approve(session, registration_id, actor_id=organizer, now=clock.now(), max_list_age_days=None)


def _case_state(registration_id: UUID) -> CaseState | None:
    return db().scalar(select(Case.state).where(Case.subject_kind == KIND, Case.subject_id == registration_id))


def _in_state(summit_id: UUID, state: RegistrationState) -> list[UUID]:
    wanted = select(Registration.id).where(Registration.summit_id == summit_id, Registration.state == state)
    return list(db().scalars(wanted.order_by(Registration.number)))


def pay_all(house: House, summit_id: UUID) -> None:
    """Let payers answer their bank; half of those without money bring another card, the others let the date pass."""
    for registration_id in _in_state(summit_id, RegistrationState.PAYMENT_DUE):
        owed = payments.payment_for(db(), KIND, registration_id)
        if owed is None or owed.method is not PaymentMethod.CARD:
            continue
        if owed.state is PaymentState.REQUIRES_ACTION and owed.failure is None:
            fill_in_page(house, registration_id, AttemptKind.PAY_PAGE, AUTHENTICATION_CARD)
        elif house.draw.random() < 0.5:
            fill_in_page(house, registration_id, AttemptKind.PAY_PAGE, GOOD_CARD)
    house.settle()


def move_waitlist(house: House, summit_id: UUID) -> None:
    """Let deadlines pass until no place is on offer; whoever is offered one accepts within the day."""
    for _round in range(6):
        house.wait(timedelta(days=8))
        for registration_id in _in_state(summit_id, RegistrationState.OFFERED):
            user_id = db().scalar(select(Registration.user_id).where(Registration.id == registration_id))
            try:
                with transaction() as session:
                    services.accept_offer(
                        session, registration_id, actor_id=user_id or registration_id, now=clock.now(),
                        max_list_age_days=None,
                    )  # fmt: skip
            except Refused:
                continue
        house.settle()
