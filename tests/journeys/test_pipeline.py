"""A company works its pipeline in a real browser: by keyboard alone, without script, on a wide screen and a phone."""

import os
from pathlib import Path
from uuid import UUID

import pytest

from app.core import clock
from app.core.access import Role
from app.core.money import AmountBand
from app.interest import services
from app.interest.models import Interest
from app.interest.services import Work
from app.interest.states import InterestState, Visibility
from app.regulatory.states import Participation
from tests.browser import Live, Page, Tabs, check_accessible, without_mouse
from tests.factories import accounts, directory, interest, registration

pytestmark = pytest.mark.browser
PARTNERS = (
    ("Aozora Fund", "JP", InterestState.INTERESTED, Participation.EQUITY, "JPY", Visibility.SUMMARY_ONLY),
    ("Umi Capital", "DE", InterestState.INTERESTED, Participation.PAYLOAD, "EUR", Visibility.NAMES),
    ("Kita Trading", "KR", InterestState.IN_DISCUSSION, Participation.EQUITY, "KRW", Visibility.NAMES),
    ("Minami Works", "AE", InterestState.DILIGENCE, Participation.EQUITY, "USD", Visibility.NAMES_AND_CONTACTS),
    ("Higashi Group", "IT", InterestState.TERM_SHEET, Participation.PAYLOAD, "EUR", Visibility.NAMES),
)


def furnished(live: Live) -> tuple[UUID, dict[str, UUID]]:
    """Make a company with leads at several stages; return who acts for it and the leads by their partner's name."""
    with live.writing() as session:
        registration.countries(session)
        company = accounts.company(session)
        owner = accounts.member(session, organization=company, role=Role.COMPANY_OWNER).user_id
        entry = directory.published(session, organization=company)
        made = {}
        for name, country, state, kind, currency, visibility in PARTNERS:
            house = accounts.organization(session, name=name, country=country)
            one: Interest = interest.interest(
                session, entry=entry, organization=house, state=state, kind=kind, visibility=visibility,
                band=AmountBand.FROM_10M_TO_50M,
            )  # fmt: skip
            one.currency = currency
            made[name] = one.id
        session.flush()
        work = Work("Send the interface document", clock.now().date(), owner, 4, "Ready to travel.")
        services.work_lead(session, made["Kita Trading"], work, actor_id=owner, now=clock.now())
        return owner, made


def focused(page: Page) -> str:
    """Return the words of the link, button or summary that has the focus."""
    return str(
        page.evaluate("document.activeElement.matches('a, button, summary') && document.activeElement.innerText")
    )


def tab_to(page: Page, words: str, most: int = 60) -> None:
    """Press Tab until something that says `words` has the focus."""
    for _ in range(most):
        without_mouse(page, "Tab")
        if words in focused(page):
            return
    raise AssertionError(f"no way by keyboard to {words!r}")


def keep(page: Page, name: str) -> None:
    """Keep a picture where one is asked for, to look at."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_a_lead_moves_along_the_board_by_keyboard_alone(tab: Tabs, live: Live):
    owner, made = furnished(live)
    page = tab("/pipeline", user_id=owner)
    keep(page, "board-1280")
    check_accessible(page)
    keep(page, "board-320")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.reload()
    page.locator("#stage-interested").scroll_into_view_if_needed()
    tab_to(page, "Agree to discuss", most=120)
    without_mouse(page, "Enter")
    page.wait_for_url("**/pipeline**#lead-*")
    assert "Done. The other side is told by mail." in page.inner_text("main, body")
    moved = page.url.split("#lead-")[1]
    column = page.locator("section", has=page.locator("#stage-in_discussion"))
    assert column.locator(f"#lead-{moved}").count() == 1
    assert moved in {str(one) for one in made.values()}


def test_a_lead_is_passed_on_worked_and_counted_without_script(tab: Tabs, live: Live):
    owner, made = furnished(live)
    page = tab("/pipeline", user_id=owner, javascript=False)
    card = page.locator(f"#lead-{made['Umi Capital']}")
    card.locator("summary").click()
    card.locator("select").select_option("timing")
    card.get_by_role("button", name="Pass on this").click()
    assert page.locator(f"#lead-{made['Umi Capital']}").count() == 0
    page.goto(f"/pipeline/{made['Aozora Fund']}")
    assert "Aozora Fund" not in page.inner_text("main")
    page.locator("#next_step").fill("Ask what they build")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Ask for names").click()
    assert "Asked. The partner gets a mail and decides." in page.inner_text("body")
    keep(page, "lead-1280")
    page.goto("/pipeline/table?sort=next")
    assert "Ask what they build" in page.inner_text("main")
    page.goto("/pipeline/reasons")
    assert "The timing is wrong" in page.inner_text("main")


def test_every_page_of_the_pipeline_is_sound_wide_and_narrow(tab: Tabs, live: Live):
    owner, made = furnished(live)
    page = tab("/pipeline/table", user_id=owner)
    keep(page, "table-1280")
    for name, path in {
        "table": "/pipeline/table", "lead": f"/pipeline/{made['Kita Trading']}", "reasons": "/pipeline/reasons",
        "weights": "/pipeline/weights", "filters": "/pipeline/filters",
    }.items():  # fmt: skip
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(path)
        keep(page, f"{name}-1280")
        check_accessible(page)
        keep(page, f"{name}-320")
    page.goto("/pipeline/filters")
    page.locator("main table a").first.click()
    check_accessible(page)
    keep(page, "filter-320")
    with live.writing() as session:
        holder = session.get_one(Interest, made["Aozora Fund"]).user_id
    theirs = tab(f"/interests/{made['Aozora Fund']}", user_id=holder)
    keep(theirs, "interest-1280")
    check_accessible(theirs)
    for path in ("keep", "names"):
        theirs.goto(f"/interests/{made['Aozora Fund']}/{path}")
        check_accessible(theirs)
