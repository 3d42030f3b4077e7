"""Who sees what of an entry, tried on every page, export and feed there is: nothing here names a route.

One published entry carries a word of its own in each tier. Every address is then asked for by a reader of each
tier, and no answer may hold a word of a tier above: not a page, a count, a hit, a suggestion, a sheet or a paper.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from uuid import UUID

import pypdfium2
import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.core import clock
from app.directory.models import Entry
from app.directory.services.keep import index, keep_version, put
from app.directory.states import Tier, VersionKind
from tests.architecture.readers import Reader, address, cells
from tests.architecture.things import World
from tests.factories import accounts, directory, registration

WORDS = {Tier.REGISTERED: "quxregister", Tier.VETTED: "quxvetted", Tier.NDA: "quxsecrecy", Tier.GRANTED: "quxgranted"}
PUBLIC_WORD = "quxpublic"


@pytest.fixture
def marked(session: Session, world: World) -> Entry:
    """The world's published programme, with a word of its own in every tier."""
    entry = world.round.programmes[0]
    content = {
        **directory.REPORTED, **directory.WRITTEN, "name": entry.name, "lead_company": entry.lead_company,
        "summary": f"All may read {PUBLIC_WORD}.",
        "seeking": [{"kind": "equity", "band": "over_250m", "currency": "JPY", "instrument": WORDS[Tier.REGISTERED],
                     "terms": WORDS[Tier.VETTED]}],
        "contacts": [{"name": f"{WORDS[Tier.VETTED]} Reyes", "role": "", "email": f"{WORDS[Tier.VETTED]}@example.com"}],
        "milestones": [{"id": "1", "name": WORDS[Tier.NDA], "due": "2044", "done": "", "earlier": ["2043"]}],
        "partners": [{"name": WORDS[Tier.GRANTED], "countries": ["ZW"], "role": WORDS[Tier.GRANTED]}],
        "export_words": WORDS[Tier.NDA], "tiers": {"milestones": "nda", "partners": "granted", "export_words": "nda"},
    }  # fmt: skip
    put(entry, content, now=clock.now())
    index(session, entry)
    owner = world.company.user_id
    keep_version(
        session, entry, VersionKind.PUBLISHED, content, author_id=owner, now=clock.now(), attested_by=owner,
        attested_at=clock.now(), attestation="2026-11",
    )  # fmt: skip
    session.flush()
    return entry


def readers(world: World) -> dict[str, tuple[UUID | None, Tier]]:
    """Return who reads, and the highest tier of which they may learn anything."""
    return {
        "the public": (None, Tier.PUBLIC),
        "somebody signed in": (accounts.user(world.session).id, Tier.REGISTERED),
        "a member of another company": (world.outsider(), Tier.REGISTERED),
        "an admitted partner": (registration.registration(world.session).user_id, Tier.VETTED),
    }


def addresses(app: Flask, world: World, entry: Entry) -> Iterator[str]:
    """Yield every address that can be read, with the marked entry wherever an entry is asked for."""
    for rule, method in cells(app):
        if method == "GET" and rule.endpoint != "static":
            values = {name: thing.value for name, thing in world.things(rule).items()}
            if "key" in values and not rule.endpoint.startswith("regulatory."):
                values["key"] = entry.key
            yield address(app, rule, values)
    for word in (PUBLIC_WORD, *WORDS.values()):
        for asked in (word, word[:-2], word[1:], f"{word[:4]}{word[5:]}"):  # whole, as a prefix, and misspelled
            yield f"/directory?q={asked}"
            yield f"/directory/suggest?q={asked}"
    for narrowed in ("band=over_250m", "currency=JPY", "country=ZW", "launch=2044", "launch=2040-", "sort=amount"):
        yield f"/directory?{narrowed}"
    yield f"/directory/compare?entry={entry.key}"


def told(answer: TestResponse, path: str) -> str:
    """Return everything an answer says, also inside of sheets and papers, without the words that were asked for."""
    body = answer.get_data()
    kind = answer.mimetype
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as sheet:
            return " ".join(sheet.read(name).decode("utf-8", "replace") for name in sheet.namelist())
    if kind == "application/pdf":
        return " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(body))
    said = body.decode("utf-8", "replace")
    asked = re.search(r"[?&]q=(\w+)", path)
    return re.sub(rf"\b{asked[1]}\b", "", said) if asked else said


@pytest.mark.check("D5")
@pytest.mark.check("D6")
def test_no_answer_holds_a_word_of_a_higher_tier(app, session, world, marked, reader):
    asked = list(addresses(app, world, marked))
    assert len(asked) > 150
    faults, heard = [], set()
    for who, (user_id, tier) in readers(world).items():
        asks: Reader = reader(user_id)
        for path in asked:
            answer = asks.ask("GET", path)
            said = told(answer, path) + str(answer.headers)
            faults += [f"{who}: {path} says {word}" for above, word in WORDS.items() if above > tier and word in said]
            heard |= {word for word in (PUBLIC_WORD, *WORDS.values()) if word in said}
    assert not faults, "\n".join(faults)
    assert {PUBLIC_WORD, WORDS[Tier.REGISTERED], WORDS[Tier.VETTED]} <= heard  # the test can hear


@pytest.mark.check("D6")
@pytest.mark.parametrize("word", list(WORDS.values()))
def test_searching_for_a_hidden_word_answers_as_searching_for_any_other(app, session, world, marked, reader, word):
    asks: Reader = reader(None)
    for path in ("/directory?q={}", "/directory/suggest?q={}"):
        hidden, unknown = (asks.ask("GET", path.format(one)) for one in (word, "zzunheardof"))
        assert _without(hidden, word) == _without(unknown, "zzunheardof")


def _without(answer: TestResponse, word: str) -> tuple[int, str]:
    """Return an answer without what was asked for and what no two answers share."""
    said = answer.get_data(as_text=True).replace(word, "")
    return answer.status_code, re.sub(r'(nonce|value|content)="[^"]*"', "", said)
