"""Decisions about many applications: looked at first, then each in a transaction of its own."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import administer
from app.accounts.models import Organization
from app.core import clock
from app.core.access import Role
from app.core.errors import InvalidInput, NotFound, Refused
from app.notifications import outbox
from app.notifications import services as notifications
from app.notifications.models import OutboxMessage
from app.notifications.states import MessageState
from app.payments.models import Payment
from app.registration import services
from app.registration.desk_models import BulkDecision, BulkItem
from app.registration.models import Pool, Registration
from app.registration.queries.bulk import candidates, still_undoable
from app.registration.queries.desk import taken_places
from app.registration.queries.desk_list import Desk
from app.registration.queries.scopes import Scope, scopes_of
from app.registration.rules.bulk import MOST_IN_BULK, preview
from app.registration.rules.summit import PoolRule
from app.registration.services import bulk
from app.registration.services.follow import follow_case, follow_payment
from app.registration.services.moves import note
from app.registration.states import Act, BulkState, Outcome, ParticipantType, PoolKind, RegistrationState
from app.screening.models import Case
from tests.factories import accounts
from tests.factories import registration as make

S = RegistrationState


JAPAN = {"JP": "Japan"}


@pytest.fixture
def reviewer(session):
    return accounts.staff(session, Role.REVIEWER).id


def chosen(session, summit, rows, by, act=Act.APPROVE, **particulars):
    """Select applications and say what to decide."""
    made = bulk.choose(session, summit.id, [(row.id, row.moves) for row in rows], actor_id=by, now=clock.now())
    bulk.prepare(session, made, act, particulars, actor_id=by, now=clock.now())
    return made


def run(session, made, by):
    """Run the job as a worker does."""
    job = bulk.run(session, made, actor_id=by, return_to=f"/registrations/bulk/{made}", now=clock.now())
    session.commit()
    state = outbox.deliver(job)
    session.expire_all()
    return state


def outcomes(session, made):
    rows = session.execute(
        select(BulkItem.registration_id, BulkItem.outcome, BulkItem.words)
        .where(BulkItem.bulk_id == made)
        .order_by(BulkItem.position)
    )
    return [(row.outcome, row.words) for row in rows]


def letters_to(session, row) -> int:
    to = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail")).all()
    return sum(f"application {row.number} " in str(mail.payload) for mail in to)


def looked_at(session, summit, made, by, **more):
    looking = Desk(summit, by, scopes_of(session, summit.id, by), clock.now())
    act = Act(session.get_one(BulkDecision, made).decision)
    found = candidates(session, looking, made, organizations=frozenset(), max_list_age_days=None)
    taken = taken_places(session, summit.id)
    return preview(act, found, actor_id=by, rules=summit.settings.pools, taken=taken, countries=JAPAN, **more)


@pytest.mark.answers("bug 7")
def test_one_that_is_refused_stops_none_of_the_others_and_nobody_hears_of_what_was_rolled_back(session, reviewer):
    summit = make.summit(session, pools=(PoolRule(PoolKind.TOTAL, "", 3),))
    good, last = make.in_review(session, summit=summit), make.in_review(session, summit=summit)
    unclear = make.registration(session, summit=summit, state=S.IN_REVIEW)
    unpaid = make.cleared(session, make.registration(session, summit=summit, state=S.IN_REVIEW))
    own = make.in_review(session, summit=summit)
    accounts.member(
        session, organization=session.get(Organization, own.organization_id),
        person=session.get_one(accounts.User, reviewer),
    )  # fmt: skip
    moved, third = make.in_review(session, summit=summit), make.in_review(session, summit=summit)
    too_late = make.in_review(session, summit=summit)
    rows = [good, unclear, unpaid, own, moved, third, last, too_late]
    made = chosen(session, summit, rows, reviewer)
    services.ask(session, moved.id, "Why?", actor_id=reviewer, now=clock.now())
    assert run(session, made, reviewer) is MessageState.DONE
    found = outcomes(session, made)
    assert [outcome for outcome, _words in found] == [
        Outcome.DONE, Outcome.REFUSED, Outcome.REFUSED, Outcome.REFUSED, Outcome.REFUSED, Outcome.DONE, Outcome.DONE,
        Outcome.REFUSED,
    ]  # fmt: skip
    for (_outcome, said), wanted in zip(
        found[1:5] + found[7:],
        ["screened", "no payment was opened", "own organization", "has moved since", "No place is left"],
        strict=True,
    ):
        assert wanted in said
    assert unpaid.state is S.IN_REVIEW
    assert letters_to(session, unpaid) == 0, "its letter had been queued in the transaction that went"
    assert session.scalars(select(Pool.taken)).one() == 3
    assert session.get_one(BulkDecision, made).state is BulkState.DONE


def test_the_preview_says_what_the_run_then_does(session, reviewer):
    summit = make.summit(
        session, pools=(PoolRule(PoolKind.TOTAL, "", 9), PoolRule(PoolKind.MARKET, "*", 3, 2)),
    )  # fmt: skip
    rows = [make.in_review(session, summit=summit) for _ in range(4)]
    made = chosen(session, summit, rows, reviewer)
    seen = looked_at(session, summit, made, reviewer)
    assert [c.id for c in seen.accepted] == [row.id for row in rows[:2]]
    assert seen.over_target == ["the market Japan"]
    reason = {"over_target_reason": "Japan hosts the next one."}
    bulk.prepare(session, made, Act.APPROVE, reason, actor_id=reviewer, now=clock.now())
    seen = looked_at(session, summit, made, reviewer, **reason)
    pools = {pool.kind: (pool.taken, pool.after, pool.capacity, pool.target) for pool in seen.pools}
    assert pools == {PoolKind.TOTAL: (0, 3, 9, None), PoolKind.MARKET: (0, 3, 3, 2)}
    assert [why for _c, why in seen.refused] == ["No place is left in the market Japan."]
    run(session, made, reviewer)
    done = [outcome for outcome, _words in outcomes(session, made)]
    assert done == [Outcome.DONE] * 3 + [Outcome.REFUSED]
    assert {pool.kind: pool.taken for pool in session.scalars(select(Pool))} == {PoolKind.TOTAL: 3, PoolKind.MARKET: 3}


def test_the_preview_names_what_applications_wait_for_from_their_organizations(session, reviewer):
    summit = make.summit(session, endorsement_asked=True, nomination_types=(ParticipantType.GOVERNMENT,))
    rows = [make.in_review(session, summit=summit), make.in_review(session, summit=summit)]
    rows.append(make.in_review(session, summit=summit, participant_type=ParticipantType.GOVERNMENT))
    house = session.get_one(Organization, rows[0].organization_id)
    accounts.member(session, organization=house, role=Role.FOCAL_POINT)
    made = chosen(session, summit, rows, reviewer)
    seen = looked_at(session, summit, made, reviewer)
    assert [c.id for c in seen.accepted] == [rows[1].id]
    assert [why.split(":")[0] for _c, why in seen.refused] == [
        "It waits for the endorsement of the organization's focal point.", "The nomination letter is missing",
    ]  # fmt: skip
    run(session, made, reviewer)
    assert [words for outcome, words in outcomes(session, made) if outcome is Outcome.REFUSED] == [
        why for _c, why in seen.refused
    ]


def test_a_job_that_is_delivered_again_decides_nothing_twice(session, reviewer):
    summit = make.summit(session)
    rows = [make.in_review(session, summit=summit) for _ in range(2)]
    made = chosen(session, summit, rows, reviewer)
    run(session, made, reviewer)
    bulk.decide_item(session, session.scalars(select(BulkItem.id)).first(), now=clock.now(), max_list_age_days=None)
    assert [row.state for row in rows] == [S.PAYMENT_DUE] * 2
    assert len({letters_to(session, row) for row in rows}) == 1


def test_a_job_that_is_cancelled_leaves_the_rest_as_it_was_and_can_go_on(session, reviewer):
    summit = make.summit(session)
    rows = [make.in_review(session, summit=summit) for _ in range(2)]
    made = chosen(session, summit, rows, reviewer, Act.DECLINE, reason="balance")
    job = bulk.run(session, made, actor_id=reviewer, return_to="", now=clock.now())
    session.commit()
    notifications.cancel_message(session, job, actor_id=reviewer, now=clock.now())
    assert session.get_one(BulkDecision, made).state is BulkState.STOPPED
    assert {row.state for row in rows} == {S.IN_REVIEW}
    assert run(session, made, reviewer) is MessageState.DONE
    assert {row.state for row in rows} == {S.DECLINED}


@pytest.mark.check("B4")
def test_a_job_of_somebody_who_lost_the_role_decides_nothing(session, reviewer):
    summit = make.summit(session)
    waiting = make.in_review(session, summit=summit)
    made = chosen(session, summit, [waiting], reviewer)
    job = bulk.run(session, made, actor_id=reviewer, return_to="", now=clock.now())
    administer.take_role(
        session, reviewer, Role.REVIEWER, actor_id=accounts.staff(session, Role.ADMINISTRATOR).id, reason="Left.",
        now=clock.now(),
    )  # fmt: skip
    session.commit()
    assert outbox.deliver(job) is MessageState.PARKED
    session.expire_all()
    assert (waiting.state, session.get_one(BulkDecision, made).state) == (S.IN_REVIEW, BulkState.STOPPED)


def test_what_a_bulk_decided_is_undone_in_bulk_while_the_letters_wait(session, reviewer):
    summit = make.summit(session, decision_delay_minutes=30)
    rows = [make.in_review(session, summit=summit) for _ in range(3)]
    made = chosen(session, summit, rows, reviewer)
    run(session, made, reviewer)
    assert still_undoable(session, made, now=clock.now()) == 3
    services.undo(session, rows[0].id, actor_id=reviewer, now=clock.now())
    undoing = bulk.choose_undo(session, made, actor_id=reviewer, now=clock.now())
    assert len(looked_at(session, summit, undoing, reviewer).accepted) == 2
    run(session, undoing, reviewer)
    assert {row.state for row in rows} == {S.IN_REVIEW}
    assert session.scalars(select(Pool.taken).where(Pool.kind == PoolKind.TOTAL)).one() == 0
    clock.advance(timedelta(minutes=31))
    with pytest.raises(Refused, match="Every letter has left"):
        bulk.choose_undo(session, made, actor_id=reviewer, now=clock.now())


def test_applications_nobody_has_are_spread_in_turn_over_those_who_may_have_them(session, reviewer):
    summit, organizer = make.summit(session), accounts.staff(session, Role.ORGANIZER).id
    limited = accounts.staff(session, Role.REVIEWER).id
    services.limit_reviewer(session, summit.id, limited, [Scope(None, "FR")], actor_id=organizer)
    rows = [make.in_review(session, summit=summit) for _ in range(4)]
    rows[3].assignee_id = organizer
    session.flush()
    over = [str(reviewer), str(organizer), str(limited)]
    made = chosen(session, summit, rows, organizer, Act.SPREAD, over=over)
    run(session, made, organizer)
    given = [session.get_one(Registration, row.id).assignee_id for row in rows]
    assert limited not in given
    assert {reviewer, organizer} <= set(given)
    assert outcomes(session, made)[3][0] is Outcome.REFUSED


@pytest.mark.parametrize(
    ("act", "particulars", "why"),
    [
        (Act.DECLINE, {"reason": "none"}, "not on the list"),
        (Act.DECLINE, {"reason": "other"}, "Write the reason"),
        (Act.ASK, {"words": " "}, "Write what you need"),
        (Act.SPREAD, {"over": []}, "Choose the reviewers"),
    ],
)
def test_a_decision_about_many_that_lacks_something_says_so_before_it_runs(session, reviewer, act, particulars, why):
    summit = make.summit(session)
    with pytest.raises(InvalidInput, match=why):
        chosen(session, summit, [make.in_review(session, summit=summit)], reviewer, act, **particulars)


def test_nobody_runs_what_another_selected_nor_more_than_a_thousand(session, reviewer):
    summit, other = make.summit(session), accounts.staff(session, Role.REVIEWER).id
    made = chosen(session, summit, [make.in_review(session, summit=summit)], reviewer)
    with pytest.raises(NotFound):
        bulk.run(session, made, actor_id=other, return_to="", now=clock.now())
    with pytest.raises(InvalidInput, match="At most 1000"):
        bulk.choose(session, summit.id, [(made, 0)] * (MOST_IN_BULK + 1), actor_id=reviewer, now=clock.now())
    with pytest.raises(InvalidInput, match="at least one"):
        bulk.choose(session, summit.id, [], actor_id=reviewer, now=clock.now())


def test_what_screening_and_payments_note_meanwhile_stops_no_decision_but_a_person_does(session, reviewer):
    summit = make.summit(session)
    rows = [make.in_review(session, summit=summit) for _ in range(2)]
    made = chosen(session, summit, rows, reviewer)
    case = session.scalars(select(Case).where(Case.subject_id == rows[0].id)).one()
    follow_case(session, case, clock.now())
    payment = session.scalars(select(Payment).where(Payment.subject_id == rows[0].id)).one()
    follow_payment(session, payment, clock.now())
    note(session, rows[1], "Changed by the applicant: the owners.", actor_id=rows[1].user_id, now=clock.now())
    looking = Desk(summit, reviewer, (), clock.now())
    seen = candidates(session, looking, made, organizations=frozenset(), max_list_age_days=None)
    assert [one.has_moved for one in seen] == [False, True]
    run(session, made, reviewer)
    assert [outcome for outcome, _words in outcomes(session, made)] == [Outcome.DONE, Outcome.REFUSED]
    assert rows[0].state is not S.IN_REVIEW
