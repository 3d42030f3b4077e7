"""Downloads: handed out by name, never shown as a page, on the record. Uploads: large only where files go."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import audit, clock
from app.core.audit import AuditEntry
from app.documents import services
from app.documents.models import File
from app.documents.states import FileState, Purpose
from app.notifications import outbox
from app.registration.states import RegistrationState
from tests.factories import accounts, documents, registration

BIG = (
    b'--part\r\nContent-Disposition: form-data; name="letter"; filename="letter.pdf"\r\n\r\n%PDF-'
    + b"x" * 3_000_000
    + b"\r\n--part--\r\n"
)


@pytest.fixture
def owner(session):
    return accounts.user(session, name="Ana Duarte")


def download(signed_in, user, file, *, method="GET"):
    return signed_in(user.id).client.open(f"/files/{file.id}", method=method)


def test_a_file_is_handed_out_to_be_saved_and_never_shown(session, signed_in, owner):
    kept = documents.file(session, owner_id=owner.id, name="Anas Brief – 推薦.pdf")
    answer = download(signed_in, owner, kept)
    assert answer.status_code == 200
    assert answer.data == services.open_file(session, kept.id)
    heads = answer.headers
    assert heads["Content-Disposition"].startswith('attachment; filename="Anas Brief')
    assert heads["Content-Disposition"].endswith("%E6%8E%A8%E8%96%A6.pdf")
    assert heads["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in heads["Content-Security-Policy"]
    assert "default-src 'none'" in heads["Content-Security-Policy"]
    assert heads["Cache-Control"] == "no-store"
    assert heads["Content-Type"] == "application/pdf"
    assert int(heads["Content-Length"]) == len(answer.data)


def test_each_download_is_on_the_record_and_asked_for_anew(session, signed_in, owner, monkeypatch):
    kept = documents.file(session, owner_id=owner.id)
    reader = accounts.user(session, name="Ben")
    assert download(signed_in, reader, kept).status_code == 404
    monkeypatch.setitem(services.may_read, Purpose.NOMINATION_LETTER, lambda *_: True)
    assert download(signed_in, reader, kept).status_code == 200
    assert download(signed_in, reader, kept, method="HEAD").data == b""
    monkeypatch.setitem(services.may_read, Purpose.NOMINATION_LETTER, lambda *_: False)
    assert download(signed_in, reader, kept).status_code == 404
    audit.write_waiting(session)
    noted = select(AuditEntry.actor_id).where(AuditEntry.action == "file.downloaded")
    assert list(session.scalars(noted)) == [reader.id, reader.id]


def test_a_file_that_waits_is_a_sentence_to_its_owner_and_nothing_to_others(session, signed_in, owner):
    kept = documents.file(session, owner_id=owner.id)
    kept.state = FileState.WAITING
    session.flush()
    page = signed_in(owner.id).get(f"/files/{kept.id}", status=409)
    assert "still being checked" in page.text
    assert download(signed_in, accounts.user(session, name="Ben"), kept).status_code == 404


def test_a_dropped_file_is_gone_with_the_next_request(session, signed_in, owner):
    kept = documents.file(session, owner_id=owner.id)
    services.drop_file(session, kept.id, actor_id=owner.id, now=clock.now())
    session.flush()
    assert download(signed_in, owner, kept).status_code == 404
    outbox.deliver_due(clock.now() + timedelta(minutes=1))
    assert session.scalar(select(File.name).where(File.id == kept.id)) == ""


def test_more_than_a_little_is_taken_only_where_files_go_and_from_whom_it_may(session, signed_in, visitor, owner):
    applicant = registration.registration(session, state=RegistrationState.DRAFT, person=owner)

    def send(client, path):
        return client.post(path, data=BIG, content_type="multipart/form-data; boundary=part").status_code

    assert send(visitor.client, "/apply/organization") == 413, "nobody is signed in"
    assert send(signed_in(applicant.user_id).client, "/apply/you") == 413, "no file is taken there"
    assert send(signed_in(applicant.user_id).client, "/apply/organization") != 413
