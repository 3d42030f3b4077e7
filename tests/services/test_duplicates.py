"""Duplicates: found as records come and every night, dismissed for good until a fact changes."""

import pytest
from sqlalchemy import select

from app.accounts import duplicate_lists, duplicates
from app.accounts.models import DuplicatePair, LikenessKey
from app.accounts.own_account import change_profile
from app.accounts.sign_up import sign_up
from app.accounts.states import PAIR_TRANSITIONS, PairEvent, PairState, RecordKind
from app.core import clock
from app.core.errors import InvalidInput, Refused, TransitionRefused
from app.core.states import advance
from app.notifications import outbox
from tests.factories import accounts
from tests.factories import registration as make

PERSON, ORGANIZATION = RecordKind.PERSON, RecordKind.ORGANIZATION


def search_everything(session):
    for kind in RecordKind:
        duplicates.keep_compared(session, duplicates.compare_all(session, kind), now=clock.now())


def pairs_of(session, *ids):
    wanted = select(DuplicatePair).where(DuplicatePair.first_id.in_(ids), DuplicatePair.second_id.in_(ids))
    return session.scalars(wanted.execution_options(populate_existing=True)).all()


def test_somebody_who_signs_up_twice_is_found_at_once(session, now):
    first = accounts.user(session, name="Aiko Tanaka", email="aiko@kibo.example")
    duplicates.find_for(session, PERSON, first.id, now=now)
    sign_up(session, email="aiko+leo@kibo.example", name="Aiko Tanaka", password_hash="x", time_zone="UTC", now=now)
    session.commit()
    outbox.deliver_due(now)
    (found,) = session.scalars(select(DuplicatePair).where(DuplicatePair.kind == PERSON))
    assert first.id in (found.first_id, found.second_id)
    assert "same_mailbox" in found.reasons


def test_people_are_compared_by_what_they_say_when_they_apply(session):
    house = accounts.organization(session)
    one = make.registration(session, person=accounts.user(session, name="Aiko Tanaka"), organization=house)
    other = make.registration(session, person=accounts.user(session, name="Tanaka, Aiko"), organization=house)
    search_everything(session)
    (pair,) = pairs_of(session, one.user_id, other.user_id)
    assert {"other_order", "same_birth_year", "same_organization"} <= set(pair.reasons)


def test_the_night_finds_what_each_arrival_finds(session, now):
    made = [accounts.organization(session, name=name, website="") for name in
            ("Mirai Orbital", "Mirai Orbital Co., Ltd.", "Hoshi Structures", "MIRAI ORBITAL")]  # fmt: skip
    for place in made:
        duplicates.find_for(session, ORGANIZATION, place.id, now=now)
    ids = [place.id for place in made]
    singly = {(pair.first_id, pair.second_id, pair.score) for pair in pairs_of(session, *ids)}
    session.execute(DuplicatePair.__table__.delete())
    session.execute(LikenessKey.__table__.delete())
    search_everything(session)
    assert {(pair.first_id, pair.second_id, pair.score) for pair in pairs_of(session, *ids)} == singly
    assert len(singly) == 3


def test_a_dismissed_pair_stays_away_until_a_fact_changes(session, now):
    pair = accounts.duplicate_people(session)
    reviewer = accounts.staff(session).id
    duplicates.dismiss(session, pair.id, reason="Sisters at one desk.", actor_id=reviewer, now=now)
    search_everything(session)
    assert pair.state is PairState.DISMISSED
    change_profile(session, pair.first_id, name="Noor B. Haddad", time_zone="UTC")
    search_everything(session)
    assert pair.state is PairState.OPEN
    assert pair.decision_reason == ""


def test_a_pair_that_is_no_longer_alike_leaves_the_list_and_comes_back_when_it_is(session):
    pair = accounts.duplicate_people(session)
    person = session.get_one(accounts.User, pair.first_id)
    email, person.email = person.email, "quite-another@example.org"
    session.flush()
    search_everything(session)
    assert pair.state is PairState.DISSOLVED
    person.email = email
    session.flush()
    search_everything(session)
    assert pair.state is PairState.OPEN


def test_nobody_dismisses_without_a_reason_or_about_themselves(session, now):
    pair = accounts.duplicate_people(session)
    with pytest.raises(InvalidInput):
        duplicates.dismiss(session, pair.id, reason=" ", actor_id=accounts.user(session).id, now=now)
    with pytest.raises(Refused, match="your own"):
        duplicates.dismiss(session, pair.id, reason="Not me.", actor_id=pair.first_id, now=now)


def test_a_key_that_very_many_share_finds_nobody(session, monkeypatch):
    monkeypatch.setattr(duplicates, "MOST_SHARING", 3)
    for number in range(5):
        accounts.organization(session, name="Kibo Trading", website=f"https://house{number}.example")
    assert duplicates.compare_all(session, ORGANIZATION).found == {}
    assert duplicates.resembling(session, name="Kibo Trading", country="JP", website="") == []


def test_an_organization_about_to_be_entered_is_held_against_those_that_are_here(session, now):
    kept = accounts.organization(session, name="Kibo Trading Co., Ltd.", website="https://kibo.example")
    accounts.organization(session, name="Hoshi Structures", website="")
    search_everything(session)
    found = duplicates.resembling(session, name="KIBO trading", country="JP", website="")
    assert [place.id for place in found] == [kept.id]
    assert duplicates.resembling(session, name="Aurora Ventures", country="FR", website="") == []


def test_the_work_list_is_paged_filtered_and_searched(session):
    for _ in range(3):
        accounts.duplicate_people(session)
    place = accounts.duplicate_organizations(session)
    everything = duplicate_lists.pairs(session, kind=None, state=PairState.OPEN)
    assert everything.total == 4
    assert everything.items[0].score >= everything.items[-1].score
    only = duplicate_lists.pairs(session, kind=ORGANIZATION, state=PairState.OPEN, words="mirai")
    assert [row.id for row in only.items] == [place.id]
    assert only.items[0].reasons == "same name, same country"
    assert duplicate_lists.pairs(session, kind=PERSON, state=PairState.MERGED).total == 0
    assert duplicate_lists.open_count(session) == {PERSON: 3, ORGANIZATION: 1}


@pytest.mark.parametrize("state", list(PairState))
@pytest.mark.parametrize("event", list(PairEvent))
def test_a_pair_moves_by_its_table_only(state, event):
    if (state, event) in PAIR_TRANSITIONS:
        assert advance(PAIR_TRANSITIONS, state, event, thing="pair") in PairState
    else:
        with pytest.raises(TransitionRefused):
            advance(PAIR_TRANSITIONS, state, event, thing="pair")
