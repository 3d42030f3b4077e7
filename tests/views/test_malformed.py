"""Whatever stands in an address or a form, nobody sees the site break: odd queries on every page, junk in every field.

Routes come from the route map, fields from the forms on the pages: what is new is tried without editing this.
"""

import re
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import html5lib
import pytest
from flask import Flask, Request
from sqlalchemy.orm import Session
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.test import TestResponse

from app.core.access import STAFF, policy_for
from app.web import characters
from app.web.characters import without_unwritten
from tests.architecture import conftest as shared
from tests.architecture import test_access_matrix as matrix
from tests.architecture.things import World
from tests.factories.payments import desk
from tests.pages import NS

reader, world = shared.reader, shared.world


@pytest.fixture(autouse=True)
def provider(app: Flask) -> Iterator[None]:
    """Put a payment provider that answers beside the site."""
    with desk(app):
        yield


class Noted(ImmutableMultiDict[str, str]):
    """What stands in an address, noting which names a page looks for: all of them, when it goes through the whole."""

    asked: ClassVar[set[str]] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self.asked.add(str(name))
        return super().__contains__(name)

    def getlist(self, key: str, type: Any = None) -> list[Any]:  # noqa: A002
        self.asked.add(key)
        return super().getlist(key, type)

    def _whole(self) -> None:
        self.asked.update(super().keys())

    def __iter__(self) -> Iterator[str]:
        self._whole()
        return super().__iter__()

    def keys(self) -> Any:
        self._whole()
        return super().keys()

    def values(self) -> Any:
        self._whole()
        return super().values()

    def items(self, multi: bool = False) -> Any:
        self._whole()
        return super().items(multi)

    def lists(self) -> Any:
        self._whole()
        return super().lists()


class NotedRequest(Request):
    """A request that notes when a page reads its address as it is written."""

    @property
    def query_string(self) -> bytes:  # type: ignore[override]
        Noted.asked.add(WRITTEN)
        return self._written

    @query_string.setter
    def query_string(self, written: bytes) -> None:
        self._written = written


@pytest.fixture
def names_looked_for(app: Flask, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names that pages look for in their addresses, from now on."""

    def noted(sent: MultiDict[str, str]) -> Noted:
        Noted.asked.discard(WRITTEN)  # it was read for this, by no page
        return Noted(without_unwritten(sent))

    monkeypatch.setattr(Noted, "asked", set())
    monkeypatch.setattr(characters, "without_unwritten", noted)
    monkeypatch.setattr(app, "request_class", NotedRequest)
    return Noted.asked


SOURCES = Path(__file__).resolve().parents[2] / "app"
ASKED = re.compile(r"""(?:args\.get(?:list)?|_some|_one_of|_whole)\([^"\n]*"(\w+)\"""")
WHO = ["everything", "partner", "company"]
QUERIES = ["-1", "", "\x00", "9" * 40, "²", "%_\\' OR 1=1 --", "<b>{{ 7*7 }}</b>", "x" * 5_000]
JUNK = [
    "", "a\x00b", "-1", "9" * 40, "²", "1e309", "0000-00-00", "a\r\nBcc: x@example.org", "<b>{{ 7*7 }}</b>", "é" * 300,
    "x" * 100_000, "9" * 5_000,
]  # fmt: skip
AT_MOST = 12
LONG = 1000  # characters
WRITTEN = "(as it is written)"


def fault(ask: Callable[[], TestResponse], words: str) -> str | None:
    """Return what broke, None when the answer is one that a person can read."""
    try:
        answer = ask()
    except Exception as error:  # one page that breaks must not hide the others
        return f"{words}: {type(error).__name__}: {str(error)[:300]}"
    return f"{words}: {answer.status_code}" if answer.status_code >= 500 and answer.status_code != 503 else None


def addresses(app: Flask, world: World, who: str, *, posts: bool) -> list[str]:
    """Return the address of every page, or of every route that takes a form, that answers this reader with its own.

    Who holds every role tries all of them; the two sides try those that show each person something else.
    """
    wanted = [
        (rule, policy_for(app.view_functions[rule.endpoint], method))
        for rule, method in matrix.cells(app)
        if (method != "GET") is posts and rule.endpoint != "static"
    ]
    return [
        matrix.address(app, rule, {name: thing.value for name, thing in world.things(rule).items()})
        for rule, policy in wanted
        if who == "everything" or (policy and policy.signed_in and not (policy.roles and policy.roles <= STAFF))
    ]


def person(session: Session, world: World, who: str) -> UUID:
    """Return somebody who holds every role, or one of the two sides of the world."""
    if who == "everything":
        return matrix.everything(session, world)
    return world.partner.user_id if who == "partner" else world.company.user_id


def names_asked() -> list[str]:
    """Return the names under which pages read something from their address."""
    found = {name for file in SOURCES.rglob("*.py") for name in ASKED.findall(file.read_text())}
    assert {"page", "q", "sort", "state"} <= found
    return sorted(found)


@pytest.mark.check("E1")
@pytest.mark.check("E10")
@pytest.mark.parametrize("who", WHO)
def test_odd_and_repeated_queries_break_no_page(
    app: Flask, session: Session, world: World, reader, names_looked_for: set[str], who: str
):
    """A page that looks for nothing in its address is asked once; enormous values go to the names that a page reads."""
    asks = reader(person(session, world, who))
    paths, names = addresses(app, world, who, posts=False), names_asked()
    faults = []
    for path in paths:
        names_looked_for.clear()
        for value in QUERIES:
            sent = names if len(value) < LONG or WRITTEN in names_looked_for else sorted(names_looked_for)
            query = urlencode([(name, value) for name in sent for _ in range(2)])
            faults.append(fault(lambda p=path, q=query: asks.ask("GET", f"{p}?{q}"), f"{path} {value[:20]!r}"))
            if not names_looked_for:
                break
    assert not (found := list(filter(None, faults))), "\n".join(["", *found])


def forms(answer: TestResponse) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the address and the fields, as they stand, of each form that a page posts."""
    if answer.mimetype != "text/html":
        return
    for form in html5lib.parse(answer.get_data(as_text=True)).iter(f"{NS}form"):
        if form.get("method", "get").lower() == "post":
            named = [field for field in form.iter() if field.get("name") not in (None, "csrf_token")]
            yield form.get("action"), {field.get("name"): _value(field) for field in named}


def _value(field) -> str:
    options = [option.get("value", "") for option in field.iter(f"{NS}option")]
    return options[-1] if options else field.get("value") or field.text or ""


def tries(fields: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield forms with one kind of junk in all fields, then with two kinds in each field among sound ones.

    A long form has junk in every twelfth field at once: its fields are many, and the site renders all of them anew.
    """
    for junk in JUNK:
        yield f"all {junk[:20]!r}", dict.fromkeys(fields, junk)
    kinds, names = cycle(JUNK), list(fields)
    for start in range(min(AT_MOST, len(names))):
        some = names[start::AT_MOST]
        for junk in (next(kinds), next(kinds)):
            yield f"{some[0]} {junk[:20]!r}", {**fields, **dict.fromkeys(some, junk)}


@pytest.mark.check("E1")
@pytest.mark.check("E10")
@pytest.mark.parametrize("who", WHO)
def test_junk_in_any_field_breaks_no_form(app: Flask, session: Session, world: World, reader, who: str):
    asks = reader(person(session, world, who))
    shown: dict[str, dict[str, str]] = {}
    for path in addresses(app, world, who, posts=False):
        for action, fields in forms(asks.ask("GET", path)):
            shown.setdefault(urlsplit(action).path or path, {}).update(fields)
    every = {name: value for fields in shown.values() for name, value in fields.items()}
    assert len(shown) > 15
    faults = []
    for path in addresses(app, world, who, posts=True):
        for words, form in tries(shown.get(path, {})) if path in shown else [("all", dict.fromkeys(every, "\x00²"))]:
            sent = {**form, "csrf_token": asks.token}
            faults.append(fault(lambda p=path, s=sent: asks.send("POST", p, s), f"{path} {words}"))
    assert not (found := list(filter(None, faults))), "\n".join(["", *found])


@pytest.mark.check("K5")
def test_characters_that_no_text_holds_are_dropped_and_all_others_stay():
    sent = MultiDict(
        [("na\x00me", "A\x00da\x1b[2J \u202eoreM"), ("text", "two\r\nlines\tand é 東京 \u200e"), ("text", "")]
    )
    cleaned = list(without_unwritten(sent).items(multi=True))
    assert cleaned == [("name", "Ada[2J oreM"), ("text", "two\r\nlines\tand é 東京 \u200e"), ("text", "")]


def test_an_address_with_control_characters_leads_nowhere(visitor):
    for path in ("/directory/%00", "/directory/a%0Ab", "/topics/%1b"):
        visitor.get(path, status=404)
