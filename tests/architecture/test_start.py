"""What stops the start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import create_app
from app.config import SettingsError, read_settings
from app.core import migrations
from tests.conftest import ROOT, settings_for

ON_A_DATABASE = (
    "jobs consume", "audit verify", "outbox status", "payments reconcile", "retention run --dry-run", "users list",
    "summit show", "reference status", "backup copy", "demo make",
)  # fmt: skip


@pytest.mark.check("N1")
def test_production_refuses_every_unsafe_setting_by_name():
    with pytest.raises(SettingsError) as refusal:
        read_settings({"RENDEZVOUS_ENV": "production", "FLASK_DEBUG": "1", "STRIPE_API_BASE": "http://127.0.0.1:1"})
    for name in ("SECRET_KEY", "FLASK_DEBUG", "BASE_URL", "MAIL_TRANSPORT", "STRIPE_API_KEY", "STRIPE_API_BASE"):
        assert name in str(refusal.value)


@pytest.mark.check("N1")
@pytest.mark.parametrize("command", ON_A_DATABASE)
def test_a_command_on_a_database_at_another_migration_ends_with_1_and_says_what_to_run(command: str, tmp_path: Path):
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'old.sqlite'}", tmp_path))
    migrations.upgrade(app.extensions["database"].engine, "head-1")
    done = app.test_cli_runner().invoke(args=command.split())
    app.extensions["database"].engine.dispose()
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Run: flask --app app database migrate" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_command_says_in_one_sentence_that_the_database_does_not_answer(tmp_path: Path):
    app = create_app(settings_for("postgresql+psycopg://nobody@127.0.0.1:1/none", tmp_path))
    done = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: The database does not answer:")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.check("N1")
def test_the_web_process_does_not_start_on_a_database_at_another_migration(tmp_path: Path):
    env = {**os.environ, "VAR_FOLDER": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", "import app.serve"], cwd=ROOT, env=env, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"Cannot start. The database is at migration none" in done.stderr
    assert b"Run: flask --app app database migrate" in done.stderr
