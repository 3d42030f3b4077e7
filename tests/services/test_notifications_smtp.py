"""How mail leaves by SMTP: whole, over a checked connection, or not at all."""

import shutil
import smtplib
import ssl
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.settings import settings
from app.notifications import mail, outbox, transports
from app.notifications.states import MessageState
from tests.factories import notifications as make
from tests.smtp import mail_server


@pytest.fixture
def by_smtp(app, monkeypatch):
    """Send by SMTP to a server at an address for one test."""

    def choose(url: str) -> None:
        chosen = replace(app.extensions["settings"], mail_transport="smtp", smtp_url=url)
        monkeypatch.setitem(app.extensions, "settings", chosen)

    return choose


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate for 127.0.0.1 that nobody signed but itself, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    both = folder / "both.pem"
    both.write_text((folder / "cert.pem").read_text() + (folder / "key.pem").read_text())
    return both


def queued(session, now, address="a@example.org"):
    return mail.queue_mail(session, "test_message", [address], {"address": address}, now=now)


def test_a_mail_arrives_with_text_html_and_its_names(session, now, by_smtp):
    with mail_server() as server:
        by_smtp(f"smtp://127.0.0.1:{server.port}")
        sent = queued(session, now)
        make.deliver(session)
    [arrived] = server.taken
    assert arrived["Message-ID"] == f"<{sent}@127.0.0.1>"
    assert arrived["X-Request-Id"] == "none"
    assert arrived["From"] == settings().mail_from
    assert arrived.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in arrived.iter_parts()] == ["text/plain", "text/html"]
    assert arrived.get_body(("plain",)).get_content().startswith("Somebody who looks after")


def test_every_attempt_carries_the_same_message_id(session, now, by_smtp):
    with mail_server() as server:
        by_smtp(f"smtp://127.0.0.1:{server.port}")
        sent = queued(session, now)
        payload = make.state_of(session, sent).payload
        make.deliver(session)
        mail.send_mail(outbox.Job(sent, "mail", payload, 2, f"<{sent}@127.0.0.1>"))
    assert [arrived["Message-ID"] for arrived in server.taken] == [f"<{sent}@127.0.0.1>"] * 2


def test_a_server_that_is_down_means_later_and_not_never(session, now, by_smtp):
    with mail_server() as server:
        port = server.port
    by_smtp(f"smtp://127.0.0.1:{port}")
    sent = queued(session, now)
    assert outbox.deliver_due(now) == 0
    row = make.state_of(session, sent)
    assert (row.state, row.attempts) == (MessageState.QUEUED, 1)
    assert row.last_error.startswith("ConnectionRefusedError")


@pytest.mark.parametrize(
    ("answer", "state"), [("550 no such person", MessageState.PARKED), ("450 busy", MessageState.QUEUED)]
)
def test_an_address_refused_for_good_is_parked_and_one_refused_for_now_is_tried_again(
    session, now, by_smtp, answer, state
):
    with mail_server() as server:
        server.answer_to_rcpt = answer
        by_smtp(f"smtp://127.0.0.1:{server.port}")
        sent = queued(session, now)
        outbox.deliver_due(now)
    assert server.taken == []
    assert make.state_of(session, sent).state is state


@pytest.mark.check("H3")
@pytest.mark.parametrize("tls_at_once", [True, False])
def test_a_server_whose_certificate_nobody_signed_gets_no_mail(session, now, by_smtp, certificate, tls_at_once):
    with mail_server(certificate, tls_at_once=tls_at_once) as server:
        by_smtp(f"{'smtps' if tls_at_once else 'smtp'}://127.0.0.1:{server.port}")
        sent = queued(session, now)
        outbox.deliver_due(now)
    assert server.taken == []
    assert "CERTIFICATE_VERIFY_FAILED" in make.state_of(session, sent).last_error


@pytest.mark.check("H3")
@pytest.mark.parametrize("tls_at_once", [True, False])
def test_a_server_whose_certificate_is_trusted_gets_the_mail(
    session, now, by_smtp, certificate, tls_at_once, monkeypatch
):
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(transports.ssl, "create_default_context", lambda: trusting)
    with mail_server(certificate, tls_at_once=tls_at_once) as server:
        by_smtp(f"{'smtps' if tls_at_once else 'smtp'}://127.0.0.1:{server.port}")
        queued(session, now)
        make.deliver(session)
    assert len(server.taken) == 1


def test_a_server_elsewhere_that_offers_no_tls_gets_no_mail(app, session, now, by_smtp, monkeypatch):
    with mail_server() as server:
        monkeypatch.setattr(transports, "LOOPBACK", set())
        by_smtp(f"smtp://127.0.0.1:{server.port}")
        sent = queued(session, now)
        outbox.deliver_due(now)
    assert server.taken == []
    assert smtplib.SMTPNotSupportedError.__name__ in make.state_of(session, sent).last_error
