"""Pages of deal rooms: what a partner, a company and others get, and what every page of a document carries."""

import io
import re
from datetime import timedelta

import pikepdf
import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import select

from app.core import clock
from app.core.access import Role
from app.dealrooms import services
from app.dealrooms.models import Acceptance, Grant, Question, Room
from app.dealrooms.states import GrantState, QuestionState
from app.documents.models import FileOpening
from app.documents.rules.attest import VERSION
from app.documents.states import Opened
from app.interest.states import Visibility
from tests.factories import accounts, documents
from tests.factories import dealrooms as make
from tests.factories import registration as registrations


@pytest.fixture
def of(session):
    registrations.countries(session)
    return make.house(session)


def papers(of, made):
    """Return every address that shows or hands out a document."""
    base = f"/deal-rooms/{of.room.id}/documents/{made.id}"
    return [base, f"{base}/pages/1", f"{base}/text/1", f"{base}/download"]


@pytest.mark.check("L2")
def test_a_partner_asks_accepts_reads_and_asks_a_question_by_its_pages(session, of, signed_in):
    made, partner, company = make.document(session, of), signed_in(of.guest), signed_in(of.owner)
    asking = f"/deal-rooms/request/{of.interest.id}"
    assert "shows who you are" in partner.get(asking).text
    assert "Tick" in partner.post(asking, {"note": ""}, status=422).text
    partner.post(asking, {"note": "Terms first.", "shows": "y"})
    assert "not decided" in partner.get(f"/deal-rooms/{of.room.id}").text
    grant = session.scalars(select(Grant)).one()
    assert "Terms first." in company.get(f"/our-rooms/{of.room.id}/access/{grant.id}").text
    company.post(f"/our-rooms/{of.room.id}/access/{grant.id}/give")
    assert partner.client.get(papers(of, made)[0]).status_code == 404, "not before the agreement"
    signing = partner.get(f"/deal-rooms/{of.room.id}/nda")
    assert "Use what you read here" in signing.text
    form = {"number": "1", "name": "Aiko", "agreed": "y"}
    assert "full name" in partner.post(f"/deal-rooms/{of.room.id}/nda", form, status=422).text
    partner.post(f"/deal-rooms/{of.room.id}/nda", {**form, "name": "Aiko Tanaka"})
    assert "Station summary" in partner.get(f"/deal-rooms/{of.room.id}").text
    page = partner.get(papers(of, made)[0])
    assert "Page 1 of 2" in page.text
    assert page.links()["Next page"].endswith("page=2")
    asked = {"text": "How many seats?", "document": str(made.id), "attested": "y"}
    partner.post(f"/deal-rooms/{of.room.id}/questions", asked)
    question = session.scalars(select(Question)).one()
    partner.post(f"/deal-rooms/{of.room.id}/questions/{question.id}/ask")
    assert session.get_one(Question, question.id, populate_existing=True).state is QuestionState.SUBMITTED


@pytest.mark.check("F8")
def test_every_way_to_read_a_document_carries_the_readers_name_and_the_time(session, of, signed_in):
    of.room.downloads = True
    made = make.document(session, of)
    make.inside(session, of)
    _page, picture, text, download = papers(of, made)
    partner = signed_in(of.guest)
    stamped = partner.client.get(picture)
    assert stamped.mimetype == "image/jpeg"
    other = make.second_partner(session, of)
    make.inside(session, other)
    theirs = signed_in(other.guest).client.get(picture)
    assert stamped.data != theirs.data, "the pixels differ by who looks"
    with Image.open(io.BytesIO(stamped.data)) as shown:
        assert shown.width >= 1000
    clock.advance(timedelta(minutes=1))
    assert partner.client.get(picture).data != stamped.data, "and by when"
    words = partner.get(text).text
    assert "Aiko Tanaka · Kibo Trading, 2027-03-01 12:01 UTC" in words
    assert "made-up station" in words
    handed = partner.client.get(download)
    document = pypdfium2.PdfDocument(handed.data)
    for number in range(2):
        assert "Aiko Tanaka" in document[number].get_textpage().get_text_range()
    document.close()


@pytest.mark.check("F6")
def test_what_is_handed_out_is_saved_never_run_and_named_in_any_script(session, of, signed_in):
    of.room.downloads = True
    made = make.document(session, of, label="軌道 summary")
    make.inside(session, of)
    answer = signed_in(of.guest).client.get(papers(of, made)[3])
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "filename*=UTF-8''%E8%BB%8C%E9%81%93%20summary.pdf" in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        assert len(pdf.pages) == 2


def test_a_room_for_viewing_only_hands_nothing_out(session, of, signed_in):
    made = make.document(session, of)
    make.inside(session, of)
    partner = signed_in(of.guest)
    assert "Download all pages" not in partner.get(papers(of, made)[0]).text
    assert partner.client.get(papers(of, made)[3]).status_code == 404


@pytest.mark.check("D9")
@pytest.mark.parametrize("what", ["revoked", "shut out", "new agreement", "admission lost", "screening lost", "closed",
                                  "expired", "suspended"])  # fmt: skip
def test_an_address_that_is_open_stops_working_on_the_next_request(session, of, signed_in, what):
    of.room.downloads = True
    made, grant = make.document(session, of), make.inside(session, of)
    partner = signed_in(of.guest)
    addresses = papers(of, made)
    assert [partner.client.get(address).status_code for address in addresses] == [200] * 4
    common = {"actor_id": of.owner, "now": clock.now()}
    if what == "revoked":
        services.revoke(session, of.room.id, grant.id, reason="", **common)
    elif what == "shut out":
        services.say_of_person(session, of.room.id, grant.id, of.guest, make.PersonStanding.SHUT_OUT, **common)
    elif what == "new agreement":
        services.write_nda(session, of.room.id, "Another text.", ask=make.ASK, **common)
    elif what == "admission lost":
        of.admission.organization_id = None
    elif what == "screening lost":
        case = session.scalars(select(make.Case).where(make.Case.subject_id == of.admission.id)).one()
        case.list_version = case.list_version + 1
    elif what == "closed":
        services.close_room(session, of.room.id, reason="", **common)
    elif what == "expired":
        grant.expires_at = clock.now()
    else:
        make.user(session, of.guest).suspended_at = clock.now()
    session.flush()
    answers = [partner.client.get(address) for address in addresses]
    assert all(answer.status_code in ((401, 303) if what == "suspended" else (404,)) for answer in answers)
    assert b"made-up station" not in b"".join(answer.data for answer in answers)


@pytest.mark.check("D4")
def test_things_of_one_room_cannot_be_reached_through_another(session, of, signed_in):
    made, grant = make.document(session, of), make.inside(session, of)
    question = make.question(session, of)
    other = make.house(session)
    make.inside(session, other)
    company, partner = signed_in(other.owner), signed_in(other.guest)
    folder, acceptance = make.folders(session, of)[0].id, session.scalars(
        select(Acceptance.id).where(Acceptance.grant_id == grant.id)).one()  # fmt: skip
    ours = f"/our-rooms/{other.room.id}"
    for path in (f"{ours}/documents/{made.id}", f"{ours}/documents/{made.id}/original/1", f"{ours}/folders/{folder}",
                 f"{ours}/access/{grant.id}", f"{ours}/questions/{question.id}", f"{ours}/documents/{made.id}/remove",
                 f"/deal-rooms/{other.room.id}/nda/{acceptance}.pdf"):  # fmt: skip
        assert company.client.get(path).status_code == 404, path
    for path in [*(p.replace(str(of.room.id), str(other.room.id)) for p in papers(of, made)),
                 f"/deal-rooms/{other.room.id}/nda/{acceptance}.pdf"]:  # fmt: skip
        assert partner.client.get(path).status_code == 404, path
    for path in (f"{ours}/access/{grant.id}/revoke", f"{ours}/access/{grant.id}/give",
                 f"{ours}/questions/{question.id}/approve", f"{ours}/folders/{folder}/remove"):  # fmt: skip
        company.post(path, status=404)
    partner.post(f"/deal-rooms/{other.room.id}/questions/{question.id}/withdraw", status=404)


@pytest.mark.check("D3")
def test_a_document_that_is_shut_answers_like_one_that_does_not_exist(session, of, signed_in):
    made = make.document(session, of)
    stranger = signed_in(accounts.user(session).id)
    unknown = stranger.client.get(f"/deal-rooms/{of.room.id}/documents/{of.guest}")
    known = stranger.client.get(papers(of, made)[0])

    def plain(answer) -> str:
        body = answer.get_data(as_text=True).replace(answer.headers["X-Request-Id"], "")
        return re.sub(r'(nonce|value)="[^"]*"', "", body)

    assert known.status_code == unknown.status_code == 404
    assert plain(known) == plain(unknown)


@pytest.mark.check("F8")
def test_the_company_sees_who_opened_which_page_and_takes_the_list_along(session, of, signed_in):
    made = make.document(session, of)
    make.inside(session, of)
    partner, company = signed_in(of.guest), signed_in(of.owner)
    for path in papers(of, made)[:3]:
        partner.client.get(path)
    partner.client.get(papers(of, made)[1].removesuffix("/1") + "/2")
    rows = session.scalars(select(FileOpening).order_by(FileOpening.at, FileOpening.page)).all()
    assert sorted((row.page, row.how, row.organization_id) for row in rows) == [
        (1, Opened.VIEW, of.partner.id), (1, Opened.VIEW, of.partner.id), (2, Opened.VIEW, of.partner.id)
    ]  # fmt: skip
    page = company.get(f"/our-rooms/{of.room.id}/log")
    assert all(words in page.text for words in ("Aiko Tanaka", "Kibo Trading", "Page 2", "127.0.0.1"))
    assert company.get(f"/our-rooms/{of.room.id}/log?q=nobody").text.count("Aiko") == 0
    sheet = company.client.get(f"/our-rooms/{of.room.id}/log.csv").data.decode("utf-8-sig").splitlines()
    assert sheet[0].startswith("Time (UTC),Document,Version,Page")
    assert len(sheet) == 4
    assert partner.client.get(f"/our-rooms/{of.room.id}/log").status_code in (403, 404)


@pytest.mark.check("G1")
@pytest.mark.check("G2")
def test_an_upload_without_the_statement_is_refused_by_the_address_itself(session, of, signed_in):
    company, folder = signed_in(of.owner), make.folders(session, of)[0].id
    page = company.get(f"/our-rooms/{of.room.id}/documents/new")
    assert "PDF, PNG or JPEG, up to 50 MB" in page.text

    def send(**more: str):
        sent = {"label": "A", "folder": str(folder), "attestation": VERSION, "csrf_token": company.csrf_token, **more}
        upload = (io.BytesIO(documents.text_pdf("Words.")), "a.pdf")
        return company.client.post(f"/our-rooms/{of.room.id}/documents/new", data={**sent, "file": upload})

    assert send(handling="business_confidential").status_code == 422
    for handling in ("unsure", "controlled"):
        refused = send(handling=handling, attested="y")
        assert refused.status_code == 422
        assert b"Nothing was kept" in refused.data
    assert send(handling="business_confidential", attested="y", attestation="2020-01").status_code == 422
    assert send(handling="business_confidential", attested="y").status_code == 303


def test_an_officer_decides_on_one_page_and_nobody_else_reaches_it(session, of, signed_in):
    services.lock_approval(session, of.room.id, True, actor_id=of.officer, now=clock.now())
    grant, made = make.given(session, of), make.document(session, of)
    officer = signed_in(of.officer)
    page = officer.get("/export-approvals")
    assert all(words in page.text for words in ("Kibo Trading, Japan", "Station summary"))
    officer.post(f"/export-approvals/{of.room.id}/access/{grant.id}", {"decision": "decline", "reason": ""})
    assert "Write why" in officer.get("/export-approvals").html
    officer.post(f"/export-approvals/{of.room.id}/access/{grant.id}", {"decision": "approve"})
    officer.post(f"/export-approvals/{of.room.id}/documents/{made.id}/1", {"decision": "approve"})
    assert session.get_one(Grant, grant.id, populate_existing=True).state is GrantState.NDA_PENDING
    assert "Nothing waits for you" in officer.get("/export-approvals").text
    assert signed_in(of.owner).client.get("/export-approvals").status_code == 403


def test_the_companys_pages_work_from_opening_a_room_to_closing_it(session, signed_in):
    registrations.countries(session)
    of = make.house(session)
    company = signed_in(of.owner)
    base = f"/our-rooms/{of.room.id}"
    assert "Perigee Outpost" in company.get("/our-rooms").text
    company.post(f"{base}/folders", {"name": "Legal", "note": ""})
    folder = make.folders(session, of)[-1]
    company.post(f"{base}/folders/{folder.id}", {"name": "Legal terms", "note": "For term sheets"})
    company.post(f"{base}/folders/{folder.id}/up")
    assert "Legal terms" in company.get(base).text
    settings = {"downloads": "download", "expires_on": "2027-06-01", "quota": "7", "revision": "1"}
    company.post(f"{base}/settings", settings)
    assert "since you opened" in company.post(f"{base}/settings", settings, status=422).text
    company.post(f"{base}/agreement", {"body": "One.\n\nTwo."})
    assert "text that is in force" in company.post(f"{base}/agreement", {"body": "One.\n\nTwo."}, status=422).text
    company.post(f"{base}/people/{of.delegate}", {"role": "coordinator"})
    company.post(f"{base}/close", {"reason": "Over."})
    room = session.get_one(Room, of.room.id, populate_existing=True)
    assert (room.state.value, room.question_quota, room.nda_number) == ("closed", 7, 2)
    company.post(f"{base}/reopen")


def test_a_grant_is_narrowed_declined_and_questions_are_answered_by_the_pages(session, of, signed_in):
    company, base = signed_in(of.owner), f"/our-rooms/{of.room.id}"
    grant, first = make.requested(session, of), make.folders(session, of)[0]
    page = f"{base}/access/{grant.id}"
    assert "at least one folder" in company.post(f"{page}/scope", {"scope": "some", "whom": "named"}, status=422).text
    company.post(f"{page}/scope", {"scope": "some", "folders": str(first.id), "whom": "everybody", "give": "1"})
    make.sign(session, of)
    assert first.name in company.get(page).text
    question = make.question(session, of)
    desk = f"{base}/questions/{question.id}"
    company.post(desk, {"text": "Two.", "audience": "everyone", "attested": "y"})
    company.post(f"{desk}/approve")
    assert "Two." in signed_in(of.guest).get(f"/deal-rooms/{of.room.id}/questions").text
    other = make.second_partner(session, of)
    asked = make.requested(session, other)
    company.post(f"{base}/access/{asked.id}/decline", {"reason": "Not now."})
    assert "Not now." in signed_in(other.guest).get("/deal-rooms").text


def test_who_wrote_a_draft_reads_who_else_approves_it(session, of, signed_in):
    make.inside(session, of)
    question = make.question(session, of)
    desk = f"/our-rooms/{of.room.id}/questions/{question.id}"
    writer, owner = signed_in(of.delegate), signed_in(of.owner)
    owner.post(f"/our-rooms/{of.room.id}/people/{of.delegate}", {"role": "coordinator"})
    writer.post(desk, {"text": "Two.", "audience": "asker", "attested": "y"})
    assert f"another coordinator approves it: {make.user(session, of.owner).name}." in writer.get(desk).text
    assert "Approve and publish" not in writer.get(desk).html
    seen = re.findall(r'name="seen" value="([^"]+)"', owner.get(desk).html)[0]
    writer.post(desk, {"text": "Three of them.", "audience": "asker", "attested": "y"})
    owner.post(f"{desk}/approve", {"seen": seen})
    assert session.get_one(Question, question.id, populate_existing=True).state.value == "answered", "it was not read"
    seen = re.findall(r'name="seen" value="([^"]+)"', owner.get(desk).html)[0]
    owner.post(f"{desk}/approve", {"seen": seen})
    assert session.get_one(Question, question.id, populate_existing=True).state.value == "published"


def test_both_sides_download_the_agreement_as_it_was_accepted_and_nobody_else(session, of, signed_in):
    make.inside(session, of)
    path = f"/deal-rooms/{of.room.id}/nda/{session.scalars(select(Acceptance.id)).one()}.pdf"
    for who in (of.guest, of.owner):
        answer = signed_in(who).client.get(path)
        assert answer.status_code == 200
        document = pypdfium2.PdfDocument(answer.data)
        words = document[0].get_textpage().get_text_range()
        document.close()
        assert "Aiko Tanaka" in words
        assert "Kibo Trading" in words
    colleague, _ = make.guest(session, of.partner, name="Ren Sato")
    assert signed_in(colleague).client.get(path).status_code == 404


def test_organizers_read_numbers_and_no_contents(session, of, signed_in):
    made = make.document(session, of)
    make.inside(session, of)
    organizer = signed_in(accounts.staff(session, Role.ORGANIZER).id)
    page = organizer.get("/deal-rooms/in-numbers")
    assert "Documents in all rooms: 1" in page.text
    assert "Kibo" not in page.html
    assert "Perigee" not in page.html
    for path in papers(of, made):
        assert organizer.client.get(path).status_code == 404


@pytest.mark.check("D8")
def test_who_uploaded_a_document_and_left_the_company_opens_it_no_more(session, of, signed_in):
    make.document(session, of)
    file_id = session.scalars(select(make.DocumentVersion.file_id)).one()
    uploader = signed_in(of.owner)
    assert uploader.client.get(f"/files/{file_id}").status_code == 200
    session.delete(session.scalars(select(make.Membership).where(make.Membership.user_id == of.owner)).one())
    session.flush()
    assert uploader.client.get(f"/files/{file_id}").status_code == 404


def test_a_company_sees_a_nameless_lead_without_a_way_to_find_out_its_name(session, signed_in):
    registrations.countries(session)
    of = make.house(session, visibility=Visibility.SUMMARY_ONLY)
    company = signed_in(of.owner)
    company.post(f"/our-rooms/invite/{of.interest.id}", follow=True)
    assert session.scalars(select(Grant)).all() == []


@pytest.mark.check("E1")
def test_a_page_or_version_that_there_is_not_is_missing_and_leaves_no_line_in_the_log(session, of, signed_in):
    made = make.document(session, of)
    make.inside(session, of)
    partner, company = signed_in(of.guest), signed_in(of.owner)
    base = f"/deal-rooms/{of.room.id}/documents/{made.id}"
    for number in ("0", "3", "99", "9" * 30, "9" * 5_000):
        for kind in ("pages", "text"):
            assert partner.client.get(f"{base}/{kind}/{number}").status_code == 404, (kind, number[:9])
        original = f"/our-rooms/{of.room.id}/documents/{made.id}/original/{number}"
        assert company.client.get(original).status_code == 404, number[:9]
    assert session.scalars(select(FileOpening)).all() == []


@pytest.mark.check("E10")
def test_a_number_longer_than_any_is_told_of_like_any_other_wrong_number(session, of, signed_in):
    make.given(session, of)
    partner, company = signed_in(of.guest), signed_in(of.owner)
    form = {"number": "9" * 5_000, "name": "Aiko Tanaka", "agreed": "y"}
    assert "changed the text" in partner.post(f"/deal-rooms/{of.room.id}/nda", form, status=422).text
    settings = {"downloads": "view", "quota": "5", "revision": "9" * 5_000}
    company.post(f"/our-rooms/{of.room.id}/settings", settings, status=422)


@pytest.mark.check("D6")
def test_what_the_export_officer_gives_as_reason_is_for_the_company_alone(session, of, signed_in):
    services.lock_approval(session, of.room.id, True, actor_id=of.officer, now=clock.now())
    grant = make.given(session, of)
    why = "A licence would be refused."
    services.approve(session, of.room.id, grant.id, False, reason=why, actor_id=of.officer, now=clock.now())
    partner, company = signed_in(of.guest), signed_in(of.owner)
    assert "eclined" in partner.get("/deal-rooms").text
    for path in ("/deal-rooms", f"/deal-rooms/{of.room.id}", f"/interests/{of.interest.id}"):
        assert why not in partner.get(path).html, path
    assert why in company.get(f"/our-rooms/{of.room.id}/access/{grant.id}").text
