"""The record as organizers read it."""

import pytest

from app.core import audit, logs
from app.core.access import Role
from tests.factories import accounts


@pytest.fixture
def organizer(session):
    return accounts.staff(session, Role.ORGANIZER, name="Riley Stone")


@pytest.fixture
def reader(organizer, session, signed_in):
    with logs.under_request("request-of-riley"):
        audit.record(session, "case.cleared", ("case", "case-1"), actor_id=organizer.id, before="open",
                     after="cleared", reason="Another birth year.")  # fmt: skip
    audit.record(session, "payment.failed", ("payment", "pay-2"), actor_id=None, reason="<b>Declined</b>")
    audit.write_waiting(session)
    session.flush()
    return signed_in(organizer.id)


def test_the_record_says_who_did_what_to_what_and_why(reader):
    page = reader.get("/audit")
    for words in ("Riley Stone", "case.cleared", "open to cleared", "Another birth year.", "The system"):
        assert words in page.text
    assert "<b>Declined" not in page.html


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("subject=case-1", "case.cleared", "payment.failed"),
        ("subject=payment", "payment.failed", "case.cleared"),
        ("action=CLEARED", "case.cleared", "payment.failed"),
        ("actor=riley&action=c", "case.cleared", "payment.failed"),
        ("actor=the+system&subject=payment", "payment.failed", "case.cleared"),
        ("request=request-of-riley", "case.cleared", "payment.failed"),
    ],
)
def test_the_record_is_searched_by_subject_action_actor_and_request(reader, query, shown, hidden):
    page = reader.get(f"/audit?{query}")
    assert shown in page.text
    assert hidden not in page.text


def test_erased_details_are_said_to_be_erased(reader, session):
    audit.erase_details(session, list(range(1, 99)), actor_id=None, reason="Erasure request.")
    session.flush()
    page = reader.get("/audit?subject=case-1")
    assert "Erased" in page.text
    assert "Another birth year." not in page.html


def test_a_search_without_a_hit_says_what_to_do(reader):
    assert "No entry fits" in reader.get("/audit?subject=nothing").text
    reader.get("/audit?page=999999")
    reader.get("/audit?page=x")


def test_only_organizers_and_administrators_read_the_record(session, signed_in, visitor):
    signed_in(accounts.staff(session, Role.REVIEWER).id).get("/audit", status=403)
    assert visitor.client.get("/audit").status_code in (303, 401)
