"""Focal points endorse and enter at the same moment, on both databases: the cap of their organization holds."""

import pytest
from flask import Flask

from app.core import clock
from app.core.db import transaction
from app.delegations import services
from app.delegations.models import Delegate, Delegation
from app.delegations.queries.caps import cap_of
from app.delegations.services import endorse
from app.delegations.states import Endorsement, EndorsementEvent
from app.registration.services.summit import configure_summit
from tests.factories import delegations as make
from tests.factories import registration as summits
from tests.services import test_scheduling_races
from tests.services.test_delegations import capped
from tests.services.test_races import RIVALS, together

own_app = test_scheduling_races.own_app
MOST = 2


def delegation(app: Flask, *, waiting: int = 0):
    """A delegation with two places, its focal point, and delegates that wait for endorsement."""
    with app.app_context(), transaction() as session:
        summits.countries(session)
        summit = summits.summit(session, pools=capped(MOST + waiting))
        of, lead = make.delegation(session, summit=summit)
        rows = [make.delegate(session, of, lead).id for _ in range(waiting)]
        for row in rows:
            services.decide(session, of.id, [row], EndorsementEvent.WITHDRAW, actor_id=lead, now=clock.now())
        fewer = summits.settings(pools=capped(MOST))
        configure_summit(session, fewer, key=summit.key, actor_id=None, now=clock.now())
        return of.id, lead, rows


def used(app: Flask, delegation_id) -> int:
    with app.app_context(), transaction() as session:
        return cap_of(session, session.get_one(Delegation, delegation_id)).used


@pytest.mark.check("L1")
def test_people_entered_at_the_same_moment_do_not_exceed_the_cap(own_app: Flask):
    of, lead, _ = delegation(own_app)

    def enter(number: int):
        person = make.named(email=f"rival{number}@kibo.example")
        return lambda session: services.enter(session, of, person, actor_id=lead, now=clock.now())

    got = together(own_app, [enter(number) for number in range(RIVALS)])
    assert got == ["done"] * MOST + ["refused"] * (RIVALS - MOST)
    assert used(own_app, of) == MOST


@pytest.mark.check("L1")
def test_endorsements_given_at_the_same_moment_do_not_exceed_the_cap(own_app: Flask):
    of, lead, rows = delegation(own_app, waiting=RIVALS)

    def give(row):
        return lambda session: services.decide(
            session, of, [row], EndorsementEvent.ENDORSE, actor_id=lead, now=clock.now()
        )

    got = together(own_app, [give(row) for row in rows])
    assert got == ["done"] * MOST + ["refused"] * (RIVALS - MOST)
    assert used(own_app, of) == MOST


def test_without_the_lock_the_cap_would_be_exceeded(own_app: Flask, monkeypatch: pytest.MonkeyPatch):
    if own_app.extensions["database"].engine.dialect.name == "sqlite":
        pytest.skip("SQLite holds the whole database for whoever writes")
    monkeypatch.setattr(endorse, "locked", lambda session, of_id: session.get_one(Delegation, of_id))
    of, lead, rows = delegation(own_app, waiting=RIVALS)
    for _round in range(5):
        together(own_app, [
            lambda session, row=row: services.decide(
                session, of, [row], EndorsementEvent.ENDORSE, actor_id=lead, now=clock.now()
            )
            for row in rows
        ])  # fmt: skip
        if used(own_app, of) > MOST:
            return
        with own_app.app_context(), transaction() as session:
            held = [row for row in rows if session.get_one(Delegate, row).endorsement is Endorsement.ENDORSED]
            services.decide(session, of, held, EndorsementEvent.WITHDRAW, actor_id=lead, now=clock.now())
    pytest.fail("the control never exceeded the cap, so the race above proves nothing")


def test_the_same_address_entered_twice_at_once_is_one_delegate(own_app: Flask):
    of, lead, _ = delegation(own_app)
    person = make.named(email="same@kibo.example")
    deeds = [lambda session: services.enter(session, of, person, actor_id=lead, now=clock.now())] * RIVALS
    assert together(own_app, deeds) == ["done"] + ["refused"] * (RIVALS - 1)
