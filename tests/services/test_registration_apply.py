"""Configure a summit and apply to it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import Organization, User
from app.core import clock
from app.core.access import Role
from app.core.errors import InvalidInput, NotFound, Refused
from app.notifications.models import OutboxMessage
from app.payments.models import Payment
from app.registration import queries, services
from app.registration.models import Pool, Registration, RegistrationStep, SummitVersion
from app.registration.rules.application import Aims, ForOrganization, NewOrganization, Owner, Ownership, You
from app.registration.rules.prices import terms_on
from app.registration.rules.summit import PoolRule, RefundRule
from app.registration.states import ParticipantType, PoolKind, RegistrationState
from app.regulatory.states import Participation
from app.screening import queries as screening_queries
from app.screening.models import Case, CaseName
from tests.factories import accounts
from tests.factories import registration as make

YOU = You(ParticipantType.PARTNER, "Aiko Tanaka", "Director", "JP", 1980)
NEW = ForOrganization(new=NewOrganization("Kibo Trading", "trading_house", "JP", "https://kibo.example"))
AIMS = Aims(seeks=(Participation.EQUITY,))
OWNED = Ownership((Owner("Tsukuba Holdings", False, "JP", 60),))


def drafted(session, *parts, summit=None) -> Registration:
    summit = summit or make.summit(session)
    person = accounts.user(session)
    draft = services.start_registration(session, summit.id, person.id, now=clock.now())
    for part in parts:
        services.save_draft(session, draft.id, part, actor_id=person.id, now=clock.now())
    return draft


def mails(session) -> list[str]:
    found = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail").order_by(OutboxMessage.number))
    return [row.payload["template"] for row in found]


def test_a_change_of_settings_is_a_new_version_and_the_old_one_stays(session):
    first = make.summit(session)
    second = make.summit(session, tables=30)
    kept = session.scalars(select(SummitVersion).order_by(SummitVersion.version)).all()
    assert (first.id, second.version, second.tables) == (second.id, 2, 30)
    assert [row.settings["tables"] for row in kept] == [20, 30]


@pytest.mark.check("L4")
def test_settings_edited_meanwhile_are_not_overwritten(session):
    make.summit(session)
    make.summit(session, tables=30)
    with pytest.raises(services.ChangedMeanwhile):
        services.configure_summit(
            session, make.settings(tables=5), key="leo-2027", actor_id=None, now=clock.now(), seen_version=1
        )


def test_a_pool_cannot_be_made_smaller_than_what_is_taken(session):
    summit = make.summit(session)
    for _ in range(3):
        make.registration(session, summit=summit)
    smaller = (PoolRule(PoolKind.TOTAL, "", 2),)
    with pytest.raises(Refused, match="3 places of the total of the summit are taken"):
        make.summit(session, pools=smaller)
    make.summit(session, pools=(PoolRule(PoolKind.TOTAL, "", 3),))
    total = session.scalars(select(Pool).where(Pool.kind == PoolKind.TOTAL)).one()
    assert (total.capacity, total.taken) == (3, 3)


def test_a_draft_is_kept_part_by_part_and_found_again(session):
    draft = drafted(session, YOU)
    again = services.start_registration(session, draft.summit_id, draft.user_id, now=clock.now())
    row = queries.registration_of(session, draft.summit_id, draft.user_id)
    assert again.id == draft.id
    assert row is not None
    assert (row.state, row.steps_saved, row.answers["you"]["full_name"]) == (RegistrationState.DRAFT, 1, "Aiko Tanaka")


def test_nobody_saves_into_another_persons_draft(session):
    draft = drafted(session)
    with pytest.raises(NotFound):
        services.save_draft(session, draft.id, YOU, actor_id=accounts.user(session).id, now=clock.now())


def test_a_new_organization_is_led_by_the_person_who_brings_it(session):
    draft = drafted(session, YOU, NEW)
    organization = session.get_one(Organization, draft.organization_id)
    assert (organization.name, draft.country) == ("Kibo Trading", "JP")


def test_nobody_comes_for_an_organization_they_do_not_belong_to(session):
    stranger = accounts.organization(session)
    with pytest.raises(InvalidInput, match="you belong to"):
        drafted(session, YOU, ForOrganization(organization_id=stranger.id))


def test_a_partner_cannot_come_for_a_us_company(session):
    us = ForOrganization(new=NewOrganization("Orbital Works", "us_company", "US"))
    with pytest.raises(InvalidInput, match=r"apply as U\.S\. company"):
        drafted(session, YOU, us)
    drafted(session, replace(YOU, participant_type=ParticipantType.COMPANY), us, summit=queries.current_summit(session))


@pytest.mark.parametrize(
    ("parts", "missing"),
    [((), "You"), ((YOU,), "Organization"), ((YOU, NEW), "What you offer"), ((YOU, NEW, AIMS), "Ownership")],
)
def test_an_incomplete_application_is_not_submitted_and_says_which_part_is_missing(session, parts, missing):
    draft = drafted(session, *parts)
    with pytest.raises(InvalidInput, match=missing):
        services.submit(session, draft.id, actor_id=draft.user_id, now=clock.now())
    assert draft.state is RegistrationState.DRAFT


def test_submitting_fixes_the_terms_opens_screening_and_payment_and_tells_the_person(session, now):
    draft = drafted(session, YOU, NEW, AIMS, OWNED)
    services.submit(session, draft.id, actor_id=draft.user_id, now=now)
    row = queries.registration(session, draft.id)
    assert row is not None
    assert row.state is RegistrationState.IN_REVIEW
    assert row.terms == terms_on(
        make.SETTINGS, version=1, participant_type=ParticipantType.PARTNER, day=date(2027, 3, 1)
    )
    assert row.decision_due_on == date(2027, 3, 22)
    case = session.scalars(select(Case).where(Case.subject_id == draft.id)).one()
    names = session.scalars(select(CaseName.name).where(CaseName.case_id == case.id).order_by(CaseName.position)).all()
    assert names == ["Aiko Tanaka", "Kibo Trading", "Tsukuba Holdings"]
    page = screening_queries.case_page(session, case.id)
    assert page is not None
    assert page.concerns == {draft.user_id}
    payment = session.scalars(select(Payment).where(Payment.subject_id == draft.id)).one()
    assert (payment.payer_id, payment.amount_cents) == (draft.user_id, None)
    assert "registration_received" in mails(session)
    steps = session.scalars(select(RegistrationStep).order_by(RegistrationStep.number)).all()
    assert [(s.before, s.after) for s in steps] == [("draft", "submitted"), ("submitted", "in_review")]


def test_later_rules_do_not_change_the_terms_of_a_submitted_application(session, now):
    draft = drafted(session, YOU, NEW, AIMS, OWNED)
    services.submit(session, draft.id, actor_id=draft.user_id, now=now)
    make.summit(session, refund_rules=(RefundRule(date(2027, 4, 10), 50_000),), payment_days=1)
    row = queries.registration(session, draft.id)
    assert row is not None
    assert row.terms is not None
    assert (row.terms.refund_fee_cents, row.terms.payment_days) == (12_500, 7)


def test_media_have_no_payment(session, now):
    media = replace(YOU, participant_type=ParticipantType.MEDIA)
    draft = drafted(session, media, ForOrganization(new=NewOrganization("Orbit Weekly", "other", "JP")), AIMS, OWNED)
    services.submit(session, draft.id, actor_id=draft.user_id, now=now)
    assert session.scalar(select(func.count()).select_from(Payment)) == 0


@pytest.mark.parametrize("days", [-60, 60])
def test_applications_are_taken_only_while_they_are_open(session, now, days):
    summit = make.summit(session)
    with pytest.raises(Refused, match="Applications"):
        services.start_registration(session, summit.id, accounts.user(session).id, now=now + timedelta(days=days))


def test_a_submitted_application_is_no_draft_any_more(session, now):
    draft = drafted(session, YOU, NEW, AIMS, OWNED)
    services.submit(session, draft.id, actor_id=draft.user_id, now=now)
    with pytest.raises(Refused, match="has been submitted"):
        services.save_draft(session, draft.id, YOU, actor_id=draft.user_id, now=now)


def test_who_withdrew_may_apply_again_but_has_one_live_application(session, now):
    draft = drafted(session)
    services.withdraw(session, draft.id, actor_id=draft.user_id, now=now)
    again = services.start_registration(session, draft.summit_id, draft.user_id, now=now)
    row = queries.registration_of(session, draft.summit_id, draft.user_id)
    assert row is not None
    assert (again.number, row.id) == (2, again.id)


def test_a_question_is_answered_by_its_applicant_and_brings_the_application_back(session, now):
    asked = make.in_review(session)
    reviewer = accounts.staff(session, Role.REVIEWER)
    services.ask(session, asked.id, "Who owns Tsukuba?", actor_id=reviewer.id, now=now)
    assert asked.state is RegistrationState.NEEDS_INFORMATION
    with pytest.raises(NotFound):
        services.answer_question(session, asked.id, "The state.", actor_id=reviewer.id, now=now)
    services.answer_question(session, asked.id, "Its founders.", actor_id=asked.user_id, now=now)
    assert (asked.state, asked.answer) == (RegistrationState.IN_REVIEW, "Its founders.")
    assert "registration_question" in mails(session)


def test_confirmed_participants_come_in_one_order(session):
    summit = make.summit(session)
    zeta = accounts.organization(session, name="Zeta Fund")
    alpha = accounts.organization(session, name="Alpha Fund", country="FR")
    for organization, name in ((zeta, "A. Person"), (alpha, "C. Person"), (alpha, "B. Person")):
        person = accounts.user(session, name=name)
        make.registration(session, summit=summit, organization=organization, person=person)
    make.registration(session, summit=summit, state=RegistrationState.PAYMENT_DUE)
    rows = queries.confirmed(session, summit.id)
    assert [(row.organization_name, row.name) for row in rows] == [
        ("Alpha Fund", "B. Person"), ("Alpha Fund", "C. Person"), ("Zeta Fund", "A. Person"),
    ]  # fmt: skip
    assert session.get_one(User, rows[0].user_id).name == "B. Person"
