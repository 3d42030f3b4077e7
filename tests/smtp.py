"""A mail server for tests: speaks SMTP on loopback, keeps what it is given, refuses what it is told to."""

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any


class _Conversation(socketserver.StreamRequestHandler):
    server: "MailServer"

    def say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")

    def setup(self) -> None:
        if self.server.tls_at_once:
            self.request = self.server.secured(self.request)
        super().setup()

    def handle(self) -> None:
        self.say("220 test")
        while line := self.rfile.readline():
            verb = line.decode().strip().upper()
            if verb.startswith(("EHLO", "HELO")):
                self.say("250-test")
                self.say("250-STARTTLS" if self.server.offers_tls else "250-8BITMIME")
                self.say("250 SMTPUTF8")
            elif verb.startswith("STARTTLS"):
                self.say("220 go on")
                self.request = self.server.secured(self.request)
                super().setup()
            elif verb.startswith("RCPT"):
                self.say(self.server.answer_to_rcpt)
            elif verb.startswith("DATA"):
                self.take()
            elif verb.startswith("QUIT"):
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def finish(self) -> None:
        super().finish()
        if isinstance(self.request, ssl.SSLSocket):
            self.request.close()

    def take(self) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if self.server.answer_to_data.startswith("2"):
            mail: Any = message_from_bytes(b"".join(lines), policy=policy.default)
            self.server.taken.append(mail)
        self.say(self.server.answer_to_data)


class MailServer(socketserver.ThreadingTCPServer):
    """What it took stands in `taken`. With `certificate` it offers TLS, or begins with it when `tls_at_once`."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, certificate: Path | None = None, *, tls_at_once: bool = False) -> None:
        self.taken: list[EmailMessage] = []
        self.answer_to_rcpt = self.answer_to_data = "250 ok"
        self.certificate, self.tls_at_once = certificate, tls_at_once
        super().__init__(("127.0.0.1", 0), _Conversation)

    @property
    def offers_tls(self) -> bool:
        return self.certificate is not None and not self.tls_at_once

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def secured(self, plain: Any) -> ssl.SSLSocket:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        assert self.certificate is not None
        context.load_cert_chain(self.certificate)
        return context.wrap_socket(plain, server_side=True)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up because it does not trust us is what some tests want."""


@contextmanager
def mail_server(certificate: Path | None = None, *, tls_at_once: bool = False) -> Iterator[MailServer]:
    """Run a mail server for the duration."""
    with MailServer(certificate, tls_at_once=tls_at_once) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
