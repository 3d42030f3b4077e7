"""The sandbox as one WSGI program: API, hosted pages, a door to switch faults on, and its webhooks."""

import json
import os
import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIEnvironment

from app.payments.sandbox import pages
from app.payments.sandbox.api import Api, Call
from app.payments.sandbox.faults import Fault, FaultKind, Faults
from app.payments.sandbox.params import nested
from app.payments.sandbox.provider import ApiError, Provider
from app.payments.sandbox.store import Store, Thing
from app.payments.sandbox.webhooks import Dispatcher, Post

STATUS = {200: "OK", 303: "See Other", 400: "Bad Request", 401: "Unauthorized", 402: "Payment Required",
          404: "Not Found", 409: "Conflict", 410: "Gone", 422: "Unprocessable Content", 429: "Too Many Requests",
          500: "Internal Server Error"}  # fmt: skip
Reply = tuple[int, dict[str, str], bytes]


class SandboxRefused(Exception):
    """The sandbox must not run here."""


class Sandbox:
    """The provider's stand-in. `wsgi` answers requests; `deliver_pending` sends what is due.

    `clock` gives seconds since the epoch, `seed` makes every id repeatable, `page_base` is where browsers
    find the hosted pages. Raises SandboxRefused in production.
    """

    def __init__(
        self,
        *,
        secret: str,
        store: Path | None = None,
        clock: Callable[[], float] = time.time,
        seed: int | None = None,
        page_base: str = "http://127.0.0.1",
        faults: list[Fault] | None = None,
    ) -> None:
        if os.environ.get("RENDEZVOUS_ENV") == "production":
            raise SandboxRefused("The payment sandbox does not run in production. Set STRIPE_API_KEY instead.")
        self.faults = Faults(faults)
        self.store = Store(store)
        self.provider = Provider(self.store, clock=clock, seed=seed, page_base=page_base.rstrip("/"))
        self.provider.webhook_delay = self._webhook_delay
        self.api = Api(self.provider)
        self.pages = pages.Pages(self.provider)
        self.dispatcher = Dispatcher(self.store, self.faults, secret, clock)

    def deliver_pending(self, post: Post) -> int:
        """Send every event that is due through `post(body, headers) -> status`; return how many arrived."""
        return self.dispatcher.deliver(post)

    def fill_in(self, page_url: str, card: str = "4242424242424242", *, holder: str = "Cardholder") -> pages.Shown:
        """Do what a payer does on a hosted page: type a card and send it. Returns where the browser goes next."""
        form = {"number": card, "expires": "12/99", "code": "123", "holder": holder}
        return self.pages.send(_session_in(page_url), "", form)

    def authenticate(self, page_url: str, *, agreed: bool = True) -> pages.Shown:
        """Answer the bank's question on a hosted page."""
        return self.pages.send(_session_in(page_url), "authenticate", {"answer": "complete" if agreed else "fail"})

    def _webhook_delay(self, kind: str) -> float:
        fault = self.faults.take(FaultKind.WEBHOOK_DELAY, kind)
        return fault.seconds if fault else 0.0

    def wsgi(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request. Raises ConnectionResetError where a fault cuts the connection."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length).decode()
        status, headers, content = self._answer(environ, body)
        start_response(
            f"{status} {STATUS.get(status, 'Status')}", [*headers.items(), ("Content-Length", str(len(content)))]
        )
        return [content]

    def _answer(self, environ: WSGIEnvironment, body: str) -> Reply:
        path, method = environ.get("PATH_INFO", "/"), environ["REQUEST_METHOD"]
        if path == "/assets/page.css":
            return 200, {"Content-Type": "text/css; charset=utf-8"}, pages.STYLE.encode()
        if path == "/healthz":
            return 200, {"Content-Type": "text/plain"}, b"ok"
        if found := re.fullmatch(r"/c/(\w+)(?:/(authenticate))?", path):
            return self._page(method, found[1], found[2] or "", body)
        if not re.fullmatch(r"Bearer (sk|rk)_\w+", environ.get("HTTP_AUTHORIZATION", "")):
            return _as_json(401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key provided."}})
        if path.startswith("/sandbox/"):
            return self._control(method, path, nested(body))
        params = nested(environ.get("QUERY_STRING", "") if method == "GET" else body)
        return self._call(Call(method, path, params, environ.get("HTTP_IDEMPOTENCY_KEY")))

    def _page(self, method: str, session_id: str, step: str, body: str) -> Reply:
        try:
            if method == "POST":
                shown = self.pages.send(session_id, step, dict(parse_qsl(body, keep_blank_values=True)))
            else:
                shown = self.pages.show(session_id, step)
        except ApiError as refusal:
            shown = pages.Shown(refusal.status, pages.page("No such page", "<p>Go back and start again.</p>"))
        policy = f"default-src 'none'; style-src 'self'; base-uri 'none'; form-action {shown.form_action}"
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy,
                   "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}  # fmt: skip
        if shown.location:
            headers["Location"] = shown.location
        return shown.status, headers, shown.html.encode()

    def _call(self, call: Call) -> Reply:
        """Answer the API, misbehaving where told to."""
        where = f"{call.method} {call.path}"
        if fault := self.faults.take(FaultKind.DELAY, where):
            time.sleep(fault.seconds)
        if self.faults.take(FaultKind.RESET_BEFORE, where):
            raise ConnectionResetError
        if self.faults.take(FaultKind.RATE_LIMIT, where):
            return _as_json(429, _broken("Too many requests hit the API too quickly.", code="rate_limit"))
        if self.faults.take(FaultKind.ERROR_BEFORE, where):
            return _as_json(500, _broken("The sandbox fails because it was told to."))
        try:
            status, content, replayed = self.api.answer(call, lambda: self._work(call, where))
        except ApiError as refusal:
            return _as_json(refusal.status, refusal.body)
        if self.faults.take(FaultKind.RESET_AFTER, where):
            raise ConnectionResetError
        more = {"Idempotency-Key": call.key} if call.key else {}
        more |= {"Idempotent-Replayed": "true"} if replayed else {}
        return (
            status,
            {"Content-Type": "application/json", "Request-Id": f"req_{self.store.count()}", **more},
            content.encode(),
        )

    def _work(self, call: Call, where: str) -> tuple[int, str]:
        status, content = self.api.run(call)
        if self.faults.take(FaultKind.ERROR_AFTER, where):
            return 500, json.dumps(_broken("The sandbox did it, then failed because it was told to."))
        return status, content

    def _control(self, method: str, path: str, params: Thing) -> Reply:
        """Switch faults on (POST /sandbox/faults) or off (DELETE), and drive what banks decide."""
        if path == "/sandbox/faults" and method == "POST":
            kind = params.get("kind", "")
            if kind not in list(FaultKind):
                return _as_json(400, _broken(f"kind must be one of {', '.join(FaultKind)}."))
            times, seconds = int(params.get("times", 1)), float(params.get("seconds", 0))
            self.faults.add(Fault(FaultKind(kind), params.get("match", ""), times, seconds))
            return _as_json(200, {"added": kind})
        if path == "/sandbox/faults" and method == "DELETE":
            self.faults.clear()
            return _as_json(200, {"cleared": True})
        if (found := re.fullmatch(r"/sandbox/disputes/(\w+)/(won|lost)", path)) and method == "POST":
            with self.store.lock:
                dispute = self.provider.find("dispute", found[1])
                return _as_json(200, self.provider.close_dispute(dispute, won=found[2] == "won"))
        return _as_json(404, _broken("Unrecognized request URL."))


def _session_in(page_url: str) -> str:
    found = re.search(r"/c/(\w+)", page_url)
    if found is None:
        raise ValueError(f"Not a hosted page: {page_url!r}")
    return found[1]


def _broken(message: str, **more: Any) -> Thing:
    return {"error": {"type": "api_error", "message": message, **more}}


def _as_json(status: int, body: Thing) -> Reply:
    return status, {"Content-Type": "application/json"}, json.dumps(body).encode()
