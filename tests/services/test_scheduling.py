"""Meetings: both sides answer, nobody sits twice, only those whose plan changed are told."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organization
from app.core import clock
from app.core.access import Role
from app.core.db import transaction
from app.core.errors import InvalidInput, NotFound, Refused, TransitionRefused
from app.directory import services as directory
from app.matching import services as matching
from app.matching.states import BlockKind, Side, Wish
from app.notifications import outbox
from app.notifications import services as messages
from app.notifications.models import MailboxMessage, OutboxMessage
from app.registration import services as registrations
from app.scheduling import services, tasks
from app.scheduling.models import Meeting, MeetingSeat, MeetingSlot, Seating
from app.scheduling.states import Answer, MeetingState, Mode
from tests.factories import accounts
from tests.factories import matching as rounds
from tests.factories import scheduling as make
from tests.factories.matching import Round


def meetings(session: Session) -> list[Meeting]:
    return list(session.scalars(select(Meeting).order_by(Meeting.number)))


def mails(session: Session, template: str) -> list[str]:
    found = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail")).all()
    return sorted(m.payload["to"][0] for m in found if m.payload.get("template") == template)


def seated(session: Session, made: Round, mode: Mode = Mode.KEEP) -> Seating:
    """Start a seating and let its job run."""
    seating = services.start_seating(session, summit=made.summit, mode=mode, actor_id=None, now=clock.now())
    session.commit()
    outbox.deliver_due(clock.now())
    session.expire_all()
    return session.get_one(Seating, seating.id)


def test_publishing_suggests_each_pair_once_and_tells_each_person_once(session: Session, now: datetime) -> None:
    made = rounds.round_of(session, 2, 2)
    rounds.published_run(session, made)
    assert [m.state for m in meetings(session)] == [MeetingState.SUGGESTED] * 4
    assert len(mails(session, "scheduling_suggested")) == 4


def test_a_suggestion_is_agreed_when_both_sides_accept(session: Session, now: datetime) -> None:
    made = rounds.round_of(session, 1, 1)
    rounds.published_run(session, made)
    meeting = meetings(session)[0]
    services.answer_meeting(session, meeting.id, Answer.ACCEPT, actor_id=made.partners[0].user_id, now=now)
    assert meeting.state is MeetingState.SUGGESTED
    with pytest.raises(Refused, match="other side"):
        services.answer_meeting(session, meeting.id, Answer.ACCEPT, actor_id=made.partners[0].user_id, now=now)
    services.answer_meeting(session, meeting.id, Answer.ACCEPT, actor_id=made.owners[0], now=now)
    assert meeting.state is MeetingState.ACCEPTED


def test_declining_needs_a_reason_and_ends_it(session: Session, now: datetime) -> None:
    made = rounds.round_of(session, 1, 1)
    rounds.published_run(session, made)
    meeting = meetings(session)[0]
    with pytest.raises(InvalidInput, match="reason"):
        services.answer_meeting(session, meeting.id, Answer.DECLINE, actor_id=made.owners[0], now=now)
    services.answer_meeting(session, meeting.id, Answer.DECLINE, actor_id=made.owners[0], reason="No fit.", now=now)
    assert (meeting.state, meeting.end_reason) == (MeetingState.CANCELLED, "No fit.")
    with pytest.raises(TransitionRefused):
        services.answer_meeting(session, meeting.id, Answer.ACCEPT, actor_id=made.partners[0].user_id, now=now)


def test_rolling_back_withdraws_what_is_not_agreed_and_keeps_what_is(session: Session, now: datetime) -> None:
    made = rounds.round_of(session, 1, 2)
    run = rounds.published_run(session, made)
    first, second = meetings(session)
    for actor in (made.partners[0].user_id, made.owners[0]):
        services.answer_meeting(session, first.id, Answer.ACCEPT, actor_id=actor, now=now)
    matching.roll_back(session, run.id, reason="A mistake.", actor_id=made.owners[0], now=now)
    assert (first.state, second.state) == (MeetingState.ACCEPTED, MeetingState.CANCELLED)


def test_a_request_waits_for_the_other_side_and_can_be_countered(session: Session, now: datetime) -> None:
    made = rounds.round_of(session, 1, 1)
    partner, owner = made.partners[0], made.owners[0]
    meeting = services.request_meeting(
        session, summit_id=made.summit.id, registration_id=partner.id, entry_id=made.programmes[0].id,
        by=Side.PARTNER, actor_id=partner.user_id, text="We bring a docking adapter.", now=now,
    )  # fmt: skip
    assert meeting.state is MeetingState.REQUESTED
    services.answer_meeting(
        session, meeting.id, Answer.COUNTER, actor_id=owner, reason="Bring your engineer too.", now=now
    )
    assert meeting.state is MeetingState.COUNTERED
    services.answer_meeting(session, meeting.id, Answer.ACCEPT, actor_id=partner.user_id, now=now)
    assert meeting.state is MeetingState.ACCEPTED
    assert len(mails(session, "scheduling_requested")) == 1
    assert len(mails(session, "scheduling_answered")) == 2


def request(session: Session, made: Round, programme: int, now: datetime, text: str = "Please.") -> Meeting:
    partner = made.partners[0]
    return services.request_meeting(
        session, summit_id=made.summit.id, registration_id=partner.id, entry_id=made.programmes[programme].id,
        by=Side.PARTNER, actor_id=partner.user_id, text=text, now=now,
    )  # fmt: skip


def test_requests_are_capped_and_twice_the_same_is_refused(session: Session, now: datetime) -> None:
    made = rounds.round_of(session, 1, 17)
    for programme in range(15):
        request(session, made, programme, now)
    with pytest.raises(services.TooManyRequests):
        request(session, made, 15, now)
    withdrawn = meetings(session)[0]
    services.withdraw_request(session, withdrawn.id, actor_id=made.partners[0].user_id, now=now)
    with pytest.raises(Refused, match="already"), session.begin_nested():
        request(session, made, 3, now)


def test_a_request_to_somebody_who_keeps_apart_is_refused_without_saying_why(session: Session, now: datetime) -> None:
    made = rounds.round_of(session, 1, 1)
    matching.set_block(
        session, summit_id=made.summit.id, by=Side.COMPANY, registration_id=made.partners[0].id,
        entry_id=made.programmes[0].id, kind=BlockKind.DO_NOT_MEET, actor_id=made.owners[0], now=now,
    )  # fmt: skip
    with pytest.raises(Refused) as refusal:
        request(session, made, 0, now)
    assert "block" not in refusal.value.message
    assert "company" not in refusal.value.message


def test_what_nobody_answers_expires(session: Session, now: datetime) -> None:
    made = rounds.round_of(session, 1, 2)
    rounds.published_run(session, made)
    first = meetings(session)[0]
    session.commit()
    clock.advance(timedelta(days=11))
    outbox.deliver_due(clock.now())
    session.expire_all()
    assert session.get_one(Meeting, first.id).state is MeetingState.EXPIRED


@pytest.mark.check("D3")
def test_an_outsider_neither_answers_nor_moves_a_meeting(session: Session, now: datetime) -> None:
    made = rounds.round_of(session, 2, 1)
    meeting = make.meeting(session, made, state=MeetingState.SUGGESTED)
    agreed = make.meeting(session, made, 1, 0)
    outsider = accounts.user(session, name="Otto Outsider").id
    slot = make.slots(session, made)[0]
    with pytest.raises(NotFound):
        services.answer_meeting(session, meeting.id, Answer.ACCEPT, actor_id=outsider, now=now)
    with pytest.raises(NotFound):
        services.choose_slot(session, agreed.id, slot.id, actor_id=outsider, now=now)


def test_the_export_officer_can_stop_a_meeting_before_it_is_held_but_not_accept_it(
    session: Session, now: datetime
) -> None:
    made = rounds.round_of(session, 2, 1)
    company = session.get_one(Organization, made.programmes[0].organization_id)
    officer = accounts.member(session, organization=company, role=Role.EXPORT_OFFICER).user_id
    waiting = make.meeting(session, made, 0, 0, state=MeetingState.SUGGESTED)
    planned = make.meeting(session, made, 1, 0, state=MeetingState.SCHEDULED, slot=0)
    with pytest.raises(NotFound):
        services.answer_meeting(session, waiting.id, Answer.ACCEPT, actor_id=officer, now=now)
    for meeting in (waiting, planned):
        services.answer_meeting(
            session, meeting.id, Answer.DECLINE, actor_id=officer, reason="No licence for this subject.", now=now
        )
        assert meeting.state is MeetingState.CANCELLED
    assert session.scalars(select(MeetingSeat)).all() == []


def test_saying_no_or_blocking_ends_a_planned_meeting_and_frees_its_seats(session: Session, now: datetime) -> None:
    made = rounds.round_of(session, 1, 1)
    planned = make.meeting(session, made, state=MeetingState.SCHEDULED, slot=0)
    made.wish(session, Side.PARTNER, 0, 0, Wish.NO)
    session.refresh(planned)
    assert planned.state is MeetingState.CANCELLED
    assert session.scalars(select(MeetingSeat)).all() == []
    assert len(mails(session, "scheduling_cancelled")) == 2


def test_all_agreed_meetings_get_a_table_and_everybody_concerned_one_mail(session: Session, now: datetime) -> None:
    made = rounds.round_of(session, 3, 3)
    for partner in range(3):
        for programme in range(3):
            make.meeting(session, made, partner, programme)
    seating = seated(session, made)
    assert (seating.outcome["seated"], seating.outcome["unseated"], seating.outcome["breaks"]) == (9, 0, 0)
    assert all(m.state is MeetingState.SCHEDULED and m.sequence == 1 for m in meetings(session))
    seats = session.execute(select(MeetingSeat.user_id, MeetingSeat.slot_id)).all()
    assert len(seats) == len({tuple(row) for row in seats}) == 18
    plans = session.scalars(
        select(MailboxMessage.subject).where(MailboxMessage.subject.startswith("Your agenda"))
    ).all()
    assert list(plans) == ["Your agenda changed: 3 meetings"] * 6


def test_seating_again_moves_nobody_and_tells_nobody(session: Session, now: datetime) -> None:
    made = rounds.round_of(session, 2, 2)
    for partner in range(2):
        for programme in range(2):
            make.meeting(session, made, partner, programme)
    seated(session, made)
    before = [(m.slot_id, m.table_number, m.sequence) for m in meetings(session)]
    again = seated(session, made)
    assert [(m.slot_id, m.table_number, m.sequence) for m in meetings(session)] == before
    assert (again.outcome["changed"], again.outcome["told"]) == (0, 0)


def test_a_late_meeting_is_seated_without_moving_those_who_stay(session: Session, now: datetime) -> None:
    made = rounds.round_of(session, 3, 2)
    for partner in range(2):
        for programme in range(2):
            make.meeting(session, made, partner, programme)
    seated(session, made)
    before = {m.id: (m.slot_id, m.table_number) for m in meetings(session)}
    make.meeting(session, made, 2, 0)
    outcome = seated(session, made, Mode.FREEZE).outcome
    assert (outcome["seated"], outcome["changed"], outcome["told"]) == (5, 1, 2)
    assert all((m.slot_id, m.table_number) == before[m.id] for m in meetings(session) if m.id in before)


def test_nobody_is_seated_when_they_cannot_come_and_the_reason_is_kept(session: Session, now: datetime) -> None:
    made = rounds.round_of(session, 1, 1)
    meeting = make.meeting(session, made)
    everything = {slot.id for slot in make.slots(session, made)}
    services.set_absences(session, summit_id=made.summit.id, user_id=made.owners[0], slot_ids=everything, now=now)
    outcome = seated(session, made).outcome
    assert outcome["unseated"] == 1
    assert "no free slot in common" in session.get_one(Meeting, meeting.id).unseated_reason


def test_a_meeting_that_has_begun_stays_where_it_is(session: Session, now: datetime) -> None:
    made = rounds.round_of(session, 1, 2)
    begun = make.meeting(session, made, 0, 0, state=MeetingState.SCHEDULED, slot=0, table=7)
    make.meeting(session, made, 0, 1)
    slots = make.slots(session, made)
    clock.advance(slots[0].starts_at - now + timedelta(minutes=5))
    seated(session, made, Mode.ANEW)
    kept, other = meetings(session)
    assert (kept.id, kept.slot_id, kept.table_number) == (begun.id, slots[0].id, 7)
    assert other.slot_id not in (None, slots[0].id)


def test_a_plan_made_from_a_state_that_changed_is_not_written(session: Session, now: datetime) -> None:
    from app.scheduling import rules
    from app.scheduling.problem import read_problem
    from app.scheduling.solver import seat

    made = rounds.round_of(session, 1, 2)
    first = make.meeting(session, made, 0, 0)
    make.meeting(session, made, 0, 1)
    seating = services.start_seating(session, summit=made.summit, actor_id=None, now=now)
    problem = read_problem(session, made.summit, Mode.KEEP, now=now)
    plan = seat(problem.instance, rules.effort(problem.instance))
    services.cancel_meeting(session, first.id, actor_id=made.owners[0], reason="Ill.", now=now)
    with pytest.raises(services.ChangedMeanwhile):
        services.keep_plan(session, seating.id, problem, plan, now=now)


def test_two_meetings_may_change_places(session: Session, now: datetime) -> None:
    """The unique constraints must not stop a plan in which two meetings swap slot and table."""
    from app.scheduling.exact import Verdict
    from app.scheduling.instance import breaks_bound
    from app.scheduling.problem import read_problem
    from app.scheduling.solver import Seated

    made = rounds.round_of(session, 1, 2)
    make.meeting(session, made, 0, 0, state=MeetingState.SCHEDULED, slot=0)
    make.meeting(session, made, 0, 1, state=MeetingState.SCHEDULED, slot=1)
    seating = services.start_seating(session, summit=made.summit, actor_id=None, now=now)
    problem = read_problem(session, made.summit, Mode.KEEP, now=now)
    swapped = Seated(Verdict.FEASIBLE, {0: 1, 1: 0}, 0, breaks_bound(problem.instance), {})
    services.keep_plan(session, seating.id, problem, swapped, now=now)
    slots = make.slots(session, made)
    assert [m.slot_id for m in meetings(session)] == [slots[1].id, slots[0].id]


def test_a_time_is_chosen_by_hand_unless_somebody_or_every_table_is_taken(session: Session, now: datetime) -> None:
    made = rounds.round_of(session, 2, 2, tables=1)
    slots = make.slots(session, made)
    make.meeting(session, made, 0, 0, state=MeetingState.SCHEDULED, slot=0)
    same_person, other_people = make.meeting(session, made, 0, 1), make.meeting(session, made, 1, 1)
    actor = made.owners[1]
    with pytest.raises(services.SlotTaken, match="another meeting"):
        services.choose_slot(session, same_person.id, slots[0].id, actor_id=actor, now=now)
    with pytest.raises(services.SlotTaken, match="All tables"):
        services.choose_slot(session, other_people.id, slots[0].id, actor_id=actor, now=now)
    services.choose_slot(session, other_people.id, slots[1].id, actor_id=actor, now=now)
    assert (other_people.state, other_people.table_number) == (MeetingState.SCHEDULED, 1)
    services.choose_slot(session, other_people.id, slots[2].id, actor_id=actor, now=now)
    assert other_people.sequence == 2


def test_what_came_of_a_meeting_is_said_only_after_it_began(session: Session, now: datetime) -> None:
    made = rounds.round_of(session, 1, 1)
    meeting = make.meeting(session, made, state=MeetingState.SCHEDULED, slot=0)
    actor = made.owners[0]
    with pytest.raises(Refused, match="not begun"):
        services.note_outcome(session, meeting.id, held=True, actor_id=actor, is_staff=False, now=now)
    later = make.slots(session, made)[0].starts_at
    services.note_outcome(session, meeting.id, held=True, actor_id=actor, is_staff=False, now=later)
    assert meeting.state is MeetingState.HELD


def test_a_slot_the_summit_drops_is_closed_and_its_meetings_move(session: Session, now: datetime) -> None:
    from dataclasses import replace

    made = rounds.round_of(session, 1, 1)
    meeting = make.meeting(session, made, state=MeetingState.SCHEDULED, slot=0)
    made.summit = replace(made.summit, slots=made.summit.slots[1:])
    assert services.sync_slots(session, made.summit) == len(made.summit.slots)
    closed = session.scalars(select(MeetingSlot).where(~MeetingSlot.is_open)).all()
    assert [slot.id for slot in closed] == [meeting.slot_id]


def test_a_cancelled_seating_writes_nothing(session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    made = rounds.round_of(session, 2, 2)
    make.meeting(session, made, 0, 0)
    seating = services.start_seating(session, summit=made.summit, actor_id=None, now=now)
    session.commit()
    monkeypatch.setattr(tasks._Heed, "EVERY_SECONDS", 0.0)
    said: list[int] = []

    def cancelled_while_solving(_job: outbox.Job, percent: int, _note: str = "") -> None:
        with transaction():  # as the real one does
            said.append(percent)
        if len(said) > 2:
            raise outbox.Cancelled

    monkeypatch.setattr(outbox.Job, "progress", cancelled_while_solving)
    job = outbox.Job(seating.id, services.SEAT_JOB, {"seating": str(seating.id), "mode": "keep"})
    with pytest.raises(outbox.Cancelled):
        tasks.seat_all(job)
    session.expire_all()
    assert session.get_one(Seating, seating.id).done_at is None
    assert meetings(session)[0].state is MeetingState.ACCEPTED


def test_when_a_partner_withdraws_their_meetings_end_and_the_other_side_is_told(
    session: Session, now: datetime
) -> None:
    made = rounds.round_of(session, 2, 2)
    planned = make.meeting(session, made, 0, 0, state=MeetingState.SCHEDULED, slot=0)
    waiting = make.meeting(session, made, 0, 1, state=MeetingState.SUGGESTED)
    others = make.meeting(session, made, 1, 1)
    leaver = made.partners[0]
    registrations.withdraw(session, leaver.id, actor_id=leaver.user_id, now=now)
    for row in (planned, waiting, others):
        session.refresh(row)
    assert [row.state for row in (planned, waiting, others)] == [
        MeetingState.CANCELLED, MeetingState.CANCELLED, MeetingState.ACCEPTED,
    ]  # fmt: skip
    assert session.scalars(select(MeetingSeat)).all() == []
    assert len(mails(session, "scheduling_cancelled")) == 2


@pytest.mark.parametrize("how", ["withdrawn", "suspended"])
def test_when_a_programme_leaves_the_directory_its_meetings_end_and_both_sides_are_told(
    session: Session, now: datetime, how: str
) -> None:
    made = rounds.round_of(session, 2, 2)
    planned = make.meeting(session, made, 0, 0, state=MeetingState.SCHEDULED, slot=0)
    waiting = make.meeting(session, made, 1, 0, state=MeetingState.SUGGESTED)
    others = make.meeting(session, made, 1, 1)
    entry_id = made.programmes[0].id
    if how == "withdrawn":
        directory.withdraw_entry(session, entry_id=entry_id, user_id=made.owners[0], now=now)
    else:
        reviewer = accounts.staff(session, Role.REVIEWER).id
        directory.suspend_entry(session, entry_id=entry_id, actor_id=reviewer, reason="A complaint.", now=now)
    for row in (planned, waiting, others):
        session.refresh(row)
    assert [row.state for row in (planned, waiting, others)] == [
        MeetingState.CANCELLED, MeetingState.CANCELLED, MeetingState.ACCEPTED,
    ]  # fmt: skip
    assert session.scalars(select(MeetingSeat)).all() == []
    assert len(mails(session, "scheduling_cancelled")) == 2


@pytest.mark.parametrize("how", ["it fails for good", "somebody calls it off before it begins"])
def test_a_seating_whose_job_stops_says_so_and_may_still_be_tried_again(
    session: Session, now: datetime, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = rounds.round_of(session, 1, 1)
    make.meeting(session, made, 0, 0)
    seating = services.start_seating(session, summit=made.summit, actor_id=None, now=now)
    session.commit()
    if how == "it fails for good":
        with monkeypatch.context() as broken:
            broken.setitem(outbox.handlers, services.SEAT_JOB, _hopeless)
            outbox.deliver_due(now)
    else:
        messages.cancel_message(session, seating.job_id, actor_id=made.owners[0], now=now)
        session.commit()
    session.expire_all()
    stopped = session.get_one(Seating, seating.id)
    assert (stopped.stopped_at, stopped.done_at) == (now, None)
    if how == "it fails for good":
        messages.retry_message(session, seating.job_id, actor_id=None, now=now)
        session.commit()
        outbox.deliver_due(now)
        session.expire_all()
        done = session.get_one(Seating, seating.id)
        assert (done.stopped_at, done.done_at) == (None, now)


def _hopeless(_job: outbox.Job) -> None:
    raise outbox.Hopeless("The solver is out of order.")
