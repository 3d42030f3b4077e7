"""Invitation letters: for whom a place is held, numbered, verified by holders; the passport number goes in time."""

import io
from datetime import timedelta

import pikepdf
import pytest
from sqlalchemy import func, select

from app.accounts.models import User
from app.core import audit, clock, sealed
from app.core.access import Role
from app.core.errors import InvalidInput, NotFound, Refused, TransitionRefused
from app.documents import services as documents
from app.documents.models import File
from app.notifications import outbox
from app.notifications.models import MailboxMessage, OutboxMessage
from app.questionnaires import queries as questionnaires
from app.questionnaires import services as answers
from app.registration import services
from app.registration.queries import visa as letters
from app.registration.rules.visa import Invited, initials, typed_code
from app.registration.services import visa
from app.registration.states import RegistrationState
from app.registration.visa_models import VisaLetter
from app.registration.visa_states import VisaLetterState
from app.retention import apply_rules
from tests.databases import everything_stored
from tests.factories import accounts, registration, regulatory

PASSPORT = "TK4417093"
NOOR = Invited("Noor Haddad", "JO", PASSPORT, "Amman")
DAY = timedelta(days=1)


@pytest.fixture
def guest(session):
    """A partner whose place is confirmed."""
    regulatory.load_shipped(session, "countries")
    return comes(session)


def comes(session, **columns):
    """Somebody whose place is confirmed."""
    made = registration.registration(session, state=RegistrationState.CONFIRMED, **columns)
    return registration.names(session, made, NOOR.name, NOOR.nationality)


def issue(session, guest, invited=NOOR):
    made = visa.issue_letter(session, guest.id, invited, actor_id=guest.user_id, now=clock.now())
    session.flush()
    return session.get_one(VisaLetter, made)


def say(session, guest, **said):
    asked = questionnaires.current(session, "travel", guest.summit_id)
    answers.save_answers(session, asked, "registration", guest.id, said, actor_id=guest.user_id, now=clock.now())


@pytest.mark.parametrize("named", [("Omar Haddad", "JO"), ("Noor Haddad Omar", "JO"), ("Noor Haddad", "SY")])
def test_a_letter_names_nobody_but_whom_the_application_was_checked_for(session, guest, named):
    with pytest.raises(InvalidInput, match="checked for Noor Haddad, Jordan"):
        issue(session, guest, Invited(*named, PASSPORT, "Amman"))


def test_order_capitals_accents_and_hyphens_of_a_name_do_not_matter(session, guest):
    assert issue(session, guest, Invited("HADDÁD-Noor", "JO", PASSPORT, "Amman")).name == "HADDÁD-Noor"


def read(session, letter):
    return documents.open_file(session, letter.file_id)


def test_a_letter_is_a_tagged_pdf_with_a_number_of_its_own(session, guest):
    letter = issue(session, guest)
    assert (letter.version, letter.state) == (1, VisaLetterState.VALID)
    assert letter.number.endswith("-0001")
    with pikepdf.open(io.BytesIO(read(session, letter))) as pdf:
        assert len(pdf.pages) == 1
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.docinfo["/Title"]) == f"Letter of invitation {letter.number}"


def test_numbers_follow_each_other_without_a_gap_and_a_new_version_keeps_its_number(session, guest):
    first, other = issue(session, guest), issue(session, comes(session))
    again = issue(session, guest)
    assert [letter.serial for letter in (first, other, again)] == [1, 2, 1]
    assert (again.number, again.version, first.state) == (first.number, 2, VisaLetterState.REPLACED)
    assert len({first.check_code, other.check_code, again.check_code}) == 3


@pytest.mark.answers("ask 7")
@pytest.mark.parametrize("state", sorted(set(RegistrationState) - {"approved", "payment_due", "confirmed"}))
def test_nobody_gets_a_letter_before_a_place_is_held_or_after_it_is_gone(session, state):
    made = registration.registration(session, state=RegistrationState(state))
    with pytest.raises(Refused, match="once your application is approved"):
        visa.issue_letter(session, made.id, NOOR, actor_id=made.user_id, now=clock.now())


def test_nobody_gets_a_letter_of_which_decision_they_were_not_told(session, guest):
    guest.letter_at = clock.now() + DAY
    with pytest.raises(Refused):
        issue(session, guest)


def test_nobody_gets_a_letter_for_somebody_else_or_without_need(session, guest):
    with pytest.raises(NotFound):
        visa.issue_letter(session, guest.id, NOOR, actor_id=accounts.user(session).id, now=clock.now())
    with pytest.raises(Refused, match="need no visa"):
        issue(session, guest, Invited("Ann Lee", "US", PASSPORT, "Amman"))
    say(session, guest, visa=False)
    with pytest.raises(Refused, match="Change it there first"):
        issue(session, guest)
    say(session, guest, visa=True)
    assert issue(session, guest)


@pytest.mark.parametrize("number", ["", "A1", "A" * 21, "AB-!?12", "٣٤٥٦٧٨٩"])
def test_a_passport_number_that_cannot_be_one_is_refused(session, guest, number):
    with pytest.raises(InvalidInput):
        issue(session, guest, Invited("Noor Haddad", "JO", number, "Amman"))


@pytest.mark.check("J2")
def test_the_passport_number_stands_sealed_in_one_place_and_in_no_mail_job_or_record(session, guest):
    letter = issue(session, guest)
    audit.write_waiting(session)
    outbox.deliver_due(clock.now())
    assert PASSPORT not in everything_stored(session)
    assert sealed.unseal(letter.passport, context=sealed.place("visa_letters", "passport", letter.id)) == PASSPORT
    with pytest.raises(sealed.Unreadable):
        sealed.unseal(letter.passport, context=sealed.place("visa_letters", "passport", guest.id))
    page = letters.letter_page(session, letter.id)
    assert PASSPORT not in repr(page) + repr(letters.letter_list(session, guest.summit_id))


@pytest.mark.answers("ask 14")
@pytest.mark.check("J2")
@pytest.mark.parametrize("how", ["job", "retention"])
def test_the_passport_number_and_its_pdf_are_gone_after_30_days(session, guest, how):
    letter = issue(session, guest)
    file_id = letter.file_id
    day_29 = clock.advance(29 * DAY)
    outbox.deliver_due(day_29)
    apply_rules(session, now=day_29, dry_run=False)
    session.expire_all()
    assert session.get_one(VisaLetter, letter.id).passport
    day_30 = clock.advance(DAY)
    if how == "job":
        outbox.deliver_due(day_30)
    else:
        apply_rules(session, now=day_30, dry_run=False)
        outbox.deliver_due(day_30)
    session.expire_all()
    kept = session.get_one(VisaLetter, letter.id)
    assert (kept.passport, kept.passport_until) == (None, None)
    assert letters.letters_of(session, guest.id)[0].pdf_id is None
    assert kept.state is VisaLetterState.VALID, "the letter in the person's hand still holds"
    with pytest.raises(NotFound):
        documents.open_file(session, file_id)


def test_a_replaced_version_loses_its_passport_number_and_pdf_at_once(session, guest):
    first = issue(session, guest)
    file_id = first.file_id
    issue(session, guest)
    assert first.passport is None
    assert session.get_one(File, file_id).name == ""


def test_whoever_withdraws_or_is_cancelled_loses_the_letter(session, guest):
    letter = issue(session, guest)
    services.withdraw(session, guest.id, actor_id=guest.user_id, now=clock.now())
    assert (letter.state, letter.passport) == (VisaLetterState.REVOKED, None)
    found = letters.verdict(session, letter.number, letter.check_code)
    assert found.state is VisaLetterState.REVOKED


def test_an_organizer_issues_anew_while_the_number_is_kept_and_revokes_with_a_reason(session, guest):
    organizer = accounts.staff(session, Role.ORGANIZER)
    letter = issue(session, guest)
    made = visa.issue_anew(session, letter.id, actor_id=organizer.id, now=clock.now())
    newest = session.get_one(VisaLetter, made)
    assert (newest.version, newest.issued_by) == (2, organizer.id)
    with pytest.raises(Refused, match="Only a valid letter"):
        visa.issue_anew(session, letter.id, actor_id=organizer.id, now=clock.now())
    with pytest.raises(InvalidInput, match="Write why"):
        visa.revoke_letter(session, newest.id, reason=" ", actor_id=organizer.id, now=clock.now())
    visa.revoke_letter(session, newest.id, reason="Wrong name.", actor_id=organizer.id, now=clock.now())
    with pytest.raises(TransitionRefused):
        visa.revoke_letter(session, newest.id, reason="Again.", actor_id=organizer.id, now=clock.now())
    outbox.deliver_due(clock.now())
    told = session.scalars(select(MailboxMessage.text).where(MailboxMessage.subject.contains("no longer holds"))).one()
    assert "Wrong name." in told


def test_without_the_passport_number_nothing_is_issued_anew(session, guest):
    letter = issue(session, guest)
    visa.forget_passport(session, letter.id, now=clock.advance(31 * DAY))
    with pytest.raises(Refused, match="no longer kept"):
        visa.issue_anew(session, letter.id, actor_id=guest.user_id, now=clock.now())


def test_verifying_tells_state_initials_and_country_to_whom_holds_number_and_code(session, guest):
    letter = issue(session, guest)
    typed = f" {letter.number.lower()} ", letter.check_code.lower().replace("0", "o")
    found = letters.verdict(session, *typed)
    assert (found.state, found.initials, found.nationality) == (VisaLetterState.VALID, "N. H.", "JO")
    assert "Noor" not in repr(found)
    for wrong in [(letter.number, "0" * 12), ("VL-NONE-0001", letter.check_code), (letter.number, ""), ("", "")]:
        assert letters.verdict(session, *wrong) is None


def test_an_earlier_version_verifies_as_replaced(session, guest):
    first = issue(session, guest)
    issue(session, guest)
    assert letters.verdict(session, first.number, first.check_code).state is VisaLetterState.REPLACED


@pytest.mark.parametrize(
    ("name", "shown"), [("Noor Haddad", "N. H."), ("张伟", "张."), ("ana de souza", "A. D. S."), ("  ", "")]
)
def test_initials_are_the_first_letter_of_each_word(name, shown):
    assert initials(name) == shown


def test_a_check_code_is_read_as_people_type_it():
    assert typed_code("abcd-efgh jkio") == "ABCDEFGHJK10"


def test_two_letters_asked_for_at_once_leave_one_valid(session, guest):
    issue(session, guest)
    issue(session, guest)
    valid = select(func.count()).select_from(VisaLetter).where(VisaLetter.state == VisaLetterState.VALID)
    assert session.scalar(valid) == 1


def test_the_log_says_who_issued_opened_and_revoked(session, guest, signed_in):
    organizer = accounts.staff(session, Role.ORGANIZER, name="Marcus Oyelaran")
    letter = issue(session, guest)
    audit.write_waiting(session)
    signed_in(guest.user_id).client.get(f"/files/{letter.file_id}")
    person = session.get_one(User, guest.user_id).name
    audit.write_waiting(session)
    log = letters.letter_page(session, letter.id).log
    assert [(event.who, event.action, event.version) for event in log] == [
        (person, "Downloaded", 1), (person, "Issued", 1),
    ]  # fmt: skip
    visa.revoke_letter(session, letter.id, reason="Wrong name.", actor_id=organizer.id, now=clock.now())
    audit.write_waiting(session)
    session.expire_all()
    log = letters.letter_page(session, letter.id).log
    assert ("Marcus Oyelaran", "Revoked", "Wrong name.") in [(event.who, event.action, event.reason) for event in log]


def test_the_job_that_forgets_carries_only_an_id(session, guest):
    letter = issue(session, guest)
    payload = session.scalars(select(OutboxMessage.payload).where(OutboxMessage.kind == visa.FORGET)).one()
    assert payload == {"letter": str(letter.id)}
