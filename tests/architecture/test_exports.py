"""Lists of people leave the site only to somebody who proved within ten minutes who they are.

The routes are found by what their functions call, so that a new export is in here without editing this file.
"""

import inspect
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import CodeType, FunctionType
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.core import clock
from app.core.access import STAFF, Role, policy_for
from tests.architecture.things import World
from tests.factories import accounts
from tests.pages import Visitor

WRITERS = {"csv_text", "xlsx_bytes", "xlsxwriter"}
GUARD = "require_recent_sign_in"
NO_PEOPLE = {
    "delegations.template",  # headings and one made-up person
    "directory.export", "directory.compare_sheet",  # entries, without their contacts
}  # fmt: skip
OTHERS = {"door.badge_sheet"}  # a PDF: badges of many people, with the codes that let them in


def names_in(code: CodeType) -> set[str]:
    """Return what a function names, in what it defines inside too."""
    inner = (names_in(part) for part in code.co_consts if isinstance(part, CodeType))
    return set(code.co_names).union(*inner)


def reached(view: FunctionType) -> set[str]:
    """Return what a view names, itself and through functions of its own module."""
    found: set[str] = set()
    todo, seen = [view], {view}
    while todo:
        named = names_in(todo.pop().__code__)
        found |= named
        for name in named:
            other = view.__globals__.get(name)
            if isinstance(other, FunctionType) and other.__module__ == view.__module__ and other not in seen:
                seen.add(other)
                todo.append(other)
    return found


def exports(app: Flask) -> Iterator[tuple[Rule, FunctionType]]:
    """Yield the routes that hand out lists of people."""
    for rule in app.url_map.iter_rules():
        view = inspect.unwrap(app.view_functions[rule.endpoint])
        if not isinstance(view, FunctionType) or rule.endpoint in NO_PEOPLE:
            continue
        if rule.endpoint in OTHERS or reached(view) & WRITERS:
            yield rule, view


@pytest.mark.check("B7")
def test_every_export_asks_for_a_recent_sign_in(app: Flask):
    found = list(exports(app))
    known = {"door.export_attendance", "registration.export_travellers", "delegations.export", "door.badge_sheet"}
    assert known <= {rule.endpoint for rule, _view in found}, "the search for exports misses some"
    assert [rule.endpoint for rule, view in found if GUARD not in reached(view)] == []


def _holder(world: World, roles: frozenset[Role]) -> UUID:
    """Return somebody who holds one of the roles: the company of the world, or else of the staff."""
    role = sorted(roles)[0]
    return accounts.staff(world.session, role).id if role in STAFF else world.company.user_id


@pytest.mark.check("B7")
def test_an_old_sign_in_gets_no_export_and_a_new_one_does(
    app: Flask, session: Session, signed_in: Callable[[UUID], Visitor]
):
    world = World(session)
    for rule, _view in exports(app):
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        things = world.things(rule)
        owners = [owner for thing in things.values() for owner in thing.owners]
        policy = policy_for(app.view_functions[rule.endpoint], method)
        assert policy is not None
        reader_id = owners[0] if owners else _holder(world, policy.roles or frozenset())
        path = app.url_map.bind("localhost").build(rule.endpoint, {name: one.value for name, one in things.items()})
        session.commit()
        visitor = signed_in(reader_id)
        visitor.get("/")
        data = {"csrf_token": visitor.csrf_token} if method == "POST" else None
        fresh = visitor.client.open(path, method=method, data=data).status_code
        assert fresh in ((200, 404) if rule.endpoint in OTHERS else (200,)), rule.endpoint  # 404: not printed yet
        clock.advance(timedelta(minutes=11))
        answer = visitor.client.open(path, method=method, data=data)
        assert answer.status_code == 303, rule.endpoint
        assert "confirm-identity" in answer.headers["Location"], rule.endpoint
