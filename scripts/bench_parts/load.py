"""Clients: a browser that keeps its connection, cookies and token; many of them at once."""

import http.client
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from statistics import median
from urllib.parse import urlencode, urlsplit

from scripts.bench_parts.servers import Server

SLOWER, BUSY, A_MOMENT = 429, 503, 1.0
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Browser:
    """Somebody with a browser, behind the proxy that production has."""

    def __init__(
        self, port: int, cookies: dict[str, str] | None = None, *, headers: dict[str, str] | None = None
    ) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._port, self.cookies, self._token, self.asked_again = port, dict(cookies or {}), "", 0
        self._headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1", **(headers or {})}

    def get(self, path: str) -> tuple[int, str, str]:
        return self._ask("GET", path, None, {})

    def post(self, path: str, form: dict[str, object]) -> tuple[int, str, str]:
        body = urlencode({"csrf_token": self._token, **form}, doseq=True)
        origin = f"https://127.0.0.1:{self._port}"
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin, "Referer": origin + path}
        return self._ask("POST", path, body, headers)

    def json(self, path: str, body: str) -> tuple[int, str, str]:
        return self._ask("POST", path, body, {"Content-Type": "application/json"})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, str, str]:
        """Ask, and ask again after a moment for as long as the answer is that too many people do."""
        while (answer := self._ask_once(method, path, body, headers))[0] in (SLOWER, BUSY):
            self.asked_again += 1
            time.sleep(A_MOMENT)
        return answer

    def _ask_once(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, str, str]:
        """Return status, text and where it leads; keeps cookies and the form's token as a browser would."""
        sent = {**self._headers, **headers, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        try:
            self._connection.request(method, path, body, sent)
            answer = self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self._connection.close()
            self._connection.request(method, path, body, sent)
            answer = self._connection.getresponse()
        text = answer.read().decode(errors="replace")
        for value in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(value).items()})
        if found := TOKEN.search(text):
            self._token = found[1]
        return answer.status, text, urlsplit(answer.headers.get("Location", "")).path


@dataclass(frozen=True)
class Measured:
    """What one round of work took."""

    done: int
    seconds: float
    cpu_ms: float
    waits_ms: tuple[float, ...]
    failed: int = 0

    @property
    def per_second(self) -> float:
        return self.done / self.seconds if self.seconds else 0.0

    @property
    def p50(self) -> float:
        return median(self.waits_ms) if self.waits_ms else 0.0

    @property
    def p95(self) -> float:
        return sorted(self.waits_ms)[int(len(self.waits_ms) * 0.95)] if self.waits_ms else 0.0


def measured(server: Server, jobs: Sequence[Callable[[], bool]], *, at_once: int) -> Measured:
    """Do every job once, `at_once` at a time; a job tells whether it did what it should."""
    waits, failed, left, lock = [], [0], list(reversed(jobs)), threading.Lock()

    def worker() -> None:
        while True:
            with lock:
                if not left:
                    return
                job = left.pop()
            began = time.monotonic()
            try:
                fine = job()
            except OSError:
                fine = False
            with lock:
                waits.append((time.monotonic() - began) * 1000)
                failed[0] += not fine

    cpu, began = server.cpu_seconds(), time.monotonic()
    threads = [threading.Thread(target=worker) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - began
    spent = (server.cpu_seconds() - cpu) * 1000
    return Measured(len(jobs), seconds, spent / max(1, len(jobs)), tuple(waits), failed[0])
