"""Take the pictures of README.md: start the demo on a folder of its own, visit the pages, keep what is seen.

Usage: scripts/screenshots [--only NAME ...] [--folder FOLDER]
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, BrowserContext  # noqa: E402

from tests.browser import running_browser  # noqa: E402

START_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: its file name, who looks (their demo e-mail; None for a visitor), where, and how wide (px).

    `height` cuts the picture; None takes the whole page. `click` names what to follow on the pages, one after another.
    """

    name: str
    person: str | None
    path: str
    width: int = 1280
    height: int | None = 900
    click: tuple[str, ...] = ()


PARTNER, COMPANY = "delegate016@partners.example", "company001@demo.example"
FIRST = ("main table a",)
SHOTS = [
    Shot("home", None, "/"),
    Shot("status", PARTNER, "/apply/status"),
    Shot("vetting-desk", "reviewer@demo.example", "/registrations", height=1000),
    Shot("balance", "reviewer@demo.example", "/registrations/balance", height=1000),
    Shot("papers", "finance@demo.example", "/papers", height=900),
    Shot("attendance", "organizer@demo.example", "/door/attendance", height=900),
    Shot("screening-case", "screener@demo.example", "/screening/cases?state=open", height=1100, click=FIRST),
    Shot("directory", None, "/directory"),
    Shot("policy-steps", PARTNER, "/directory/starlab?country=JP#policy"),
    Shot("timeline", None, "/directory/timeline", height=1100),
    Shot("compare", PARTNER, "/directory/compare?entry=starlab&entry=haven-2&entry=axiom-station", height=1000),
    Shot("partner-home", PARTNER, "/home"),
    Shot("deal-room-page", PARTNER, "/deal-rooms", height=1300, click=("main table th a", ".shelf a")),
    Shot("deal-room-log", COMPANY, "/our-rooms", click=("main table th a", "text=Who read what")),
    Shot("pipeline", COMPANY, "/pipeline"),
    Shot("match-run", "organizer@demo.example", "/match-runs", height=1100, click=FIRST),
    Shot("agenda", PARTNER, "/agenda"),
    Shot("control-room", "organizer@demo.example", "/control-room", height=1100),
    Shot("agenda-narrow", PARTNER, "/agenda", width=320, height=720),
]


def main() -> int:
    """Take the pictures asked for. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", metavar="NAME", help="take only these")
    parser.add_argument("--folder", type=Path, default=ROOT / ".github" / "screenshots")
    chosen = parser.parse_args()
    wanted = [shot for shot in SHOTS if not chosen.only or shot.name in chosen.only]
    if unknown := set(chosen.only or []) - {shot.name for shot in SHOTS}:
        print(f"No such picture: {', '.join(sorted(unknown))}. There are: {', '.join(s.name for s in SHOTS)}.")
        return 2
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with demo() as url, running_browser() as browser:
        for shot in wanted:
            take(browser, url, shot, chosen.folder / f"{shot.name}.png")
            print(f"{shot.name}.png")
    return 0


def take(browser: Browser, url: str, shot: Shot, file: Path) -> None:
    """Visit the page as the person and keep the picture. Raises RuntimeError when the page is not there."""
    context = browser.new_context(
        base_url=url, viewport={"width": shot.width, "height": shot.height or 900}, reduced_motion="reduce"
    )
    try:
        if shot.person:
            sign_in(context, shot.person)
        page = context.new_page()
        answer = page.goto(shot.path, wait_until="networkidle")
        if answer is None or answer.status != 200:
            raise RuntimeError(f"{shot.path} answered {answer.status if answer else 'nothing'} for {shot.name}")
        for followed in shot.click:
            page.locator(followed).first.click()
            page.wait_for_load_state("networkidle")
        page.screenshot(path=file, full_page=shot.height is None)
    finally:
        context.close()


def sign_in(context: BrowserContext, email: str) -> None:
    """Sign in by the form, as the demo's people do."""
    from app.cli.demo import PASSWORD

    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: "/sign-in" not in address)
    page.close()


@contextmanager
def demo() -> Iterator[str]:
    """Run the whole demo on free ports and a temporary folder; yield its address."""
    with tempfile.TemporaryDirectory(prefix="rendezvous-") as folder:
        port, sandbox = free_port(), free_port()
        command = [
            sys.executable,
            "-m",
            "flask",
            "--app",
            "app",
            "serve",
            f"--port={port}",
            f"--sandbox-port={sandbox}",
        ]
        env = {**os.environ, "VAR_FOLDER": folder, "RENDEZVOUS_ENV": "demo"}
        running = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_ready(url, running)
            yield url
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(timeout=30)


def wait_until_ready(url: str, running: "subprocess.Popen[bytes]") -> None:
    """Wait for the site to answer. Raises RuntimeError when it ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if running.poll() is not None:
            raise RuntimeError("The demo did not start; the lines above say why.")
        try:
            with urlopen(f"{url}/readyz", timeout=2) as answer:  # noqa: S310 - our own loopback address
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"The demo did not answer within {START_SECONDS} seconds.")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
