"""Delegations: entered, imported, endorsed within the cap, nominated and paid for; the desk waits for their word."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.accounts import belong, merging
from app.accounts.merge import Merging
from app.accounts.models import EmailToken, Membership, User
from app.accounts.states import RecordKind
from app.core import clock
from app.core.access import Principal, Role
from app.core.audit import AuditEntry, write_waiting
from app.core.errors import InvalidInput, NotFound, Refused
from app.delegations import queries, services
from app.delegations.models import Delegate, Delegation, DelegationImport
from app.delegations.queries.caps import cap_of
from app.delegations.queries.imports import look_through
from app.delegations.queries.pages import delegates, every_delegate
from app.delegations.services import imports
from app.delegations.states import COPY, NOBODY, Endorsement, EndorsementEvent, ImportState, RowOutcome
from app.documents import services as documents
from app.notifications import outbox
from app.notifications.models import OutboxMessage
from app.payments.models import Payment
from app.payments.states import PaymentMethod
from app.registration import services as registrations
from app.registration.models import Registration, RegistrationStep
from app.registration.queries.desk_list import Desk, desk
from app.registration.rules.application import Aims, ForOrganization, Ownership, You
from app.registration.rules.desk_filter import DeskFilter, Sign
from app.registration.rules.summit import PoolRule
from app.registration.services.ready import NotReady
from app.registration.services.summit import configure_summit
from app.registration.states import ParticipantType, PoolKind, RegistrationState
from app.regulatory.states import Participation
from tests.factories import accounts
from tests.factories import delegations as make
from tests.factories import registration as summits

E = EndorsementEvent
AIMS = Aims(seeks=(Participation.EQUITY,))


def capped(most: int):
    return (PoolRule(PoolKind.TOTAL, "", 200), PoolRule(PoolKind.ORGANIZATION, "*", most))


def mails(session, template):
    queued = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail"))
    return [row.payload for row in queued if row.payload.get("template") == template]


def applied(session, summit, house, person=None, kind=ParticipantType.PARTNER):
    """Somebody who applies for an organization by themselves."""
    person = person or accounts.user(session, name="Noor Haddad")
    if session.scalar(select(Membership.id).where(Membership.user_id == person.id)) is None:
        accounts.member(session, organization=house, person=person, role=Role.PARTICIPANT)
    draft = registrations.start_registration(session, summit.id, person.id, now=clock.now())
    parts = (You(kind, person.name, "Director", "JP", 1980), ForOrganization(house.id), Ownership(), AIMS)
    for part in parts:
        registrations.save_draft(session, draft.id, part, actor_id=person.id, now=clock.now())
    registrations.submit(session, draft.id, actor_id=person.id, now=clock.now())
    return draft


def delegate_of(session, registration):
    return session.scalars(select(Delegate).where(Delegate.registration_id == registration.id)).one()


def approve(session, registration):
    summits.cleared(session, registration)
    reviewer = accounts.staff(session, Role.REVIEWER).id
    registrations.approve(session, registration.id, actor_id=reviewer, now=clock.now(), max_list_age_days=None)


def test_whom_a_focal_point_enters_is_endorsed_and_invited(session):
    of, lead = make.delegation(session)
    made = make.delegate(session, of, lead, "Aiko Tanaka", email="aiko@kibo.example")
    assert made.endorsement is Endorsement.ENDORSED
    (mail,) = mails(session, "delegation_invitation")
    assert mail["to"] == ["aiko@kibo.example"]
    assert mail["context"]["organization"] == "Kibo Trading"
    with pytest.raises(Refused, match="in this delegation already"):
        make.delegate(session, of, lead, email="aiko@kibo.example")


def test_an_invited_person_takes_over_a_draft_that_holds_what_was_entered(session, now):
    of, lead = make.delegation(session)
    made = make.delegate(session, of, lead, "Aiko Tanaka", email="aiko@kibo.example")
    secret = mails(session, "delegation_invitation")[0]["context"]["secret"]
    user_id = belong.join_as_newcomer(
        session, secret, name="Aiko Tanaka", password_hash="x", time_zone="Asia/Tokyo", now=now
    )
    assert made.user_id == user_id
    draft = session.get_one(Registration, made.registration_id)
    assert draft.state is RegistrationState.DRAFT
    assert draft.answers["you"]["full_name"] == "Aiko Tanaka"
    assert draft.organization_id == of.organization_id
    with pytest.raises(Refused, match="taken over"):
        services.change(session, of.id, made.id, make.named(), actor_id=lead, now=now)


def test_a_draft_that_a_person_has_begun_is_linked_and_never_overwritten(session, now):
    of, lead = make.delegation(session)
    person = accounts.member(session, organization=make.house(session, of), role=Role.PARTICIPANT).user_id
    user = session.get_one(User, person)
    draft = registrations.start_registration(session, of.summit_id, person, now=now)
    own = You(ParticipantType.MEDIA, "My Own Name", "Editor", "FR")
    registrations.save_draft(session, draft.id, own, actor_id=person, now=now)
    made = make.delegate(session, of, lead, "Another Name", email=user.email)
    assert made.registration_id == draft.id
    assert draft.answers["you"]["full_name"] == "My Own Name"
    assert mails(session, "delegation_entered")[0]["to"] == [user.email]


def test_an_application_for_another_organization_stays_unseen(session, now):
    of, lead = make.delegation(session)
    mine = summits.registration(session, state=RegistrationState.IN_REVIEW, organization=accounts.organization(session))
    user = session.get_one(User, mine.user_id)
    accounts.member(session, organization=make.house(session, of), person=user, role=Role.PARTICIPANT)
    made = make.delegate(session, of, lead, email=user.email)
    assert made.registration_id is None
    view = summits.summit_view(session, of.summit_id)
    (row,) = delegates(session, view, of.id).items
    assert row.standing == "Has not applied yet"


@pytest.mark.check("L1")
def test_beyond_the_cap_somebody_is_refused_or_ranked_as_reserve_with_a_sentence(session, now):
    of, lead = make.delegation(session, summit=summits.summit(session, pools=capped(2)))
    first, _second = (make.delegate(session, of, lead) for _ in range(2))
    with pytest.raises(services.CapReached, match="Kibo Trading may send 2, and 2 are endorsed"):
        make.delegate(session, of, lead)
    ranks = [services.enter(session, of.id, make.named(), actor_id=lead, now=now, keep_reserve=True) for _ in range(2)]
    assert [(one.endorsement, one.rank) for one in ranks] == [(Endorsement.RESERVE, 1), (Endorsement.RESERVE, 2)]
    with pytest.raises(services.CapReached):
        services.decide(session, of.id, [ranks[0].id], E.ENDORSE, actor_id=lead, now=now)
    services.decide(session, of.id, [first.id], E.WITHDRAW, actor_id=lead, now=now)
    services.decide(session, of.id, [ranks[0].id], E.ENDORSE, actor_id=lead, now=now)
    assert cap_of(session, of).used == 2


def test_a_place_of_the_cap_comes_free_when_somebody_leaves(session, now):
    summit = summits.summit(session, pools=capped(1), endorsement_asked=True)
    of, lead = make.delegation(session, summit=summit)
    mine = applied(session, summit, make.house(session, of))
    services.decide(session, of.id, [delegate_of(session, mine).id], E.ENDORSE, actor_id=lead, now=now)
    assert cap_of(session, of).is_full
    registrations.withdraw(session, mine.id, actor_id=mine.user_id, now=now)
    assert not cap_of(session, of).is_full


def test_who_applies_by_themselves_waits_for_the_focal_point_who_is_asked(session, now):
    summit = summits.summit(session, endorsement_asked=True)
    of, lead = make.delegation(session, summit=summit)
    mine = applied(session, summit, make.house(session, of))
    row = delegate_of(session, mine)
    assert (row.endorsement, row.entered_by_id) == (Endorsement.WAITING, None)
    assert mails(session, "delegation_asks")[0]["to"] == [session.get_one(User, lead).email]
    with pytest.raises(NotReady, match="waits for the endorsement"):
        approve(session, mine)
    services.decide(session, of.id, [row.id], E.ENDORSE, actor_id=lead, now=now)
    approve(session, mine)
    assert mine.state in (RegistrationState.APPROVED, RegistrationState.PAYMENT_DUE)
    with pytest.raises(Refused, match="reviewers have decided"):
        services.decide(session, of.id, [row.id], E.WITHDRAW, actor_id=lead, now=now)


def test_a_refusal_needs_a_reason_and_can_be_taken_back_while_undecided(session, now):
    summit = summits.summit(session, endorsement_asked=True)
    of, lead = make.delegation(session, summit=summit)
    mine = applied(session, summit, make.house(session, of))
    row = delegate_of(session, mine)
    with pytest.raises(InvalidInput, match="reason"):
        services.decide(session, of.id, [row.id], E.REFUSE, actor_id=lead, now=now)
    services.decide(session, of.id, [row.id], E.REFUSE, actor_id=lead, now=now, reason="Left the company.")
    with pytest.raises(NotReady, match="has not endorsed"):
        approve(session, mine)
    told = session.scalars(select(RegistrationStep.reason).where(RegistrationStep.registration_id == mine.id)).all()
    assert any("Left the company." in words for words in told)
    services.decide(session, of.id, [row.id], E.WITHDRAW, actor_id=lead, now=now)
    assert row.endorsement is Endorsement.WAITING


def test_a_focal_point_who_applies_speaks_for_themselves_and_nothing_waits_where_nobody_is_asked(session, now):
    summit = summits.summit(session, endorsement_asked=True)
    of, lead = make.delegation(session, summit=summit)
    own = applied(session, summit, make.house(session, of), session.get_one(User, lead))
    assert delegate_of(session, own).endorsement is Endorsement.ENDORSED
    configure_summit(session, replace(summit.settings, endorsement_asked=False), key=summit.key, actor_id=None, now=now)
    mine = applied(session, summit, make.house(session, of))
    approve(session, mine)
    assert delegate_of(session, mine).endorsement is Endorsement.WAITING


def test_several_are_endorsed_at_once_or_none(session, now):
    summit = summits.summit(session, pools=capped(2), endorsement_asked=True)
    of, lead = make.delegation(session, summit=summit)
    house = make.house(session, of)
    rows = [delegate_of(session, applied(session, summit, house, accounts.user(session))) for _ in range(3)]
    with pytest.raises(services.CapReached), session.begin_nested():
        services.decide(session, of.id, [row.id for row in rows], E.ENDORSE, actor_id=lead, now=now)
    session.expire_all()
    assert {row.endorsement for row in rows} == {Endorsement.WAITING}
    assert services.decide(session, of.id, [row.id for row in rows[:2]], E.ENDORSE, actor_id=lead, now=now) == 2


@pytest.mark.check("D3")
def test_nobody_acts_for_an_organization_they_do_not_manage(session, now):
    of, lead = make.delegation(session)
    row = make.delegate(session, of, lead)
    colleague = accounts.member(session, organization=make.house(session, of), role=Role.PARTICIPANT).user_id
    stranger = accounts.member(session, role=Role.FOCAL_POINT).user_id
    for person in (colleague, stranger):
        with pytest.raises(NotFound):
            services.decide(session, of.id, [row.id], E.WITHDRAW, actor_id=person, now=now)
        with pytest.raises(NotFound):
            services.enter(session, of.id, make.named(), actor_id=person, now=now)


@pytest.mark.check("D9")
def test_an_officer_acts_for_the_organizations_of_a_country_until_the_grant_ends(session, now):
    of, _lead = make.delegation(session)
    organizer = accounts.staff(session, Role.ORGANIZER).id
    officer = accounts.user(session, email="officer@embassy.example")
    made = services.grant(
        session, email="officer@embassy.example", organization_id=None, country="JP", reason="Embassy in Tokyo.",
        actor_id=organizer, now=now,
    )  # fmt: skip
    assert queries.acts_for(session, officer.id, of.organization_id)
    assert not queries.acts_for(session, officer.id, accounts.organization(session, country="FR").id)
    make.delegate(session, of, officer.id)
    services.revoke(session, made.id, actor_id=organizer, now=now)
    with pytest.raises(NotFound):
        make.delegate(session, of, officer.id)


@pytest.mark.check("D11")
def test_nobody_grants_themselves_an_organization_and_a_grant_needs_a_reason(session, now):
    organizer = accounts.staff(session, Role.ORGANIZER, email="organizer@summit.example")
    accounts.user(session, email="officer@embassy.example")
    asked = {"organization_id": None, "country": "JP", "actor_id": organizer.id, "now": now}
    with pytest.raises(Refused, match="themselves"):
        services.grant(session, email=organizer.email, reason="Mine.", **asked)
    with pytest.raises(InvalidInput, match="Say why"):
        services.grant(session, email="officer@embassy.example", reason=" ", **asked)
    with pytest.raises(InvalidInput, match="country, or one organization"):
        services.grant(session, email="officer@embassy.example", reason="x", **{**asked, "country": None})
    services.grant(session, email="officer@embassy.example", reason="Tokyo.", **asked)
    with pytest.raises(Refused, match="already"):
        services.grant(session, email="officer@embassy.example", reason="Tokyo.", **asked)


def test_a_letter_of_the_delegation_stands_in_for_ones_own_until_it_is_taken_back(session, now):
    summit = summits.summit(session, nomination_types=(ParticipantType.PARTNER,))
    of, lead = make.delegation(session, summit=summit)
    house = make.house(session, of)
    mine = applied(session, summit, house)
    other = applied(session, summit, house)
    with pytest.raises(NotReady, match="nomination letter is missing"):
        approve(session, mine)
    given = services.give_letter(session, of.id, make.letter(), [delegate_of(session, mine).id], actor_id=lead, now=now)
    approve(session, mine)
    with pytest.raises(NotReady):
        approve(session, other)
    everybody = services.give_letter(session, of.id, make.letter(), None, actor_id=lead, now=now, replaces=given.id)
    assert (given.withdrawn_at, given.withdrawn_by_id) == (now, lead)
    approve(session, other)
    services.withdraw_letter(session, of.id, everybody.id, actor_id=lead, now=now)
    with pytest.raises(NotFound):
        services.withdraw_letter(session, of.id, everybody.id, actor_id=lead, now=now)


def test_somebody_without_a_focal_point_brings_the_letter_when_submitting(session):
    summit = summits.summit(session, nomination_types=(ParticipantType.PARTNER,))
    house = accounts.organization(session)
    with pytest.raises(InvalidInput, match="nomination letter"):
        applied(session, summit, house)


def test_the_desk_and_whoever_acts_for_the_organization_read_a_letter_and_nobody_else(session, now):
    of, lead = make.delegation(session)
    given = services.give_letter(session, of.id, make.letter(), None, actor_id=lead, now=now)
    second = accounts.member(session, organization=make.house(session, of), role=Role.FOCAL_POINT).user_id

    def reads(user_id, *roles):
        who = Principal(user_id, "", "", "UTC", user_id, "", frozenset(roles))
        try:
            return bool(documents.readable_file(session, given.file_id, who))
        except NotFound:
            return False

    assert reads(lead)
    assert reads(second, Role.FOCAL_POINT)
    assert reads(accounts.user(session).id, Role.REVIEWER)
    assert not reads(accounts.member(session).user_id, Role.FOCAL_POINT)
    assert not reads(accounts.user(session).id, Role.DOOR_STAFF)


def joined(session, of, lead, now):
    made = make.delegate(session, of, lead, "Aiko Tanaka", email="aiko@kibo.example")
    secret = mails(session, "delegation_invitation")[-1]["context"]["secret"]
    belong.join_as_newcomer(session, secret, name="Aiko Tanaka", password_hash="x", time_zone="UTC", now=now)
    return made


def test_a_focal_point_submits_on_behalf_where_the_summit_permits_and_the_person_declares(session, now):
    summit = summits.summit(session, submission_on_behalf=True)
    of, lead = make.delegation(session, summit=summit)
    made = joined(session, of, lead, now)
    services.prepare(session, of.id, made.id, AIMS, NOBODY, actor_id=lead, now=now)
    services.submit_on_behalf(session, of.id, made.id, actor_id=lead, now=now)
    mine = session.get_one(Registration, made.registration_id)
    assert (made.submitted_by_id, mine.state) == (lead, RegistrationState.IN_REVIEW)
    write_waiting(session)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "registration.submitted")).one()
    assert entry.actor_id == lead, "the record names who did it"
    with pytest.raises(NotReady, match="has not declared yet"):
        approve(session, mine)
    registrations.declare(session, mine.id, actor_id=made.user_id, now=now)
    approve(session, mine)
    with pytest.raises(Refused, match="nothing to declare"):
        registrations.declare(session, mine.id, actor_id=made.user_id, now=now)


def test_nothing_is_submitted_on_behalf_without_permission_or_before_the_person_has_accepted(session, now):
    of, lead = make.delegation(session)
    with pytest.raises(Refused, match="themselves only"):
        services.submit_on_behalf(session, of.id, make.delegate(session, of, lead).id, actor_id=lead, now=now)
    summit = summits.summit(session, key="open", submission_on_behalf=True)
    of, lead = make.delegation(session, summit=summit)
    row = make.delegate(session, of, lead)
    with pytest.raises(Refused, match="has not accepted"):
        services.submit_on_behalf(session, of.id, row.id, actor_id=lead, now=now)
    with pytest.raises(InvalidInput, match="Nobody of your organization"):
        services.prepare(session, of.id, row.id, AIMS, COPY, actor_id=lead, now=now)


def test_what_the_person_filled_in_is_not_overwritten_by_the_focal_point(session, now):
    of, lead = make.delegation(session)
    made = joined(session, of, lead, now)
    own = Aims(seeks=(Participation.SEAT,))
    registrations.save_draft(session, made.registration_id, own, actor_id=made.user_id, now=now)
    services.prepare(session, of.id, made.id, AIMS, NOBODY, actor_id=lead, now=now)
    assert session.get_one(Registration, made.registration_id).seeks == [Participation.SEAT]


def test_an_organization_pays_for_some_of_its_delegates(session, now):
    summit = summits.summit(session)
    of, lead = make.delegation(session, summit=summit)
    mine = applied(session, summit, make.house(session, of))
    later = joined(session, of, lead, now)
    rows = [delegate_of(session, mine).id, later.id]
    assert services.pay_for(session, of.id, rows, True, actor_id=lead, now=now) == 2
    payment = session.scalars(select(Payment).where(Payment.subject_id == mine.id)).one()
    assert payment.method is PaymentMethod.GROUP
    services.prepare(session, of.id, later.id, AIMS, NOBODY, actor_id=lead, now=now)
    registrations.submit(session, later.registration_id, actor_id=later.user_id, now=now)
    second = session.scalars(select(Payment).where(Payment.subject_id == later.registration_id)).one()
    assert second.method is PaymentMethod.GROUP, "noted before and kept"
    services.pay_for(session, of.id, rows[:1], False, actor_id=lead, now=now)
    assert payment.method is PaymentMethod.CARD


def test_somebody_is_taken_off_only_while_no_application_runs(session, now):
    summit = summits.summit(session)
    of, lead = make.delegation(session, summit=summit)
    row = make.delegate(session, of, lead, email="late@kibo.example")
    services.remove(session, of.id, row.id, actor_id=lead, now=now)
    used = select(EmailToken.used_at).where(EmailToken.email == "late@kibo.example")
    assert session.scalars(used).all() == [now], "the invitation is dead"
    make.delegate(session, of, lead, email="late@kibo.example")
    mine = applied(session, summit, make.house(session, of))
    with pytest.raises(Refused, match="has submitted"):
        services.remove(session, of.id, delegate_of(session, mine).id, actor_id=lead, now=now)


def uploaded(session, of, lead, *rows, keeps_reserve=False, content=None, name="delegation.csv"):
    sheet = make.checked(content or make.csv_sheet(*rows), name)
    return imports.upload(session, of.id, sheet, keeps_reserve=keeps_reserve, actor_id=lead, now=clock.now())


def people_in(session, of):
    wanted = select(func.count()).select_from(Delegate)
    return session.scalar(wanted.where(Delegate.delegation_id == of.id, Delegate.removed_at.is_(None)))


def test_a_dry_run_enters_nobody_and_the_same_sheet_twice_makes_nobody_twice(session, now):
    summits.countries(session)
    of, lead = make.delegation(session, summit=summits.summit(session, pools=capped(60)))
    rows = [*make.many_rows(3), ("Ohne Adresse", "", "CEO", "Japan", "", "")]
    first = uploaded(session, of, lead, *rows)
    assert [row.outcome for row in look_through(session, first).rows] == [RowOutcome.NEW] * 3 + [RowOutcome.WRONG]
    assert people_in(session, of) == 0
    assert mails(session, "delegation_invitation") == []
    assert imports.start(session, of.id, first.id, actor_id=lead, now=now)
    assert first.state is ImportState.DONE
    assert {key: first.counts[key] for key in ("entered", "known", "wrong")} == {"entered": 3, "known": 0, "wrong": 1}
    again = uploaded(session, of, lead, *rows)
    assert look_through(session, again).counts[RowOutcome.KNOWN] == 3
    with pytest.raises(Refused, match="No row"):
        imports.start(session, of.id, again.id, actor_id=lead, now=now)
    assert people_in(session, of) == 3
    assert len(mails(session, "delegation_invitation")) == 3


def test_an_xlsx_import_ranks_the_rest_as_reserve_when_asked(session, now):
    summits.countries(session)
    of, lead = make.delegation(session, summit=summits.summit(session, pools=capped(2)))
    sheet = make.xlsx_sheet(*make.many_rows(4))
    made = uploaded(session, of, lead, content=sheet, name="delegation.xlsx", keeps_reserve=True)
    imports.start(session, of.id, made.id, actor_id=lead, now=now)
    assert (made.counts["entered"], made.counts["reserve"]) == (2, 2)
    assert cap_of(session, of).used == 2


@pytest.fixture
def quick(monkeypatch):
    """Call an import long that has more than five rows."""
    monkeypatch.setattr(imports, "AT_ONCE", 5)
    monkeypatch.setattr(imports, "BATCH", 3)


def test_a_long_import_is_a_job_with_progress_that_goes_on_after_a_crash(session, now, quick):
    summits.countries(session)
    of, lead = make.delegation(session, summit=summits.summit(session, pools=capped(100)))
    made = uploaded(session, of, lead, *make.many_rows(8))
    assert not imports.start(session, of.id, made.id, actor_id=lead, now=now)
    job = session.scalars(select(OutboxMessage).where(OutboxMessage.id == made.job_id)).one()
    assert (job.starter_id, job.title) == (lead, "Import of 8 delegates")
    rows = look_through(session, made).rows
    imports.run_batch(session, made.id, rows[:3], actor_id=lead, now=now)  # the worker died after a batch
    session.commit()
    outbox.deliver(job.id, now=now)
    session.expire_all()
    assert session.get_one(DelegationImport, made.id).state is ImportState.DONE
    assert people_in(session, of) == 8
    assert len(mails(session, "delegation_invitation")) == 8


def test_an_import_that_is_called_off_keeps_who_was_entered_and_can_be_run_again(session, now, quick):
    summits.countries(session)
    of, lead = make.delegation(session, summit=summits.summit(session, pools=capped(100)))
    made = uploaded(session, of, lead, *make.many_rows(8))
    imports.start(session, of.id, made.id, actor_id=lead, now=now)
    imports.run_batch(session, made.id, look_through(session, made).rows[:3], actor_id=lead, now=now)
    job = session.scalars(select(OutboxMessage).where(OutboxMessage.id == made.job_id)).one()
    imports.follow_stopped(session, job.payload, job.state, now)
    assert made.state is ImportState.STOPPED
    assert imports.run_batch(session, made.id, [], actor_id=lead, now=now) is None
    assert imports.start(session, of.id, made.id, actor_id=lead, now=now), "five are left: done at once"
    assert people_in(session, of) == 8


def test_the_desk_finds_who_is_endorsed_and_who_is_not(session, now):
    summit = summits.summit(session, endorsement_asked=True)
    of, lead = make.delegation(session, summit=summit)
    house = make.house(session, of)
    one, other = (applied(session, summit, house, accounts.user(session, name=name)) for name in ("A One", "B Two"))
    services.decide(session, of.id, [delegate_of(session, one).id], E.ENDORSE, actor_id=lead, now=now)
    about = Desk(summit, lead, (), now)
    for sign, wanted in ((Sign.ENDORSED, one), (Sign.UNENDORSED, other)):
        found = desk(session, about, DeskFilter(sign=sign), number=1)
        assert [row.id for row in found.items] == [wanted.id]
    row = queries.endorsement_of(session, one.id)
    assert row is not None
    assert (row.endorsement, row.by) == (Endorsement.ENDORSED, session.get_one(User, lead).name)


def test_merged_people_and_organizations_stand_in_a_delegation_once(session, now):
    summit = summits.summit(session, pools=capped(2))
    of, lead = make.delegation(session, summit=summit)
    organizer = accounts.staff(session, Role.ORGANIZER).id
    mine = applied(session, summit, make.house(session, of))
    twin = accounts.user(session, name="Noor Haddad", email="noor@twin.example")
    entered = make.delegate(session, of, lead, "Noor Haddad", email="noor@twin.example")
    entered.user_id = twin.id
    merging.merge_records(session, Merging(RecordKind.PERSON, mine.user_id, twin.id, organizer, now))
    session.expire_all()
    assert [row.registration_id for row in session.scalars(select(Delegate).where(Delegate.removed_at.is_(None)))] == [
        mine.id
    ]
    second, other_lead = make.delegation(session, summit=summit)
    for number in range(2):
        make.delegate(session, second, other_lead, email=f"two{number}@kibo.example")
    asked = Merging(RecordKind.ORGANIZATION, of.organization_id, second.organization_id, organizer, now)
    merging.merge_records(session, asked)
    session.expire_all()
    view = summits.summit_view(session, of.summit_id)
    rows = every_delegate(session, view, of.id)
    assert len(rows) == 3
    assert cap_of(session, session.get_one(Delegation, of.id)).used <= 2, "beyond the cap they wait"
