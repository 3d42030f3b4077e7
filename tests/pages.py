"""One way to visit a page: every visit checks what must hold for every page."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import html5lib
from flask.testing import FlaskClient

NS = "{http://www.w3.org/1999/xhtml}"


@dataclass
class VisitedPage:
    """A page that was fetched and found sound."""

    status: int
    path: str
    html: str
    tree: Any

    @property
    def heading(self) -> str:
        return words_of(self.tree.find(f".//{NS}h1"))

    @property
    def text(self) -> str:
        return words_of(self.tree.find(f".//{NS}main"))

    def links(self) -> dict[str, str]:
        """Return the addresses of the page's links by their words."""
        return {words_of(a): a.get("href", "") for a in self.tree.iter(f"{NS}a")}

    def token(self) -> str | None:
        for field in self.tree.iter(f"{NS}input"):
            if field.get("name") == "csrf_token":
                return str(field.get("value"))
        return None


def sound(html: str) -> Any:
    """Parse a page strictly and assert what holds for every page; return its tree."""
    parser = html5lib.HTMLParser(strict=False)
    tree = parser.parse(html)
    faults = [f"HTML is not well formed at {place}: {code} {detail}" for place, code, detail in parser.errors]
    faults += [fault for check in CHECKS for fault in check(tree)]
    assert not faults, "\n".join(faults)
    return tree


def words_of(element: Any) -> str:
    """Return the words of an element with single spaces."""
    return " ".join("".join(element.itertext()).split())


def of_kind(tree: Any, *kinds: str) -> list[Any]:
    """Return the elements of these kinds, in the order of the page."""
    wanted = {NS + kind for kind in kinds}
    return [element for element in tree.iter() if element.tag in wanted]


def _says_what_it_is(tree: Any) -> Iterator[str]:
    headings = [words_of(h) for h in of_kind(tree, "h1")]
    title = words_of(tree.find(f".//{NS}title"))
    if len(headings) != 1:
        yield f"one h1 wanted, found {headings}"
    elif not title.removeprefix("Error: ").startswith(headings[0]):
        yield f"title {title!r} does not start with h1 {headings[0]!r}"
    rejected = [e for e in tree.iter() if "error-summary" in e.get("class", "").split()]
    if bool(rejected) != title.startswith("Error: "):
        yield f"an error summary and a title that begins 'Error: ' come together; title {title!r}"
    if not tree.get("lang") or tree.get("dir") not in ("ltr", "rtl"):
        yield "html without lang or dir"


def _has_its_places(tree: Any) -> Iterator[str]:
    for kind in ("main", "footer"):
        if len(of_kind(tree, kind)) != 1:
            yield f"one {kind} wanted, found {len(of_kind(tree, kind))}"
    labels = [nav.get("aria-label") or nav.get("aria-labelledby") for nav in of_kind(tree, "nav")]
    if None in labels or len(labels) != len(set(labels)):
        yield f"navigation without a label of its own: {labels}"
    levels = [int(h.tag[-1]) for h in of_kind(tree, "h1", "h2", "h3", "h4", "h5", "h6")]
    for above, below in pairwise([0, *levels]):
        if below > above + 1:
            yield f"heading level skipped: h{below} after h{above} (order {levels})"
            break


def _points_to_what_exists(tree: Any) -> Iterator[str]:
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    if len(ids) != len(set(ids)):
        yield f"ids repeat: {sorted({i for i in ids if ids.count(i) > 1})}"
    for element in tree.iter():
        named = [(a, i) for a in ("for", "aria-describedby", "aria-labelledby") for i in element.get(a, "").split()]
        if (href := element.get("href", "")).startswith("#") and len(href) > 1:
            named.append(("href", href[1:]))
        yield from (f"{attribute}={target!r} points to nothing" for attribute, target in named if target not in ids)


def _names_its_controls(tree: Any) -> Iterator[str]:
    labelled = {label.get("for") for label in of_kind(tree, "label")}
    for field in of_kind(tree, "input", "select", "textarea"):
        if field.get("type") in ("hidden", "submit", "button"):
            continue
        if not (field.get("id") in labelled or field.get("aria-label") or field.get("aria-labelledby")):
            yield f"field without a label: {field.attrib}"
    for control in of_kind(tree, "a", "button", "summary"):
        if not (words_of(control) or control.get("aria-label")):
            yield f"{control.tag.removeprefix(NS)} without words: {control.attrib}"
    yield from (f"picture without alt: {image.attrib}" for image in of_kind(tree, "img") if image.get("alt") is None)
    if any(element.get("accesskey") for element in tree.iter()):
        yield "access keys collide with those of assistive technology"


def _heads_its_tables(tree: Any) -> Iterator[str]:
    for table in of_kind(tree, "table"):
        captions = of_kind(table, "caption")
        if len(captions) != 1 or not words_of(captions[0]):
            yield f"table without a caption: {words_of(table)[:80]!r}"
        unscoped = [
            words_of(th) for th in of_kind(table, "th") if th.get("scope") not in ("col", "row", "colgroup", "rowgroup")
        ]
        if unscoped or not of_kind(table, "th"):
            yield f"table heads without scope: {unscoped}"


def _guards_its_forms(tree: Any) -> Iterator[str]:
    for form in of_kind(tree, "form"):
        if form.get("action") is None:
            yield "form without an action"
        posts = form.get("method", "get").lower() == "post"
        if posts and not any(field.get("name") == "csrf_token" for field in of_kind(form, "input")):
            yield "form without a token"


def _keeps_to_itself(tree: Any) -> Iterator[str]:
    for script in of_kind(tree, "script"):
        if script.get("type") == "application/ld+json":
            json.loads("".join(script.itertext()))  # words about the page, which no browser runs
            continue
        if not script.get("nonce") or not script.get("src") or "".join(script.itertext()).strip():
            yield f"script without nonce and address, or with words inside: {script.attrib}"
    for element in tree.iter():
        if "style" in element.attrib or element.tag == NS + "style":
            yield f"inline style on {element.tag}"
        if handlers := [a for a in element.attrib if str(a).startswith("on")]:
            yield f"inline handler {handlers} on {element.tag}"
        fetched = element.tag == NS + "link" and element.get("rel") != "canonical"
        address = element.get("src") or (element.get("href") if fetched else None)
        if address and not (address.startswith("/") and not address.startswith("//")):
            yield f"asks another host: {address}"


CHECKS: list[Callable[[Any], Iterable[str]]] = [
    _says_what_it_is,
    _has_its_places,
    _points_to_what_exists,
    _names_its_controls,
    _heads_its_tables,
    _guards_its_forms,
    _keeps_to_itself,
]


def protected(response: Any, tree: Any) -> None:
    """Assert the headers that every page has, and that its scripts carry the nonce the policy names."""
    headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for script in of_kind(tree, "script"):
        assert f"'nonce-{script.get('nonce')}'" in policy, "the policy does not name the nonce of the page's scripts"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    is_personal = any(button.get("class") == "site-account__button" for button in of_kind(tree, "button"))
    if is_personal:
        assert "no-store" in headers["Cache-Control"], "a signed-in person's page may be kept by the browser"
    for cookie in headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie, f"readable by scripts: {cookie}"
        assert "SameSite=Lax" in cookie, f"sent across sites: {cookie}"


class Visitor:
    """A browser without a screen: keeps cookies, sends the token of the last page it saw."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.csrf_token: str | None = None

    def get(self, path: str, *, status: int = 200, follow: bool = False) -> VisitedPage:
        """Fetch a page, expect `status`, check the page."""
        return self._checked(self.client.get(path, follow_redirects=follow), status)

    def post(
        self, path: str, form: dict[str, Any] | None = None, *, status: int = 303, follow: bool = False
    ) -> VisitedPage:
        """Send a form with the last token seen; by default expect to be sent on (303)."""
        if self.csrf_token is None:
            self.get("/sign-in", follow=True)
        sent = {"csrf_token": self.csrf_token, **(form or {})}
        return self._checked(self.client.post(path, data=sent, follow_redirects=follow), 200 if follow else status)

    def _checked(self, response: Any, status: int) -> VisitedPage:
        html = response.get_data(as_text=True)
        assert response.status_code == status, f"{response.status_code} instead of {status}: {html[:2000]}"
        is_page = response.mimetype == "text/html" and not 300 <= response.status_code < 400
        tree = sound(html) if is_page else None
        if is_page:
            protected(response, tree)
        page = VisitedPage(response.status_code, response.headers.get("Location", response.request.path), html, tree)
        if is_page:
            self.csrf_token = page.token() or self.csrf_token
        return page
