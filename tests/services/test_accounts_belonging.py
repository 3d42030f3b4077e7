"""Who belongs to an organization, and who may say so."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import belong, lists, queries
from app.accounts.links import LinkSpent
from app.accounts.models import EmailToken
from app.accounts.states import LinkPurpose
from app.core import clock
from app.core.access import Role
from app.core.errors import InvalidInput, NotFound, Refused
from app.notifications.models import OutboxMessage
from tests.factories import accounts as make


@pytest.fixture
def owner(session):
    return make.member(session, organization=make.company(session))


def invite(session, owner, email, role=Role.COMPANY_DELEGATE):
    """Invite and return the secret that the mail carries."""
    belong.invite(session, owner.organization_id, email=email, role=role, actor_id=owner.user_id, now=clock.now())
    session.flush()
    mails = session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at)).all()
    return [mail.payload["context"]["secret"] for mail in mails if mail.payload["to"] == [email.lower()]][-1]


def roles(session, organization_id):
    return {row.email: row.role for row in queries.members(session, organization_id)}


def test_who_creates_an_organization_manages_its_members(session):
    person = make.user(session)
    added = belong.found_organization(
        session, name="Kibo", kind=make.OrganizationKind.FUND, country="jp", website="", user_id=person.id,
        now=clock.now(),
    )  # fmt: skip
    assert roles(session, added) == {person.email: Role.FOCAL_POINT}


@pytest.mark.check("A15")
def test_an_invitation_works_once_for_the_invited_address_for_14_days(session, owner):
    invited = make.user(session, email="mia@orbital.example")
    secret = invite(session, owner, "Mia@orbital.example")
    belong.accept_invitation(session, secret, now=clock.now() + timedelta(days=13))
    assert roles(session, owner.organization_id)[invited.email] is Role.COMPANY_DELEGATE
    with pytest.raises(LinkSpent):
        belong.accept_invitation(session, secret, now=clock.now())
    make.user(session, email="late@orbital.example")
    late = invite(session, owner, "late@orbital.example")
    with pytest.raises(LinkSpent):
        belong.accept_invitation(session, late, now=clock.now() + timedelta(days=14))


@pytest.mark.check("A15")
def test_an_invitation_gives_a_role_of_that_organization_only_and_only_from_who_manages_it(session, owner):
    with pytest.raises(InvalidInput, match="not a role"):
        invite(session, owner, "mia@orbital.example", Role.FOCAL_POINT)
    delegate = make.user(session)
    belong.accept_invitation(session, invite(session, owner, delegate.email), now=clock.now())
    for stranger in (delegate.id, make.staff(session, Role.ADMINISTRATOR).id):
        with pytest.raises(NotFound):
            belong.invite(
                session, owner.organization_id, email="x@example.org", role=Role.COMPANY_DELEGATE, actor_id=stranger,
                now=clock.now(),
            )  # fmt: skip


def test_somebody_invited_who_has_no_account_gets_one_with_a_confirmed_address(session, owner):
    secret = invite(session, owner, "new@orbital.example", Role.EXPORT_OFFICER)
    user_id = belong.join_as_newcomer(
        session, secret, name="Noor Haddad", password_hash="hash", time_zone="UTC", now=clock.now()
    )
    assert lists.user(session, user_id).verified_at
    assert roles(session, owner.organization_id)["new@orbital.example"] is Role.EXPORT_OFFICER


def test_a_password_chosen_by_who_never_confirmed_the_address_does_not_survive_an_invitation(session, owner):
    squatter = make.user(session, email="new@orbital.example", password="granite lantern oboe fig", verified=False)
    secret = invite(session, owner, "new@orbital.example")
    with pytest.raises(NotFound):
        belong.accept_invitation(session, secret, now=clock.now())
    session.execute(EmailToken.__table__.update().values(used_at=None))
    belong.join_as_newcomer(session, secret, name="Noor", password_hash="mine", time_zone="UTC", now=clock.now())
    assert squatter.password_hash == "mine"


def test_an_invitation_can_be_withdrawn_and_a_newer_one_replaces_it(session, owner):
    make.user(session, email="mia@orbital.example")
    first, second = (invite(session, owner, "mia@orbital.example") for _ in range(2))
    with pytest.raises(LinkSpent):
        belong.accept_invitation(session, first, now=clock.now())
    (waiting,) = lists.invitations(session, owner.organization_id, now=clock.now())
    belong.withdraw_invitation(session, owner.organization_id, waiting.id, actor_id=owner.user_id, now=clock.now())
    assert lists.opened_link(session, LinkPurpose.INVITE, second, now=clock.now()) is None


@pytest.mark.check("D4")
def test_an_invitation_of_another_organization_is_not_found(session, owner):
    invite(session, owner, "mia@orbital.example")
    (waiting,) = lists.invitations(session, owner.organization_id, now=clock.now())
    other = make.member(session, organization=make.company(session, name="Other"))
    with pytest.raises(NotFound):
        belong.withdraw_invitation(session, other.organization_id, waiting.id, actor_id=other.user_id, now=clock.now())


def test_an_organization_always_has_somebody_who_manages_its_members(session, owner):
    mine = {"actor_id": owner.user_id, "now": clock.now()}
    with pytest.raises(Refused, match="somebody else first"):
        belong.change_member_role(session, owner.organization_id, owner.user_id, Role.PARTICIPANT, **mine)
    with pytest.raises(Refused, match="somebody else first"):
        belong.remove_member(session, owner.organization_id, owner.user_id, **mine)
    second = make.member(
        session, organization=session.get(make.Organization, owner.organization_id), role=Role.COMPANY_DELEGATE
    )
    belong.change_member_role(session, owner.organization_id, second.user_id, Role.COMPANY_OWNER, **mine)
    belong.remove_member(session, owner.organization_id, owner.user_id, **mine)
    assert list(roles(session, owner.organization_id).values()) == [Role.COMPANY_OWNER]


@pytest.mark.check("D8")
def test_whoever_is_removed_loses_the_role_with_the_membership(session, owner):
    place = session.get(make.Organization, owner.organization_id)
    gone = make.member(session, organization=place, role=Role.COMPANY_DELEGATE)
    belong.remove_member(session, place.id, gone.user_id, actor_id=owner.user_id, now=clock.now())
    session.flush()
    assert queries._held(session, gone.user_id) == (frozenset(), ())


def test_members_cannot_remove_each_other(session, owner):
    place = session.get(make.Organization, owner.organization_id)
    first, second = (make.member(session, organization=place, role=Role.COMPANY_DELEGATE) for _ in range(2))
    with pytest.raises(NotFound):
        belong.remove_member(session, place.id, second.user_id, actor_id=first.user_id, now=clock.now())
