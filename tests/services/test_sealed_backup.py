"""Files and sealed values through a backup, a restore and a rotation of keys, by the commands that do it."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock, sealed
from app.core.db import db, transaction
from app.core.keys import make_key, read_keys
from app.core.sealed import Unreadable
from app.documents import services as documents
from app.documents.states import Purpose
from app.invoicing.models import BankEntry
from app.invoicing.services import Payee, account_of, name_account
from app.registration.services import visa
from app.registration.visa_models import VisaLetter
from tests.factories import accounts, regulatory
from tests.factories import documents as files
from tests.factories import invoicing as money
from tests.services.test_backup import installation
from tests.services.test_visa_letters import NOOR, PASSPORT, comes

OLD, NEW, OTHER = make_key("old"), make_key("new"), make_key("old")
FROM = "JP0000000001"


def use_keys(app: Flask, listed: str) -> None:
    """Set FIELD_KEYS of an installation."""
    app.extensions["settings"] = replace(app.extensions["settings"], field_keys=read_keys(listed))


def seal_one_of_each(session: Session) -> list[UUID]:
    """Let there be a letter with a passport number, a bank entry with an account, and files; return the files."""
    regulatory.load_shipped(session, "countries")
    guest = comes(session)
    letter = visa.issue_letter(session, guest.id, NOOR, actor_id=guest.user_id, now=clock.now())
    kept = files.file(session, purpose=Purpose.APPLICATION_ANSWER, owner_id=guest.user_id)
    money.take_in(session, b"Booking date;Amount;Currency;Name;IBAN;Remittance\n2027-03-05;1.00;EUR;A;" + FROM.encode()
                  + b";words\n")  # fmt: skip
    file_id = session.get_one(VisaLetter, letter).file_id
    assert file_id is not None
    return [kept.id, file_id]


def passport(session: Session) -> str:
    letter = session.scalars(select(VisaLetter)).one()
    place = sealed.place(visa.TABLE, visa.COLUMN, letter.id)
    return sealed.unseal(letter.passport or "", context=place)


def payers_account(session: Session) -> str:
    entry = session.scalars(select(BankEntry)).one()
    return sealed.unseal(entry.other_account or "", context=sealed.place("bank_entries", "other_account", entry.id))


def run(app: Flask, *arguments: str) -> tuple[int, str, str]:
    done = app.test_cli_runner().invoke(args=list(arguments))
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.parametrize(("source", "target"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_a_restored_installation_opens_its_files_and_with_the_right_key_its_sealed_values(
    tmp_path: Path, now: object, source: str, target: str
):
    copy = str(tmp_path / "copy")
    with installation(source, tmp_path / "first") as app:
        use_keys(app, OLD)
        with transaction() as session:
            file_ids = seal_one_of_each(session)
        contents = [documents.open_file(db(), one) for one in file_ids]
        assert run(app, "backup", copy)[0] == 0
    tables = [gzip.decompress(table.read_bytes()) for table in Path(copy, "tables").iterdir()]
    assert not [table for table in tables if PASSPORT.encode() in table or FROM.encode() in table]
    with installation(target, tmp_path / "second") as app:
        use_keys(app, NEW)
        code, _said, warned = run(app, "restore", copy)
        assert (code, "2 sealed values need the key 'old'" in warned) == (0, True)
        assert [documents.open_file(db(), one) for one in file_ids] == contents
        for wrong in (NEW, OTHER):  # another key, also under the same name
            use_keys(app, wrong)
            with pytest.raises(Unreadable):
                passport(db())
        use_keys(app, f"{NEW},{OLD}")
        assert (passport(db()), payers_account(db())) == (PASSPORT, FROM)
        assert not sealed.lacking_keys(db())


@pytest.fixture
def rotating(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """Run a command under some keys, in the test's own transaction."""
    monkeypatch.setitem(app.extensions, "settings", app.extensions["settings"])

    def command(keys: str, *arguments: str) -> tuple[int, str, str]:
        use_keys(app, keys)
        session.flush()
        done = run(app, *arguments)
        session.expire_all()
        return done

    return command


@pytest.mark.check("J4")
def test_the_rotation_seals_every_kind_of_value_anew_and_the_old_key_can_go(
    app: Flask, session: Session, rotating: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
):
    use_keys(app, OLD)
    seal_one_of_each(session)
    payee = Payee("Aiko Tanaka", iban=money.IBAN)
    with money.sells(monkeypatch):
        payer = accounts.user(session).id
        payout = money.payout(session, payer_id=payer).id
        name_account(session, payout, payee, actor_id=payer, now=clock.now())
    assert {table for table, _column in sealed.sealed_columns} == {"visa_letters", "payouts", "bank_entries"}
    assert rotating(OLD, "keys", "status")[1] == "old: 3\n"
    code, said, _ = rotating(f"{NEW},{OLD}", "keys", "rotate")
    assert (code, said.count("1 sealed anew, 0 unreadable")) == (0, 3), said
    assert "as long as backups from before are kept" in said
    assert rotating(NEW, "keys", "status")[1] == "new: 3\n"
    assert (passport(session), payers_account(session)) == (PASSPORT, FROM)
    assert account_of(session, payout, actor_id=accounts.staff(session).id, reason="Pay it out.") == payee
    assert rotating(NEW, "keys", "rotate")[1].count("0 sealed anew") == 3, "a second time there is nothing to do"
    use_keys(app, OLD)
    with pytest.raises(Unreadable):
        passport(session)


def test_a_rotation_without_the_old_key_changes_nothing_and_says_so(
    app: Flask, session: Session, rotating: Callable[..., tuple[int, str, str]]
):
    use_keys(app, OLD)
    seal_one_of_each(session)
    code, said, error = rotating(NEW, "keys", "rotate")
    assert (code, "visa_letters.passport: 0 sealed anew, 1 unreadable" in said) == (1, True)
    assert "2 values do not open. Keep every key" in error
    use_keys(app, OLD)
    assert passport(session) == PASSPORT
