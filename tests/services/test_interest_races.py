"""Two people of two sides act on one interest at the same moment, in processes of their own, on both databases."""

from uuid import UUID

import pytest

from app.core import clock
from app.core.access import Role
from app.core.db import db, transaction
from app.interest import services
from app.interest.models import Interest, InterestStep
from app.interest.services import MovedMeanwhile, Said
from app.interest.states import InterestEvent, InterestState, Visibility
from tests.databases import postgres_answers
from tests.factories import accounts, directory, interest, registration
from tests.races import Crew, building

RIVALS = 8


def act(wanted: tuple[str, str, str, bool]) -> str:
    """Act on the state of an interest that was looked at before: the partner edits, the company moves."""
    interest_id, actor_id, stamp, is_partner = wanted
    try:
        with transaction() as session:
            if is_partner:
                services.edit_interest(
                    session, UUID(interest_id), Said(session.get_one(Interest, UUID(interest_id)).band, "EUR"),
                    actor_id=UUID(actor_id), expected=UUID(stamp), now=clock.now(),
                )  # fmt: skip
            else:
                services.move_interest(
                    session, UUID(interest_id), InterestEvent.DISCUSS, actor_id=UUID(actor_id), expected=UUID(stamp),
                    now=clock.now(),
                )  # fmt: skip
    except MovedMeanwhile:
        return "told"
    return "done"


@pytest.mark.check("L4")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_of_those_who_act_on_one_state_of_an_interest_one_does_and_the_others_are_told(kind, tmp_path, now):
    if kind == "postgresql" and not postgres_answers():
        pytest.skip("PostgreSQL does not answer at TEST_POSTGRES_URL")
    with building(kind, tmp_path) as app:
        with app.app_context(), transaction() as session:
            place = registration.registration(session)
            company = accounts.company(session)
            owner = accounts.member(session, organization=company, role=Role.COMPANY_OWNER).user_id
            made = interest.interest(
                session, entry=directory.published(session, organization=company), user_id=place.user_id,
                organization=session.get_one(accounts.Organization, place.organization_id),
                visibility=Visibility.NAMES,
            )  # fmt: skip
            seen = (str(made.id), str(made.stamp))
            partner = place.user_id
        wanted = [(seen[0], str(partner if n % 2 else owner), seen[1], bool(n % 2)) for n in range(RIVALS)]
        with Crew(app, processes=2, threads=4) as crew:
            told = crew.race(act, wanted)
        assert sorted(told) == ["done", *["told"] * (RIVALS - 1)]
        with app.app_context():
            left = db().get_one(Interest, UUID(seen[0]))
            assert left.revision == 2
            assert db().query(InterestStep).count() == 2
            assert left.state in (InterestState.INTERESTED, InterestState.IN_DISCUSSION)
            assert (left.currency == "EUR") is (left.state is InterestState.INTERESTED)
