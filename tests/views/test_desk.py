"""The pages of the vetting desk: the queue and its views, deciding one by one and many at once, letters, reviewers."""

import re
from datetime import timedelta
from io import BytesIO
from urllib.parse import quote

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.access import Role
from app.notifications import outbox
from app.payments.vouchers.states import VoucherKind
from app.registration import services
from app.registration.desk_models import BulkDecision, DecisionLetter, RegistrationMessage
from app.registration.queries.scopes import Scope
from app.registration.rules.summit import PoolRule
from app.registration.services.moves import note
from app.registration.states import BulkState, LetterState, PoolKind, RegistrationState
from tests.factories import accounts, documents
from tests.factories import payments as money
from tests.factories import registration as make
from tests.pages import of_kind

S = RegistrationState


@pytest.fixture
def summit(session):
    make.countries(session)
    return make.summit(session, decision_delay_minutes=60)


@pytest.fixture
def staff(session, signed_in):
    return lambda *roles: signed_in(accounts.staff(session, *roles).id)


@pytest.mark.check("J7")
def test_what_is_searched_for_stands_in_no_address_and_can_be_kept_as_a_view(session, summit, staff):
    make.in_review(session, summit=summit, person=accounts.user(session, name="Zoé Petit"))
    make.in_review(session, summit=summit, person=accounts.user(session, name="Aiko Tanaka"))
    desk = staff(Role.REVIEWER)
    desk.get("/registrations")
    found = desk.post("/registrations/search", {"search": "zoé", "state": "undecided", "sort": "due"})
    assert quote("zoé").lower() not in found.path.lower()
    assert "zo" not in found.path
    page = desk.get(found.path)
    assert "Zoé Petit" in page.text
    assert "Aiko Tanaka" not in page.text
    query = found.path.partition("?")[2]
    saved = desk.post(f"/registrations/views?{query}", {"name": "Zoé first", "is_default": "y", "is_shared": "y"})
    assert "view=" in saved.path
    start = desk.get("/registrations")
    assert "Aiko Tanaka" not in start.text, "the desk opens with the default view"
    assert "Aiko Tanaka" in desk.get("/registrations?state=").text
    other = staff(Role.REVIEWER).get("/registrations")
    assert "Zoé first" in other.text, "it is shared"
    assert "Aiko Tanaka" in other.text, "but others open the desk as they like"


def test_a_view_is_renamed_unshared_and_deleted_by_its_owner(session, summit, staff):
    mine, other = staff(Role.REVIEWER), staff(Role.REVIEWER)
    mine.get("/registrations")
    path = mine.post("/registrations/views?state=in_review", {"name": "In review", "is_shared": "y"}).path
    view = path.rsplit("=", 1)[1]
    assert "In review" in other.get("/registrations").text
    assert "Give the view a name." in mine.post(f"/registrations/views/{view}", {"name": ""}, status=422).text
    other.get("/registrations/views")
    other.post(f"/registrations/views/{view}", {"name": "Stolen"}, status=404)
    mine.get("/registrations/views")
    mine.post(f"/registrations/views/{view}", {"name": "Fresh"})
    assert "Fresh" in mine.get("/registrations/views").text
    assert "Fresh" not in other.get("/registrations").text
    mine.post(f"/registrations/views/{view}", {"step": "delete"})
    assert "No views yet" in mine.get("/registrations/views").text


def test_six_hundred_are_decided_without_going_back_to_the_list(session, summit, staff):
    rows = [make.in_review(session, summit=summit) for _ in range(3)]
    desk = staff(Role.REVIEWER)
    page = desk.get(f"/registrations/{rows[0].id}?state=undecided&at=1")
    assert f"/registrations/{rows[1].id}" in page.links()["Next application"]
    form = {"decision": "decline", "reason": "balance", "seen_moves": rows[0].moves, "then": "next"}
    on = desk.post(f"/registrations/{rows[0].id}?state=undecided&at=1", form)
    assert on.path.startswith(f"/registrations/{rows[1].id}?")
    page = desk.get(on.path)
    assert f"/registrations/{rows[2].id}" in page.links()["Next application"]
    last = desk.get(page.links()["Next application"])
    form = {"decision": "waitlist", "seen_moves": rows[2].moves, "then": "next"}
    assert desk.post(
        last.links()["Next application"]
        if "Next application" in last.links()
        else f"/registrations/{rows[2].id}?state=undecided&at=2",
        form,
    ).path.startswith("/registrations?")


def test_a_decision_in_waiting_is_visible_at_the_desk_only_and_can_be_undone_there(session, summit, staff, signed_in):
    waiting = make.in_review(session, summit=summit)
    desk = staff(Role.REVIEWER)
    desk.get(f"/registrations/{waiting.id}")
    desk.post(f"/registrations/{waiting.id}", {"decision": "approve", "seen_moves": waiting.moves})
    page = desk.get(f"/registrations/{waiting.id}")
    assert "The letter has not left yet" in page.text
    assert "08:00 EST" in page.text
    assert "Letter leaves" in desk.get("/registrations?sign=letter").text
    own = signed_in(waiting.user_id).get("/apply/status")
    assert "approved" not in re.sub("(as soon as|once|when) you are approved", "", own.text.lower())
    desk.post(f"/registrations/{waiting.id}/undo", {"reason": "Wrong line."})
    session.expire_all()
    assert waiting.state is S.IN_REVIEW
    assert "Wrong line." in desk.get(f"/registrations/{waiting.id}").text
    desk.post(f"/registrations/{waiting.id}/undo", {}, status=409)


@pytest.mark.answers("ask 8")
def test_the_letter_of_one_decision_is_worded_before_it_is_taken_or_before_it_leaves(session, summit, staff):
    waiting = make.in_review(session, summit=summit)
    desk, one = staff(Role.REVIEWER), f"/registrations/{waiting.id}"
    decision = {"decision": "decline", "reason": "balance", "words": "Sorry.", "seen_moves": waiting.moves}
    page = desk.post(one, {**decision, "step": "letter"}, status=200)
    assert "The balance of markets and participant types leaves no room" in page.text
    own = {"subject": "About you", "body": "Dear {name},\n\nnot now: {reason}."}
    page = desk.post(one, {**decision, **own, "body": "Dear {nmae}"}, status=422)
    assert "{nmae} stands for nothing here" in page.text
    desk.post(one, {**decision, **own})
    session.expire_all()
    letter = session.scalars(select(DecisionLetter)).one()
    assert (letter.state, letter.subject) == (LetterState.WAITING, "About you")
    page = desk.get(f"{one}/letter")
    assert "not now: The balance" in page.text
    preview = desk.post(f"{one}/letter", {**own, "subject": "Once more", "step": "preview"}, status=200)
    assert "Once more" in preview.text
    desk.post(f"{one}/letter", {**own, "body": "No reason at all", "step": "save"}, status=422)
    desk.post(f"{one}/letter", {"step": "template"})
    session.expire_all()
    assert letter.body == ""
    clock.advance(timedelta(hours=2))
    outbox.deliver_due(clock.now())
    staff(Role.REVIEWER).get(f"{one}/letter", status=404)


def test_many_are_selected_looked_at_run_read_and_undone(session, summit, staff):
    rows = [make.in_review(session, summit=summit) for _ in range(3)]
    unclear = make.registration(session, summit=summit, state=S.IN_REVIEW)
    desk = staff(Role.REVIEWER)
    desk.get("/registrations")
    assert desk.post("/registrations/bulk?state=in_review", {"scope": "ticked"}).path.startswith("/registrations?")
    one = desk.post("/registrations/bulk?state=in_review", {"scope": "all"}).path
    assert "Decide about 4 applications" in desk.get(one).text
    assert "Choose the reason" in desk.post(one, {"act": "decline"}, status=422).text
    desk.post(one, {"act": "approve"})
    page = desk.get(one)
    assert "3 applications would be met, 1 refused" in page.text
    assert "Total of the summit 200 none 0 3" in page.text
    assert "has not been screened" in page.text
    assert "Before and after" in desk.get(page.links()["Balance of markets and types, before and after"]).text
    desk.get(one)
    desk.post(f"{one}/run")
    assert "Waiting for its turn" in desk.get(one).text
    outbox.deliver_due(clock.now())
    page = desk.get(one)
    assert "Met: 3. Refused: 1. Not reached: 0." in page.text
    assert "3 letters have not left yet." in page.text
    undo = desk.post(f"{one}/undo").path
    assert "3 applications would be met" in desk.get(undo).text
    desk.post(f"{undo}/run")
    outbox.deliver_due(clock.now())
    session.expire_all()
    assert {row.state for row in (*rows, unclear)} == {S.IN_REVIEW}
    assert "Undo the decision" in desk.get("/registrations/bulk").text
    staff(Role.REVIEWER).get(one, status=404)
    assert session.scalars(select(BulkDecision.state)).all() == [BulkState.DONE] * 2


def test_more_than_a_thousand_are_not_decided_at_once(session, summit, staff, monkeypatch):
    monkeypatch.setattr("app.registration.views.bulk.MOST_IN_BULK", 1)
    for _ in range(2):
        make.in_review(session, summit=summit)
    desk = staff(Role.REVIEWER)
    desk.get("/registrations")
    back = desk.post("/registrations/bulk?state=", {"scope": "all"})
    assert "at most 1 are decided at once" in desk.get(back.path).text


def test_going_over_a_target_asks_for_the_reason_on_the_page(session, staff):
    make.countries(session)
    summit = make.summit(session, pools=(PoolRule(PoolKind.TOTAL, "", 9, 0),))
    waiting = make.in_review(session, summit=summit)
    desk, one = staff(Role.REVIEWER), f"/registrations/{waiting.id}"
    assert "Over target" in desk.get(one).text
    form = {"decision": "approve", "seen_moves": waiting.moves}
    assert "over the target" in desk.post(one, form, status=422).text
    desk.post(one, {**form, "over_target_reason": "The minister asked."})
    assert "The minister asked." in desk.get(one).text


def test_two_reviewers_agree_on_the_page(session, summit, staff):
    waiting = make.in_review(session, summit=summit)
    first, second = staff(Role.REVIEWER), staff(Role.REVIEWER)
    one = f"/registrations/{waiting.id}"
    first.get(one)
    first.post(f"{one}/second", {"reason": ""}, status=422)
    first.post(f"{one}/second", {"reason": "State-owned."})
    page = first.get(one)
    assert "Two reviewers must agree" in page.text
    session.expire_all()
    first.post(one, {"decision": "propose", "words": "Looks fine.", "seen_moves": waiting.moves})
    assert "A different reviewer must confirm it." in first.get(one).text
    page = second.get(one)
    assert "Looks fine." in page.text
    session.expire_all()
    second.post(one, {"decision": "approve", "seen_moves": waiting.moves})
    session.expire_all()
    assert waiting.state is S.APPROVED


def test_an_application_is_taken_given_on_and_listed_as_mine(session, summit, signed_in):
    me, colleague = accounts.staff(session, Role.REVIEWER), accounts.staff(session, Role.REVIEWER)
    waiting = make.in_review(session, summit=summit)
    desk = signed_in(me.id)
    desk.get(f"/registrations/{waiting.id}/assign")
    desk.post(f"/registrations/{waiting.id}/assign", {"assignee": str(me.id)})
    assert "Showing 1 to 1 of 1" in desk.get("/registrations?assignee=me").text
    desk.post(f"/registrations/{waiting.id}/assign", {"assignee": str(colleague.id)})
    assert "Nothing matches" in desk.get("/registrations?assignee=me").text
    desk.post(f"/registrations/{waiting.id}/assign", {"assignee": str(accounts.user(session).id)}, status=422)


@pytest.mark.check("D3")
def test_a_limited_reviewer_finds_nothing_outside_of_the_limits(session, summit, signed_in, staff):
    limited = accounts.staff(session, Role.REVIEWER).id
    waiting = make.in_review(session, summit=summit)
    fr = make.in_review(session, summit=summit, organization=accounts.organization(session, country="FR"))
    organizer = staff(Role.ORGANIZER)
    organizer.get(f"/registrations/reviewers/{limited}")
    organizer.post(f"/registrations/reviewers/{limited}", {"markets": "FR"})
    assert "every type from France" in organizer.get("/registrations/reviewers").text
    desk = signed_in(limited)
    assert "Showing 1 to 1 of 1" in desk.get("/registrations").text
    desk.get(f"/registrations/{fr.id}")
    for path in ("", "/assign", "/letter", "/second", "/reconsider"):
        desk.get(f"/registrations/{waiting.id}{path}", status=404)
    assert (
        "at least one"
        in desk.get(desk.post("/registrations/bulk?state=", {"scope": "ticked", "chosen": str(waiting.id)}).path).text
    )
    desk.post(f"/registrations/{waiting.id}", {"decision": "approve", "seen_moves": waiting.moves}, status=404)


def test_an_organizer_words_a_letter_and_sees_it_on_a_real_application(session, summit, staff):
    shown = make.in_review(session, summit=summit, person=accounts.user(session, name="Aiko Tanaka"))
    desk, path = staff(Role.ORGANIZER), "/summit/letters/declined"
    assert "As we ship them" in desk.get("/summit/letters").text
    words = {"subject": "No", "body": "Dear {name},\n\n{reason}.\n\n{apply_link}", "seen_version": "0"}
    preview = desk.post(path, {**words, "number": str(shown.number), "step": "preview"}, status=200)
    assert "Dear Aiko Tanaka" in preview.text
    assert "Put {reason} somewhere" in desk.post(path, {**words, "body": "No."}, status=422).text
    assert desk.post(path, {**words, "step": "save"}).path == path
    assert "Somebody else changed this" in desk.post(path, {**words, "step": "save"}, status=422).text
    desk.post(path, {"step": "reset", "seen_version": "1"})
    page = desk.get(path)
    assert "Version 2" in page.text
    assert "our words put back" in page.text
    desk.get("/summit/letters/nonsense", status=404)


def test_an_organizer_keeps_the_reasons_for_declining(session, summit, staff):
    waiting = make.in_review(session, summit=summit)
    desk = staff(Role.ORGANIZER)
    desk.get("/summit/reasons")
    rows = {"seen_version": "0", "rows-0-key": "", "rows-0-label": "Too late", "rows-0-public_words": "It came late"}
    assert (
        "words the applicant reads"
        in desk.post("/summit/reasons", {**rows, "rows-0-public_words": ""}, status=422).text
    )
    desk.post("/summit/reasons", rows)
    assert "Too late" in desk.get("/summit/reasons").html
    reviewer = staff(Role.REVIEWER)
    assert "Too late" in reviewer.get(f"/registrations/{waiting.id}").text
    form = {"decision": "decline", "reason": "too_late", "seen_moves": waiting.moves}
    reviewer.post(f"/registrations/{waiting.id}", form)
    assert "It came late" in reviewer.get(f"/registrations/{waiting.id}").text


def test_a_refusal_is_reconsidered_and_an_approval_declined_after_all(session, staff, signed_in):
    make.countries(session)
    summit = make.summit(session)
    first, second = (make.in_review(session, summit=summit) for _ in range(2))
    desk = staff(Role.REVIEWER)
    desk.get(f"/registrations/{first.id}")
    desk.post(f"/registrations/{first.id}", {"decision": "decline", "reason": "balance", "seen_moves": first.moves})
    desk.post(f"/registrations/{first.id}/reconsider", {"reason": ""}, status=422)
    desk.post(f"/registrations/{first.id}/reconsider", {"reason": "New papers came."})
    desk.post(f"/registrations/{second.id}", {"decision": "approve", "seen_moves": second.moves})
    assert "Decline after all" in desk.get(f"/registrations/{second.id}").text
    session.expire_all()
    desk.post(f"/registrations/{second.id}", {"decision": "decline", "reason": "balance", "seen_moves": second.moves})
    session.expire_all()
    assert (first.state, second.state) == (S.IN_REVIEW, S.DECLINED)


def test_questions_and_answers_stand_on_the_page_with_who_and_when(session, summit, staff, signed_in):
    waiting = make.in_review(session, summit=summit)
    by = accounts.staff(
        session,
        Role.REVIEWER,
    ).id
    services.ask(session, waiting.id, "Who owns it?", actor_id=by, now=clock.now())
    desk = staff(Role.REVIEWER)
    assert "Not sent yet" in desk.get(f"/registrations/{waiting.id}").text
    assert "Who owns it?" not in signed_in(waiting.user_id).get("/apply/status").text
    session.commit()
    clock.advance(timedelta(hours=1))
    outbox.deliver_due(clock.now())
    session.expire_all()
    assert session.scalars(select(RegistrationMessage.told_at)).one() == clock.now()
    services.answer_question(session, waiting.id, "We do.", actor_id=waiting.user_id, now=clock.now())
    page = staff(Role.REVIEWER).get(f"/registrations/{waiting.id}")
    assert page.text.index("Who owns it?") < page.text.index("We do.")
    assert "Answered" in staff(Role.REVIEWER).get("/registrations?sign=answered").text


def test_the_balance_shows_caps_and_targets_and_what_a_decision_would_change(session, summit, staff):
    make.registration(session, summit=summit, state=S.CONFIRMED)
    page = staff(Role.REVIEWER).get("/registrations/balance")
    assert "Japan 1 0 0 0 0 1 60 none All markets 1 0 0 0 0 1 200 none" in page.text, page.text


def test_limits_are_set_by_organizers_only(session, summit, staff, signed_in):
    reviewer = accounts.staff(session, Role.REVIEWER).id
    signed_in(reviewer).get(f"/registrations/reviewers/{reviewer}", status=403)
    services.limit_reviewer(
        session, summit.id, reviewer, [Scope(None, "FR")], actor_id=accounts.staff(session, Role.ORGANIZER).id
    )
    desk = staff(Role.ORGANIZER)
    desk.get(f"/registrations/reviewers/{reviewer}")
    desk.post(f"/registrations/reviewers/{reviewer}", {})
    assert "Every application" in desk.get("/registrations/reviewers").text


def test_an_applicant_answers_with_a_file_and_reads_the_thread_on_their_page(session, summit, staff, signed_in):
    waiting = make.in_review(session, summit=summit)
    services.ask(
        session, waiting.id, "Who owns it?", actor_id=accounts.staff(session, Role.REVIEWER).id, now=clock.now()
    )
    session.commit()
    clock.advance(timedelta(hours=1))
    outbox.deliver_due(clock.now())
    own = signed_in(waiting.user_id)
    assert "The reviewers asked" in own.get("/apply/status").text
    bad = {"words": "See the file.", "file": (BytesIO(b"MZ not a letter"), "owners.pdf")}
    assert "A file that shows it" in own.post("/apply/answer", bad, status=422).text
    own.post("/apply/answer", {"words": "See the file.", "file": (BytesIO(documents.pdf()), "owners.pdf")})
    page = own.get("/apply/status")
    assert "You answered" in page.text
    session.expire_all()
    assert waiting.state is S.IN_REVIEW
    desk = staff(Role.REVIEWER).get(f"/registrations/{waiting.id}")
    assert "See the file." in desk.text
    assert any(href.startswith("/files/") for href in desk.links().values())


def test_what_moved_meanwhile_is_shown_anew_and_decided_with_the_words_typed_before(session, staff):
    make.countries(session)
    waiting = make.in_review(session, summit=make.summit(session))
    seen, colleague = waiting.moves, accounts.staff(session, Role.REVIEWER)
    services.put_on_waitlist(session, waiting.id, actor_id=colleague.id, now=clock.now())
    session.commit()
    desk, address = staff(Role.REVIEWER), f"/registrations/{waiting.id}"
    said = {"decision": "decline", "reason": "balance", "words": "We met in Paris.", "seen_moves": seen}
    page = desk.post(address, said, status=422)
    assert "has moved since you opened the page" in page.text
    assert "We met in Paris." in page.text
    now_seen = next(field for field in of_kind(page.tree, "input") if field.get("name") == "seen_moves").get("value")
    desk.post(address, said | {"seen_moves": now_seen})
    session.expire_all()
    assert waiting.state is S.DECLINED


def test_words_come_back_to_whoever_may_not_decide_any_more(session, summit, staff):
    waiting = make.in_review(session, summit=summit)
    seen, colleague = waiting.moves, accounts.staff(session, Role.REVIEWER)
    services.put_on_waitlist(session, waiting.id, actor_id=colleague.id, now=clock.now())
    session.commit()
    said = {"decision": "decline", "reason": "balance", "words": "We met in Paris.", "seen_moves": seen}
    page = staff(Role.REVIEWER).post(f"/registrations/{waiting.id}", said, status=422)
    assert "Nothing can be decided about it now, and you had written: We met in Paris." in page.text


def test_a_note_beside_it_does_not_stop_a_decision_on_the_page(session, staff):
    make.countries(session)
    waiting = make.in_review(session, summit=make.summit(session))
    seen = waiting.moves
    note(session, waiting, "A card was saved.", actor_id=None, now=clock.now())
    session.commit()
    said = {"decision": "waitlist", "priority": "1", "seen_moves": seen}
    staff(Role.REVIEWER).post(f"/registrations/{waiting.id}", said)
    session.expire_all()
    assert waiting.state is S.WAITLISTED


def test_who_reconsiders_hears_that_the_voucher_is_used_up(session, staff, signed_in):
    make.countries(session)
    summit = make.summit(session)
    code = money.voucher(session, kind=VoucherKind.AMOUNT, amount_cents=10_000, currency="USD").code
    first, second = (make.in_review(session, summit=summit) for _ in range(2))
    services.use_voucher(session, first.id, code, actor_id=first.user_id, now=clock.now())
    services.decline(session, first.id, reason="balance", actor_id=accounts.staff(session).id, now=clock.now())
    services.use_voucher(session, second.id, code, actor_id=second.user_id, now=clock.now())
    desk = staff(Role.REVIEWER)
    desk.post(f"/registrations/{first.id}/reconsider", {"reason": "New papers came."}, follow=False)
    assert "Its voucher has been used up meanwhile: the fee is $" in desk.get(f"/registrations/{first.id}").text
