"""`flask serve`: the whole platform on this machine as one foreground group of processes."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext

from app.cli.demo import PASSWORD, make_if_missing, sign_ins
from app.cli.directory import renew_outdated
from app.cli.reference import load_changed
from app.config import Environment
from app.core import logs, migrations
from app.core.db import Database
from app.core.settings import settings

HOST = "127.0.0.1"
START_SECONDS = 30
END_SECONDS = 10


@click.command("serve")
@click.option("--port", default=8000, show_default=True, envvar="PORT", help="Where the site answers.")
@click.option("--sandbox-port", default=8001, show_default=True, envvar="SANDBOX_PORT", help="The payment sandbox.")
@with_appcontext
def serve(port: int, sandbox_port: int) -> None:
    """Prepare the demo installation, then run web, jobs and payment sandbox until Ctrl-C."""
    if settings().environment is not Environment.DEMO:
        raise refusal("`serve` is for the demo. In production run the web server and the job consumer by themselves.")
    _require_free(port, "--port")
    _require_free(sandbox_port, "--sandbox-port")
    level = os.environ.get("LOG_LEVEL", "WARNING")
    logs.configure(as_json=False, level=level)
    var = _writable(settings().var_folder)
    current_app.extensions["settings"] = replace(
        settings(), secret_key=_kept_secret(var), base_url=f"http://{HOST}:{port}"
    )
    _prepare()
    children = _start(_environment(port, sandbox_port, level), port, sandbox_port, var)
    try:
        _wait_for(port, children)
        _announce(port)
        failed = _watch(children)
    finally:
        _end(children)
    if failed:
        raise refusal(f"The {failed} process ended by itself; the lines above say why.")
    click.echo("Ended.")


def refusal(sentence: str) -> click.ClickException:
    """Return the error that ends a command with exit code 1 and this sentence on standard error."""
    return click.ClickException(sentence)


def _require_free(port: int, option: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise refusal(f"Port {port} is taken. End what uses it, or choose another with {option}.") from None


def _writable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError:
        raise refusal(f"The folder {folder} cannot be written to. Set VAR_FOLDER to one that can.") from None
    return folder


def _prepare() -> None:
    """Bring tables, reference data and the demo summit to where they should be; quick when they are."""
    database: Database = current_app.extensions["database"]
    if migrations.current(database.engine) != migrations.head():
        click.echo("Preparing the database ...")
        migrations.upgrade(database.engine)
    renew_outdated()
    load_changed(click.echo)
    make_if_missing(click.echo)


def _kept_secret(var: Path) -> str:
    """Return the secret of this installation, made at its first start and kept in its folder."""
    kept = var / "secret-key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(48))
    return kept.read_text()


def _environment(port: int, sandbox_port: int, log_level: str) -> dict[str, str]:
    """Return what the children read: this environment with addresses that fit the ports."""
    mine = {
        "SECRET_KEY": settings().secret_key,
        "BASE_URL": settings().base_url,
        "STRIPE_API_BASE": f"http://{HOST}:{sandbox_port}",
        "PAYMENT_PAGE_ORIGIN": f"http://{HOST}:{sandbox_port}",
        "VAR_FOLDER": str(settings().var_folder),
        "LOG_LEVEL": log_level,
    }
    return {**os.environ, **mine}


def _start(env: Mapping[str, str], port: int, sandbox_port: int, var: Path) -> dict[str, subprocess.Popen[bytes]]:
    python = sys.executable
    commands = {
        "web": [python, "-m", "gunicorn", "app.serve:application", "--bind", f"{HOST}:{port}", "--worker-class",
                "gthread", "--threads", "8", "--graceful-timeout", "5", "--log-level", "warning"],
        "jobs": [python, "-m", "flask", "--app", "app", "jobs", "consume"],
        "payment sandbox": [python, "-m", "app.payments.sandbox", "--port", str(sandbox_port), "--webhook-url",
                            f"http://{HOST}:{port}/payments/events", "--store", str(var / "payment-sandbox.json"),
                            "--secret", settings().stripe_webhook_secrets[0]],
    }  # fmt: skip
    return {name: subprocess.Popen(command, env=env) for name, command in commands.items()}


def _wait_for(port: int, children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((HOST, port)) == 0:
                return
        for name, child in children.items():
            if child.poll() is not None:
                raise refusal(f"The {name} process did not start; the lines above say why.")
        time.sleep(0.05)
    raise refusal(f"The site did not answer within {START_SECONDS} seconds.")


def _announce(port: int) -> None:
    click.echo(f"\nRendezvous answers at http://{HOST}:{port}   (Ctrl-C ends it)\n")
    click.echo("Demo sign-ins, also as buttons on the sign-in page:")
    for person in sign_ins():
        click.echo(f"  {person.email:<34} {person.role:<18} {person.name}")
    click.echo(f"  Password of all: {PASSWORD}\n")


def _watch(children: Mapping[str, subprocess.Popen[bytes]]) -> str | None:
    """Wait for a request to end (returns None) or for a child to fail (returns its name)."""
    asked: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    signal.signal(signal.SIGINT, ask)
    signal.signal(signal.SIGTERM, ask)
    while not asked:
        for name, child in children.items():
            if child.poll() is not None:
                return name
        time.sleep(0.2)
    return None


def _end(children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    running = [child for child in children.values() if child.poll() is None]
    for child in running:
        child.terminate()
    deadline = time.monotonic() + END_SECONDS
    for child in running:
        try:
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
