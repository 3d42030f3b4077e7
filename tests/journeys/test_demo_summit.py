"""One journey through every room, in the demo that `scripts/run` serves: its own processes, jobs, sandbox and mail.

Browsers here run without scripts, so this also proves that nothing needs them.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import ROOT

START_SECONDS = 240
PATIENCE_SECONDS = 40
pytestmark = pytest.mark.browser


def free_port() -> int:
    """Return a loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(var: Path, *options: str, **environment: str) -> subprocess.Popen[str]:
    """Start `flask serve` on a folder."""
    env = {**os.environ, "VAR_FOLDER": str(var), **environment}
    env.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "flask", "--app", "app", "serve", *options]
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@dataclass
class Demo:
    """The running demo and the browser that visits it."""

    url: str
    browser: Browser

    def enter(self, name: str) -> Page:
        """Sign in as one of the demo's people by the button with their name, without scripts."""
        page = self.browser.new_context(java_script_enabled=False, base_url=self.url).new_page()
        page.goto("/sign-in")
        page.get_by_role("button", name=name).click()
        return page


@pytest.fixture(scope="module")
def demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The whole demo on free ports; at the end it must stop cleanly when interrupted."""
    port = free_port()
    process = serve(tmp_path_factory.mktemp("demo"), "--port", str(port), "--sandbox-port", str(free_port()))
    said: list[str] = []
    try:
        wait_for_line(process, said, "Rendezvous answers at")
        yield Demo(f"http://127.0.0.1:{port}", browser)
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=30)
        assert process.returncode == 0, "".join(said) + rest
        assert "Ended." in rest
    finally:
        if process.poll() is None:
            process.kill()


def wait_for_line(process: subprocess.Popen[str], said: list[str], words: str) -> None:
    """Read what the process says until `words` come up."""
    assert process.stdout is not None
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        line = process.stdout.readline()
        said.append(line)
        if words in line:
            return
        assert line or process.poll() is None, "".join(said)
    raise AssertionError(f"never said {words!r}: " + "".join(said))


def wait_until(page: Page, path: str, holds: Callable[[str], bool]) -> str:
    """Reload a page until its text says so, as a patient person would."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        page.goto(path)
        text = page.locator("main").inner_text()
        if holds(text):
            return text
        assert time.monotonic() < deadline, f"{path} never changed: {text}"
        time.sleep(0.5)


def tick(page: Page, label: str) -> None:
    """Choose a radio button or a box by its words."""
    page.locator("label", has_text=label).first.click()


def apply_as_newcomer(page: Page) -> None:
    """Fill in the application, part by part, and save a card on the provider's page."""
    page.goto("/apply")
    page.get_by_role("button", name="Start the application").click()
    tick(page, "Foreign partner")
    page.get_by_label("Full name").fill("Noor Haddad")
    page.get_by_label("Job title").fill("Investment Director")
    page.locator("[name=citizenship]").select_option("LU")
    page.get_by_role("button", name="Save and continue").click()
    page.locator("[name=name]").fill("Petite Suisse Capital")
    page.locator("[name=kind]").select_option("fund")
    page.locator("[name=country]").select_option("LU")
    page.get_by_role("button", name="Save and continue").click()
    tick(page, "Equity investment")
    page.get_by_label("What do you want to achieve").fill("A share in a station, and people who build it.")
    page.get_by_role("button", name="Save and continue").click()
    page.locator("label[for=declared]").click()
    page.get_by_role("button", name="Submit the application").click()
    page.get_by_role("button", name="Save a card").click()
    page.get_by_label("Card number").fill("4242424242424242")
    page.get_by_label("Expiry date").fill("12/39")
    page.get_by_label("Security code").fill("123")
    page.get_by_label("Name on the card").fill("Noor Haddad")
    page.get_by_role("button", name="Save card").click()
    assert "waiting for the provider" in page.locator("h1").inner_text()


def test_a_newcomer_applies_is_admitted_meets_and_passes_the_door(demo: Demo):
    newcomer = demo.enter("Noor Haddad")
    apply_as_newcomer(newcomer)
    status = wait_until(newcomer, "/apply/status", lambda text: "ending in 4242" in text)
    assert "the fee of $850.00 is charged to the card you saved. Not before." in status

    reviewer = demo.enter("Helena Strand")
    wait_until(reviewer, "/registrations?state=undecided&sort=newest", lambda text: "Noor Haddad" in text)
    reviewer.locator("main table").get_by_role("link", name="Noor Haddad").click()
    wait_until(reviewer, urlsplit(reviewer.url).path, lambda text: "No possible hits" in text)
    assert "No possible hits" in reviewer.locator("main").inner_text()
    tick(reviewer, "Approve")
    reviewer.get_by_role("button", name="Record the decision").click()
    wait_until(newcomer, "/apply/status", lambda text: "Confirmed" in text)
    newcomer.goto("/badge")
    assert newcomer.locator("main svg").count() == 1
    code = re.search(r"\b[A-Z2-7]{20,}\b", newcomer.locator("main").inner_text().replace(" ", ""))

    newcomer.goto("/directory/perigee-outpost-demonstration")
    policy = newcomer.locator("#policy").inner_text()
    assert "Luxembourg" in policy
    assert "not legal advice" in policy.lower()
    newcomer.get_by_role("link", name="State interest").click()
    tick(newcomer, "My organization's name and mine")
    newcomer.get_by_role("button", name="Send, not binding").click()
    newcomer.goto("/interests")
    assert "Perigee Outpost" in newcomer.locator("main").inner_text()

    company = demo.enter("Ada Moreno")
    company.goto("/pipeline")
    company.get_by_role("link", name="Petite Suisse Capital").click()
    assert "Noor Haddad" in company.locator("main").inner_text()

    newcomer.goto("/ranking")
    tick(newcomer, "Must meet")
    newcomer.get_by_role("button", name="Save this page").click()
    newcomer.goto("/meetings/request/perigee-outpost-demonstration")
    newcomer.locator("textarea").fill("Half an hour on the terms of the first round.")
    newcomer.locator("main form button").last.click()
    company.goto("/meetings")
    company.get_by_role("button", name=re.compile("Accept.*Noor Haddad", re.DOTALL)).click()

    organizer = demo.enter("Marcus Oyelaran")
    organizer.goto("/timetable")
    organizer.get_by_role("button", name="Compute the timetable").click()
    agenda = wait_until(newcomer, "/agenda", lambda text: "Perigee Station Works" in text)
    assert "Table" in agenda
    assert "America/New York" in agenda
    assert "Asia/Tokyo" in agenda, "the person's own time zone stands beside the venue's"
    newcomer.get_by_role("button", name="Make my calendar address").click()
    shown = newcomer.locator("main").inner_text()
    address = re.search(r"http://\S+/calendars/\S+\.ics", shown)
    assert address is not None
    with urlopen(address[0]) as feed:  # noqa: S310 - our own loopback address
        calendar = feed.read().decode()
    assert calendar.count("BEGIN:VEVENT") == 1
    assert "STATUS:CONFIRMED" in calendar

    door = demo.enter("Casper Lund")
    assert code is not None
    for answer in ("Admitted", "Already inside"):
        door.goto("/door")
        door.get_by_label("Badge code").fill(code[0])
        door.get_by_role("button", name="Check the badge").click()
        assert answer.lower() in door.locator("main").inner_text().lower()


def test_every_desk_of_the_demo_has_work(demo: Demo):
    focal = demo.enter("Outi Rautavirta")
    focal.goto("/delegations")
    focal.get_by_role("link", name="Open").click()
    text = focal.locator("main").inner_text()
    for words in ("Sanni Virkkapuro", "Reserve", "Waits for endorsement", "3 of 5 endorsed"):
        assert words in text
    waits = {
        "Helena Strand": {"/registrations?sign=changed": "decision"},
        "Renata Blom": {"/payments/refunds": "Release", "/payments/vouchers": "Young funds", "/bank": "Unknown sender"},
        "Marcus Oyelaran": {
            "/duplicates": "Showing 1 to 2 of 2",
            "/travel": "Sanni Virkkapuro",
            "/visa-letters": "VL-LEO-",
        },
    }
    for name, pages in waits.items():
        desk = demo.enter(name)
        for path, words in pages.items():
            desk.goto(path)
            assert words in desk.locator("main").inner_text(), path


def test_the_demo_shows_the_real_programmes_and_its_mail(demo: Demo):
    visitor = demo.browser.new_context(java_script_enabled=False, base_url=demo.url).new_page()
    visitor.goto("/directory?sort=name")
    assert "42 programmes" in visitor.locator("main").inner_text()
    visitor.goto("/directory/axiom-station")
    assert "not confirmed by the company" in visitor.locator("main").inner_text()
    visitor.goto("/mailbox?words=confirmed")
    assert "Your place" in visitor.locator("main").inner_text()


def test_a_taken_port_and_an_unwritable_folder_are_one_sentence_each(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = serve(tmp_path / "var", "--port", str(port))
        said, _ = refused.communicate(timeout=60)
    assert refused.returncode == 1
    assert said.strip() == f"Error: Port {port} is taken. End what uses it, or choose another with --port."

    (tmp_path / "file").write_text("not a folder")
    refused = serve(tmp_path / "file" / "var", "--port", str(free_port()))
    said, _ = refused.communicate(timeout=60)
    assert refused.returncode == 1
    assert "Traceback" not in said
    assert "Set VAR_FOLDER to one that can." in said
