"""The shell in a real browser: narrow and wide, both ways of reading, by keyboard, without JavaScript."""

import pytest
from playwright.sync_api import expect

from app.core.access import Role
from tests.browser import NARROW, WIDE, check_accessible
from tests.factories import accounts as make

pytestmark = pytest.mark.browser
PAGES = ["/", "/accessibility", "/privacy", "/security", "/styleguide", "/styleguide?dir=rtl", "/no-such-page"]


@pytest.mark.check("C2")
@pytest.mark.check("C9")
@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_the_shell_is_accessible_at_both_widths(tab, path):
    check_accessible(tab(path))


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_pages_are_accessible_with_more_space_between_letters_and_double_text(tab, width):
    page = tab("/styleguide", width=width)
    page.evaluate(
        """() => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(`html { font-size: 200% }
                * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }`);
            document.adoptedStyleSheets = [sheet];
        }"""
    )
    check_accessible(page, (WIDE,))


def test_the_first_key_leads_past_the_menu(tab):
    page = tab("/privacy")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    expect(page.locator(".usa-skipnav")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.fixture
def organizer(live):
    """Somebody whose menu is long."""
    with live.writing() as session:
        return make.staff(session, Role.ORGANIZER, name="Dana Whitfield").id


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("javascript", [True, False])
def test_the_menu_opens_by_keyboard_with_and_without_javascript(tab, organizer, width, javascript):
    page = tab("/privacy", user_id=organizer, width=width, javascript=javascript)
    menu = page.locator("details[name='main-menu']").first
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    link = menu.locator("a").first
    assert link.is_visible()
    box = link.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/privacy"))


def test_an_open_menu_is_accessible_and_closes_with_escape(tab, organizer):
    page = tab("/privacy", user_id=organizer)
    menu = page.locator("details[name='main-menu']").first
    menu.locator("summary").click()
    check_accessible(page)
    menu.locator("summary").focus()
    page.keyboard.press("Escape")
    assert not menu.locator("a").first.is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


@pytest.mark.check("B9")
@pytest.mark.parametrize("javascript", [True, False])
def test_signing_out_works_from_any_page(tab, organizer, javascript):
    page = tab("/accessibility", user_id=organizer, width=NARROW, javascript=javascript)
    page.get_by_role("button", name="Sign out").click()
    page.goto("/privacy")
    assert page.get_by_role("link", name="Sign in", exact=True).is_visible()


def test_every_target_is_large_enough_to_hit(tab):
    page = tab("/styleguide", width=NARROW)
    small = page.evaluate(
        """() => [...document.querySelectorAll("a, button, summary, input:not([type=hidden]), select")]
            .filter((e) => !e.closest("p, li, td, th, dd, label") && e.getClientRects().length)
            .filter((e) => !(e.matches(".usa-checkbox__input, .usa-radio__input, .usa-skipnav")))
            .filter((e) => e.getBoundingClientRect().height < 24)
            .map((e) => e.outerHTML.slice(0, 100))"""
    )
    assert small == []


def test_a_rejected_forms_summary_takes_the_focus(tab):
    page = tab("/styleguide")
    assert page.evaluate("document.activeElement.className").startswith("usa-alert usa-alert--error")


@pytest.mark.parametrize("scheme", [{"forced_colors": "active"}, {"reduced_motion": "reduce"}])
def test_the_page_stands_in_forced_colours_and_with_reduced_motion(tab, scheme):
    check_accessible(tab("/styleguide", **scheme))


def test_on_paper_there_are_words_and_tables_and_nothing_to_click(tab):
    page = tab("/styleguide")
    page.emulate_media(media="print")
    for hidden in (".site-header", ".site-footer", ".usa-button", ".usa-pagination"):
        assert not page.locator(hidden).first.is_visible()
    assert page.locator("h1").is_visible()
    assert page.locator("table").is_visible()
