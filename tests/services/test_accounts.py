"""People, organizations, roles and sessions as the rest of the platform relies on them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts import administer, links, lists, own_account, queries, services, sessions, sign_up
from app.accounts.models import EmailToken, LoginSession
from app.accounts.states import LinkPurpose, OrganizationKind
from app.core import clock
from app.core.access import Role
from app.core.errors import InvalidInput, NotFound, Refused
from tests.factories import accounts as make


def start(session, user_id):
    return services.start_session(session, user_id, device="Firefox on Linux", address="192.0.2.7", now=clock.now())


def person_behind(session, token, **options):
    found = queries.load_principal(session, token, now=clock.now(), **options)
    return found and found[0]


def test_a_session_knows_the_person_their_roles_and_their_organizations(session):
    person = make.staff(session, Role.REVIEWER)
    kibo = make.organization(session, name="Kibo Trading")
    make.member(session, organization=kibo, person=person, role=Role.FOCAL_POINT)
    principal = person_behind(session, start(session, person.id))
    assert principal.roles == {Role.REVIEWER, Role.FOCAL_POINT}
    assert principal.organizations(Role.FOCAL_POINT) == {kibo.id}
    assert principal.memberships[0].organization_name == "Kibo Trading"


@pytest.mark.check("B1")
def test_only_the_hash_of_a_session_token_is_stored_and_a_gone_row_ends_it(session):
    token = start(session, make.user(session).id)
    row = session.scalars(select(LoginSession)).one()
    assert len(token) >= 43  # 256 random bits in base64
    assert token not in (row.token_hash, row.device)
    session.delete(row)
    session.flush()
    assert person_behind(session, token) is None


@pytest.mark.check("B3")
def test_staff_are_signed_out_after_half_an_hour_and_participants_after_an_hour(session):
    staff = start(session, make.staff(session, Role.FINANCE).id)
    partner = start(session, make.user(session).id)
    clock.advance(timedelta(minutes=30))
    assert person_behind(session, staff) is None
    assert person_behind(session, partner)
    clock.advance(timedelta(minutes=30))
    assert person_behind(session, partner) is None


@pytest.mark.check("B3")
def test_nobody_stays_signed_in_for_more_than_a_day(session):
    token = start(session, make.user(session).id)
    for _ in range(24 * 2 - 1):
        clock.advance(timedelta(minutes=30))
        sessions.note_seen(session, person_behind(session, token).session_id, now=clock.now())
    clock.advance(timedelta(minutes=30))
    assert person_behind(session, token) is None


@pytest.mark.check("B4")
def test_suspension_ends_every_session_and_a_role_counts_from_the_next_request(session):
    boss, person = make.staff(session, Role.ADMINISTRATOR), make.user(session)
    token = start(session, person.id)
    administer.give_role(session, person.id, Role.SCREENER, actor_id=boss.id, reason="New here", now=clock.now())
    assert Role.SCREENER in person_behind(session, token).roles
    administer.take_role(session, person.id, Role.SCREENER, actor_id=boss.id, reason="Left", now=clock.now())
    assert not person_behind(session, token).roles
    administer.suspend_user(session, person.id, actor_id=boss.id, reason="Fraud", now=clock.now())
    assert person_behind(session, token) is None
    administer.restore_user(session, person.id, actor_id=boss.id, reason="Mistake", now=clock.now())
    assert person_behind(session, token) is None, "an ended session does not come back"


@pytest.mark.check("B2")
def test_a_renewed_session_has_a_new_token_and_the_old_one_is_dead(session):
    old = start(session, make.user(session).id)
    new = sessions.renew_session(session, person_behind(session, old).session_id, now=clock.now())
    assert person_behind(session, old) is None
    assert person_behind(session, new)


@pytest.mark.check("B7")
def test_what_needs_a_recent_sign_in_is_refused_after_ten_minutes_and_renewal_helps(session):
    session_id = person_behind(session, start(session, make.user(session).id)).session_id
    services.require_recent_sign_in(session, session_id, now=clock.now())
    clock.advance(timedelta(minutes=11))
    with pytest.raises(services.RecentSignInRequired):
        services.require_recent_sign_in(session, session_id, now=clock.now())
    sessions.renew_session(session, session_id, now=clock.now())
    services.require_recent_sign_in(session, session_id, now=clock.now())


@pytest.mark.check("B6")
def test_a_session_of_somebody_else_cannot_be_ended(session):
    victim = person_behind(session, start(session, make.user(session).id))
    stranger = make.user(session)
    with pytest.raises(NotFound):
        sessions.end_session(
            session, victim.session_id, user_id=stranger.id, actor_id=stranger.id, now=clock.now()
        )  # fmt: skip


@pytest.mark.check("A14")
def test_people_of_the_demonstration_cannot_be_offered_or_come_in_elsewhere(session):
    person = make.user(session)
    with pytest.raises(Refused, match="demonstration only"):
        administer.offer_demo_sign_in(session, person.id, label="a fund", demonstration=False)
    administer.offer_demo_sign_in(session, person.id, label="a fund", demonstration=True)
    token = start(session, person.id)
    assert [row.label for row in lists.demo_people(session)] == ["a fund"]
    assert person_behind(session, token)
    assert person_behind(session, token, demo_people=False) is None


@pytest.mark.check("A14")
def test_a_fresh_installation_has_no_people(session):
    assert session.scalar(select(func.count()).select_from(services.User)) == 0


@pytest.mark.check("D11")
def test_nobody_grants_or_revokes_their_own_role_or_suspends_themselves(session):
    boss = make.staff(session, Role.ADMINISTRATOR)
    by_myself = {"actor_id": boss.id, "reason": "Because", "now": clock.now()}
    with pytest.raises(Refused, match="another administrator"):
        administer.give_role(session, boss.id, Role.FINANCE, **by_myself)
    with pytest.raises(Refused, match="another administrator"):
        administer.take_role(session, boss.id, Role.ADMINISTRATOR, **by_myself)
    with pytest.raises(Refused, match="another administrator"):
        administer.suspend_user(session, boss.id, **by_myself)


def test_a_role_that_comes_with_a_membership_cannot_be_granted(session):
    with pytest.raises(Refused, match="membership"):
        services.grant_role(session, make.user(session).id, Role.COMPANY_OWNER, actor_id=None, now=clock.now())


def test_a_role_granted_twice_is_held_once(session):
    person = make.staff(session, Role.FINANCE)
    services.grant_role(session, person.id, Role.FINANCE, actor_id=None, now=clock.now())
    assert lists.roles_of(session, [person.id])[person.id] == [Role.FINANCE]


def test_one_address_has_one_account_however_it_is_written(session):
    make.user(session, email="aiko@kibo.example")
    with pytest.raises(services.EmailTaken):
        make.user(session, email=" AIKO@Kibo.example")


@pytest.mark.parametrize(
    "wrong", [{"name": "  "}, {"name": "x" * 201}, {"email": "nowhere"}, {"time_zone": "Mars/Olympus"}]
)
def test_a_person_needs_a_name_an_address_and_a_zone_that_exist(session, wrong):
    with pytest.raises(InvalidInput):
        make.user(session, **wrong)


def test_a_us_company_is_in_the_united_states(session):
    with pytest.raises(InvalidInput, match="United States"):
        make.organization(session, kind=OrganizationKind.US_COMPANY, country="JP")


def test_members_have_roles_that_their_kind_of_organization_knows(session):
    kibo, person = make.organization(session), make.user(session)
    with pytest.raises(InvalidInput, match="not a role there"):
        make.member(session, organization=kibo, person=person, role=Role.EXPORT_OFFICER)
    make.member(session, organization=kibo, person=person)
    with pytest.raises(Refused, match="already belongs"):
        make.member(session, organization=kibo, person=person)
    assert [(row.user_id, row.role) for row in queries.members(session, kibo.id)] == [(person.id, Role.FOCAL_POINT)]


def test_people_and_organizations_are_read_by_id_and_unknown_ids_are_left_out(session):
    person, kibo = make.user(session, name="Aiko Tanaka"), make.organization(session)
    assert queries.people(session, [person.id, kibo.id])[person.id].name == "Aiko Tanaka"
    assert queries.organization(session, kibo.id).country == "JP"
    assert queries.organization(session, person.id) is None


@pytest.mark.parametrize("search", ["tanaka", "TANAKA ai", "kibo.example", "ａｉｋｏ"])
def test_people_are_found_by_parts_of_name_or_address(session, search):
    make.user(session, name="Tanaka Aiko", email="aiko@kibo.example")
    make.user(session, name="Somebody Else", email="else@example.org")
    assert [row.name for row in lists.users(session, search=search).items] == ["Tanaka Aiko"]
    assert not lists.users(session, search="%").items, "signs of the search language are plain text"


@pytest.mark.check("D13")
def test_lists_of_people_come_in_pages(session):
    for number in range(30):
        make.user(session, name=f"Person {number:02}")
    page = lists.users(session, number=2)
    assert (page.total, page.pages, page.items[0].name) == (30, 2, "Person 20")


def reset_link(session, user):
    return links.make_link(session, LinkPurpose.RESET, user.email, user_id=user.id, now=clock.now())


@pytest.mark.check("A11")
def test_a_reset_link_is_stored_hashed_works_once_and_for_20_minutes(session):
    user = make.user(session)
    secret = reset_link(session, user)
    assert len(secret) >= 22
    assert secret not in session.scalars(select(EmailToken.token_hash)).all()
    own_account.reset_password(session, secret, "hash", now=clock.now() + timedelta(minutes=19, seconds=59))
    with pytest.raises(links.LinkSpent):
        own_account.reset_password(session, secret, "other", now=clock.now())
    late = reset_link(session, user)
    with pytest.raises(links.LinkSpent):
        own_account.reset_password(session, late, "late", now=clock.now() + timedelta(minutes=20))
    assert user.password_hash == "hash"


@pytest.mark.check("A11")
def test_a_reset_link_dies_with_a_new_password_a_new_address_or_a_newer_link(session):
    user = make.user(session)
    first, second = reset_link(session, user), reset_link(session, user)
    with pytest.raises(links.LinkSpent):
        own_account.reset_password(session, first, "hash", now=clock.now())
    own_account.change_password(session, user.id, "hash", keep=None, now=clock.now())
    with pytest.raises(links.LinkSpent):
        own_account.reset_password(session, second, "hash", now=clock.now())
    third = reset_link(session, user)
    move = links.make_link(session, LinkPurpose.VERIFY, "new@example.org", user_id=user.id, now=clock.now())
    sign_up.confirm_address(session, move, now=clock.now())
    with pytest.raises(links.LinkSpent):
        own_account.reset_password(session, third, "hash", now=clock.now())
    assert user.email == "new@example.org"


def test_a_link_of_one_kind_is_no_good_for_another(session):
    user = make.user(session)
    secret = reset_link(session, user)
    with pytest.raises(links.LinkSpent):
        sign_up.confirm_address(session, secret, now=clock.now())


def test_an_address_that_was_taken_meanwhile_stays_with_who_has_it(session):
    user = make.user(session)
    move = links.make_link(session, LinkPurpose.VERIFY, "wanted@example.org", user_id=user.id, now=clock.now())
    make.user(session, email="wanted@example.org")
    with pytest.raises(services.EmailTaken):
        sign_up.confirm_address(session, move, now=clock.now())


def test_an_account_that_never_confirmed_an_address_does_not_keep_it_from_who_does(session):
    squatter = make.user(session, email="wanted@example.org", password="granite lantern oboe fig", verified=False)
    user = make.user(session)
    move = links.make_link(session, LinkPurpose.VERIFY, "wanted@example.org", user_id=user.id, now=clock.now())
    theirs = links.make_link(session, LinkPurpose.VERIFY, "wanted@example.org", user_id=squatter.id, now=clock.now())
    assert sign_up.confirm_address(session, move, now=clock.now()) == "wanted@example.org"
    session.flush()
    with pytest.raises(services.EmailTaken):
        sign_up.confirm_address(session, theirs, now=clock.now())
    assert squatter.password_hash is None
