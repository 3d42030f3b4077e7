"""Files from being handed in to being gone: kept apart from their names, scanned, opened by few, on the record."""

import urllib.request
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy import select

from app.core import audit, clock
from app.core.access import Principal, Role
from app.core.audit import AuditEntry
from app.core.db import transaction
from app.core.errors import NotFound, Refused, Unavailable
from app.documents import queries, services
from app.documents.gateway import store
from app.documents.models import File
from app.documents.rules.refusal import BadFile
from app.documents.states import FileState, Purpose
from app.notifications import outbox
from app.retention import apply_rules
from tests.factories import accounts, documents
from tests.scanner import TEST_VIRUS, scanner

VIRUS = b"name\n" + TEST_VIRUS + b"\n"


@pytest.fixture
def use(app, monkeypatch):
    """Change settings of the installation for one test."""

    def change(**values):
        monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], **values))

    return change


def principal(user):
    return Principal(user.id, user.email, user.name, "UTC", user.id, "")


def folder(app):
    return app.extensions["settings"].var_folder / store.FOLDER


def lies_in_store(key):
    with suppress(NotFound):
        return bool(store.get(key))
    return False


@pytest.mark.check("F4")
def test_a_file_lies_under_a_key_of_ours_outside_what_the_web_serves(app, session):
    owner = accounts.user(session)
    kept = documents.file(session, owner_id=owner.id, name="../../static/Ana's letter.pdf")
    assert kept.name == "Ana's letter.pdf"
    assert (folder(app) / kept.key).is_file()
    assert "letter" not in kept.key.lower()
    assert str(kept.id.hex) not in kept.key
    assert not folder(app).is_relative_to(app.static_folder)
    assert services.open_file(session, kept.id).startswith(b"%PDF-")


def test_a_file_that_is_refused_leaves_nothing_behind(app, session):
    before = list(folder(app).rglob("*"))
    with pytest.raises(BadFile):
        documents.file(session, content=b"MZ", name="letter.pdf")
    assert list(folder(app).rglob("*")) == before


def test_what_a_failed_transaction_kept_is_removed_again(app, session):
    kept = []

    def fail_later():
        with transaction() as other:
            kept.append(documents.file(other).key)
            assert lies_in_store(kept[0])
            raise RuntimeError("something later fails")

    with pytest.raises(RuntimeError, match="something later"):
        fail_later()
    assert not lies_in_store(kept[0])


@pytest.mark.check("F5")
def test_nobody_else_opens_a_file_before_the_scanner_called_it_clean(session, use, monkeypatch):
    monkeypatch.setitem(services.may_read, Purpose.NOMINATION_LETTER, lambda *_: True)
    owner, other = accounts.user(session), accounts.staff(session, Role.REVIEWER)
    with scanner() as made:
        use(scanner_url=made.url)
        kept = documents.file(session, owner_id=owner.id)
        assert kept.state is FileState.WAITING
        with pytest.raises(NotFound):
            services.readable_file(session, kept.id, principal(other))
        with pytest.raises(Refused, match="still being checked"):
            services.readable_file(session, kept.id, principal(owner))
        with pytest.raises(Refused):
            services.open_file(session, kept.id)
        session.flush()
        outbox.deliver_due(clock.now())
        session.expire_all()
        assert made.received == [services.open_file(session, kept.id)]
    session.expire_all()
    assert session.get_one(File, kept.id).scanned_at == clock.now()
    assert services.readable_file(session, kept.id, principal(other)).id == kept.id


@pytest.mark.check("F5")
def test_what_the_scanner_finds_is_removed_and_said(session, use):
    with scanner() as made:
        use(scanner_url=made.url)
        kept = documents.file(session, purpose=Purpose.IMPORT_SHEET, name="a.csv", content=VIRUS)
        session.flush()
        outbox.deliver_due(clock.now())
    session.expire_all()
    found = session.get_one(File, kept.id)
    assert (found.state, found.finding, found.name) == (FileState.INFECTED, "Eicar-Test-Signature", "")
    assert not lies_in_store(found.key)
    with pytest.raises(NotFound):
        services.open_file(session, kept.id)


@pytest.mark.check("F5")
@pytest.mark.parametrize("answer", [b"", b"stream: size limit exceeded ERROR\0", b"OK\0", b"stream: OK FOUNDER\0"])
def test_a_scanner_that_is_down_or_unclear_leaves_the_file_closed(session, use, answer):
    with scanner() as made:
        made.answer = answer
        use(scanner_url=made.url)
        kept = documents.file(session)
        session.flush()
        outbox.deliver_due(clock.now())
    use(scanner_url=made.url)  # nothing listens there now
    outbox.deliver_due(clock.advance(timedelta(hours=1)))
    session.expire_all()
    assert session.get_one(File, kept.id).state is FileState.WAITING


def test_papers_of_ours_do_not_wait_for_the_scanner(session, use):
    use(scanner_url="tcp://127.0.0.1:1")
    assert documents.file(session, purpose=Purpose.PAPER).state is FileState.READY


def test_only_the_owner_and_those_whom_the_room_names_may_read_a_file(session, monkeypatch):
    owner, reader, stranger = (accounts.user(session, name=name) for name in ("Ana", "Ben", "Cem"))
    kept = documents.file(session, owner_id=owner.id)

    def may(user):
        try:
            return bool(services.readable_file(session, kept.id, principal(user)))
        except NotFound:
            return False

    assert [may(user) for user in (owner, reader, stranger)] == [True, False, False], "an unnamed purpose is closed"
    asked = lambda _session, file, who: file.id == kept.id and who.user_id == reader.id  # noqa: E731
    monkeypatch.setitem(services.may_read, Purpose.NOMINATION_LETTER, asked)
    assert [may(user) for user in (owner, reader, stranger)] == [True, True, False]


@pytest.mark.check("F9")
def test_dropping_a_file_removes_its_content_at_once_and_forgets_its_name(session):
    owner = accounts.user(session)
    kept = documents.file(session, owner_id=owner.id, name="Ana's letter.pdf")
    services.drop_file(session, kept.id, actor_id=owner.id, now=clock.now(), reason="Asked to.")
    services.drop_file(session, kept.id, actor_id=owner.id, now=clock.now())
    session.flush()
    outbox.deliver_due(clock.now())
    session.expire_all()
    gone = session.get_one(File, kept.id)
    assert (gone.state, gone.name, lies_in_store(gone.key)) == (FileState.DROPPED, "", False)
    assert queries.files_of(session, owner.id, Purpose.NOMINATION_LETTER) == []
    with pytest.raises(NotFound):
        services.open_file(session, kept.id)


def test_a_content_that_was_changed_in_the_store_is_not_opened(app, session):
    kept = documents.file(session)
    (folder(app) / kept.key).write_bytes(b"%PDF-1.7 another")
    with pytest.raises(Refused, match="Restore it from a backup"):
        services.open_file(session, kept.id)


def test_sheets_go_after_a_month_and_letters_stay(session):
    sheet = documents.file(session, purpose=Purpose.IMPORT_SHEET, name="a.csv", content=b"a,b\n1,2\n")
    letter = documents.file(session)
    later = clock.advance(timedelta(days=31))
    assert next(o.rows for o in apply_rules(session, now=later, dry_run=True) if o.rule.table == "files") >= 1
    apply_rules(session, now=later, dry_run=False)
    assert [session.get_one(File, made.id).state for made in (sheet, letter)] == [FileState.DROPPED, FileState.READY]


def test_keeping_and_dropping_are_on_the_record(session):
    kept = documents.file(session)
    services.drop_file(session, kept.id, actor_id=None, now=clock.now())
    audit.write_waiting(session)
    wanted = select(AuditEntry.action).where(AuditEntry.subject_id == str(kept.id)).order_by(AuditEntry.sequence)
    assert list(session.scalars(wanted)) == ["file.kept", "file.dropped"]


@pytest.fixture(scope="module")
def s3():
    """An S3-compatible store on a free port of this machine."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    urllib.request.urlopen(urllib.request.Request(f"http://{host}:{port}/rooms", method="PUT"), timeout=10).close()
    yield f"http://{host}:{port}"
    server.stop()


def test_files_can_lie_in_an_s3_compatible_store(session, use, monkeypatch, s3):
    for name, value in {
        "AWS_ENDPOINT_URL": s3, "AWS_ACCESS_KEY_ID": "test", "AWS_REGION": "us-east-1",
        "AWS_SECRET_ACCESS_KEY": "test",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    use(files_url="s3://rooms/files")
    kept = documents.file(session)
    assert services.open_file(session, kept.id).startswith(b"%PDF-")
    assert list(store.keys(before=clock.now() + timedelta(days=36_500))) == [kept.key]
    store.remove(kept.key)
    store.remove(kept.key)
    with pytest.raises(NotFound):
        services.open_file(session, kept.id)
    store._opened.cache_clear()


def test_a_store_that_does_not_answer_is_a_sentence(session, use, monkeypatch):
    for name, value in {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ACCESS_KEY_ID": "t",
                        "AWS_SECRET_ACCESS_KEY": "t", "AWS_REGION": "us-east-1"}.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    use(files_url="s3://away/files")
    with pytest.raises(Unavailable, match="does not answer"):
        documents.file(session)
    store._opened.cache_clear()
