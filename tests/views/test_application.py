"""Filling in an application: designed questions, typing kept, two devices, the review, changes afterwards."""

import io
import re
from dataclasses import replace

import pytest

from app.accounts import belong, duplicates, lists
from app.accounts.cookies import throttle
from app.accounts.models import Organization
from app.accounts.queries import members
from app.accounts.states import AskEvent, RecordKind
from app.accounts.throttle import LIKE_NAMES, names_asked_by
from app.core import clock
from app.core.access import Role
from app.core.money import Money
from app.payments import vouchers
from app.payments.vouchers.states import VoucherKind
from app.questionnaires.states import QuestionType
from app.registration import queries
from app.registration.queries.application import asked_of
from app.registration.rules.summit import BankAccount
from app.registration.states import ParticipantType, RegistrationState
from tests.factories import accounts, documents
from tests.factories import questionnaires as designed
from tests.factories import registration as make
from tests.views.test_registration import AIMS, ORGANIZATION, YOU

S = RegistrationState


@pytest.fixture
def summit(session):
    make.countries(session)
    make.screening_list(session)
    return make.summit(
        session, bank_accounts=(BankAccount("USD", "Office", "DE89370400440532013000", "COBADEFFXXX", "B"),)
    )


@pytest.fixture
def applicant(session, summit, signed_in):
    """Somebody with a draft, in a browser."""
    person = accounts.user(session, name="Aiko Tanaka")
    browser = signed_in(person.id)
    browser.user_id = person.id
    browser.post("/apply")
    return browser


def mine(session, summit, browser):
    session.expire_all()
    found = queries.registration_of(session, summit.id, browser.user_id)
    assert found is not None
    return found


def type_on(browser, path, form, seen, status=200):
    """What the script sends while somebody types."""
    sent = {"csrf_token": browser.csrf_token, "autosave": "1", "seen_edits": str(seen), **form}
    answer = browser.client.post(path, data=sent, headers={"Accept": "application/json"})
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    return answer.get_json()


def fill_in(browser, aims=None):
    for path, form in (("you", YOU), ("organization", ORGANIZATION), ("aims", {**AIMS, **(aims or {})})):
        browser.get(f"/apply/{path}")
        browser.post(f"/apply/{path}", form)


def test_what_is_typed_is_kept_half_filled_and_wrong_and_shown_on_another_device(session, summit, applicant, signed_in):
    applicant.get("/apply/you")
    half = {"full_name": "Aiko", "birth_year": "19", "job_title": ""}
    assert type_on(applicant, "/apply/you", half, 0) == {"edits": 1, "at": "21:00"}
    other = signed_in(applicant.user_id)
    page = other.get("/apply", status=303)
    assert page.path == "/apply/you"
    page = other.get("/apply/you")
    assert 'value="Aiko"' in page.html
    assert 'value="19"' in page.html
    assert mine(session, summit, applicant).answers == {}, "what is not saved in earnest is no answer"
    assert "You typed something there" in other.get("/apply/review").text


@pytest.mark.check("L4")
def test_the_second_device_is_told_and_both_sets_of_words_are_shown(session, summit, applicant, signed_in):
    other = signed_in(applicant.user_id)
    applicant.get("/apply/you")
    other.get("/apply/you")
    type_on(applicant, "/apply/you", {"job_title": "Director"}, 0)
    refused = type_on(other, "/apply/you", {"job_title": "Chair"}, 0, status=409)
    assert refused["error"]["code"] == "saved_elsewhere"
    page = other.post("/apply/you", {**YOU, "job_title": "Chair", "seen_edits": "0"}, status=409)
    assert "saved on another device" in page.text
    assert "<dt>Job title</dt><dd>Director</dd>" in page.html
    assert 'value="Chair"' in page.html
    assert other.post("/apply/you", {**YOU, "job_title": "Chair", "seen_edits": "1"}).path == "/apply/organization"
    assert mine(session, summit, applicant).answers["you"]["job_title"] == "Chair"


@pytest.mark.check("D7")
def test_only_inputs_of_the_page_are_kept(session, summit, applicant):
    applicant.get("/apply/you")
    type_on(applicant, "/apply/you", {"full_name": "Aiko", "state": "confirmed", "user_id": "1"}, 0)
    assert "confirmed" not in applicant.get("/apply/you").html
    assert mine(session, summit, applicant).state is S.DRAFT


def test_without_a_script_a_conditions_questions_come_with_the_next_save(session, summit, applicant):
    fill_in(applicant)
    page = applicant.get("/apply/aims")
    hidden = r'data-question="interpreter_languages"[^>]* hidden'
    assert re.search(hidden, page.html)
    shown = re.search(r'name="shown_before" value="([^"]*)"', page.html)
    assert shown is not None
    sent = {**AIMS, "q_interpreter": "yes", "shown_before": shown[1]}
    page = applicant.post("/apply/aims", sent, status=200)
    assert "There is more to answer" in page.text
    assert not re.search(hidden, page.html)
    edits = re.search(r'name="seen_edits" value="(\d+)"', page.html)
    assert edits is not None
    sent |= {"shown_before": f"{shown[1]} interpreter_languages", "seen_edits": edits[1]}
    assert "Answer the question" in applicant.post("/apply/aims", sent, status=422).text
    assert applicant.post("/apply/aims", {**sent, "q_interpreter_languages": "Japanese"}).path == "/apply/review"
    assert asked_of(session, mine(session, summit, applicant)).answers["interpreter"] is True


@pytest.mark.answers("ask 6")
def test_a_section_of_its_own_page_is_a_step_of_those_who_are_asked_it(session, summit, applicant):
    content = designed.definition(designed.question("a"))
    more = replace(content.sections[0], key="s2", title={"en": "More about you"}, starts_page=True,
                   questions=(designed.question("b", is_required=True, label="More?"),))  # fmt: skip
    only = replace(more, key="s3", title={"en": "Of media"}, conditions=designed.when("@participant_type", "media"),
                   questions=(designed.question("c"),))  # fmt: skip
    designed.published(session, summit.id, replace(content, sections=(*content.sections, more, only)))
    fill_in(applicant)
    page = applicant.get("/apply/questions/2")
    assert "Step 4 of 6 More about you" in page.text
    assert "More?" in applicant.get("/apply/review").text
    assert applicant.post("/apply/questions/2", {"q_b": "yes"}).path == "/apply/review"
    applicant.get("/apply/questions/3", status=404)


def test_a_file_is_kept_even_when_something_else_on_the_page_is_wrong(session, summit, applicant):
    content = designed.definition(designed.question("brochure", QuestionType.FILE, label="Brochure"))
    designed.published(session, summit.id, content)
    fill_in(applicant)
    applicant.get("/apply/aims")
    wrong = {"band": "under_1m", "languages": ["en"], "q_brochure": (io.BytesIO(documents.pdf()), "plan.pdf")}
    page = applicant.post("/apply/aims", wrong, status=422)
    assert "plan.pdf" in page.text
    answer = asked_of(session, mine(session, summit, applicant)).answers["brochure"]
    assert answer["name"] == "plan.pdf"
    assert applicant.client.get(f"/files/{answer['file']}").status_code == 200
    bad = {**AIMS, "q_brochure": (io.BytesIO(b"MZ junk"), "plan.exe")}
    assert applicant.post("/apply/aims", bad, status=422).links()
    applicant.post("/apply/aims", {**AIMS, "qr_brochure": "y"})
    assert "brochure" not in asked_of(session, mine(session, summit, applicant)).answers


def test_a_nomination_letter_is_asked_of_those_who_bring_one(session, signed_in):
    make.countries(session)
    summit = make.summit(session, nomination_types=(ParticipantType.PARTNER,))
    browser = signed_in(accounts.user(session, name="Aiko Tanaka").id)
    browser.post("/apply")
    browser.get("/apply/you")
    browser.post("/apply/you", YOU)
    assert "Nomination letter" in browser.get("/apply/organization").text
    browser.post("/apply/organization", {**ORGANIZATION, "letter": (io.BytesIO(documents.pdf()), "note-verbale.pdf")})
    browser.post("/apply/aims", AIMS)
    assert "note-verbale.pdf" in browser.get("/apply/review").text
    assert summit.settings.nomination_types


def test_the_review_names_what_is_missing_the_price_and_the_way_to_pay(session, summit, applicant):
    page = applicant.get("/apply/review")
    assert "Still missing" in page.text
    assert page.links()["Ownership"] == "/apply/organization"
    fill_in(applicant)
    page = applicant.get("/apply/review")
    assert "Still missing" not in page.text
    assert "the fee is $925.00" in page.text
    assert "Bank transfer, by invoice" in page.text
    assert "What I have entered is complete and true" in page.text


def test_a_voucher_is_tried_without_being_used_and_used_at_submission(session, summit, applicant):
    terms = vouchers.VoucherTerms(
        label="Guests", reason="Guests of the host.", kind=VoucherKind.AMOUNT, amount_cents=10_000, currency="USD",
        uses_limit=1,
    )  # fmt: skip
    finance = accounts.staff(session, Role.FINANCE).id
    (made,) = vouchers.issue(session, terms, count=1, actor_id=finance, now=clock.now())
    text = made.code
    fill_in(applicant)
    applicant.get("/apply/review")
    page = applicant.post("/apply/review", {"step": "voucher", "voucher": "NOPE-NOPE"}, status=422)
    assert "Error: " in page.html
    for _ in range(2):
        page = applicant.post("/apply/review", {"step": "voucher", "voucher": text}, status=200)
        assert str(Money(82_500, "USD")) in page.text
    assert applicant.post("/apply/review", {"declared": "y", "voucher": text}).path == "/apply/card"


def test_after_submission_each_part_can_be_changed_and_what_waits_be_taken_back(session, summit, signed_in):
    made = make.cleared(session, make.registration(session, state=S.CONFIRMED, summit=summit))
    browser = signed_in(made.user_id)
    page = browser.get("/apply/change")
    assert page.links()["Change You"] == "/apply/you"
    you = {**YOU, "participant_type": "partner", "full_name": "Aiko Sato", "job_title": "Chair"}
    browser.get("/apply/you")
    assert browser.post("/apply/you", you).path == "/apply/change"
    page = browser.get("/apply/change")
    assert "Aiko Sato" in page.text
    assert "The organizers look at your change" in page.text
    take_back = re.search(r"/apply/changes/[\w-]+/take-back", page.html)
    assert take_back is not None
    browser.post(take_back[0])
    assert "Withdrawn" in browser.get("/apply/change").text


def test_the_desk_decides_about_a_change_and_fills_in_what_the_person_never_sees(session, summit, signed_in):
    made = make.cleared(session, make.registration(session, state=S.CONFIRMED, summit=summit))
    person, desk = signed_in(made.user_id), signed_in(accounts.staff(session, Role.REVIEWER).id)
    person.get("/apply/you")
    person.post("/apply/you", {**YOU, "full_name": "Aiko Sato"})
    page = desk.get(f"/registrations/{made.id}")
    where = page.links()["Decide about it: You, change 1"]
    assert "Aiko Sato" in desk.get(where).text
    assert "Write why" in desk.post(where, {"decision": "refuse"}, status=422).text
    assert "screening case is open" in desk.post(where, {"decision": "accept"}, status=422).text
    assert desk.post(where, {"decision": "refuse", "reason": "Send a passport."}).path == f"/registrations/{made.id}"
    assert "Send a passport." in person.get("/apply/change").text
    staff = f"/registrations/{made.id}/staff-answers"
    desk.get(staff)
    desk.post(staff, {"q_protocol": "minister", "seen_edits": "0"})
    assert "Minister or head of agency" in desk.get(f"/registrations/{made.id}").text
    assert "saved answers here" in desk.post(staff, {"q_protocol": "none", "seen_edits": "0"}, status=422).text
    for path in ("/apply/change", "/apply/aims", "/apply/status"):
        assert "Protocol" not in person.get(path).text


def test_leaving_after_registration_closed_is_asked_for(session, summit, signed_in):
    made = make.registration(session, state=S.CONFIRMED, summit=summit)
    clock.advance(summit.registration_closes - clock.now())
    browser = signed_in(made.user_id)
    assert browser.get("/apply/withdraw", status=303).path == "/apply/ask-to-withdraw"
    browser.get("/apply/ask-to-withdraw")
    browser.post("/apply/ask-to-withdraw", {"why": ""}, status=422)
    browser.post("/apply/ask-to-withdraw", {"why": "Ill."})
    assert "Asks to withdraw" in browser.get("/apply/change").text


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"owners-0-name": "", "owners-0-country": "JP", "owners-0-share": "60"}, "Enter the owner's name"),
        ({"owners-0-share": "a half"}, "Enter the share as a whole number from 1 to 100."),
        ({"website": "https://kibo.example/" + "a" * 300}, "Use at most 300 characters."),
    ],
)
def test_what_an_organizations_page_cannot_take_is_said_once_and_kept(session, summit, applicant, row, words):
    applicant.post("/apply/you", YOU)
    page = applicant.post("/apply/organization", {**ORGANIZATION, **row}, status=422)
    assert page.text.count(words) == 2  # in the summary and at the field
    assert all(value in page.html for value in row.values())
    assert mine(session, summit, applicant).organization_id is None


def test_a_website_needs_no_scheme(session, summit, applicant):
    applicant.post("/apply/you", YOU)
    applicant.post("/apply/organization", {**ORGANIZATION, "website": "www.kibo.example"})
    made = session.get(Organization, mine(session, summit, applicant).organization_id)
    assert made.website == "https://www.kibo.example"


def test_the_review_tells_what_comes_back_before_anybody_submits(session, summit, applicant):
    applicant.post("/apply/you", YOU)
    page = applicant.get("/apply/review")
    assert "what was paid, less $125.00, comes back. Later nothing comes back." in page.text
    applicant.post("/apply/you", {**YOU, "participant_type": "media"})
    assert "comes back" not in applicant.get("/apply/review").text


def test_the_review_tells_within_how_many_days_a_refund_is_asked_for(session, signed_in):
    make.countries(session)
    make.summit(session, refund_request_days=30)
    browser = signed_in(accounts.user(session).id)
    browser.post("/apply")
    browser.post("/apply/you", YOU)
    assert "It must be asked for within 30 days of paying." in browser.get("/apply/review").text


def test_submitting_again_says_that_it_was_submitted(session, summit, applicant):
    for path, form in (("you", YOU), ("organization", ORGANIZATION), ("aims", AIMS), ("review", {"declared": "y"})):
        applicant.post(f"/apply/{path}", form)
    assert applicant.post("/apply/review", {"declared": "y"}, status=303).path == "/apply/status"
    assert "Nothing was submitted twice." in applicant.get("/apply/status").text


def entered_like(session, name, website="https://kibo.example"):
    """Bring an organization that somebody else manages and that the nightly search knows."""
    place = accounts.organization(session, name=name, website=website)
    accounts.member(session, organization=place)
    compared = duplicates.compare_all(session, RecordKind.ORGANIZATION)
    duplicates.keep_compared(session, compared, now=clock.now())
    return place


def test_an_organization_of_a_like_name_is_shown_once_with_its_name_and_country_only(session, summit, applicant):
    entered_like(session, "Kibo Trading Co., Ltd.")
    entered_like(session, "Hoshi Structures", website="")
    applicant.post("/apply/you", YOU)
    page = applicant.post("/apply/organization", ORGANIZATION, status=200)
    shown = page.text.partition("Is it one of these?")[2].partition("I come for")[0]
    assert re.search(r"Kibo Trading Co\., Ltd\.\s*, Japan", shown)
    assert "Hoshi" not in shown
    assert "kibo.example" not in page.html
    again = applicant.get("/apply/organization")
    assert 'value="Kibo Trading"' in again.html
    assert 'value="Tsukuba Holdings"' in again.html
    compared = re.search(r'name="compared"[^>]* value="([^"]+)"', again.html)[1]
    assert applicant.post("/apply/organization", {**ORGANIZATION, "compared": compared}).path == "/apply/aims"


def test_who_finds_their_organization_asks_to_join_it_and_chooses_it_when_let_in(session, summit, applicant):
    place = entered_like(session, "Kibo Trading Co., Ltd.")
    applicant.post("/apply/you", YOU)
    applicant.post("/apply/organization", ORGANIZATION, status=200)
    wish = {"organization_id": str(place.id), "then": "/apply/organization"}
    assert applicant.post("/organizations/requests", wish).path == "/apply/organization"
    asked = applicant.get("/apply/organization")
    assert "You have asked Kibo Trading Co., Ltd. to let you in" in asked.text
    assert 'value="Tsukuba Holdings"' in asked.html
    assert asked.links()["Go on with the next page meanwhile"] == "/apply/aims"
    (request,) = lists.join_requests(session, place.id)
    lead = members(session, place.id)[0].user_id
    belong.answer_request(session, place.id, request.id, AskEvent.ACCEPT, actor_id=lead, now=clock.now())
    session.expire_all()
    assert applicant.post("/apply/organization", {**ORGANIZATION, "choice": str(place.id)}).path == "/apply/aims"
    assert mine(session, summit, applicant).organization_id == place.id


def test_names_of_many_organizations_cannot_be_tried_out(session, summit, applicant):
    entered_like(session, "Kibo Trading Co., Ltd.")
    applicant.post("/apply/you", YOU)
    for _number in range(LIKE_NAMES.amount):
        throttle().try_once(names_asked_by(str(applicant.user_id)))
    assert applicant.post("/apply/organization", ORGANIZATION).path == "/apply/aims"
