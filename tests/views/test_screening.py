"""What screeners see and do about a case."""

import pytest

from app.core.access import Role
from app.screening.states import CaseState
from tests.factories import accounts
from tests.factories import screening as make

DECISION = {"event": "clear", "reason": "birth_date_differs", "words": "Born in 1990, the listed person in 1953."}


@pytest.fixture
def ana(session):
    return accounts.staff(session, Role.SCREENER, name="Ana Ortiz")


@pytest.fixture
def ben(session):
    return accounts.staff(session, Role.ADMINISTRATOR, name="Ben Okafor")


def at(case) -> str:
    return f"/screening/cases/{case.id}"


def test_a_case_with_a_likeness_is_cleared_by_two_people(session, signed_in, ana, ben):
    case = make.possible_hit(session)
    session.commit()
    first = signed_in(ana.id)
    page = first.get("/screening/cases")
    assert page.links()["Sergey Ivanov"] == at(case)
    page = first.get(at(case))
    for words in ("IVANOV, Sergey", "1953-01-31", "Specially Designated Nationals", "ivanov: the same", "Differs"):
        assert words in page.text
    assert "recommendation is recorded" in first.post(at(case), DECISION, follow=True).text
    second = signed_in(ben.id)
    assert "Ana Ortiz recommends: Clear" in second.get(at(case)).text
    assert "Cleared" in second.post(at(case), DECISION, follow=True).text
    session.expire_all()
    assert case.state is CaseState.CLEARED


@pytest.mark.check("D11")
def test_the_same_person_twice_is_refused_at_the_field(session, signed_in, ana):
    case = make.possible_hit(session)
    session.commit()
    visitor = signed_in(ana.id)
    visitor.get(at(case))
    visitor.post(at(case), DECISION)
    page = visitor.post(at(case), DECISION, status=422)
    assert "A different person must agree" in page.text


def test_a_decision_without_words_is_asked_for_them(session, signed_in, ana):
    case = make.possible_hit(session)
    session.commit()
    visitor = signed_in(ana.id)
    visitor.get(at(case))
    page = visitor.post(at(case), {"event": "", "reason": "", "words": ""}, status=422)
    for words in ("Choose a decision.", "Choose the main reason.", "Say in a sentence what you compared."):
        assert words in page.text


def test_a_decision_that_does_not_lead_on_from_here_is_not_offered_and_not_taken(session, signed_in, ana):
    make.restricted_list(session)
    case = make.screened(session, make.case(session))
    session.commit()
    visitor = signed_in(ana.id)
    assert "Confirm: this is the listed party" not in visitor.get(at(case)).text
    visitor.post(at(case), DECISION, status=422)
    session.expire_all()
    assert case.state is CaseState.CLEARED


def test_every_case_says_that_an_old_list_is_for_demonstration(session, signed_in, ana, app, monkeypatch):
    from dataclasses import replace

    strict = replace(app.extensions["settings"], screening_list_max_age_days=1)
    monkeypatch.setitem(app.extensions, "settings", strict)
    case = make.possible_hit(session)
    session.commit()
    visitor = signed_in(ana.id)
    for path in ("/screening/cases", at(case)):
        assert "list as of May 2022: for demonstration, not for real decisions" in visitor.get(path).text


def test_a_case_that_waits_for_its_comparison_says_so(session, signed_in, ana):
    case = make.case(session)
    session.commit()
    visitor = signed_in(ana.id)
    assert "Being compared" in visitor.get("/screening/cases").text
    visitor.get(at(case))
    assert "have not been compared" in visitor.post(at(case), DECISION, status=422).text


def test_a_case_is_taken_and_given_back(session, signed_in, ana):
    case = make.possible_hit(session)
    session.commit()
    visitor = signed_in(ana.id)
    visitor.get(at(case))
    assert "The case is yours." in visitor.post(f"{at(case)}/assign", {"to": "me"}, follow=True).text
    assert "Sergey Ivanov" in visitor.get("/screening/cases?held=me").links()
    assert "back in the queue" in visitor.post(f"{at(case)}/assign", {"to": "nobody"}, follow=True).text


@pytest.mark.check("D11")
def test_a_screener_does_not_see_the_case_about_themselves(session, signed_in, ana):
    case = make.possible_hit(session, about=[ana.id])
    session.commit()
    visitor = signed_in(ana.id)
    visitor.get(at(case), status=403)
    assert "Sergey Ivanov" not in visitor.get("/screening/cases?state=any").links()
    visitor.post(at(case), DECISION, status=403)


@pytest.mark.check("D1")
@pytest.mark.parametrize("role", [Role.REVIEWER, Role.FINANCE, Role.ORGANIZER, Role.DOOR_STAFF])
def test_other_staff_do_not_read_screening_cases(session, signed_in, role):
    case = make.possible_hit(session)
    session.commit()
    visitor = signed_in(accounts.staff(session, role).id)
    for path in ("/screening/cases", at(case)):
        visitor.get(path, status=403)


@pytest.mark.parametrize(
    "query", ["state=any", "state=x", "held=me&score=70&age=7&sort=score", "score=-1&age=x&page=9", "words=%25%5F"]
)
def test_any_filter_gives_a_page(session, signed_in, ana, query):
    make.possible_hit(session)
    session.commit()
    signed_in(ana.id).get(f"/screening/cases?{query}")


def test_an_unknown_case_says_where_to_go(signed_in, ana):
    page = signed_in(ana.id).get("/screening/cases/00000000-0000-4000-8000-000000000000", status=404)
    assert "Go back to the list" in page.text
