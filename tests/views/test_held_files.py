"""The reviewers' pages of held files, and what other people get of a file at its address."""

from datetime import timedelta

import pypdfium2
import pytest
from sqlalchemy import select

from app.core import clock
from app.core.access import STAFF, Role
from app.documents import services
from app.documents.models import File, FileOpening
from app.documents.rules.pdfium_lock import LOCK
from app.documents.states import FileState, Opened, Purpose
from tests.factories import accounts, documents

WHY = {"reason": "A public study; the banner was an example."}


@pytest.fixture
def owner(session):
    return accounts.user(session, name="Ana Duarte", email="ana@example.org")


@pytest.fixture
def desk(session, signed_in):
    """Return visitors signed in as a reviewer and as an organizer."""
    found = [signed_in(accounts.staff(session, role).id) for role in (Role.REVIEWER, Role.ORGANIZER)]
    for visitor in found:
        visitor.get("/documents/held")  # a page whose form token they send
    return found


def state(session, file):
    session.expire_all()
    return session.get_one(File, file.id).state


@pytest.mark.check("G4")
def test_two_reviewers_release_a_held_file_over_the_pages(session, signed_in, owner, desk):
    held = documents.held(session, owner_id=owner.id)
    session.flush()
    first, second = desk
    listed = first.get("/documents/held")
    assert "study.pdf" in listed.text
    page = first.get(f"/documents/held/{held.id}")
    assert "CUI//SP-EXPT" in page.text
    assert "page 1" in page.text
    first.post(f"/documents/held/{held.id}/release", WHY)
    again = first.post(f"/documents/held/{held.id}/release", WHY, status=422)
    assert "A second person must look at the file" in again.text
    assert state(session, held) is FileState.HELD
    second.post(f"/documents/held/{held.id}/release", WHY)
    assert state(session, held) is FileState.READY
    assert "study.pdf" in second.get("/documents/held?show=open&q=duarte&sort=newest").text


@pytest.mark.check("G4")
def test_nobody_but_the_two_roles_sees_or_opens_a_held_file(session, signed_in, owner, desk, monkeypatch):
    monkeypatch.setitem(services.may_read, Purpose.ROOM_DOCUMENT, lambda *_: True)
    held = documents.held(session, owner_id=owner.id)
    content = desk[0].client.get(f"/documents/held/{held.id}/content")
    assert content.status_code == 200
    assert "sandbox" in content.headers["Content-Security-Policy"]
    assert content.headers["Content-Disposition"].startswith("attachment")
    others = [accounts.staff(session, role).id for role in sorted(STAFF - {Role.REVIEWER, Role.ORGANIZER})]
    others += [accounts.member(session, role=role).user_id for role in (Role.PARTICIPANT, Role.FOCAL_POINT)]
    for other in others:
        person = signed_in(other).client
        for address in ("/documents/held", f"/documents/held/{held.id}", f"/documents/held/{held.id}/content"):
            assert person.get(address).status_code == 403, address
        assert person.get(f"/files/{held.id}").status_code == 404
    assert signed_in(owner.id).client.get(f"/files/{held.id}").status_code == 404
    assert desk[0].client.get(f"/files/{held.id}").status_code == 404, "not even reviewers, at the common address"


def test_a_file_that_is_not_held_is_not_opened_at_the_reviewers_address(session, owner, desk):
    ready = documents.file(
        session, purpose=Purpose.ROOM_DOCUMENT, owner_id=owner.id, content=documents.text_pdf("Fine")
    )
    letter = documents.file(session, owner_id=owner.id)
    letter.state = FileState.TAKEN_DOWN
    session.flush()
    for file in (ready, letter):
        assert desk[0].client.get(f"/documents/held/{file.id}/content").status_code == 404


@pytest.mark.check("G6")
def test_taking_down_hides_a_file_at_once_and_lists_every_account_time_and_address(
    session, signed_in, owner, desk, monkeypatch
):
    monkeypatch.setitem(services.may_read, Purpose.ROOM_DOCUMENT, lambda *_: True)
    kept = documents.file(session, purpose=Purpose.ROOM_DOCUMENT, owner_id=owner.id, content=documents.text_pdf("Fine"))
    ben = signed_in(accounts.user(session, name="Ben Osei", email="ben@example.org").id)
    assert ben.client.get(f"/files/{kept.id}", environ_overrides={"REMOTE_ADDR": "198.51.100.4"}).status_code == 200
    desk[1].post(f"/documents/held/{kept.id}/take-down", {"reason": "A reader reported it as controlled."})
    assert ben.client.get(f"/files/{kept.id}").status_code == 404
    page = desk[1].get(f"/documents/held/{kept.id}")
    for said in ("Ben Osei, ben@example.org", "198.51.100.4", "1 Mar 2027, 07:00 EST", "Taken down"):
        assert said in page.text
    assert "Nobody found" not in desk[1].get(f"/documents/held/{kept.id}?q=ben&sort=person").text
    desk[0].post(f"/documents/held/{kept.id}/remove", {"reason": "It is controlled information."})
    assert state(session, kept) is FileState.CONDEMNED
    assert "Removed for good" in desk[0].get(f"/documents/held/{kept.id}").text


def test_a_proposal_is_refused_with_a_reason_and_without_one_the_page_says_so(session, owner, desk):
    held = documents.held(session, owner_id=owner.id)
    desk[0].post(f"/documents/held/{held.id}/release", WHY)
    missing = desk[1].post(f"/documents/held/{held.id}/refuse-release", {"reason": ""}, status=422)
    assert "Give the reason" in missing.text
    desk[1].post(f"/documents/held/{held.id}/refuse-release", {"reason": "Page two is controlled."})
    assert "Page two is controlled." in desk[0].get(f"/documents/held/{held.id}").text


@pytest.mark.check("B7")
def test_deciding_about_a_file_asks_for_a_recent_sign_in(session, owner, desk):
    held = documents.held(session, owner_id=owner.id)
    clock.advance(timedelta(minutes=15))
    answer = desk[0].client.get(f"/documents/held/{held.id}")
    assert "needs your password" in answer.get_data(as_text=True)


@pytest.mark.check("F6", "F8")
def test_what_others_get_of_a_room_document_carries_their_name_and_is_logged(session, signed_in, owner, monkeypatch):
    monkeypatch.setitem(services.may_read, Purpose.ROOM_DOCUMENT, lambda *_: True)
    kept = documents.file(session, purpose=Purpose.ROOM_DOCUMENT, owner_id=owner.id, content=documents.text_pdf("Fine"))
    ben = accounts.user(session, name="山田 太郎")
    answer = signed_in(ben.id).client.get(f"/files/{kept.id}")
    with LOCK:
        words = pypdfium2.PdfDocument(answer.data)[0].get_textpage().get_text_range()
    assert "山田 太郎" in words
    assert "2027-03-01 12:00 UTC" in words
    assert "Fine" in words
    mine = signed_in(owner.id).client.get(f"/files/{kept.id}")
    assert mine.data == services.open_file(session, kept.id), "the owner has it as it was kept"
    noted = session.execute(select(FileOpening.user_id, FileOpening.how).where(FileOpening.file_id == kept.id))
    assert sorted(map(tuple, noted)) == sorted([(ben.id, Opened.DOWNLOAD), (owner.id, Opened.DOWNLOAD)])


@pytest.mark.check("F6")
def test_a_download_is_an_attachment_that_runs_nothing_and_its_address_alone_opens_nothing(
    session, signed_in, visitor, owner, monkeypatch
):
    monkeypatch.setitem(services.may_read, Purpose.ROOM_DOCUMENT, lambda *_: True)
    kept = documents.file(session, purpose=Purpose.ROOM_DOCUMENT, owner_id=owner.id, content=documents.text_pdf("Fine"),
                          name="Étude – 推薦.pdf")  # fmt: skip
    reader = signed_in(accounts.user(session, name="Ben").id)
    answer = reader.client.get(f"/files/{kept.id}")
    heads = answer.headers
    assert heads["Content-Disposition"].startswith("attachment; filename=")
    assert "filename*=UTF-8''" in heads["Content-Disposition"]
    assert heads["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in heads["Content-Security-Policy"]
    assert heads["Cache-Control"] == "no-store"
    assert visitor.client.get(f"/files/{kept.id}").status_code in (302, 303, 401)
    monkeypatch.setitem(services.may_read, Purpose.ROOM_DOCUMENT, lambda *_: False)
    assert reader.client.get(f"/files/{kept.id}").status_code == 404, "asked anew at every request"


def test_the_list_of_held_files_says_when_it_is_empty(desk):
    assert "Nothing here" in desk[0].get("/documents/held").text
