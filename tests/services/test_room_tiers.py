"""What the deal room of an entry lets its readers see of the entry itself, and for how long."""

import pytest

from app.core import clock
from app.core.access import Principal
from app.dealrooms import services as rooms
from app.directory import queries
from app.directory.services.keep import put
from app.directory.states import Tier
from tests.factories import dealrooms as make
from tests.factories import directory


def seen_by(session, house):
    person = make.user(session, house.guest)
    reader = Principal(person.id, person.email, person.name, "UTC", person.id, "")
    return queries.entry_for(session, house.entry.key, reader)


@pytest.fixture
def house(session):
    """A partner inside of one folder of a room, whose entry says something under NDA and something to the granted."""
    made = make.house(session)
    content = {
        **directory.REPORTED, **directory.WRITTEN, "name": made.entry.name, "export_words": "under the agreement",
        "orbit": "polar", "tiers": {"export_words": "nda", "orbit": "granted"},
    }  # fmt: skip
    put(made.entry, content, now=clock.now())
    session.flush()
    return made


@pytest.mark.check("D5")
@pytest.mark.check("D9")
def test_access_to_a_room_shows_more_of_its_entry_until_it_is_revoked(session, house):
    assert seen_by(session, house).tier is Tier.VETTED
    grant = make.given(session, house, folders=(make.folders(session, house)[0].id,))
    assert seen_by(session, house).tier is Tier.VETTED, "nothing before the agreement is accepted"
    make.sign(session, house)
    some = seen_by(session, house)
    assert (some.tier, some.seen["export_words"], some.seen["orbit"]) == (Tier.NDA, "under the agreement", "")
    rooms.revoke(session, house.room.id, grant.id, reason="Over.", actor_id=house.owner, now=clock.now())
    session.flush()
    assert seen_by(session, house).seen["export_words"] == ""


@pytest.mark.check("D5")
def test_the_whole_room_shows_what_is_for_the_granted_but_never_who_else_sees_what(session, house):
    make.inside(session, house)
    whole = seen_by(session, house)
    assert (whole.tier, whole.seen["orbit"], whole.seen["tiers"]) == (Tier.GRANTED, "polar", {})
