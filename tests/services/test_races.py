"""True threads on committed databases: what may happen once happens once, and the rest are told why not."""

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.core import clock
from app.core.access import Role
from app.core.db import transaction
from app.core.errors import Refused
from app.directory import services as directory
from app.directory.models import Claim, Entry
from app.directory.states import ClaimEvent, ClaimState
from app.matching import services as matching
from app.matching.models import MatchRun
from app.matching.states import RunEvent, RunState, Side
from app.scheduling import rules, services
from app.scheduling.models import Meeting
from tests.factories import accounts
from tests.factories import directory as entries
from tests.factories import matching as rounds
from tests.services import test_scheduling_races

own_app = test_scheduling_races.own_app
RIVALS = 4


def together(app: Flask, deeds: list[Callable[[Session], object]]) -> list[str]:
    """Do all at the same moment, each in a transaction of its own; return "done" or "refused" for each."""
    start, got = threading.Barrier(len(deeds)), []

    def act(deed: Callable[[Session], object]) -> None:
        with app.app_context():
            start.wait(30)
            try:
                with transaction() as session:
                    deed(session)
            except Refused:
                got.append("refused")
            else:
                got.append("done")

    threads = [threading.Thread(target=act, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(got)


def test_requests_sent_at_the_same_moment_do_not_exceed_the_cap(own_app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(rules.MOST_OPEN_REQUESTS, Side.PARTNER, 1)
    with own_app.app_context(), transaction() as session:
        made = rounds.round_of(session, 1, RIVALS)
        partner, programmes = made.partners[0], [entry.id for entry in made.programmes]

    def ask(entry_id):
        return lambda session: services.request_meeting(
            session, summit_id=made.summit.id, registration_id=partner.id, entry_id=entry_id, by=Side.PARTNER,
            actor_id=partner.user_id, text="To talk.", now=clock.now(),
        )  # fmt: skip

    assert together(own_app, [ask(entry_id) for entry_id in programmes]) == ["done"] + ["refused"] * (RIVALS - 1)
    with own_app.app_context(), transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Meeting)) == 1


@pytest.mark.check("L1")
def test_of_claims_to_one_entry_approved_at_the_same_moment_one_gets_it(own_app: Flask):
    with own_app.app_context(), transaction() as session:
        entry = entries.entry(session)
        claims = [entries.claim(session, entry=entry).id for _ in range(RIVALS)]
        reviewer = accounts.staff(session, Role.REVIEWER).id

    def approve(claim_id):
        return lambda session: directory.decide_claim(
            session, claim_id, ClaimEvent.APPROVE, actor_id=reviewer, reason="Proven.", now=clock.now()
        )

    assert together(own_app, [approve(claim_id) for claim_id in claims]) == ["done"] + ["refused"] * (RIVALS - 1)
    with own_app.app_context(), transaction() as session:
        won = session.scalars(sa.select(Claim.organization_id).where(Claim.state == ClaimState.APPROVED)).one()
        assert session.get_one(Entry, entry.id).organization_id == won


@pytest.mark.check("L1")
def test_of_runs_published_at_the_same_moment_one_is_and_each_pair_is_suggested_once(own_app: Flask):
    with own_app.app_context(), transaction() as session:
        made = rounds.round_of(session, 2, 2)
        organizer = accounts.staff(session, Role.ORGANIZER).id
        runs = [rounds.computed_run(session, made).id for _ in range(RIVALS)]
        for run_id in runs:
            matching.move_run(session, run_id, RunEvent.REVIEW, actor_id=organizer, now=clock.now())

    def publish(run_id):
        return lambda session: matching.publish(session, run_id, actor_id=organizer, now=clock.now())

    deeds = [publish(run_id) for run_id in (*runs, *runs)]
    assert together(own_app, deeds) == ["done"] + ["refused"] * (2 * RIVALS - 1)
    with own_app.app_context(), transaction() as session:
        states = session.scalars(sa.select(MatchRun.state)).all()
        assert (states.count(RunState.PUBLISHED), states.count(RunState.REVIEWED)) == (1, RIVALS - 1)
        assert session.scalar(sa.select(sa.func.count()).select_from(Meeting)) == 4
