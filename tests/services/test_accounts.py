"""People, organizations, roles and sessions as the rest of the platform relies on them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import queries, services
from app.accounts.models import LoginSession
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
    assert len(token) >= 43
    assert token not in (row.token_hash, row.device)
    session.delete(row)
    session.flush()
    assert person_behind(session, token) is None
