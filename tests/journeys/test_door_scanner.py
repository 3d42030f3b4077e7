"""The scanner on a phone: enrols, works without a network, and several gates agree once they are back."""

from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from app.core import clock
from app.core.access import Role
from app.door import services
from app.door.models import Admission, Conflict, Device, Scan
from app.door.papers import drawn
from app.door.states import ConflictState
from tests.browser import Live, check_accessible
from tests.factories import accounts
from tests.factories import door as make_door
from tests.factories import registration as make

pytestmark = pytest.mark.browser
PHONE = 390


UNDER_WORKER = """() => new Promise((done) => {
    const kept = navigator.serviceWorker;
    if (kept.controller) done();
    else kept.addEventListener("controllerchange", () => done(), { once: true });
})"""


class Door:
    """A summit with two people and a phone at each gate."""

    def __init__(self, live: Live, tab) -> None:
        self.live, self.tab = live, tab
        with live.writing() as session:
            make.countries(session)
            self.summit = make.open_summit(session)
            self.aiko, self.bruno = (
                make.registration(session, summit=self.summit, person=accounts.user(session, name=name))
                for name in ("Aiko Tanaka", "Bruno Keller")
            )
            self.signed = {one.id: make_door.badge_token(session, one) for one in (self.aiko, self.bruno)}

    def phone(self, gate: str) -> Page:
        """A phone that enrolled at a gate by the address in its QR, has its list and its page."""
        with self.live.writing() as session:
            code = make_door.offered(session, self.summit.id, gate=gate).code
        page = self.tab(f"/door/scanner#{code}", width=PHONE)
        expect(page.get_by_role("heading", name=gate)).to_be_visible()
        expect(page.locator("#synced")).not_to_have_text("not yet")
        page.evaluate(UNDER_WORKER)
        return page

    def everything(self) -> tuple[int, int, int]:
        """Return how many are inside, how many scans there are, how many conflicts wait."""
        with self.live.writing() as session:
            inside = select(func.count()).select_from(Admission).where(Admission.left_at.is_(None))
            waiting = select(func.count()).select_from(Conflict).where(Conflict.state == ConflictState.OPEN)
            return (
                session.scalar(inside) or 0, session.scalar(select(func.count()).select_from(Scan)) or 0,
                session.scalar(waiting) or 0,
            )  # fmt: skip


@pytest.fixture
def door(live: Live, tab) -> Door:
    return Door(live, tab)


def check(page: Page, code: str, answer: str) -> None:
    """Type a code as a scanner does, and expect an answer within its time."""
    page.get_by_label("Badge code").fill(code)
    page.keyboard.press("Enter")
    expect(page.locator("#answer-words")).to_contain_text(answer)


SHOW_TO_CAMERA = """(svg) => {
    delete globalThis.BarcodeDetector;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [640, 480];
    const brush = canvas.getContext("2d");
    const squares = new DOMParser().parseFromString(svg, "image/svg+xml").querySelector("path");
    const path = new Path2D(squares.getAttribute("d"));
    let turn = 0;
    setInterval(() => {
        turn += 0.01;
        brush.setTransform(1, 0, 0, 1, 0, 0);
        brush.fillStyle = "#bbb";
        brush.fillRect(0, 0, 640, 480);
        brush.translate(170, 70);
        brush.rotate(Math.sin(turn) / 8);
        brush.scale(7, 7);
        brush.fillStyle = "#fff";
        brush.fillRect(0, 0, 49, 49);
        brush.stroke(path);
    }, 50);
    navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(20);
}"""


def test_a_phone_enrols_installs_scans_with_its_camera_and_says_who_it_is(door: Door):
    page = door.phone("Gate A")
    assert page.url.endswith("/door/scanner"), "the code stays in the address"
    installs(page)
    check(page, door.signed[door.aiko.id], "Admitted")
    expect(page.locator("#identity-name")).to_have_text("Aiko Tanaka")
    expect(page.locator("#identity-country")).to_have_text("Japan")
    check(page, door.aiko.badge_code, "Already inside since")
    check(page, "NOBODYHASTHISCODE", "Unknown")
    page.evaluate(SHOW_TO_CAMERA, drawn(door.signed[door.bruno.id]))
    page.get_by_role("button", name="Start the camera").click()
    expect(page.locator("#answer-words")).to_have_text("Admitted")
    expect(page.locator("#identity-name")).to_have_text("Bruno Keller")
    page.get_by_role("button", name="Stop the camera").click()
    expect(page.locator("#video")).to_be_hidden()
    expect(page.locator("#waiting")).to_have_text("0")
    assert door.everything() == (2, 4, 0)
    check_accessible(page, widths=(320,))


def installs(page: Page) -> None:
    """Assert that a phone may install the page as an app, and that all of it is kept for when there is no network."""
    session = page.context.new_cdp_session(page)
    assert session.send("Page.getAppManifest")["errors"] == []
    hindered = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one["errorId"] for one in hindered if one["errorId"] != "in-incognito"] == []
    scope = page.evaluate("navigator.serviceWorker.ready.then((kept) => new URL(kept.scope).pathname)")
    assert scope == "/door/scanner"
    kept = "caches.keys().then((names) => caches.open(names[0])).then((c) => c.keys()).then((all) => all.length)"
    assert page.evaluate(kept) >= 12


def test_a_phone_works_without_a_network_sends_its_scans_afterwards_and_forgets_when_ended(door: Door):
    page = door.phone("Gate A")
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", name="Gate A")).to_be_visible()
    check(page, door.signed[door.aiko.id], "Admitted")
    check(page, door.signed[door.aiko.id], "Already inside since")
    page.get_by_label("Name or organization").fill("kell")
    page.get_by_role("button", name="Check Bruno Keller").click()
    expect(page.locator("#answer-words")).to_have_text("Admitted")
    expect(page.locator("#online")).to_have_text("Offline")
    page.reload()
    expect(page.locator("#waiting")).to_have_text("3")
    assert door.everything() == (0, 0, 0)
    page.context.set_offline(False)
    page.get_by_role("button", name="Send and fetch now").click()
    expect(page.locator("#waiting")).to_have_text("0")
    assert door.everything() == (2, 3, 0)
    ended(door, page)


def ended(door: Door, page: Page) -> None:
    """End the device, and assert that it forgets everybody as soon as it hears of it."""
    with door.live.writing() as session:
        device_id: UUID = session.scalars(select(Device.id)).one()
        services.end_device(session, door.summit.id, device_id, actor_id=None, now=clock.now())
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("heading", name="Enrol this device")).to_be_visible()
    left = page.evaluate(
        """() => new Promise((resolve) => {
            const asked = indexedDB.open("rendezvous-door");
            asked.onsuccess = () => {
                const count = asked.result.transaction("people").objectStore("people").count();
                count.onsuccess = () => resolve(count.result);
            };
        })"""
    )
    assert left == 0
    assert "keeps-storage" not in [cookie["name"] for cookie in page.context.cookies()]
    door.tab.watch.faults = [fault for fault in door.tab.watch.faults if "401 for" not in fault]


def test_two_gates_without_a_network_agree_once_they_are_back(door: Door):
    first, second = door.phone("Gate A"), door.phone("Gate B")
    for page in (first, second):
        page.context.set_offline(True)
    check(first, door.signed[door.aiko.id], "Admitted")
    second.wait_for_timeout(2_000)  # further apart than a busy machine lets two phones' clocks seem
    check(second, door.aiko.badge_code, "Admitted")
    for page in (second, first):
        page.context.set_offline(False)
        page.get_by_role("button", name="Send and fetch now").click()
        expect(page.locator("#waiting")).to_have_text("0")
    assert door.everything() == (1, 2, 1)
    second.get_by_role("button", name="Send and fetch now").click()
    expect(second.locator("#flagged")).to_be_visible()
    expect(first.locator("#flagged")).to_be_hidden()
    check(second, door.signed[door.aiko.id], "at Gate A")
    with door.live.writing() as session:
        organizer = accounts.staff(session, Role.ORGANIZER).id
    desk = door.tab("/door/conflicts", user_id=organizer)
    expect(desk.get_by_role("heading", name="Aiko Tanaka")).to_be_visible()
    desk.get_by_label("What you found out").fill("Her assistant carried her badge.")
    desk.get_by_role("button", name="Close this conflict").click()
    expect(desk.get_by_role("heading", name="No conflicts here")).to_be_visible()
    assert door.everything() == (1, 2 + 1, 0)
