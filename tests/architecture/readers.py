"""Browsers that visit every route: signed in as anybody, beginning anew each time, leaving nothing behind."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

FORM_SEED = "a-form-token-of-the-access-tests"


@dataclass
class Reader:
    """A browser that begins every request with the same cookie and leaves nothing behind in the database."""

    client: FlaskClient
    connection: Connection
    token: str
    cookie: str | None

    def ask(self, method: str, path: str, **more: object) -> TestResponse:
        form = {"csrf_token": self.token} if method not in ("GET", "HEAD") else None
        return self.send(method, path, form, **more)

    def send(self, method: str, path: str, form: dict[str, str] | None, **more: object) -> TestResponse:
        self.client._cookies = {}
        if self.cookie is not None:
            self.client.set_cookie("rendezvous", self.cookie)
        undone = self.connection.begin_nested()
        try:
            return self.client.open(path, method=method, data=form, buffered=True, **more)
        finally:
            undone.rollback()


def cells(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Yield every route with every method a browser sends."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def address(app: Flask, rule: Rule, values: dict[str, object]) -> str:
    _domain, path = rule.build(values, append_unknown=False)  # type: ignore[misc]
    return path
