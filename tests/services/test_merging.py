"""Two records become one: everything moves, nothing is left that lets the other in, and what cannot be is refused."""

import pytest
from sqlalchemy import func, select

from app.accounts import belong, merge, merging
from app.accounts.merge import How, Merging
from app.accounts.models import LoginSession, Membership, MergedPerson, Organization, RoleGrant, User
from app.accounts.own_account import answer_reset
from app.accounts.queries import load_principal
from app.accounts.services import start_session
from app.accounts.sign_up import sign_up
from app.accounts.states import AskEvent, OrganizationKind, PairState, RecordKind
from app.core.access import Role
from app.core.audit import AuditDetail, AuditEntry
from app.core.errors import InvalidInput, NotFound, Refused
from app.interest.models import Interest
from app.interest.states import InterestState
from app.notifications.models import OutboxMessage
from app.payments.models import Payment, Refund
from app.registration.models import Pool, Registration
from app.registration.rules.summit import PoolRule
from app.registration.services import approve
from app.registration.states import PoolKind, RegistrationState
from app.scheduling.models import MeetingPerson
from tests.factories import accounts, matching, scheduling
from tests.factories import interest as interests
from tests.factories import registration as make

PERSON, ORGANIZATION = RecordKind.PERSON, RecordKind.ORGANIZATION


@pytest.fixture
def organizer(session):
    return accounts.staff(session, Role.ORGANIZER).id


def joined(session, organizer, now, kept, gone, kind=PERSON, **more):
    asked = Merging(kind=kind, kept_id=kept.id, gone_id=gone.id, actor_id=organizer, now=now, **more)
    merging.merge_records(session, asked)
    session.expire_all()


def paid_for(session, now):
    registration = make.in_review(session)
    approve(session, registration.id, actor_id=accounts.staff(session).id, now=now, max_list_age_days=None)
    make.pay(session, registration)
    return registration


def mails(session, template):
    queued = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail"))
    return [row.payload for row in queued if row.payload.get("template") == template]


def test_everything_of_the_record_that_goes_belongs_to_the_other_afterwards(session, now, organizer):
    made = matching.round_of(session, 2, 2)
    gone = session.get_one(User, made.partners[0].user_id)
    meeting = scheduling.meeting(session, made, 0, 0)
    kept = accounts.user(session, name="Aiko Tanaka")
    payment = make.with_payment(session, session.get_one(Registration, made.partners[0].id))
    joined(session, organizer, now, kept, gone)
    assert session.get_one(Registration, made.partners[0].id).user_id == kept.id
    assert session.get_one(Payment, payment.id).payer_id == kept.id
    assert session.scalars(select(Membership.user_id).where(Membership.user_id == gone.id)).all() == []
    people = select(MeetingPerson.user_id).where(MeetingPerson.meeting_id == meeting.id)
    assert kept.id in session.scalars(people).all()


def test_after_a_merge_only_history_still_names_the_record_that_went(session, now, organizer):
    made = matching.round_of(session, 1, 1)
    gone, kept = session.get_one(User, made.partners[0].user_id), accounts.user(session)
    joined(session, organizer, now, kept, gone)
    for name, column in merge.referring(PERSON).items():
        left = session.scalar(select(func.count()).select_from(column.table).where(column == gone.id))
        history = merge.column_rules[name].how in (How.STAY, How.SETTLED)
        assert not left or history, f"{name} still names the record that went"
    assert session.scalars(select(Membership).where(Membership.user_id == gone.id)).all() == []


@pytest.mark.check("D8")
def test_no_grant_session_or_link_of_the_record_that_goes_is_left(session, now, organizer):
    administrator = accounts.staff(session, Role.ADMINISTRATOR).id
    kept, gone = accounts.user(session), accounts.staff(session, Role.FINANCE, email="gone@example.org")
    token = start_session(session, gone.id, device="x", address="192.0.2.1", now=now)
    joined(session, administrator, now, kept, gone)
    assert load_principal(session, token, now=now) is None
    assert session.scalars(select(LoginSession.ended_at).where(LoginSession.user_id == gone.id)).all() == [now]
    held = select(RoleGrant).where(RoleGrant.user_id.in_([kept.id, gone.id]), RoleGrant.revoked_at.is_(None))
    assert session.scalars(held).all() == [], "a merge hands no role to anybody"
    assert session.get_one(User, gone.id).password_hash is None
    assert session.get_one(User, gone.id).suspended_at == now


def test_of_two_live_applications_one_is_chosen_and_the_other_cancelled_with_its_money_back(session, now, organizer):
    make.summit(session)
    stays = make.in_review(session)
    going = paid_for(session, now)
    kept, gone = session.get_one(User, stays.user_id), session.get_one(User, going.user_id)
    (question,) = [q for ask in merge.questions[PERSON] for q in ask(session, kept.id, gone.id)]
    assert [words for _, words in question.options] == [f"Application {stays.number}: in review",
                                                        f"Application {going.number}: confirmed, paid"]  # fmt: skip
    with pytest.raises(InvalidInput, match="Which one stays"):
        joined(session, organizer, now, kept, gone)
    joined(session, organizer, now, kept, gone, choices={question.name: str(stays.id)})
    assert session.get_one(Registration, going.id).state is RegistrationState.CANCELLED
    assert session.get_one(Registration, stays.id).user_id == kept.id
    paid = session.scalars(select(Payment.id).where(Payment.subject_id == going.id)).one()
    assert session.scalars(select(Refund.amount_cents).where(Refund.payment_id == paid)).one() > 0


def test_two_paid_applications_are_for_finance_first(session, now, organizer):
    make.summit(session)
    both = [paid_for(session, now) for _ in range(2)]
    kept, gone = (session.get_one(User, registration.user_id) for registration in both)
    with pytest.raises(Refused, match="Ask finance to refund one"):
        joined(session, organizer, now, kept, gone)


def test_the_address_that_went_finds_the_person_and_lets_nobody_in(session, now, organizer):
    kept = accounts.user(session, name="Noor Haddad", email="noor@kept.example")
    gone = accounts.user(session, name="N. Haddad", email="noor@gone.example", password="a long enough password")
    joined(session, organizer, now, kept, gone)
    sign_up(session, email="noor@gone.example", name="Noor", password_hash="x", time_zone="UTC", now=now)
    answer_reset(session, "noor@gone.example", now=now)
    assert mails(session, "accounts_reset") == [] == mails(session, "accounts_confirm")
    told = [mail["context"]["email"] for mail in mails(session, "accounts_merged") if "gone" in mail["to"][0]]
    assert told == ["n…@kept.example"] * 3, "the other address is not spelled out"
    place = accounts.member(session)
    belong.invite(
        session, place.organization_id, email="noor@gone.example", role=Role.PARTICIPANT, actor_id=place.user_id,
        now=now,
    )  # fmt: skip
    secret = mails(session, "accounts_invitation")[-1]["context"]["secret"]
    belong.accept_invitation(session, secret, now=now)
    mine = select(Membership.user_id).where(Membership.organization_id == place.organization_id)
    assert kept.id in session.scalars(mine).all()


def test_values_are_chosen_field_by_field_even_the_address(session, now, organizer):
    kept = accounts.user(session, name="A. Tanaka", email="a@example.org")
    gone = accounts.user(session, name="Aiko Tanaka", email="aiko@example.org")
    joined(session, organizer, now, kept, gone, values={"name": "Aiko Tanaka", "email": "aiko@example.org"})
    assert (kept.name, kept.email) == ("Aiko Tanaka", "aiko@example.org")
    assert gone.email == "a@example.org"
    assert kept.search_text == "aiko tanaka aiko@example.org"


def test_a_merge_is_on_the_record_and_cannot_be_done_twice_or_backwards(session, now, organizer):
    pair = accounts.duplicate_people(session)
    kept, gone = session.get_one(User, pair.first_id), session.get_one(User, pair.second_id)
    joined(session, organizer, now, kept, gone)
    assert pair.state is PairState.MERGED
    assert merging.kept_record(session, PERSON, gone.id) == kept.id
    with pytest.raises(NotFound):
        joined(session, organizer, now, gone, kept)
    session.commit()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "user.merged")).one()
    assert session.get_one(AuditDetail, entry.sequence).detail["kept"] == str(kept.id)


def test_a_tombstone_leads_to_the_last_record_of_a_chain(session, now, organizer):
    first, second, third = (accounts.user(session) for _ in range(3))
    joined(session, organizer, now, second, first)
    joined(session, organizer, now, third, second)
    assert merging.kept_record(session, PERSON, first.id) == third.id
    assert session.scalar(select(func.count()).select_from(MergedPerson)) == 2


@pytest.mark.check("D11")
def test_nobody_merges_themselves_or_their_own_house_and_staff_only_an_administrator(session, now, organizer):
    other = accounts.user(session)
    with pytest.raises(Refused, match="your own"):
        joined(session, organizer, now, session.get_one(User, organizer), other)
    with pytest.raises(Refused, match="administrator"):
        joined(session, organizer, now, accounts.staff(session, Role.REVIEWER), other)
    mine, theirs = accounts.organization(session), accounts.organization(session)
    accounts.member(session, organization=mine, person=session.get_one(User, organizer))
    with pytest.raises(Refused, match="You belong"):
        joined(session, organizer, now, theirs, mine, ORGANIZATION)


def test_members_of_the_house_that_goes_become_participants_unless_their_roles_are_kept(session, now, organizer):
    for keep_roles, role in ((False, Role.PARTICIPANT), (True, Role.FOCAL_POINT)):
        kept, gone = accounts.member(session).organization_id, accounts.member(session)
        kept_place, gone_place = (
            session.get_one(Organization, kept),
            session.get_one(Organization, gone.organization_id),
        )
        belong.invite(session, gone_place.id, email="late@example.org", role=role, actor_id=gone.user_id, now=now)
        joined(session, organizer, now, kept_place, gone_place, ORGANIZATION, keep_roles=keep_roles)
        roles = select(Membership.role).where(Membership.organization_id == kept, Membership.user_id == gone.user_id)
        assert session.scalars(roles).one() is role
        secret = mails(session, "accounts_invitation")[-1]["context"]["secret"]
        with pytest.raises(Exception, match="no longer works"):
            belong.accept_invitation(session, secret, now=now)


def test_a_house_that_nobody_manages_takes_over_who_managed_the_other(session, now, organizer):
    kept, gone = accounts.organization(session), accounts.member(session)
    joined(session, organizer, now, kept, session.get_one(Organization, gone.organization_id), ORGANIZATION)
    assert session.get_one(Membership, gone.id).role is Role.FOCAL_POINT
    assert session.get_one(Membership, gone.id).organization_id == kept.id


def test_places_of_two_houses_count_together_and_too_many_are_refused(session, now, organizer):
    summit = make.summit(session, pools=(PoolRule(PoolKind.TOTAL, "", 20), PoolRule(PoolKind.ORGANIZATION, "*", 3)))
    houses = [accounts.organization(session, name=name) for name in ("Kibo", "Kibo KK", "Kibo Ltd")]
    for place, count in zip(houses, (2, 1, 2), strict=True):
        for _ in range(count):
            make.registration(session, summit=summit, organization=place)
    joined(session, organizer, now, houses[0], houses[1], ORGANIZATION)
    pool = select(Pool.taken).where(Pool.kind == PoolKind.ORGANIZATION, Pool.key == str(houses[0].id))
    assert session.scalars(pool).one() == 3
    with pytest.raises(Refused, match="Together the two hold more"):
        joined(session, organizer, now, houses[0], houses[2], ORGANIZATION)


def test_of_two_like_interests_the_one_further_up_goes_on(session, now, organizer):
    entry = matching.round_of(session, 1, 1).programmes[0]
    rows = []
    for state in (InterestState.INTERESTED, InterestState.DILIGENCE):
        member = accounts.member(session)
        place = session.get_one(Organization, member.organization_id)
        row = interests.interest(session, entry=entry, organization=place, user_id=member.user_id)
        row.state = state
        rows.append(row)
    kept, gone = (session.get_one(Organization, row.organization_id) for row in rows)
    joined(session, organizer, now, kept, gone, ORGANIZATION)
    assert [session.get_one(Interest, row.id).state for row in rows] == [InterestState.LAPSED, InterestState.DILIGENCE]
    assert {session.get_one(Interest, row.id).organization_id for row in rows} == {kept.id}


def test_a_company_and_a_foreign_house_keep_kind_and_country_that_fit(session, now, organizer):
    kept, gone = accounts.organization(session), accounts.company(session)
    with pytest.raises(InvalidInput, match="country United States"):
        joined(session, organizer, now, kept, gone, ORGANIZATION, values={"kind": OrganizationKind.US_COMPANY})


def test_somebody_asks_to_join_is_let_in_once_and_hears_of_it(session, now):
    lead = accounts.member(session)
    asker = accounts.user(session, email="asker@example.org")
    belong.ask_to_join(session, lead.organization_id, user_id=asker.id, now=now)
    with pytest.raises(Refused, match="asked"):
        belong.ask_to_join(session, lead.organization_id, user_id=asker.id, now=now)


def test_only_who_manages_the_house_answers_who_asks(session, now):
    lead, asker = accounts.member(session), accounts.user(session)
    belong.ask_to_join(session, lead.organization_id, user_id=asker.id, now=now)
    request = session.scalars(select(belong.JoinRequest)).one()
    answer = (lead.organization_id, request.id, AskEvent.ACCEPT)
    with pytest.raises(NotFound):
        belong.answer_request(session, *answer, actor_id=asker.id, now=now)
    belong.answer_request(session, *answer, actor_id=lead.user_id, now=now)
    mine = select(Membership.role).where(Membership.user_id == asker.id)
    assert session.scalars(mine).one() is Role.PARTICIPANT
    with pytest.raises(Refused):
        belong.answer_request(session, *answer, actor_id=lead.user_id, now=now)
