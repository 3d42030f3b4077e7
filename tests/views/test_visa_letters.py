"""Pages about invitation letters: the person's own, the organizers' list, and the public check."""

import pytest

from app.core import clock
from app.core.access import Role
from app.registration.rules.visa import Invited
from app.registration.services import visa
from app.registration.states import RegistrationState
from app.registration.visa_models import VisaLetter
from tests.factories import accounts, registration, regulatory

ASKED = {"name": "Noor Haddad", "nationality": "JO", "passport": "tk 4417093", "consulate": "Amman"}


@pytest.fixture
def guest(session):
    regulatory.load_shipped(session, "countries")
    made = registration.registration(session, state=RegistrationState.CONFIRMED)
    return registration.names(session, made, "Noor Haddad", "JO")


@pytest.fixture
def letter(session, guest):
    invited = Invited("Noor Haddad", "JO", "TK4417093", "Amman")
    made = visa.issue_letter(session, guest.id, invited, actor_id=guest.user_id, now=clock.now())
    session.flush()
    return session.get_one(VisaLetter, made)


@pytest.fixture
def organizer(session, signed_in):
    return signed_in(accounts.staff(session, Role.ORGANIZER).id)


def test_a_person_asks_for_a_letter_and_downloads_it(session, guest, signed_in):
    visits = signed_in(guest.user_id)
    page = visits.get("/apply/visa-letter")
    assert "promises no visa" in page.text or "promises no visa" in page.html
    visits.post("/apply/visa-letter", ASKED)
    page = visits.get("/apply/visa-letter")
    download = page.links()["Download the letter (PDF)"]
    assert visits.client.get(download).data.startswith(b"%PDF-")
    assert "4417093" not in page.html


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(guest, signed_in):
    visits = signed_in(guest.user_id)
    page = visits.post("/apply/visa-letter", ASKED | {"passport": "?", "consulate": ""}, status=422)
    assert "A passport number has 5 to 20 letters and digits." in page.text
    assert "Enter the city where you apply for the visa." in page.text
    assert 'value="Noor Haddad"' in page.html


def test_a_letter_for_somebody_else_is_refused_in_words_and_the_form_names_the_applicant(guest, signed_in):
    visits = signed_in(guest.user_id)
    assert 'value="Noor Haddad"' in visits.get("/apply/visa-letter").html
    page = visits.post("/apply/visa-letter", ASKED | {"name": "Sami Khoury"}, status=422)
    assert "the letter can name nobody else" in page.text
    assert 'value="Sami Khoury"' in page.html


def test_before_approval_there_is_no_such_page(session, signed_in):
    made = registration.registration(session, state=RegistrationState.IN_REVIEW)
    signed_in(made.user_id).get("/apply/visa-letter", status=404)


def test_organizers_see_letters_without_passport_numbers_and_find_them_by_words(session, letter, organizer):
    page = organizer.get("/visa-letters")
    assert letter.number in page.text
    assert "4417093" not in page.html
    sent = organizer.post("/visa-letters/search", {"q": "Haddad", "state": "valid"})
    assert "Haddad" not in sent.path
    assert letter.number in organizer.get(sent.path).text
    nothing = organizer.post("/visa-letters/search", {"q": "Nobody", "state": "valid"})
    assert "No letters here" in organizer.get(nothing.path).text


def test_an_organizer_revokes_with_a_reason_and_issues_anew(session, letter, organizer):
    page = organizer.get(f"/visa-letters/{letter.id}")
    assert "4417093" not in page.html
    organizer.post(f"/visa-letters/{letter.id}/revoke", {"reason": ""}, status=422)
    anew = organizer.post(f"/visa-letters/{letter.id}/issue-anew")
    assert "Version 2" in organizer.get(anew.path).text
    organizer.post(f"{anew.path}/revoke", {"reason": "Wrong name."})
    assert "Revoked" in organizer.get(anew.path).text


def test_anybody_verifies_a_letter_by_scanning_or_typing(letter, visitor):
    page = visitor.get(f"/verify/{letter.number}/{letter.check_code}")
    assert "This letter is valid" in page.text
    assert "N. H." in page.text
    assert "Haddad" not in page.html
    visitor.get("/verify")
    page = visitor.post("/verify", {"number": letter.number, "code": letter.check_code}, status=200)
    assert "This letter is valid" in page.text


def test_a_wrong_number_and_a_wrong_code_answer_alike(letter, visitor):
    one = visitor.get(f"/verify/{letter.number}/000000000000")
    other = visitor.get(f"/verify/VL-NONE-0009/{letter.check_code}")
    assert "No such letter" in one.text
    assert one.text.replace(letter.number, "") == other.text.replace("VL-NONE-0009", "")


def test_nobody_tries_many_codes(letter, visitor):
    for number in range(20):
        visitor.get(f"/verify/{letter.number}/{number:012d}")
    answer = visitor.client.get(f"/verify/{letter.number}/{letter.check_code}")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_a_letter_of_another_person_is_not_handed_out(session, letter, signed_in, organizer):
    other = registration.registration(session, state=RegistrationState.CONFIRMED)
    assert signed_in(other.user_id).client.get(f"/files/{letter.file_id}").status_code == 404
    finance = accounts.staff(session, Role.FINANCE, name="Fin")
    assert signed_in(finance.id).client.get(f"/files/{letter.file_id}").status_code == 404
    assert organizer.client.get(f"/files/{letter.file_id}").status_code == 200
