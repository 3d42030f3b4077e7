"""The vetting desk: two reviewers, limits of reviewers, assignment, views, one's own letters and reasons, threads."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Organization
from app.core import clock
from app.core.access import Role
from app.core.errors import InvalidInput, NotFound, Refused
from app.notifications.models import OutboxMessage
from app.registration import services
from app.registration.desk_models import ApprovalProposal, LetterTemplate
from app.registration.queries.balance import balance
from app.registration.queries.desk_list import Desk, count, desk, neighbours
from app.registration.queries.desk_views import views_for
from app.registration.queries.letters import words_in_force
from app.registration.queries.reasons import reason_list
from app.registration.queries.scopes import Scope, scopes_of
from app.registration.queries.thread import thread_of
from app.registration.rules.desk_filter import ME, NOBODY, DeskFilter, Due, Screened, Sign, read, to_plain
from app.registration.rules.letters import SHIPPED, Words
from app.registration.rules.reasons import Reason
from app.registration.rules.summit import PoolRule
from app.registration.services.desk_views import change_view, delete_view, save_view
from app.registration.services.second import needs_two
from app.registration.services.wording import write_letter, write_reasons
from app.registration.states import LetterKind, ParticipantType, PoolKind, ProposalState, RegistrationState
from app.screening.models import CaseName, Hit
from app.screening.queries import case_for
from tests.factories import accounts
from tests.factories import registration as make

S = RegistrationState


@pytest.fixture
def summit(session):
    return make.summit(session)


def reviewer(session, *roles):
    return accounts.staff(session, *(roles or (Role.REVIEWER,))).id


def approve(session, registration, by):
    services.approve(session, registration.id, actor_id=by, now=clock.now(), max_list_age_days=None)


def propose(session, registration, by):
    services.propose_approval(session, registration.id, actor_id=by, now=clock.now(), max_list_age_days=None)


def with_a_hit(session, registration):
    """The application, as if screening had seen a possible hit that two screeners cleared."""
    case = case_for(session, "registration", registration.id)
    name = session.scalars(select(CaseName).where(CaseName.case_id == case.id)).first()
    session.add(
        Hit(case_id=case.id, name_id=name.id, list_version=case.list_version, entry_key="1", list_code="SDN",
            listed_name="Nebula", matched_name="Nebula", score=90, explanation=[], agreeing=[], disagreeing=[])
    )  # fmt: skip
    session.flush()
    return registration


@pytest.mark.check("D11")
def test_where_screening_saw_a_possible_hit_two_different_reviewers_must_agree(session, summit):
    waiting = with_a_hit(session, make.in_review(session, summit=summit))
    first, second = reviewer(session), reviewer(session)
    assert needs_two(session, waiting)
    with pytest.raises(services.NeedsSecondReviewer, match="Propose it"):
        approve(session, waiting, first)
    propose(session, waiting, first)
    with pytest.raises(services.NeedsSecondReviewer, match="different reviewer"):
        approve(session, waiting, first)
    with pytest.raises(Refused, match="proposed already"):
        propose(session, waiting, second)
    approve(session, waiting, second)
    assert waiting.state is S.PAYMENT_DUE
    kept = session.scalars(select(ApprovalProposal)).one()
    assert (kept.state, kept.proposed_by, kept.closed_by) == (ProposalState.CONFIRMED, first, second)


@pytest.mark.check("D11")
def test_the_database_itself_refuses_one_person_as_both_reviewers(session, summit):
    waiting, one = make.in_review(session, summit=summit), reviewer(session)
    session.add(
        ApprovalProposal(
            registration_id=waiting.id, state=ProposalState.CONFIRMED, proposed_by=one, proposed_at=clock.now(),
            closed_by=one, closed_at=clock.now(),
        )
    )  # fmt: skip
    with pytest.raises(IntegrityError):
        session.flush()


def test_any_reviewer_can_ask_for_a_second_one_and_who_proposed_cannot_take_that_back(session, summit):
    waiting, first, second = make.in_review(session, summit=summit), reviewer(session), reviewer(session)
    with pytest.raises(Refused, match="No second reviewer"):
        propose(session, waiting, first)
    ask = {"actor_id": first, "now": clock.now()}
    services.ask_for_second(session, waiting.id, wanted=True, reason="State-owned.", **ask)
    propose(session, waiting, first)
    with pytest.raises(services.NeedsSecondReviewer, match="somebody else"):
        services.ask_for_second(session, waiting.id, wanted=False, reason="Changed my mind.", **ask)
    approve(session, waiting, second)
    assert waiting.state is S.PAYMENT_DUE


def test_a_proposal_falls_when_the_application_goes_another_way(session, summit):
    waiting, first, second = make.in_review(session, summit=summit), reviewer(session), reviewer(session)
    services.ask_for_second(session, waiting.id, wanted=True, reason="Look.", actor_id=first, now=clock.now())
    propose(session, waiting, first)
    services.ask(session, waiting.id, "Who owns it?", actor_id=second, now=clock.now())
    services.answer_question(session, waiting.id, "We do.", actor_id=waiting.user_id, now=clock.now())
    with pytest.raises(services.NeedsSecondReviewer):
        approve(session, waiting, second)


@pytest.mark.answers("ask 6")
@pytest.mark.check("D2")
def test_a_reviewer_limited_to_a_market_sees_and_decides_nothing_else(session, summit):
    limited, organizer = reviewer(session), reviewer(session, Role.ORGANIZER)
    fr = accounts.organization(session, country="FR")
    theirs = make.in_review(session, summit=summit, organization=fr)
    other = make.in_review(session, summit=summit)
    services.limit_reviewer(session, summit.id, limited, [Scope(None, "FR")], actor_id=organizer)
    looking = Desk(summit, limited, scopes_of(session, summit.id, limited), clock.now())
    assert [row.id for row in desk(session, looking, DeskFilter(), number=1).items] == [theirs.id]
    approve(session, theirs, limited)
    for act in (
        lambda: approve(session, other, limited),
        lambda: services.decline(session, other.id, reason="balance", actor_id=limited, now=clock.now()),
        lambda: services.ask(session, other.id, "Why?", actor_id=limited, now=clock.now()),
        lambda: services.assign(session, other.id, limited, actor_id=limited, now=clock.now()),
        lambda: services.undo(session, other.id, actor_id=limited, now=clock.now()),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(Refused, match="limited to other"):
        services.assign(session, other.id, limited, actor_id=organizer, now=clock.now())
    with pytest.raises(Refused, match="Organizers work on every"):
        services.limit_reviewer(session, summit.id, organizer, [Scope(None, "FR")], actor_id=organizer)
    services.limit_reviewer(session, summit.id, limited, [], actor_id=organizer)
    approve(session, other, limited)


def test_an_application_is_given_only_to_who_works_at_the_desk_and_not_to_its_own_house(session, summit):
    waiting, organizer = make.in_review(session, summit=summit), reviewer(session, Role.ORGANIZER)
    colleague = accounts.staff(session, Role.REVIEWER)
    accounts.member(session, organization=session.get(Organization, waiting.organization_id), person=colleague)
    with pytest.raises(Refused, match="own application"):
        services.assign(session, waiting.id, colleague.id, actor_id=organizer, now=clock.now())
    with pytest.raises(InvalidInput, match="Choose a reviewer"):
        services.assign(session, waiting.id, accounts.user(session).id, actor_id=organizer, now=clock.now())
    services.assign(session, waiting.id, organizer, actor_id=organizer, now=clock.now())
    assert (waiting.assignee_id, session.info["audit"][-1].action) == (organizer, "registration.assigned")


def test_the_list_is_filtered_by_every_sign_and_its_counts_are_true(session, summit):
    me, today = reviewer(session), summit.settings.day_of(clock.now())
    late = make.in_review(session, summit=summit, decision_due_on=today - timedelta(days=1))
    soon = make.in_review(session, summit=summit, decision_due_on=today, assignee_id=me)
    asked = make.in_review(session, summit=summit, decision_due_on=today - timedelta(days=9))
    services.ask(session, asked.id, "Why?", actor_id=me, now=clock.now())
    answered = make.registration(session, summit=summit, state=S.IN_REVIEW, answer="Because.")
    looking = Desk(summit, me, (), clock.now())

    def found(**wanted):
        shown = DeskFilter(**wanted)
        rows = {row.id for row in desk(session, looking, shown, number=1).items}
        assert count(session, looking, shown) == len(rows)
        return rows

    assert found(due=Due.OVERDUE) == {late.id}, "while the applicant is asked the promise rests"
    assert found(due=Due.SOON) == {soon.id}
    assert found(assignee=ME) == found(assignee=str(me)) == {soon.id}
    assert found(assignee=NOBODY) == {late.id, asked.id, answered.id}
    assert found(screening=Screened.OPEN) == {answered.id}
    assert found(screening=Screened.CLEAR) == {late.id, soon.id, asked.id}
    assert found(sign=Sign.ANSWERED) == {answered.id}
    assert found(organization=late.organization_id) >= {late.id}
    assert found(undecided=True) == {late.id, soon.id, asked.id, answered.id}
    for sort in ("waiting", "due", "oldest", "newest", "name", "organization", "market", "type", "assignee"):
        assert len(found(sort=sort)) == 4


def test_the_next_application_is_found_even_when_this_one_left_the_view(session, summit):
    me = reviewer(session)
    rows = [make.in_review(session, summit=summit) for _ in range(3)]
    looking, wanted = Desk(summit, me, (), clock.now()), DeskFilter(undecided=True)
    ids = [row.id for row in rows]
    around = neighbours(session, looking, wanted, at=2, registration_id=ids[1])
    assert (around.before, around.after) == ((1, ids[0]), (3, ids[2]))
    services.decline(session, ids[1], reason="balance", actor_id=me, now=clock.now())
    around = neighbours(session, looking, wanted, at=2, registration_id=ids[1])
    assert (around.before, around.after) == ((1, ids[0]), (2, ids[2]))
    first = neighbours(session, looking, wanted, at=1, registration_id=ids[0])
    assert (first.before, first.after) == (None, (2, ids[2]))


@pytest.mark.check("J7")
def test_a_saved_view_keeps_the_words_and_its_address_does_not(session, summit):
    me, other = reviewer(session), reviewer(session)
    shown = read({"state": "undecided", "sort": "due"}, search="Tanaka")
    mine = save_view(
        session, summit.id, "Tanaka’s", shown, is_shared=True, is_default=True, actor_id=me, now=clock.now()
    )
    assert read(to_plain(shown)) == shown
    assert [view.shown for view in views_for(session, summit.id, other)] == [shown]
    assert not views_for(session, summit.id, other)[0].is_start_for(other)
    with pytest.raises(InvalidInput, match="of that name"), session.begin_nested():
        save_view(
            session, summit.id, "Tanaka’s", shown, is_shared=False, is_default=False, actor_id=me,
            now=clock.now(),
        )  # fmt: skip
    for act in (
        lambda: change_view(session, mine.id, name="Mine", is_shared=True, is_default=True, actor_id=other),
        lambda: delete_view(session, mine.id, actor_id=other),
    ):
        with pytest.raises(NotFound):
            act()
    change_view(session, mine.id, name="Mine", is_shared=False, is_default=True, actor_id=me)
    assert views_for(session, summit.id, other) == []
    delete_view(session, mine.id, actor_id=me)
    assert views_for(session, summit.id, me) == []


@pytest.mark.answers("ask 8")
def test_a_letter_is_worded_in_versions_checked_before_they_are_saved(session, summit):
    me, kind = reviewer(session, Role.ORGANIZER), LetterKind.DECLINED
    own = Words("No, {name}", "Dear {name},\n\nwe are sorry: {reason}.")
    for wrong, why in (
        (Words("Hi", "No placeholder"), "Put {reason} somewhere"),
        (Words("Hi {reason}\nBcc: x", "{reason}"), "on one line"),
        (Words("Hi", "{reason} {password}"), "stands for nothing here"),
        (Words("", "{reason}"), "Write something"),
        (Words("Hi", "{reason} see {apply_link} now"), "on a line of its own"),
    ):
        with pytest.raises(InvalidInput, match=why):
            write_letter(session, summit.id, kind, wrong, seen_version=0, actor_id=me, now=clock.now())
    assert write_letter(session, summit.id, kind, own, seen_version=0, actor_id=me, now=clock.now()) == 1
    assert words_in_force(session, summit.id, kind) == own
    with pytest.raises(services.ChangedMeanwhile):
        write_letter(session, summit.id, kind, own, seen_version=0, actor_id=me, now=clock.now())
    waiting = make.in_review(session, summit=summit)
    services.decline(session, waiting.id, reason="duplicate", actor_id=me, now=clock.now())
    mails = select(OutboxMessage).where(OutboxMessage.kind == "mail").order_by(OutboxMessage.number)
    sent = session.scalars(mails).all()[-1].payload["context"]
    assert sent["letter"]["paragraphs"][1][0]["text"] == "we are sorry: The same person has applied already."
    write_letter(session, summit.id, kind, None, seen_version=1, actor_id=me, now=clock.now())
    assert words_in_force(session, summit.id, kind) == SHIPPED[kind]
    assert len(session.scalars(select(LetterTemplate)).all()) == 2


def test_reasons_are_a_list_of_ones_own_whose_old_versions_stay(session, summit):
    me = reviewer(session, Role.ORGANIZER)
    own = [Reason("", "Too many of a kind", "We have enough participants of your kind"),
           Reason("balance", "Balance", "The balance of markets leaves no room")]  # fmt: skip
    write_reasons(session, summit.id, own, seen_version=0, actor_id=me, now=clock.now())
    version, listed = reason_list(session, summit.id)
    assert (version, listed[0].key, listed[0].is_retired) == (1, "too_many_of_a_kind", False)
    assert {reason.key for reason in listed if reason.is_retired} >= {"screening", "other"}
    waiting = make.in_review(session, summit=summit)
    with pytest.raises(InvalidInput, match="not on the list any more"):
        services.decline(session, waiting.id, reason="screening", actor_id=me, now=clock.now())
    services.decline(session, waiting.id, reason="too_many_of_a_kind", actor_id=me, now=clock.now())
    assert waiting.decision_reason == "too_many_of_a_kind"
    for wrong, why in (
        ([], "at least one"),
        ([own[0], own[0]], "same name"),
        ([Reason("", "Only a label", "")], "words the applicant reads"),
    ):
        with pytest.raises(InvalidInput, match=why):
            write_reasons(session, summit.id, wrong, seen_version=1, actor_id=me, now=clock.now())


def test_questions_and_answers_are_a_thread_and_waiting_for_an_answer_does_not_count(session, summit):
    me = reviewer(session)
    waiting = make.in_review(session, summit=summit, decision_due_on=date(2027, 3, 22))
    services.ask(session, waiting.id, "Who owns it?", actor_id=me, now=clock.now())
    services.ask(session, waiting.id, "And who pays?", actor_id=me, now=clock.now())
    clock.advance(timedelta(days=7))
    services.answer_question(session, waiting.id, "We do, both.", actor_id=waiting.user_id, now=clock.now())
    assert (waiting.state, waiting.decision_due_on) == (S.IN_REVIEW, date(2027, 3, 29))
    thread = thread_of(session, waiting.id)
    assert [m.words for m in thread] == ["Who owns it?", "And who pays?", "We do, both."]
    assert not any(m.waits_for_answer for m in thread)
    assert thread[2].author != thread[0].author


def test_who_does_not_answer_is_reminded_until_they_do(session, summit):
    waiting, me = make.in_review(session, summit=summit), reviewer(session)
    services.ask(session, waiting.id, "Who owns it?", actor_id=me, now=clock.now())
    asked = clock.now()
    due = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "registration.remind_question")).all()
    assert [row.next_attempt_at - asked for row in due] == [timedelta(days=3), timedelta(days=7)]
    clock.advance(timedelta(days=3))
    assert services.remind(session, waiting.id, asked=asked, now=clock.now())
    services.answer_question(session, waiting.id, "We do.", actor_id=waiting.user_id, now=clock.now())
    assert not services.remind(session, waiting.id, asked=asked, now=clock.now())


def test_the_balance_counts_held_and_waiting_by_market_and_type_against_caps_and_targets(session):
    summit = make.summit(
        session,
        pools=(PoolRule(PoolKind.TOTAL, "", 9), PoolRule(PoolKind.MARKET, "JP", 3, 1), PoolRule(PoolKind.TYPE, "*", 5)),
    )
    make.registration(session, summit=summit, state=S.CONFIRMED)
    make.registration(session, summit=summit, state=S.WAITLISTED)
    make.registration(
        session, summit=summit, state=S.IN_REVIEW, participant_type=ParticipantType.MEDIA,
        organization=accounts.organization(session, country="FR"),
    )  # fmt: skip
    seen = balance(session, summit, added=[("JP", ParticipantType.PARTNER, 1)])
    lines = {line.key: line for line in seen.markets}
    jp = lines["JP"]
    assert (jp.sum.held, jp.sum.waiting, jp.sum.after, jp.capacity, jp.target) == (1, 1, 2, 3, 1)
    assert jp.is_over_target
    assert (lines["FR"].capacity, lines["FR"].cells[ParticipantType.MEDIA].waiting) == (None, 1)
    assert (seen.total.sum.held, seen.total.capacity, seen.types[ParticipantType.PARTNER].capacity) == (1, 9, 5)
