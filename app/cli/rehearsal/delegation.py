"""A delegation in the demonstration: who speaks for it, whom it endorses, keeps in reserve and pays for."""

from uuid import UUID

from app.accounts import belong, lists
from app.accounts import services as accounts
from app.accounts.states import AskEvent, OrganizationKind
from app.cli.rehearsal import admission
from app.cli.rehearsal.house import House
from app.cli.rehearsal.population import GOOD_CARD
from app.core import clock
from app.core.db import db, transaction
from app.core.money import AmountBand
from app.core.paper import render
from app.delegations import services
from app.delegations.queries.pages import delegates
from app.delegations.rules.people import Named
from app.delegations.states import NOBODY, Endorsement, EndorsementEvent
from app.documents import services as documents
from app.documents.states import Purpose
from app.registration.queries import SummitView
from app.registration.rules.application import Aims, ForOrganization, Ownership, Part, You
from app.registration.services.travel import save_travel
from app.registration.states import ParticipantType
from app.regulatory.states import Opening, Participation

NAME, COUNTRY, ZONE = "Revontuli Space Fund (demonstration)", "FI", "Europe/Helsinki"
LEAD = "Outi Rautavirta"
COMES, PAID_FOR, INVITED = "Sanni Virkkapuro", "Petri Kaarnamäki", "Veera Hietasalmi"
WAITS, RESERVE = "Tuuli Ojanlatva", "Jussi Halkovaara"
TITLES = {
    COMES: "Investment Director", PAID_FOR: "Head of Space Infrastructure", INVITED: "Legal Counsel",
    WAITS: "Analyst", RESERVE: "Adviser",
}  # fmt: skip
AIMS = Aims(
    seeks=(Participation.EQUITY, Participation.PAYLOAD), offers=(Opening.EQUITY,), band=AmountBand.FROM_10M_TO_50M,
    languages=("en",),
)  # fmt: skip


def bring(house: House, summit: SummitView, *, domain: str) -> UUID:
    """Let a made-up fund send its delegation; return who speaks for it.

    One delegate is confirmed and has planned the journey, one is approved and waits for the invoice of the group, one
    was invited, one has applied and waits for endorsement, one is kept in reserve.
    """
    lead = _person(LEAD, domain)
    with transaction() as session:
        organization_id = belong.found_organization(
            session, name=NAME, kind=OrganizationKind.FUND, country=COUNTRY, website="https://revontuli.example",
            user_id=lead, now=clock.now(),
        )  # fmt: skip
        delegation_id = services.open_delegation(session, summit.id, organization_id, actor_id=lead, now=clock.now()).id
    members = {name: _member(name, organization_id, lead, domain) for name in (COMES, PAID_FOR, WAITS, RESERVE)}
    entered = {name: _enter(delegation_id, name, lead, domain) for name in (COMES, PAID_FOR, INVITED)}
    with transaction() as session:
        services.pay_for(session, delegation_id, [entered[PAID_FOR]], True, actor_id=lead, now=clock.now())
        services.prepare(session, delegation_id, entered[INVITED], AIMS, NOBODY, actor_id=lead, now=clock.now())
    _nominate(summit, delegation_id, list(entered.values()), lead)
    cards = {COMES: GOOD_CARD, PAID_FOR: None, WAITS: GOOD_CARD, RESERVE: GOOD_CARD}
    applied = {
        name: admission.apply_as(house, summit.id, members[name], _parts(name, organization_id), card)
        for name, card in cards.items()
    }
    _put_in_reserve(summit, delegation_id, lead)
    house.settle()
    for name in (COMES, PAID_FOR):
        admission.approve(house, applied[name])
    house.settle()
    plan_journey(summit, applied[COMES], members[COMES], consulate="")
    return lead


def endorse_waiting(summit: SummitView, organization_id: UUID, *, actor_id: UUID) -> None:
    """Let whoever speaks for an organization endorse everybody who waits for it."""
    with transaction() as session:
        delegation_id = services.open_delegation(
            session, summit.id, organization_id, actor_id=actor_id, now=clock.now()
        ).id
    waiting = delegates(db(), summit, delegation_id, endorsement=Endorsement.WAITING).items
    if waiting:
        with transaction() as session:
            services.decide(
                session, delegation_id, [row.id for row in waiting], EndorsementEvent.ENDORSE, actor_id=actor_id,
                now=clock.now(),
            )  # fmt: skip


def plan_journey(summit: SummitView, registration_id: UUID, user_id: UUID, *, consulate: str) -> None:
    """Let somebody with a place say when they come; who names a consulate needs a visa."""
    days = summit.settings.days
    answers = {
        "arrival": days[0].isoformat(), "departure": days[-1].isoformat(), "hotel": "Harbor Hotel",
        "visa": bool(consulate), "diet": "vegetarian", "access": ["step_free"],
    }  # fmt: skip
    if consulate:
        answers["consulate"] = consulate
    with transaction() as session:
        save_travel(session, registration_id, answers, actor_id=user_id, seen_edits=0, now=clock.now())


def _address(name: str, domain: str) -> str:
    return f"{name.split()[0].lower()}@revontuli.{domain}"


def _person(name: str, domain: str) -> UUID:
    with transaction() as session:
        return accounts.create_user(
            session, email=_address(name, domain), name=name, verified=True, time_zone=ZONE, now=clock.now()
        ).id


def _member(name: str, organization_id: UUID, lead: UUID, domain: str) -> UUID:
    """Add somebody who asked to join the organization and was let in."""
    user_id = _person(name, domain)
    with transaction() as session:
        belong.ask_to_join(session, organization_id, user_id=user_id, now=clock.now())
    (asked,) = lists.join_requests(db(), organization_id)
    with transaction() as session:
        belong.answer_request(session, organization_id, asked.id, AskEvent.ACCEPT, actor_id=lead, now=clock.now())
    return user_id


def _enter(delegation_id: UUID, name: str, lead: UUID, domain: str) -> UUID:
    person = Named(name, _address(name, domain), TITLES[name], COUNTRY, 1980, ParticipantType.PARTNER)
    with transaction() as session:
        return services.enter(session, delegation_id, person, actor_id=lead, now=clock.now()).id


def _nominate(summit: SummitView, delegation_id: UUID, delegate_ids: list[UUID], lead: UUID) -> None:
    facts = {
        "summit": summit.settings.name, "organization": NAME, "country": COUNTRY, "signed_by": LEAD,
        "dated": f"{clock.now():%d %B %Y}", "people": [COMES, PAID_FOR, INVITED],
    }  # fmt: skip
    content = render("nomination_example", facts, made_at=clock.now())
    letter = documents.check(content, name="Letter of nomination.pdf", purpose=Purpose.NOMINATION_LETTER)
    with transaction() as session:
        services.give_letter(session, delegation_id, letter, delegate_ids, actor_id=lead, now=clock.now())


def _parts(name: str, organization_id: UUID) -> list[Part]:
    return [
        You(ParticipantType.PARTNER, name, TITLES[name], COUNTRY, 1980),
        ForOrganization(organization_id=organization_id),
        AIMS,
        Ownership(),
    ]


def _put_in_reserve(summit: SummitView, delegation_id: UUID, lead: UUID) -> None:
    rows = delegates(db(), summit, delegation_id, endorsement=Endorsement.WAITING).items
    chosen = [row.id for row in rows if row.name == RESERVE]
    with transaction() as session:
        services.decide(session, delegation_id, chosen, EndorsementEvent.RESERVE, actor_id=lead, now=clock.now())
