"""Two people of a company act on one access at the same moment, on both databases: one of them is told."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.db import transaction
from app.dealrooms import services
from app.dealrooms.models import Grant, GrantStep, Question
from app.dealrooms.states import GrantState, QuestionState
from tests.factories import dealrooms as make
from tests.services import test_scheduling_races
from tests.services.test_races import together

own_app = test_scheduling_races.own_app


@pytest.mark.check("L2")
def test_of_two_who_give_access_at_once_and_two_who_revoke_it_one_is_refused(own_app: Flask):
    with own_app.app_context(), transaction() as session:
        of = make.house(session)
        grant, room, owners = make.requested(session, of).id, of.room.id, (of.owner, of.delegate)

    def give(actor):
        return lambda session: services.give_access(session, room, grant, actor_id=actor, now=clock.now())

    def revoke(actor):
        return lambda session: services.revoke(session, room, grant, reason="", actor_id=actor, now=clock.now())

    assert together(own_app, [give(one) for one in owners]) == ["done", "refused"]
    assert together(own_app, [revoke(one) for one in owners]) == ["done", "refused"]
    with own_app.app_context(), transaction() as session:
        assert session.get_one(Grant, grant).state is GrantState.REVOKED
        assert len(session.scalars(select(GrantStep)).all()) == 3


@pytest.mark.check("L1")
def test_questions_asked_at_once_do_not_exceed_the_quota(own_app: Flask):
    with own_app.app_context(), transaction() as session:
        of = make.house(session)
        make.inside(session, of)
        of.room.question_quota = 1
        room, guest = of.room.id, of.guest
        drafts = [make.question(session, of, asked=False).id for _ in range(3)]
    got = together(own_app, [
        lambda session, one=one: services.submit_question(session, room, one, user_id=guest, now=clock.now())
        for one in drafts
    ])  # fmt: skip
    assert got == ["done", "refused", "refused"]
    with own_app.app_context(), transaction() as session:
        asked = session.scalars(select(Question).where(Question.state == QuestionState.SUBMITTED)).all()
        assert len(asked) == 1
