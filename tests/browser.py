"""Real Chromium against the real application: what every screen must keep, checked on every visit.

`tab("/path")` opens a page as a visitor, `tab("/path", user_id=...)` as somebody signed in. When the test ends, no
page may have broken the content policy, thrown an error, missed a file or asked another host for anything.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, sync_playwright
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from app.core import clock
from app.core.db import transaction
from tests.databases import migrated

ANSWER = "tests.answer"
WIDE, NARROW = 1280, 320
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What passed is most of what axe finds, and the costly part to bring over.
AXE_RUN = """async (wanted) => {
    const found = await axe.run({runOnly: wanted, resultTypes: ["violations"]});
    return found.violations.map(({id, help, nodes}) => ({id, help, nodes: nodes.map((node) => node.html)}));
}"""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """Return the path of Chromium: CHROMIUM in the environment, else where systems put it; None when absent."""
    named = [os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    return next((found for name in named if name and (found := shutil.which(name))), None)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Start Chromium and end it. Raises RuntimeError when there is none."""
    path = chromium()
    if path is None:
        raise RuntimeError("Chromium is not installed; install it or name it in CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium per test process; with CI=true its absence is a failure, never a skip."""
    if chromium() is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI=true needs Chromium")
        pytest.skip("Chromium is not installed")
    with running_browser() as started:
        yield started


@dataclass
class Live:
    """The application answering on a loopback port, on a SQLite database that it commits to."""

    app: Flask
    url: str

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session to make things with; they are committed when the block ends."""
        with self.app.app_context(), transaction() as session:
            yield session

    def cookie_for(self, user_id: UUID) -> tuple[str, str]:
        """Sign a person in and return the cookie's name and value."""
        from app.accounts.services import start_session

        with self.writing() as session:
            token = start_session(session, user_id, device="test", address="127.0.0.1", now=clock.now())
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        name = self.app.config["SESSION_COOKIE_NAME"]
        found = client.get_cookie(name)
        assert found is not None
        return name, found.value


class Quiet(WSGIRequestHandler):
    """The application logs requests itself."""

    def connection_dropped(self, error: BaseException, environ: dict[str, Any] | None = None) -> None:
        """Close the answer: werkzeug leaves it open, and the file it sends, when its last read finds nobody there."""
        if close := getattr((environ or {}).get(ANSWER), "close", None):
            close()

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def served(app: Callable[..., Iterable[bytes]]) -> Iterator[str]:
    """Serve an application on a free loopback port in threads and yield its address."""

    def kept(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ[ANSWER] = answer = app(environ, start_response)
        return answer

    server = make_server("127.0.0.1", 0, kept, threaded=True, request_handler=Quiet)
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def empty_sqlite() -> Path:
    """A SQLite file with all tables and nothing in them, to be copied."""
    return Path(migrated("sqlite").removeprefix("sqlite:///"))


@pytest.fixture
def live(empty_sqlite: Path, tmp_path: Path) -> Iterator[Live]:
    """The application on a database of its own, reachable by a browser."""
    from tests.conftest import settings_for

    file = tmp_path / "live.sqlite"
    shutil.copy(empty_sqlite, file)
    app = create_app(settings_for(f"sqlite:///{file}", tmp_path))
    with served(app) as url:
        yield Live(app, url)
    app.extensions["database"].engine.dispose()


@dataclass
class Watch:
    """What went wrong in the pages of one test."""

    host: str
    allowed_hosts: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("request", self._asked)
        page.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.faults.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc not in {self.host, *self.allowed_hosts}:
            self.faults.append(f"asked another host: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.faults.append(f"{response.status} for {response.url}")


@dataclass
class Tabs:
    """Opens pages of the live application; `watch.allowed_hosts` may name the payment page."""

    browser: Browser
    live: Live
    watch: Watch
    contexts: list[BrowserContext] = field(default_factory=list)

    def __call__(
        self,
        path: str,
        *,
        user_id: UUID | None = None,
        width: int = WIDE,
        javascript: bool = True,
        **options: Any,
    ) -> Page:
        """Open `path` in a browser window of its own and return the page."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=javascript, base_url=self.live.url, **options
        )
        self.contexts.append(context)
        context.set_default_timeout(10_000)
        context.on("page", self.watch.over)
        if user_id is not None:
            name, value = self.live.cookie_for(user_id)
            context.add_cookies([{"name": name, "value": value, "url": self.live.url}])
        page = context.new_page()
        page.goto(path)
        return page


@pytest.fixture
def tab(browser: Browser, live: Live) -> Iterator[Tabs]:
    """Open pages in Chromium; the test fails if any of them broke what every page must keep."""
    tabs = Tabs(browser, live, Watch(live.host))
    try:
        yield tabs
    finally:
        for context in tabs.contexts:
            context.close()
    assert not tabs.watch.faults, "\n".join(tabs.watch.faults)


# The kinds of places a page has: what each element is, what names it and within what; not how often, nor its words.
SHAPE = """() => {
    const named = ["role", "type", "scope", "lang", "style", "tabindex", "disabled", "open", "hidden"];
    const own = (e) => [
        e.tagName, [...e.classList].sort().join("."),
        ...[...e.attributes].map((a) => named.includes(a.name) ? `${a.name}=${a.value}` : a.name).sort(),
        [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) ? "words" : "",
    ].join(" ");
    const within = (e) => e.parentElement ? `${own(e.parentElement)} > ${own(e)}` : own(e);
    return [...new Set([...document.querySelectorAll("*")].map(within))].sort().join("\\n");
}"""
_sound: set[tuple[str, int]] = set()


def check_accessible_once(page: Page) -> None:
    """Do the same, but leave axe out where this process found a page of just the same kinds of places sound.

    For crawls: another reader's page with other rows and words has nothing that axe did not judge. What depends on
    the length of words, that nothing scrolls sideways, is looked at every time.
    """
    shape = page.evaluate(SHAPE)
    for width in (WIDE, NARROW):
        if (shape, width) in _sound:
            page.set_viewport_size({"width": width, "height": 900})
            fits(page, width)
        else:
            check_accessible(page, (width,))
            _sound.add((shape, width))


def fits(page: Page, width: int) -> None:
    """Assert that nothing scrolls sideways."""
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{page.url} at {width} px scrolls {overflow} px sideways: {widest(page)}"


def check_accessible(page: Page, widths: tuple[int, ...] = (WIDE, NARROW)) -> None:
    """Assert that axe finds nothing at each width, and that nothing scrolls sideways in the narrow one."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        broken = [
            f"{rule['id']}: {rule['help']}\n" + "\n".join(f"    {html[:200]}" for html in rule["nodes"])
            for rule in page.evaluate(AXE_RUN, {"type": "tag", "values": RULES})
        ]
        assert not broken, f"{page.url} at {width} px:\n" + "\n".join(broken)
        fits(page, width)


def widest(page: Page) -> list[str]:
    """Name the elements that reach beyond the window, for a failure's message."""
    found: list[str] = page.evaluate(
        """() => {
            const beyond = (e) => {
                const box = e.getBoundingClientRect();
                return box.right > document.documentElement.clientWidth + 1 || box.left < -1;
            };
            const clipped = (e) => e.closest(".usa-table-container--scrollable, .usa-sr-only, .usa-skipnav");
            return [...document.querySelectorAll("body *")]
                .filter((e) => beyond(e) && !clipped(e) && getComputedStyle(e).position !== "absolute")
                .slice(0, 5).map((e) => e.outerHTML.slice(0, 120));
        }"""
    )
    return found


def without_mouse(page: Page, *keys: str) -> None:
    """Press keys one after another."""
    for key in keys:
        page.keyboard.press(key)


Opener = Callable[..., Page]
