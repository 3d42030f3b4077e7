"""One way to visit a page: every visit checks what must hold for every page."""

from dataclasses import dataclass
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
        return " ".join("".join(self.tree.find(f".//{NS}h1").itertext()).split())

    @property
    def text(self) -> str:
        return " ".join("".join(self.tree.find(f".//{NS}main").itertext()).split())

    def links(self) -> dict[str, str]:
        """Return the addresses of the page's links by their words."""
        return {" ".join("".join(a.itertext()).split()): a.get("href", "") for a in self.tree.iter(f"{NS}a")}

    def token(self) -> str | None:
        for field in self.tree.iter(f"{NS}input"):
            if field.get("name") == "csrf_token":
                return str(field.get("value"))
        return None


def sound(html: str) -> Any:
    """Parse a page strictly and assert what holds for every page; return its tree."""
    parser = html5lib.HTMLParser(strict=False)
    tree = parser.parse(html)
    faults = [f"{place}: {code} {detail}" for place, code, detail in parser.errors]
    assert not faults, f"HTML is not well formed: {faults}"
    headings = [" ".join("".join(h.itertext()).split()) for h in tree.iter(f"{NS}h1")]
    assert len(headings) == 1, f"one h1 wanted, found {headings}"
    title = " ".join("".join(tree.find(f".//{NS}title").itertext()).split()).removeprefix("Error: ")
    assert title.startswith(headings[0]), f"title {title!r} does not start with h1 {headings[0]!r}"
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), f"ids repeat: {sorted({i for i in ids if ids.count(i) > 1})}"
    labelled = {label.get("for") for label in tree.iter(f"{NS}label")}
    for kind in ("input", "select", "textarea"):
        for field in tree.iter(f"{NS}{kind}"):
            if field.get("type") in ("hidden", "submit", "button"):
                continue
            named = field.get("id") in labelled or field.get("aria-label") or field.get("aria-labelledby")
            assert named, f"field without a label: {field.attrib}"
    for form in tree.iter(f"{NS}form"):
        assert form.get("action") is not None, "form without an action"
        if form.get("method", "get").lower() == "post":
            assert any(i.get("name") == "csrf_token" for i in form.iter(f"{NS}input")), "form without a token"
    for element in tree.iter():
        assert "style" not in element.attrib, f"inline style on {element.tag}"
        assert not [a for a in element.attrib if str(a).startswith("on")], f"inline handler on {element.tag}"
    return tree


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
        page = VisitedPage(response.status_code, response.headers.get("Location", response.request.path), html, tree)
        if is_page:
            self.csrf_token = page.token() or self.csrf_token
        return page
