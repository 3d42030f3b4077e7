"""Rankings, blocks and match runs: only those who speak may speak, a no is final, runs are kept once."""

from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organization
from app.core import clock
from app.core.access import Role
from app.core.errors import InvalidInput, NotFound, Refused, TransitionRefused
from app.interest.states import Visibility
from app.matching import queries, services
from app.matching.facts import read_facts
from app.matching.models import MatchRun, MatchWish
from app.matching.propose import RunSettings, explain, propose
from app.matching.solver import NotMade
from app.matching.states import Bar, BlockKind, Ruling, RunEvent, RunState, Side, Wish, Work
from app.notifications import outbox
from app.notifications import services as messages
from app.notifications.queries import job as job_row
from app.registration.states import ParticipantType, RegistrationState
from tests.factories import accounts, interest
from tests.factories import matching as make
from tests.factories import registration as registrations


def quiet(_percent: int, _note: str) -> None:
    """Listen to nothing."""


def pairs_of(session: Session, made: make.Round, run_id: UUID) -> set[tuple[int, int]]:
    partners = {row.id: n for n, row in enumerate(made.partners)}
    programmes = {row.id: n for n, row in enumerate(made.programmes)}
    return {(partners[p.registration_id], programmes[p.entry_id]) for p in queries.pairs_of(session, run_id)}


def test_a_wish_is_kept_and_saying_it_again_replaces_it(session: Session, now: datetime) -> None:
    made = make.round_of(session)
    made.wish(session, Side.PARTNER, 0, 0, Wish.WANT)
    made.wish(session, Side.PARTNER, 0, 0, Wish.MUST)
    rows = session.scalars(select(MatchWish)).all()
    assert [(row.side, row.wish) for row in rows] == [(Side.PARTNER, Wish.MUST)]


@pytest.mark.check("D3")
def test_nobody_ranks_for_another_partner_or_for_a_company_that_is_not_theirs(session: Session, now: datetime) -> None:
    made = make.round_of(session)
    stranger = made.partners[1].user_id
    for side in Side:
        with pytest.raises(NotFound):
            services.set_wish(
                session, summit_id=made.summit.id, by=side, registration_id=made.partners[0].id,
                entry_id=made.programmes[0].id, wish=Wish.MUST, actor_id=stranger, now=now,
            )  # fmt: skip


def test_who_is_not_confirmed_or_is_no_partner_does_not_rank(session: Session, now: datetime) -> None:
    made = make.round_of(session)
    waiting = registrations.registration(session, summit=made.summit, state=RegistrationState.SUBMITTED)
    speaker = registrations.registration(session, summit=made.summit, participant_type=ParticipantType.SPEAKER)
    for registration in (waiting, speaker):
        with pytest.raises(NotFound):
            services.set_wish(
                session, summit_id=made.summit.id, by=Side.PARTNER, registration_id=registration.id,
                entry_id=made.programmes[0].id, wish=Wish.MUST, actor_id=registration.user_id, now=now,
            )  # fmt: skip


def test_a_run_prefers_what_both_sides_want_and_never_pairs_whom_one_refused(session: Session, now: datetime) -> None:
    made = make.round_of(session, 2, 2)
    made.wish(session, Side.PARTNER, 0, 0, Wish.MUST)
    made.wish(session, Side.COMPANY, 0, 0, Wish.MUST)
    made.wish(session, Side.COMPANY, 1, 1, Wish.NO)
    run = make.computed_run(session, made, capacity=1)
    assert pairs_of(session, made, run.id) == {(0, 0)}
    assert run.metrics["value"] == run.metrics["bound"]


def test_a_private_block_keeps_a_pair_apart_and_the_other_side_cannot_see_it(session: Session, now: datetime) -> None:
    made = make.round_of(session, 1, 1)
    services.set_block(
        session, summit_id=made.summit.id, by=Side.COMPANY, registration_id=made.partners[0].id,
        entry_id=made.programmes[0].id, kind=BlockKind.KNOW_ALREADY, actor_id=made.owners[0], now=now,
    )  # fmt: skip
    run = make.computed_run(session, made)
    assert pairs_of(session, made, run.id) == set()
    assert not queries.ranking_of_partner(session, made.partners[0].id).items[0].is_blocked
    company = queries.ranking_of_company(session, made.summit.id, made.programmes[0].id)
    assert company.items[0].is_blocked


def test_everybody_gets_the_floor_where_supply_allows(session: Session, now: datetime) -> None:
    made = make.round_of(session, 4, 2)
    for programme in range(2):
        for partner in range(2):
            made.wish(session, Side.PARTNER, partner, programme, Wish.MUST)
            made.wish(session, Side.COMPANY, partner, programme, Wish.MUST)
    run = make.computed_run(session, made, capacity=2, floor=1)
    assert {partner for partner, _ in pairs_of(session, made, run.id)} == {0, 1, 2, 3}
    assert run.metrics["below_floor"] == []
    assert run.metrics["top_k"]["partners_without"] >= run.metrics["partners_without"]


def test_stated_interest_counts_for_the_company_only_when_the_partner_lets_it_be_known(
    session: Session, now: datetime
) -> None:
    made = make.round_of(session, 1, 1)
    house = made.partners[0].organization_id
    organization = session.get_one(Organization, house)
    hidden = interest.interest(
        session, entry=made.programmes[0], organization=organization, user_id=made.partners[0].user_id
    )
    facts = read_facts(session, made.summit.id)
    points = {side: facts.fit(side, facts.partners[0], facts.programmes[0]).parts[3].points for side in Side}
    assert points == {Side.PARTNER: 2, Side.COMPANY: 0}
    hidden.visibility = Visibility.NAMES
    session.flush()
    facts = read_facts(session, made.summit.id)
    assert facts.fit(Side.COMPANY, facts.partners[0], facts.programmes[0]).parts[3].points == 2


def test_a_pin_is_kept_beyond_capacity_and_a_pair_left_out_is_not_made(session: Session, now: datetime) -> None:
    made = make.round_of(session, 2, 1)
    organizer = accounts.staff(session, Role.ORGANIZER).id
    for partner, ruling in ((0, Ruling.PIN), (1, Ruling.LEAVE_OUT)):
        services.set_ruling(
            session, summit_id=made.summit.id, registration_id=made.partners[partner].id,
            entry_id=made.programmes[0].id, ruling=ruling, reason="Agreed with both.", actor_id=organizer, now=now,
        )  # fmt: skip
    run = make.computed_run(session, made, capacity=1)
    assert pairs_of(session, made, run.id) == {(0, 0)}
    with pytest.raises(InvalidInput):
        services.set_ruling(
            session, summit_id=made.summit.id, registration_id=made.partners[0].id, entry_id=made.programmes[0].id,
            ruling=Ruling.PIN, reason=" ", actor_id=organizer, now=now,
        )  # fmt: skip


def test_why_a_pair_was_not_made_is_told(session: Session, now: datetime) -> None:
    made = make.round_of(session, 2, 2)
    made.wish(session, Side.PARTNER, 0, 1, Wish.NO)
    for partner in range(2):
        made.wish(session, Side.COMPANY, partner, 0, Wish.MUST)
    made.wish(session, Side.PARTNER, 0, 0, Wish.MUST)
    run = make.computed_run(session, made, capacity=1)
    assert pairs_of(session, made, run.id) == {(0, 0), (1, 1)}
    facts = read_facts(session, made.summit.id)
    pairs = {(p.registration_id, p.entry_id) for p in queries.pairs_of(session, run.id)}
    settings = RunSettings(1, 1, 0)
    ids = [(made.partners[p].id, made.programmes[e].id) for p, e in ((0, 1), (1, 0))]
    assert explain(facts, settings, pairs, ids[0]) is Bar.PARTNER_SAID_NO
    assert explain(facts, settings, pairs, ids[1]) is NotMade.BOTH_HAD_BETTER
    assert explain(facts, RunSettings(2, 1, 0), pairs, ids[1]) is NotMade.RIGHT_FULL
    assert explain(facts, RunSettings(1, 2, 0), pairs, ids[1]) is NotMade.LEFT_FULL


def test_the_reasons_of_a_pair_add_up_and_are_told_to_both_sides(session: Session, now: datetime) -> None:
    made = make.round_of(session, 1, 1)
    for side in Side:
        made.wish(session, side, 0, 0, Wish.WANT)
    run = make.computed_run(session, made)
    pair = queries.reviewed_pairs(session, run.id).items[0]
    assert pair.reasons_partner[0] == pair.reasons_company[0] == "You both asked for this meeting."
    assert pair.value == pair.partner_fit * pair.company_fit


def test_a_run_is_reviewed_published_once_and_rolled_back_with_a_reason(session: Session, now: datetime) -> None:
    made = make.round_of(session)
    run = make.computed_run(session, made)
    actor = accounts.staff(session, Role.ORGANIZER).id
    with pytest.raises(TransitionRefused):
        services.publish(session, run.id, actor_id=actor, now=now)
    services.move_run(session, run.id, RunEvent.REVIEW, actor_id=actor, now=now)
    services.publish(session, run.id, actor_id=actor, now=now)
    assert queries.run(session, run.id).state is RunState.PUBLISHED
    assert len(queries.pairs_of(session, run.id)) == 4
    other = make.computed_run(session, made)
    services.move_run(session, other.id, RunEvent.REVIEW, actor_id=actor, now=now)
    with pytest.raises(Refused, match="Roll it back first"), session.begin_nested():
        services.publish(session, other.id, actor_id=actor, now=now)
    with pytest.raises(InvalidInput), session.begin_nested():
        services.roll_back(session, run.id, reason="", actor_id=actor, now=now)
    session.expire_all()
    services.roll_back(session, run.id, reason="Two houses came late.", actor_id=actor, now=now)
    assert queries.run(session, run.id).state is RunState.ROLLED_BACK


def test_settings_out_of_range_are_refused_in_words(session: Session, now: datetime) -> None:
    made = make.round_of(session)
    for settings in (RunSettings(0, 3, 0), RunSettings(3, 999, 0), RunSettings(2, 3, 3)):
        with pytest.raises(InvalidInput):
            services.start_run(session, summit_id=made.summit.id, settings=settings, actor_id=None, now=now)


def test_a_run_without_a_result_cannot_be_reviewed(session: Session, now: datetime) -> None:
    made = make.round_of(session)
    run = services.start_run(session, summit_id=made.summit.id, settings=RunSettings(2, 2, 0), actor_id=None, now=now)
    with pytest.raises(Refused, match="no result yet"):
        services.move_run(session, run.id, RunEvent.REVIEW, actor_id=made.owners[0], now=now)


def test_the_job_computes_a_run_once_and_tells_how_far_it_is(session: Session, now: datetime) -> None:
    made = make.round_of(session, 3, 3)
    run = services.start_run(session, summit_id=made.summit.id, settings=RunSettings(2, 2, 1), actor_id=None, now=now)
    session.commit()
    outbox.deliver_due(clock.now())
    session.expire_all()
    kept = session.get_one(MatchRun, run.id)
    assert (kept.work, kept.state, len(queries.pairs_of(session, run.id))) == (Work.DONE, RunState.DRAFT, 6)
    assert kept.job_id is not None
    assert job_row(session, kept.job_id).percent == 100


def test_a_cancelled_job_leaves_the_run_without_pairs_and_says_so(session: Session, now: datetime) -> None:
    made = make.round_of(session, 3, 3)
    run = services.start_run(session, summit_id=made.summit.id, settings=RunSettings(2, 2, 1), actor_id=None, now=now)
    session.commit()

    def cancelled(_percent: int, _note: str = "") -> None:
        raise outbox.Cancelled

    with pytest.raises(outbox.Cancelled):
        propose(read_facts(session, made.summit.id), RunSettings(2, 2, 1), cancelled)
    services.end_work(session, run.id, Work.CANCELLED)
    assert run.work is Work.CANCELLED
    late = propose(read_facts(session, made.summit.id), RunSettings(2, 2, 1), quiet)
    services.keep_proposal(session, run.id, late, now=now)
    assert queries.pairs_of(session, run.id) == []


def test_the_same_round_gives_the_same_run(session: Session, now: datetime) -> None:
    made = make.round_of(session, 6, 4)
    for partner in range(6):
        made.wish(session, Side.PARTNER, partner, partner % 4, Wish.WANT)
    runs = [make.computed_run(session, made, capacity=2, floor=1) for _ in range(2)]
    assert pairs_of(session, made, runs[0].id) == pairs_of(session, made, runs[1].id)
    assert runs[0].metrics == runs[1].metrics


def test_a_plain_list_sends_everybody_to_the_same_few(session: Session, now: datetime) -> None:
    made = make.round_of(session, 4, 4)
    for partner in range(4):
        made.wish(session, Side.PARTNER, partner, 0, Wish.MUST)
    run = make.computed_run(session, made, capacity=1)
    assert run.metrics["top_k"]["programmes_without"] == 3
    assert run.metrics["programmes_without"] == 0


@pytest.mark.parametrize("ending", [Work.FAILED, Work.CANCELLED])
def test_a_run_whose_job_stops_says_so_and_only_a_failed_one_may_be_tried_again(
    session: Session, now: datetime, ending: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make.round_of(session, 1, 1)
    run = services.start_run(session, summit_id=made.summit.id, settings=RunSettings(2, 2, 0), actor_id=None, now=now)
    session.commit()

    def hopeless(_job: outbox.Job) -> None:
        raise outbox.Hopeless("The solver is out of order.")

    if ending is Work.FAILED:
        with monkeypatch.context() as broken:
            broken.setitem(outbox.handlers, services.RUN_JOB, hopeless)
            outbox.deliver_due(now)
    else:
        messages.cancel_message(session, run.job_id, actor_id=made.owners[0], now=now)
        session.commit()
    session.expire_all()
    assert session.get_one(MatchRun, run.id).work is ending
    if ending is Work.FAILED:
        messages.retry_message(session, run.job_id, actor_id=None, now=now)
        session.commit()
        outbox.deliver_due(now)
        session.expire_all()
        assert session.get_one(MatchRun, run.id).work is Work.DONE
