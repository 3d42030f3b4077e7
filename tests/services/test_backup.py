"""A backup holds everything, and what comes back is what was there, or nothing."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app import create_app
from app.core import audit, audit_chain, clock
from app.core.access import Role
from app.core.backup import MANIFEST, backed_up_tables, digest, table_file, to_json, write_backup
from app.core.db import Base, Database, transaction
from app.core.errors import InvalidInput, Refused
from app.core.restore import restore_backup
from app.core.snapshot import snapshot
from app.notifications import mail, outbox
from tests.conftest import settings_for
from tests.databases import empty_tables, postgres_answers
from tests.factories import accounts, notifications

KINDS = ["sqlite", "postgresql"]


@contextmanager
def installation(kind: str, folder: Path) -> Iterator[Flask]:
    """An empty installation with its own database and var folder, inside its application context."""
    if kind == "postgresql" and not postgres_answers():
        pytest.skip("PostgreSQL does not answer at TEST_POSTGRES_URL")
    (folder / "var").mkdir(parents=True)
    with empty_tables(kind, folder) as url:
        app = create_app(settings_for(url, folder / "var"))
        database: Database = app.extensions["database"]
        with app.app_context():
            yield app
        database.engine.dispose()


def live_in(app: Flask) -> None:
    """Let people, mails, messages, records and a file come to be, with words that are hard to keep."""
    with transaction() as session:
        owner = accounts.member(session, organization=accounts.company(session, name='Ümläut "Ltd", 株式会社\\'))
        accounts.staff(session, Role.ORGANIZER, Role.ADMINISTRATOR)
        audit.record(session, "case.opened", ("case", "1"), actor_id=owner.user_id, reason="Tab\t, line\nbreak",
                     detail={"list": [1, 2.5, None, "é"]})  # fmt: skip
        mail.queue_mail(session, "test_message", ["a@example.org"], {"address": "a@example.org"}, now=clock.now())
        notifications.message(session, "later", payload={"n": None, "deep": [[]]})
    outbox.deliver_due(clock.now())
    with transaction() as session:
        audit.erase_details(session, [1], actor_id=None, reason="Erasure request.")
    folder = app.extensions["settings"].var_folder
    (folder / "rooms" / "a").mkdir(parents=True)
    (folder / "rooms" / "a" / "terms.pdf").write_bytes(b"%PDF\x00\xff")
    (folder / "jobs.sqlite").write_bytes(b"not ours")


def contents() -> dict[str, list[dict[str, object]]]:
    """Return every row of every table."""
    with snapshot() as session:
        return {
            table.name: [
                {c: to_json(v) for c, v in row._mapping.items()}
                for row in session.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in backed_up_tables()
        }


@pytest.fixture
def copied(tmp_path, now) -> tuple[Path, dict[str, list[dict[str, object]]]]:
    """A backup of a small SQLite installation, and what the database held."""
    with installation("sqlite", tmp_path / "first") as app:
        live_in(app)
        audit_chain.export_head()
        write_backup(tmp_path / "copy", app.extensions["settings"].var_folder)
        return tmp_path / "copy", contents()


@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("source", KINDS)
def test_everything_comes_back_on_either_database(tmp_path, now, source, target):
    with installation(source, tmp_path / "first") as app:
        live_in(app)
        audit_chain.export_head()
        made = write_backup(tmp_path / "copy", app.extensions["settings"].var_folder)
        before = contents()
    assert made["tables"]["audit_entries"]["rows"] == len(before["audit_entries"]) > 1
    with installation(target, tmp_path / "second") as app:
        var = app.extensions["settings"].var_folder
        restore_backup(tmp_path / "copy", var)
        after = contents()
        restored = after["audit_entries"].pop()
        after["audit_details"].pop()
        assert restored["action"] == "database.restored"
        before["audit_head"] = after["audit_head"] = []
        assert after == before
        assert (var / "rooms" / "a" / "terms.pdf").read_bytes() == b"%PDF\x00\xff"
        assert not (var / "jobs.sqlite").exists()
        with snapshot() as session:
            assert audit_chain.verify(session, audit_chain.read_anchor()).sound
        live_on()


def live_on() -> None:
    """A restored database counts on from where it was."""
    with transaction() as session:
        highest = session.scalar(text("SELECT max(number) FROM outbox_messages"))
        assert notifications.message(session, "later").number == highest + 1
        audit.record(session, "case.opened", ("case", "2"), actor_id=None)


def test_a_backup_reads_one_moment_and_holds_no_queue(copied):
    folder, before = copied
    manifest = json.loads((folder / MANIFEST).read_text())
    assert manifest["files"].keys() == {"rooms/a/terms.pdf", audit_chain.FILE}
    assert {name: table["rows"] for name, table in manifest["tables"].items()} == {k: len(v) for k, v in before.items()}
    assert (folder.stat().st_mode & 0o077) == 0, "others may not read it"


def refused(folder: Path, tmp_path: Path, words: str, error: type[Exception] = Refused) -> None:
    """Assert that restoring fails with the words and leaves the database as empty as it was."""
    with installation("sqlite", tmp_path / "second") as app:
        with pytest.raises(error, match=words):
            restore_backup(folder, app.extensions["settings"].var_folder)
        with snapshot() as session:
            assert session.scalar(select(func.count()).select_from(Base.metadata.tables["users"])) == 0
            assert session.scalar(text("SELECT sequence FROM audit_head")) == 0


def rewrite(folder: Path, table: str, change) -> None:
    """Change the lines of a table as somebody would who also mends the manifest."""
    file = table_file(folder, table)
    lines = [json.loads(line) for line in gzip.decompress(file.read_bytes()).decode().splitlines()]
    with gzip.open(file, "wt", encoding="utf-8") as opened:
        opened.writelines(json.dumps(line) + "\n" for line in change(lines))
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["tables"][table]["sha256"] = digest(file)
    (folder / MANIFEST).write_text(json.dumps(manifest))


def test_a_changed_byte_is_refused(copied, tmp_path):
    file = table_file(copied[0], "users")
    file.write_bytes(file.read_bytes()[:-1] + b"\x01")
    refused(copied[0], tmp_path, "not what was backed up")


def test_a_missing_file_is_refused(copied, tmp_path):
    (copied[0] / "files" / "rooms" / "a" / "terms.pdf").unlink()
    refused(copied[0], tmp_path, "missing")


def test_a_row_too_few_is_refused(copied, tmp_path):
    rewrite(copied[0], "mailbox_messages", lambda rows: rows[1:])
    refused(copied[0], tmp_path, "has 0 rows where the backup names 1")


def test_a_record_that_does_not_verify_is_refused(copied, tmp_path):
    rewrite(copied[0], "audit_entries", lambda rows: [{**row, "action": "case.closed"} for row in rows])
    refused(copied[0], tmp_path, "Entry 1 was changed after it was written")


def test_a_line_that_cannot_be_read_is_named(copied, tmp_path):
    rewrite(copied[0], "users", lambda rows: [rows[0], {**rows[1], "created_at": "yesterday"}, *rows[2:]])
    refused(copied[0], tmp_path, "users.jsonl.gz, line 2", InvalidInput)


def test_a_backup_signed_with_another_key_is_refused(copied, tmp_path):
    head = copied[0] / "files" / audit_chain.FILE
    head.write_text(head.read_text().replace('"signature": "', '"signature": "0'))
    manifest = json.loads((copied[0] / MANIFEST).read_text())
    manifest["files"][audit_chain.FILE] = digest(head)
    (copied[0] / MANIFEST).write_text(json.dumps(manifest))
    refused(copied[0], tmp_path, "signature")


def test_a_folder_that_is_no_backup_is_unusable_input(tmp_path, now):
    (tmp_path / "empty").mkdir()
    refused(tmp_path / "empty", tmp_path, "is not the manifest", InvalidInput)


def test_a_database_that_is_not_empty_is_refused(copied, tmp_path):
    with installation("sqlite", tmp_path / "second") as app:
        with transaction() as session:
            accounts.user(session)
        with pytest.raises(Refused, match="not empty"):
            restore_backup(copied[0], app.extensions["settings"].var_folder)


def test_a_folder_with_something_in_it_is_not_written_over(copied, tmp_path):
    with installation("sqlite", tmp_path / "second") as app, pytest.raises(Refused, match="not empty"):
        write_backup(copied[0], app.extensions["settings"].var_folder)


def test_the_commands_say_what_they_did(tmp_path, now):
    with installation("sqlite", tmp_path / "first") as app:
        live_in(app)
        done = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "copy")])
        assert (done.exit_code, "files are in" in done.output) == (0, True), done.output
        again = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "copy")])
        assert (again.exit_code, "is not empty" in again.output) == (1, True)
    with installation("sqlite", tmp_path / "second") as app:
        runner = app.test_cli_runner()
        assert runner.invoke(args=["restore", str(tmp_path / "nothing")]).exit_code == 2
        done = runner.invoke(args=["restore", str(tmp_path / "copy")])
        assert (done.exit_code, "audit log in it verifies" in done.output) == (0, True), done.output
        assert runner.invoke(args=["restore", str(tmp_path / "copy")]).exit_code == 1
        assert runner.invoke(args=["audit", "verify"]).exit_code == 0
