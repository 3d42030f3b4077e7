"""Where a redirect may lead."""

import pytest

from app.core.redirects import safe_local

HOSTILE = [
    "//evil.example",
    "///evil.example",
    "////evil.example/x",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "https://evil.example",
    "HTTPS://evil.example/account",
    "http:evil.example",
    "http:/evil.example",
    "https:\\\\evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "mailto:a@b.example",
    "evil.example",
    "@evil.example",
    "?next=//evil.example",
    "/%2f/evil.example",
    "/%2fevil.example",
    "/%5cevil.example",
    "/%252fevil.example",
    "/account%0d%0aSet-Cookie:%20a=b",
    "/account\r\nLocation: https://evil.example",
    "/account\x00",
    "/.//evil.example",
    "/a/..//evil.example",
    "/\u2028/evil.example",
    "/\ufeff/evil.example",
    "/" + "a" * 3000,
]


@pytest.mark.check("C7")
@pytest.mark.parametrize("target", HOSTILE)
def test_a_redirect_never_leaves_the_site(target):
    assert safe_local(target, otherwise="/start") == "/start"


@pytest.mark.parametrize("target", ["", None])
def test_without_a_target_the_redirect_goes_where_it_was_told(target):
    assert safe_local(target) == "/"


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/account",
        "/directory?category=station&page=2",
        "/directory?search=crew%20seat",
        "/directory?source=https://example.org/a",
        "/countries/JP#steps",
        "/meetings/0192f1f0-0000-7000-8000-000000000000",
    ],
)
def test_a_path_of_this_site_is_kept_as_it_is(target):
    assert safe_local(target, otherwise="/start") == target
