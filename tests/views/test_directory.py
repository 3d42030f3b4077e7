"""Pages of the directory, as each kind of reader meets them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from app.core import clock, reference
from app.core.access import Role
from app.core.db import Database
from app.core.sheets import open_sheet
from app.directory.rules import RESERVED_KEYS
from app.directory.states import EntryState
from app.documents.states import Purpose
from app.regulatory.states import Participation
from tests.conftest import ROOT
from tests.factories import accounts as people
from tests.factories import directory as make
from tests.factories import documents
from tests.factories import registration as registrations
from tests.pages import NS

MARK = "Xyzzymark"


@contextmanager
def counted(app) -> Iterator[list[str]]:
    """Collect the statements sent to the database, savepoints of the test apart."""
    said: list[str] = []
    engine = app.extensions["database"].engine
    assert isinstance(app.extensions["database"], Database)

    def note(connection, cursor, statement, *rest):
        if "SAVEPOINT" not in statement:
            said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def real(session):
    """The reference data that the project ships."""
    for kind in ("countries", "topics", "destinations"):
        prepared = reference.prepare(reference.LOADERS[kind], ROOT / "app" / "reference")
        reference.load(session, prepared, now=clock.now())
    session.flush()


def company_person(session, role=Role.COMPANY_OWNER, *, organization=None):
    organization = organization or people.company(session)
    return organization, people.member(session, organization=organization, role=role).user_id


def written(entry, **changes):
    """What the edit form sends for an entry."""
    form = {
        "revision": str(entry.revision), "attestation": "2026-11", "attested": "y", "name": entry.name,
        "lead_company": entry.lead_company, "us_state": "TX", "category": "station", "stage": "design",
        "stage_group": "design", "summary": "A station for four.", "openings": ["equity"],
        "seeking-0-kind": "equity", "seeking-0-wanted": "y", "seeking-0-band": "over_250m", "seeking-0-currency": "USD",
        "contacts-0-name": "Dana Reyes", "contacts-0-email": "dana@example.com", "sources": "https://example.com/a\nhttps://example.com/b",
    }  # fmt: skip
    return {**form, **changes}


def test_the_directory_shows_the_38_real_entries_as_reported_and_not_confirmed(app, visitor, real):
    with counted(app) as said:
        page = visitor.get("/directory")
    assert "Showing 1 to 24 of 38" in page.text
    assert page.text.count("not confirmed by the company") == 24
    assert len(said) <= 15
    rest = visitor.get("/directory?page=2&layout=table")
    assert "Showing 25 to 38 of 38" in rest.text


def test_filters_live_in_the_address_and_their_counts_are_true(visitor, real):
    page = visitor.get("/directory?category=station&participation=seat&sort=newest")
    boxes = {
        (box.get("name"), box.get("value")) for box in page.tree.iter(f"{NS}input") if box.get("checked") is not None
    }
    assert boxes == {("category", "station"), ("participation", "seat")}
    rows = open_sheet(ROOT / "app" / "reference" / "destinations.csv").rows(needs=("category",))
    found = [r for r in rows if r.cells["category"] == "station" and "crew_seat" in r.cells["partner_openings"]]
    assert f"of {len(found)}" in page.text
    assert f"Crew seat ({len(found)} found)" in page.text
    table = visitor.get("/directory?category=station&layout=table")
    assert "not confirmed by the company" in table.text
    assert "category=station" in table.links()["Show as cards"]


def test_search_finds_in_any_case_and_says_what_to_do_when_nothing_fits(visitor, real):
    assert "Haven-1 Lab" in visitor.get("/directory?q=HAVEN+vast").text
    assert "Search for fewer words" in visitor.get("/directory?q=nosuchthing").text


@pytest.mark.check("E10")
def test_values_that_mean_nothing_are_left_out(visitor, real):
    page = visitor.get("/directory?category=castle&page=x&sort=zz&layout=%00&country=japan&q=" + "%25" * 400)
    assert page.status == 200


@pytest.mark.check("E10")
def test_characters_that_no_text_holds_break_nothing(visitor, signed_in, session):
    company, owner = company_person(session)
    entry = make.entry(session, state=EntryState.DRAFT, organization=company)
    visitor.get("/directory?q=%00&country=%00%00")
    visitor.get("/directory/%00", status=404)
    writer = signed_in(owner)
    writer.get(f"/directory/{entry.key}/edit")
    writer.post(f"/directory/{entry.key}/edit", written(entry, summary="A\x00 station.\x07"))
    writer.post(f"/directory/{entry.key}/edit", written(entry, revision="9" * 5000), status=422)
    assert "A station." in writer.get(f"/directory/{entry.key}/edit").html


def test_an_entry_names_its_sources_and_marks_what_is_inferred(visitor, real):
    page = visitor.get("/directory/haven-1-lab")
    assert page.heading == "Haven-1 Lab"
    assert "As reported on a date not given, not confirmed by the company" in page.text
    assert "Our reading The company has not stated these." in page.text
    assert "Read in press or other secondary sources" in page.text
    assert "page undated in the copy read" in page.text
    assert "https://africaflying.com/vast-signs-three-more-payload-partners-for-haven-1" in page.links().values()
    visitor.get("/directory/starlab")


def test_every_real_entry_has_a_sound_page(visitor, real):
    found = visitor.get("/directory?layout=table").links() | visitor.get("/directory?layout=table&page=2").links()
    entries = {href for href in found.values() if re.fullmatch(r"/directory/[a-z0-9-]+", href)}
    entries -= {f"/directory/{key}" for key in RESERVED_KEYS}
    assert len(entries) == 38
    for href in sorted(entries):
        visitor.get(f"{href}?country=DE")


def test_policy_steps_are_for_the_country_and_kind_asked_for(app, visitor, real):
    assert "Choose the partner's country" in visitor.get("/directory/starlab").text
    with counted(app) as said:
        page = visitor.get(f"/directory/starlab?country=JP&participation={Participation.EQUITY}")
    assert "Policy steps for Japan" in page.text
    for words in (
        "Who decides",
        "What triggers it",
        "How long",
        "planning allowance",
        "What to bring",
        "as of",
        "Not legal advice.",
    ):
        assert words in page.text
    assert len(said) <= 15


def test_policy_steps_begin_with_the_country_of_the_readers_organization(signed_in, session, real):
    member = people.member(session, organization=people.organization(session, country="LU"))
    assert "Policy steps for Luxembourg" in signed_in(member.user_id).get("/directory/starlab").text


def test_a_hidden_or_unknown_entry_answers_not_found(visitor, session):
    hidden = make.entry(session, state=EntryState.SUSPENDED)
    for key in (hidden.key, "nothing-here"):
        visitor.get(f"/directory/{key}", status=404)


def test_what_was_not_given_is_told_apart_from_what_is_kept_from_the_reader(visitor, signed_in, session):
    entry = make.published(session, seeking=make.seeking("equity", band="over_250m"))
    page = visitor.get(f"/directory/{entry.key}")
    assert 'data-label="Amount">Not shown<' in page.html
    assert 'data-label="Terms" class="text-wrap-anywhere">Not given<' in page.html
    page = signed_in(registrations.registration(session).user_id).get(f"/directory/{entry.key}")
    assert 'data-label="Amount">Over $250 million<' in page.html
    assert 'data-label="Instrument">Not given<' in page.html


@pytest.mark.check("D5")
@pytest.mark.check("D6")
def test_no_page_shows_a_reader_what_is_above_their_tier(visitor, signed_in, session):
    company, owner = company_person(session)
    entry = make.published(
        session, organization=company, seeking=make.seeking("equity", band="over_250m"),
        contacts=[{"name": f"{MARK} Reyes", "role": "", "email": f"{MARK.lower()}@example.com"}],
    )  # fmt: skip
    draft = make.entry(session, state=EntryState.DRAFT, name=f"{MARK} Draft", partner_countries=["ZW"])
    registered = people.member(session).user_id
    vetted = registrations.registration(session).user_id
    seen = {}
    for name, person in (("public", None), ("registered", registered), ("vetted", vetted), ("own", owner)):
        browser = visitor if person is None else signed_in(person)
        page = browser.get(f"/directory/{entry.key}")
        seen[name] = ("Over $250 million" in page.html, MARK in page.html)
        assert MARK not in browser.get("/directory").html
        listed = browser.get(f"/directory?q={MARK}").text
        assert ("0 programmes" in listed) is ("No programme fits" in listed) is (name != "vetted")
        assert (MARK.lower() in browser.client.get(f"/directory/suggest?q={MARK[:5]}").text) is False
        assert "ZW" not in browser.get("/directory").text
        browser.get(f"/directory/{draft.key}", status=404)
    assert seen == {
        "public": (False, False), "registered": (True, False), "vetted": (True, True), "own": (True, True),
    }  # fmt: skip


def test_a_company_claims_writes_and_publishes_its_entry_with_two_reviews(signed_in, session):
    entry = make.entry(session, name="Example Station")
    company, owner = company_person(session)
    writer, reviewer = signed_in(owner), signed_in(people.staff(session, Role.REVIEWER).id)
    writer.get(f"/directory/{entry.key}/claim")
    claim = {"organization": str(company.id), "proof": "Our own page names this station."}
    assert writer.post(f"/directory/{entry.key}/claim", claim).path == "/directory/mine"
    assert "Waiting for a reviewer" in writer.get("/directory/mine").text

    link = reviewer.get("/directory/claims").links()["Example Station"]
    reviewer.get(link)
    reviewer.post(link, {"event": "approve", "reason": "Their page says so."})
    session.expire_all()

    page = writer.get(f"/directory/{entry.key}/edit")
    assert "Before review, still fill in: Summary" in page.text
    writer.post(f"/directory/{entry.key}/edit", written(entry))
    assert "not confirmed by the company" in writer.get(f"/directory/{entry.key}").text
    writer.post(f"/directory/{entry.key}/move", {"event": "submit"})

    assert "Example Station" in reviewer.get("/directory/reviews").text
    page = reviewer.get(f"/directory/{entry.key}/review")
    assert "A station for four." in page.text
    assert "no technical data controlled by the ITAR" in page.text
    version = next(i.get("value") for i in page.tree.iter(f"{NS}input") if i.get("name") == "version")
    decision = {"decision": "publish", "reason": "Complete.", "version": version}
    assert reviewer.post(f"/directory/{entry.key}/review", decision).path == "/directory/reviews"
    assert "Confirmed by the company on 1 March 2027" in writer.get(f"/directory/{entry.key}").text
    assert "Version 3, published" in writer.get(f"/directory/{entry.key}/versions").text


def test_every_fault_of_a_form_is_told_at_once_and_nothing_typed_is_lost(signed_in, session):
    company, owner = company_person(session)
    entry = make.entry(session, state=EntryState.DRAFT, organization=company)
    writer = signed_in(owner)
    writer.get(f"/directory/{entry.key}/edit")
    page = writer.post(
        f"/directory/{entry.key}/edit",
        written(entry, inclination_deg="steep", sources="no address", name="", summary="Kept in spite of the faults"),
        status=422,
    )
    for said in (
        "enter a number of degrees from 0 to 180",
        "enter addresses that begin with https://",
        "Enter the name of the programme",
    ):
        assert said in page.text
    assert "Kept in spite of the faults" in page.html
    assert "steep" in page.html


def test_who_has_claimed_an_entry_reads_that_it_is_with_a_reviewer_instead_of_the_form(signed_in, session):
    company, owner = company_person(session)
    entry = make.entry(session)
    make.claim(session, entry=entry, organization=company)
    page = signed_in(owner).get(f"/directory/{entry.key}/claim")
    assert "Your claim is with a reviewer" in page.text
    assert "Send the claim" not in page.html


@pytest.mark.check("G1")
def test_saving_without_the_statement_is_refused_at_its_box(signed_in, session):
    company, owner = company_person(session)
    entry = make.entry(session, state=EntryState.DRAFT, organization=company)
    writer = signed_in(owner)
    writer.get(f"/directory/{entry.key}/edit")
    form = written(entry)
    del form["attested"]
    page = writer.post(f"/directory/{entry.key}/edit", form, status=422)
    assert "Tick the statement that this text holds no controlled technical data." in page.text
    page = writer.post(f"/directory/{entry.key}/edit", written(entry, attestation="old"), status=422)
    assert "holds no controlled technical data" in page.text


@pytest.mark.check("D7")
def test_posting_other_column_names_changes_nothing_else(signed_in, session):
    company, owner = company_person(session)
    entry = make.entry(session, state=EntryState.DRAFT, organization=company, confirmed=False)
    writer = signed_in(owner)
    writer.get(f"/directory/{entry.key}/edit")
    extra = {"state": "published", "confirmed_at": "2027-01-01", "organization_id": "", "key": "stolen",
             "verification": "company", "topic_keys": "x", "shown_since": "2027-01-01"}  # fmt: skip
    writer.post(f"/directory/{entry.key}/edit", written(entry, **extra))
    session.refresh(entry)
    assert (entry.state, entry.confirmed_at, entry.shown_since) == (EntryState.DRAFT, None, None)
    assert entry.organization_id == company.id


@pytest.mark.check("D3")
def test_another_companys_entry_is_not_found_with_every_write_route(signed_in, session):
    entry = make.published(session)
    _, outsider = company_person(session, organization=people.company(session, name="Other Works"))
    browser = signed_in(outsider)
    bodies = [browser.get(f"/directory/{key}/edit", status=404).text for key in (entry.key, "no-such-key")]
    assert len({body.split("Reference:")[0] for body in bodies}) == 1
    browser.get(f"/directory/{entry.key}/versions", status=404)
    for path, form in (("edit", written(entry)), ("move", {"event": "withdraw"}), ("news", {"event": "take"})):
        browser.post(f"/directory/{entry.key}/{path}", form, status=404)


@pytest.mark.check("D1")
def test_who_is_no_reviewer_meets_no_reviewing(signed_in, visitor, session):
    entry = make.published(session)
    browser = signed_in(company_person(session)[1])
    for path in ("claims", "reviews", f"{entry.key}/review"):
        browser.get(f"/directory/{path}", status=403)
    browser.post(f"/directory/{entry.key}/standing", {"event": "suspend", "reason": "x"}, status=403)
    assert visitor.client.get("/directory/mine").status_code in (302, 303, 401)


def test_a_reviewer_suspends_with_a_reason_and_the_page_is_gone(signed_in, visitor, session):
    entry = make.published(session)
    browser = signed_in(people.staff(session, Role.ORGANIZER).id)
    browser.get(f"/directory/{entry.key}/review")
    browser.post(f"/directory/{entry.key}/standing", {"event": "suspend", "reason": ""})
    visitor.get(f"/directory/{entry.key}")
    browser.post(f"/directory/{entry.key}/standing", {"event": "suspend", "reason": "Under question."})
    visitor.get(f"/directory/{entry.key}", status=404)
    assert "Reinstate as a draft" in browser.get(f"/directory/{entry.key}/review").html


def test_a_partner_who_opens_the_claim_page_is_told_who_can_claim(signed_in, session):
    entry = make.entry(session)
    browser = signed_in(people.member(session).user_id)
    assert "does not act for a U.S. company" in browser.get(f"/directory/{entry.key}/claim").text


def test_a_new_entry_starts_as_a_draft_of_the_company(signed_in, session):
    company, owner = company_person(session)
    browser = signed_in(owner)
    browser.get("/directory/new")
    form = {"organization": str(company.id), "name": "Lunar Relay", "category": "free_flyer"}
    assert browser.post("/directory/new", form).path == "/directory/lunar-relay/edit"
    assert "Nothing is shown" in browser.get("/directory/mine").text
    browser.post("/directory/new", {**form, "name": ""}, status=422)


def test_a_reviewer_is_led_to_where_the_held_file_of_a_claim_stands(session, signed_in):
    claim = make.claim(session)
    claim.file_id = documents.held(session, owner_id=claim.claimant_id, purpose=Purpose.CLAIM_PROOF).id
    session.flush()
    reviewer = signed_in(people.staff(session, Role.REVIEWER).id)
    page = reviewer.get(f"/directory/claims/{claim.id}")
    assert "not open to read: see where it stands" in page.text
    assert f"/files/{claim.file_id}" not in page.html, "it would answer that there is no such file"
    assert "study.pdf" in reviewer.get(f"/documents/held/{claim.file_id}").text


def test_more_rows_are_offered_in_the_list_that_asked_and_keep_what_was_typed(signed_in, session):
    company, owner = company_person(session)
    browser = signed_in(owner)
    browser.get("/directory/new")
    browser.post("/directory/new", {"organization": str(company.id), "name": "Ferry", "category": "free_flyer"})
    page = browser.post(
        "/directory/ferry/edit", {"more": "milestones", "milestones-0-name": "Design review"}, status=200
    )
    assert 'name="milestones-4-name"' in page.html
    assert 'name="contacts-2-name"' not in page.html
    assert 'value="Design review"' in page.html
    assert 'formaction="#milestones"' in page.html
