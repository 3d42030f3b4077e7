"""Screening cases: opened by rooms above, compared by a job, decided by people, and followed by those who asked."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.core import audit, clock
from app.core.access import Role
from app.core.errors import InvalidInput, NotFound, Refused
from app.notifications import outbox
from app.screening import queries, rules, services
from app.screening.models import Case, CaseStep, Hit
from app.screening.states import CaseEvent, CaseState, NameKind
from tests.factories import accounts
from tests.factories import screening as make


@pytest.fixture
def screener(session):
    return accounts.staff(session, Role.SCREENER, name="Ana Ortiz").id


@pytest.fixture
def second(session):
    return accounts.staff(session, Role.SCREENER, name="Ben Okafor").id


def move(session, case, event, actor, reason="The year of birth differs."):
    services.move_case(session, case.id, event, actor_id=actor, reason=reason, now=clock.now())


def steps(session, case):
    return session.scalars(select(CaseStep).where(CaseStep.case_id == case.id).order_by(CaseStep.sequence)).all()


def test_an_opened_case_is_compared_by_a_job_and_cleared_when_nothing_resembles_it(session):
    make.restricted_list(session)
    case = make.case(session)
    session.commit()
    assert case.state is CaseState.OPEN
    outbox.deliver_due(clock.now())
    session.expire_all()
    assert (case.state, case.list_version, case.hit_count) == (CaseState.CLEARED, 1, 0)
    assert steps(session, case)[-1].reason == "No possible hit with version 1 of the list."
    assert steps(session, case)[-1].actor_id is None


def test_a_job_leaves_a_case_with_possible_hits_open_for_people(session):
    make.restricted_list(session)
    case = make.case(session, make.name("Sergey Ivanov", country="RU", birth_year=1953))
    session.commit()
    outbox.deliver_due(clock.now())
    session.expire_all()
    assert (case.state, case.hit_count) == (CaseState.OPEN, 1)
    hit = session.scalars(select(Hit)).one()
    assert (hit.entry_key, hit.list_version, hit.matched_name) == ("1001", 1, "IVANOV, Sergey")
    assert hit.agreeing == ["Country: RU given, RU listed", "Year of birth: 1953 given, 1953 listed"]
    assert hit.explanation


def test_without_a_list_the_case_stays_open_and_nobody_is_cleared(session):
    case = make.case(session)
    session.commit()
    outbox.deliver_due(clock.now())
    session.expire_all()
    assert (case.state, case.list_version) == (CaseState.OPEN, None)


def test_loading_a_list_compares_the_cases_that_waited_for_it(session):
    case = make.case(session)
    session.commit()
    outbox.deliver_due(clock.now())
    make.restricted_list(session)
    session.commit()
    outbox.deliver_due(clock.now())
    session.expire_all()
    assert case.state is CaseState.CLEARED


def test_the_same_names_again_change_nothing(session):
    make.restricted_list(session)
    case = make.screened(session, make.case(session))
    again = make.case(session, subject_id=case.subject_id)
    assert again.id == case.id
    assert (again.state, again.revision) == (CaseState.CLEARED, 1)


def test_new_names_reopen_a_cleared_case_and_are_compared(session):
    make.restricted_list(session)
    case = make.screened(session, make.case(session))
    make.case(
        session,
        make.name(),
        make.name("Polyus Orbital Systems", kind=NameKind.ORGANISATION),
        subject_id=case.subject_id,
    )
    assert (case.state, case.revision, case.list_version) == (CaseState.OPEN, 2, None)
    make.screened(session, case)
    assert (case.state, case.hit_count) == (CaseState.OPEN, 1)


def test_new_names_answer_a_question(session, screener):
    case = make.possible_hit(session)
    move(session, case, CaseEvent.ASK, screener, "Please give the year of birth.")
    make.case(session, make.name("Sergey Ivanov", country="BG", birth_year=1991), subject_id=case.subject_id)
    assert case.state is CaseState.OPEN


def test_a_comparison_of_names_that_have_changed_since_is_not_recorded(session):
    make.restricted_list(session)
    case = make.case(session)
    make.case(session, make.name("Sergey Ivanov"), subject_id=case.subject_id)
    services.record_screening(session, case.id, revision=1, list_version=1, found=[[]], now=clock.now())
    assert (case.state, case.list_version) == (CaseState.OPEN, None)


def test_a_comparison_recorded_twice_counts_once(session):
    make.restricted_list(session)
    case = make.case(session, make.name("Sergey Ivanov"))
    for _ in range(2):
        services.record_screening(session, case.id, revision=1, list_version=1, found=[[make.found()]], now=clock.now())
    assert len(session.scalars(select(Hit)).all()) == 1


@pytest.mark.parametrize(
    "names",
    [
        [], [make.name("  ")], [make.name("x" * 301)], [make.name(birth_year=1066)], [make.name(country="Japan")],
        [make.name(country="jp")],
    ],
)  # fmt: skip
def test_a_case_needs_names_and_facts_that_can_be_compared(session, names):
    with pytest.raises(InvalidInput):
        services.open_case(session, "organization", uuid4(), names, now=clock.now())


@pytest.mark.check("D11")
@pytest.mark.parametrize("event", [CaseEvent.CLEAR, CaseEvent.CONFIRM])
def test_two_different_people_decide_about_a_possible_hit(session, screener, second, event):
    case = make.possible_hit(session)
    move(session, case, event, screener)
    assert (case.state, case.proposed_by_id) == (CaseState.OPEN, screener)
    with pytest.raises(Refused, match="different person"):
        move(session, case, event, screener)
    move(session, case, event, second, "I compared the passport.")
    assert case.state is (CaseState.CLEARED if event is CaseEvent.CLEAR else CaseState.CONFIRMED_MATCH)
    assert (case.proposed_event, case.decided_at) == (None, clock.now())
    assert [(s.event, s.actor_id) for s in steps(session, case)][-2:] == [
        (f"recommend_{event}", screener),
        (event, second),
    ]


@pytest.mark.check("D11")
def test_a_screener_whom_the_case_is_about_takes_no_step_in_it(session, screener):
    case = make.possible_hit(session, about=[screener])
    with pytest.raises(rules.OwnCase):
        move(session, case, CaseEvent.CLEAR, screener)
    with pytest.raises(rules.OwnCase):
        services.assign_case(session, case.id, to=screener, actor_id=screener)


def test_every_step_has_a_reason_and_a_known_case(session, screener):
    case = make.possible_hit(session)
    with pytest.raises(InvalidInput, match="Say why"):
        move(session, case, CaseEvent.ASK, screener, "  ")
    with pytest.raises(NotFound):
        services.move_case(session, uuid4(), CaseEvent.ASK, actor_id=screener, reason="x", now=clock.now())


def test_every_move_is_told_to_the_room_that_asked(session, monkeypatch, screener, second):
    told = []
    monkeypatch.setitem(services.on_change, "organization", lambda _s, case, now: told.append((case.state, now)))
    case = make.possible_hit(session)
    move(session, case, CaseEvent.CLEAR, screener)
    move(session, case, CaseEvent.CLEAR, second)
    move(session, case, CaseEvent.REOPEN, screener)
    assert told == [(CaseState.CLEARED, clock.now()), (CaseState.OPEN, clock.now())]


def test_a_handler_that_refuses_takes_the_move_with_it(session, monkeypatch, screener):
    def refuse(*_: object) -> None:
        raise Refused("Not now.")

    monkeypatch.setitem(services.on_change, "organization", refuse)
    case = make.possible_hit(session)
    with pytest.raises(Refused):
        move(session, case, CaseEvent.ASK, screener)


def test_a_new_list_reopens_a_cleared_case_only_for_what_is_new(session, screener, second):
    case = make.possible_hit(session)
    for actor in (screener, second):
        move(session, case, CaseEvent.CLEAR, actor)
    make.restricted_list(session, as_of=date(2022, 6, 1))
    make.screened(session, case)
    assert (case.state, case.list_version) == (CaseState.CLEARED, 2)
    another = make.IVANOV | {"name": "IVANOV, Sergey Petrovich", "aliases": []}
    make.restricted_list(session, as_of=date(2022, 7, 1), rows={"1001": make.IVANOV, "2001": another})
    make.screened(session, case)
    assert (case.state, case.list_version, case.hit_count) == (CaseState.OPEN, 3, 2)
    assert steps(session, case)[-1].reason == "New possible hits with version 3 of the list."


def test_new_hits_drop_a_waiting_recommendation(session, screener):
    case = make.possible_hit(session)
    move(session, case, CaseEvent.CLEAR, screener)
    another = make.IVANOV | {"name": "IVANOV, Sergey Petrovich", "aliases": []}
    make.restricted_list(session, as_of=date(2022, 7, 1), rows={"1001": make.IVANOV, "2001": another})
    make.screened(session, case)
    assert (case.state, case.proposed_event) == (CaseState.OPEN, None)


def test_loading_a_new_list_compares_every_case_again(session):
    make.restricted_list(session)
    cases = [make.case(session) for _ in range(3)]
    session.commit()
    outbox.deliver_due(clock.now())
    make.restricted_list(session, as_of=date(2022, 6, 1), rows={"9": make.IVANOV | {"name": "TANAKA, Aiko"}})
    session.commit()
    outbox.deliver_due(clock.now())
    session.expire_all()
    assert [(c.state, c.list_version, c.hit_count) for c in cases] == [(CaseState.OPEN, 2, 1)] * 3


def require(session, case, *, max_age_days=None):
    services.require_clear(session, "organization", case.subject_id, now=clock.now(), max_age_days=max_age_days)


def test_only_a_cleared_subject_with_the_newest_list_may_go_on(session, screener):
    make.restricted_list(session)
    case = make.case(session)
    with pytest.raises(Refused, match="is open"):
        require(session, case)
    make.screened(session, case)
    require(session, case)
    make.restricted_list(session, as_of=date(2022, 6, 1))
    with pytest.raises(Refused, match="newer restricted-party list"):
        require(session, case)
    make.screened(session, case)
    require(session, case)
    with pytest.raises(Refused, match="older than the 1 days allowed"):
        require(session, case, max_age_days=1)


def test_a_subject_that_was_never_screened_may_not_go_on(session):
    make.restricted_list(session)
    with pytest.raises(Refused, match="has not been screened"):
        services.require_clear(session, "organization", uuid4(), now=clock.now(), max_age_days=None)


@pytest.mark.check("K1")
def test_every_move_and_recommendation_is_on_the_record(session, screener, second):
    case = make.possible_hit(session)
    move(session, case, CaseEvent.CLEAR, screener)
    move(session, case, CaseEvent.CLEAR, second)
    audit.write_waiting(session)
    wanted = (
        select(audit.AuditEntry).where(audit.AuditEntry.subject_id == str(case.id)).order_by(audit.AuditEntry.sequence)
    )
    found = [(entry.action, entry.actor_id, entry.after) for entry in session.scalars(wanted)]
    assert found == [
        ("screening.opened", None, "open"), ("screening.screened", None, None),
        ("screening.recommended", screener, "clear"), ("screening.cleared", second, "cleared"),
    ]  # fmt: skip


def test_the_queue_is_filtered_searched_sorted_and_paged(session, screener):
    make.restricted_list(session)
    listed = make.screened(session, make.case(session, make.name("Sergey Ivanov")))
    plain = make.case(session, make.name("Petra Novak"))
    services.assign_case(session, plain.id, to=screener, actor_id=screener)
    for filters, expected in [
        ({}, [listed, plain]), ({"sort": "newest"}, [plain, listed]), ({"sort": "score"}, [listed, plain]),
        ({"least_score": 50}, [listed]), ({"assigned": screener}, [plain]), ({"unassigned": True}, [listed]),
        ({"search": "novak"}, [plain]), ({"search": "%"}, []), ({"state": CaseState.CLEARED}, []),
        ({"opened_before": clock.now().replace(year=2020)}, []),
    ]:  # fmt: skip
        found = [row.case.id for row in queries.queue(session, **filters).items]
        assert sorted(found) == sorted(case.id for case in expected), filters
        if "sort" in filters and filters["sort"] == "score":
            assert found[0] == listed.id


def test_a_case_page_shows_the_record_of_the_version_it_was_screened_with(session):
    case = make.possible_hit(session)
    make.restricted_list(session, as_of=date(2022, 6, 1), rows={"1001": make.IVANOV | {"birth_dates": ["1999"]}})
    page = queries.case_page(session, case.id)
    assert page.is_stale
    assert page.list_as_of == make.AS_OF
    assert page.names[0].hits[0].particulars["birth_dates"] == ["1953-01-31"]


def test_the_database_refuses_a_case_cleared_without_a_comparison(session):
    case = make.case(session)
    case.state, case.decided_at = CaseState.CLEARED, clock.now()
    with pytest.raises(Exception, match="cleared_after_screening"):
        session.flush()


def test_the_case_of_a_subject_is_found_by_others(session):
    case = make.case(session)
    found = queries.case_for(session, "organization", case.subject_id)
    assert (found.id, found.state) == (case.id, CaseState.OPEN)
    assert queries.case_for(session, "organization", uuid4()) is None
    assert session.scalars(select(Case)).one().id == case.id
