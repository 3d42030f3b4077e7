"""A reviewer who is limited to types or markets opens files of applications within those limits only."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.accounts.queries import load_principal
from app.accounts.services import start_session
from app.core import clock
from app.core.access import Principal, Role
from app.core.errors import NotFound
from app.delegations import services as delegations
from app.documents import services as documents
from app.documents.states import Purpose
from app.registration import services
from app.registration.models import Registration
from app.registration.queries.scopes import Scope
from app.registration.states import RegistrationState
from tests.factories import accounts
from tests.factories import delegations as groups
from tests.factories import documents as files
from tests.factories import registration as make

ANSWER = Purpose.APPLICATION_ANSWER


@pytest.fixture
def summit(session: Session) -> Any:
    return make.summit(session)


def reader(session: Session, summit: Any, *scopes: Scope, role: Role = Role.REVIEWER) -> Principal:
    """Somebody of the desk, limited to these scopes if there are any."""
    person, organizer = accounts.staff(session, role), accounts.staff(session, Role.ORGANIZER)
    if scopes:
        services.limit_reviewer(session, summit.id, person.id, list(scopes), actor_id=organizer.id)
    return principal_of(session, person.id)


def principal_of(session: Session, user_id: UUID) -> Principal:
    secret = start_session(session, user_id, device="", address="", now=clock.now())
    found = load_principal(session, secret, now=clock.now())
    assert found is not None
    return found[0]


def may(session: Session, file_id: UUID, who: Principal) -> bool:
    try:
        documents.readable_file(session, file_id, who)
    except NotFound:
        return False
    return True


def of_market(session: Session, summit: Any, country: str, **columns: Any) -> Registration:
    place = accounts.organization(session, country=country)
    return make.in_review(session, summit=summit, organization=place, **columns)


@pytest.mark.check("D2")
def test_a_limited_reviewer_opens_files_of_their_market_only(session: Session, summit: Any):
    french, other = of_market(session, summit, "FR"), make.in_review(session, summit=summit)
    inside = files.file(session, purpose=ANSWER, owner_id=french.user_id)
    outside = files.file(session, purpose=ANSWER, owner_id=other.user_id)
    nobodys = files.file(session, purpose=Purpose.NOMINATION_LETTER, owner_id=accounts.user(session).id)
    limited = reader(session, summit, Scope(None, "FR"))
    assert [may(session, one.id, limited) for one in (inside, outside, nobodys)] == [True, False, False]
    for role in (Role.REVIEWER, Role.ORGANIZER, Role.SCREENER):
        assert may(session, outside.id, reader(session, summit, role=role))


def test_of_a_person_with_two_applications_only_the_files_of_the_one_in_scope_open(session: Session, summit: Any):
    old, person = of_market(session, summit, "FR"), accounts.user(session)
    old.user_id, old.state = person.id, RegistrationState.CANCELLED
    new = make.in_review(session, summit=summit, person=person)
    mine = [files.file(session, purpose=ANSWER, owner_id=person.id) for _ in range(2)]
    for row, file in zip((old, new), mine, strict=True):
        row.answers = {**row.answers, "letter": {"file": str(file.id), "name": file.name}}
    session.flush()
    limited = reader(session, summit, Scope(None, "FR"))
    assert [may(session, one.id, limited) for one in mine] == [True, False]


def test_a_delegations_letter_opens_for_who_works_on_somebody_it_covers(session: Session, summit: Any):
    made, focal_point = groups.delegation(session, summit=summit)
    delegate = groups.delegate(session, made, focal_point)
    letter = delegations.give_letter(
        session, made.id, groups.letter(), None, actor_id=focal_point, now=clock.now()
    )  # fmt: skip
    applied = make.in_review(session, summit=summit)
    delegate.registration_id = applied.id
    session.flush()
    here, elsewhere = reader(session, summit, Scope(None, "JP")), reader(session, summit, Scope(None, "FR"))
    assert (applied.country, may(session, letter.file_id, here)) == ("JP", True)
    assert not may(session, letter.file_id, elsewhere)
    assert may(session, letter.file_id, reader(session, summit))
