"""A directory with thousands of made-up entries, and the addresses whose cost is measured; for scripts/bench-directory.

Rows are written directly, as the services would have left them; the index is made by its own service.
"""

import random
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from app.accounts.models import Organization, User
from app.accounts.rules import folded
from app.accounts.services import start_session
from app.accounts.states import OrganizationKind
from app.core import clock
from app.core.db import transaction
from app.directory import rules, services
from app.directory.models import Entry
from app.directory.services.keep import put
from app.directory.states import Category, EntryState, ExportClass, Orbit, Platform, Sought, StageGroup, Verification
from app.regulatory.states import Opening
from tests.factories import accounts, regulatory
from tests.factories import directory as make

SYLLABLES = ["ar", "be", "cor", "dan", "el", "fir", "gal", "hal", "is", "jun", "kel", "lor", "mir", "nov", "or", "pel",
             "qui", "ras", "sol", "tar", "ul", "ven", "wex", "yor", "zen"]  # fmt: skip
WORDS = [
    "station", "module", "capsule", "crew", "cargo", "return", "laboratory", "research", "microgravity", "payload",
    "docking", "power", "thermal", "orbit", "service", "vehicle", "commercial", "design", "review", "launch", "partner",
    "facility", "biology", "crystal", "fiber", "platform", "habitat", "airlock", "sample",
]  # fmt: skip
COUNTRIES = ["JP", "DE", "FR", "IT", "GB", "KR", "AE", "IN", "CA", "AU", "LU", "NO", "SE", "ES", "NL", "CH", "SA", "SG"]
ADDRESSES: dict[str, str] = {
    "directory, cards": "/directory",
    "directory, table, page 40": "/directory?layout=table&page=40",
    "one filter": "/directory?category=station",
    "five filters": "/directory?category=station&stage=design&country=JP&country=DE&launch=2029&sought=equity",
    "filters and order": "/directory?participation=equity&platform=iss&sort=launch",
    "search, a common word": "/directory?q=station",
    "search, two words": "/directory?q=research+capsule",
    "search, a phrase": "/directory?q=%22research+capsule%22",
    "search, a rare name": "/directory?q=made-up+1234",
    "search and filters": "/directory?q=station&category=station&country=JP",
    "search, misspelled": "/directory?q=labratory",
    "nothing fits": "/directory?q=station&category=programme&country=JP&stage=withdrawn&launch=1999",
    "suggestions": "/directory/suggest?q=sta",
}


def full_directory(app: Flask, count: int, people: int, organizations: int, *, seed: int = 1) -> UUID:
    """Make entries, people and organizations; return somebody who is signed in by `client_of`."""
    draw = random.Random(seed)
    with app.app_context():
        with transaction() as session:
            regulatory.load_shipped(session, "countries")
            reader = accounts.user(session, name="Reader").id
        houses, persons = [_house(n, draw) for n in range(organizations)], [_person(n) for n in range(people)]
        with transaction() as session:
            for table, rows in ((Organization, houses), (User, persons)):
                for start in range(0, len(rows), 1000):
                    session.execute(insert(table), rows[start : start + 1000])
            session.add_all(_entry(n, draw, houses) for n in range(count))
            session.flush()
            session.expunge_all()
            services.reindex(session)
    return reader


def client_of(app: Flask, user_id: UUID | None) -> FlaskClient:
    """Return a browser, signed in if somebody is named."""
    client = app.test_client()
    if user_id is not None:
        with app.app_context(), transaction() as session:
            token = start_session(session, user_id, device="bench", address="127.0.0.1", now=clock.now())
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
    return client


def _house(n: int, draw: random.Random) -> dict[str, Any]:
    name = f"House {n:04d} {draw.choice(['Aerospace', 'Works', 'Systems'])}"
    return {"id": uuid4(), "name": name, "search_name": folded(name), "kind": OrganizationKind.US_COMPANY,
            "country": "US", "website": "", "created_at": clock.now()}  # fmt: skip


def _person(n: int) -> dict[str, Any]:
    name, email = f"Person {n}", f"person-{n}@example.org"
    return {"id": uuid4(), "name": name, "email": email, "search_text": folded(f"{name} {email}"),
            "time_zone": "UTC", "created_at": clock.now(), "email_verified_at": clock.now()}  # fmt: skip


def _word(draw: random.Random) -> str:
    return "".join(draw.choices(SYLLABLES, k=3)) if draw.random() < 0.3 else draw.choice(WORDS)


def _text(draw: random.Random, words: int) -> str:
    return " ".join(_word(draw) for _ in range(words)).capitalize()


def _entry(n: int, draw: random.Random, houses: list[dict[str, Any]]) -> Entry:
    confirmed = draw.random() < 0.5
    house = draw.choice(houses)
    kinds = draw.sample([kind.value for kind in Sought], draw.randint(1, 3)) if confirmed else []
    year = draw.randint(2026, 2034)
    content = {
        **rules.EMPTY, "name": f"Made-up {n} {_text(draw, 2)}", "lead_company": house["name"],
        "us_state": draw.choice(["TX", "CA", "FL", "CO", "WA", "VA", ""]),
        "category": draw.choice(list(Category)).value,
        "summary": _text(draw, 40) if confirmed else "", "stage": _text(draw, 6),
        "stage_group": draw.choice(list(StageGroup)).value, "orbit": draw.choice(["", *Orbit]),
        "platform": draw.choice(["", *Platform]), "target_first_launch": draw.choice(["", str(year)]),
        "milestones": [{"id": str(m), "name": _text(draw, 3), "due": str(year + m), "done": "", "earlier": []}
                       for m in range(draw.randint(0, 4))],
        "partners": [{"name": _text(draw, 2), "countries": [draw.choice(COUNTRIES)], "role": "investor"}
                     for _ in range(draw.randint(0, 4))],
        "partner_countries": draw.sample(COUNTRIES, draw.randint(0, 4)),
        "funding_facts": [{"fact": _text(draw, 12), "source": "", "as_of": "2026"} for _ in range(draw.randint(0, 3))],
        "foreign_participation": _text(draw, 15),
        "openings": draw.sample([o.value for o in Opening], draw.randint(0, 4)),
        "topic_keys": ["ear_9x515"], "sources": ["https://example.org/a"], "as_of": f"2026-{draw.randint(1, 12):02d}",
        "seeking": make.seeking(*kinds, band="from_10m_to_50m"), "export_class": draw.choice(["", *ExportClass]),
        "verification": Verification.COMPANY.value if confirmed else Verification.READ_SECONDARY.value,
    }  # fmt: skip
    made = Entry(
        key=f"made-up-{n}", state=EntryState.PUBLISHED if confirmed else EntryState.UNCLAIMED, created_at=clock.now(),
        organization_id=house["id"] if confirmed else None, shown_since=clock.now(),
        confirmed_at=clock.now() if confirmed else None,
    )  # fmt: skip
    put(made, content, now=clock.now())
    return made
