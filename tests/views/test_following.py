"""Pages of following, and the pictures, comparison and feeds of the directory, as their readers meet them."""

import io
import json
import re

import pytest
from lxml import etree
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.accounts.queries import members
from app.core import audit
from app.core.access import Role
from app.core.audit import AuditEntry
from app.directory.states import EntryState
from app.following.models import Digest, EntryNote, EntryTag, Follow, SavedSearch
from app.following.rules.stop_links import Stop, stop_token
from app.following.states import MailKind, Often
from tests.factories import accounts, regulatory
from tests.factories import directory as entries
from tests.factories import following as make
from tests.factories import registration as registrations
from tests.pages import NS

MARK = "planted-marker-7Q"


@pytest.fixture
def market(session):
    """A member of a trading house, a published station and a reported vehicle."""
    regulatory.load_shipped(session, "countries", "topics")
    member = accounts.member(session)
    company = accounts.company(session)
    accounts.member(session, organization=company, role=Role.COMPANY_OWNER)
    station = entries.published(session, organization=company, key="perigee", name="Perigee")
    vehicle = entries.entry(session, key="courier", name="Courier", category="cargo_vehicle", us_state="CA")
    session.flush()
    return member, station, vehicle


@pytest.fixture
def signed_in(signed_in):
    """Return somebody signed in who has opened the directory, and so has a token for forms."""

    def enter(user_id):
        visitor = signed_in(user_id)
        visitor.get("/directory")
        return visitor

    return enter


def test_a_search_is_kept_changed_and_dropped(session, market, signed_in):
    member, _station, _vehicle = market
    visitor = signed_in(member.user_id)
    page = visitor.get("/saved-searches/new?category=station&page=7")
    assert "Category: Station" in page.text
    visitor.post("/saved-searches/new?category=station&page=7", {"name": "Stations", "often": "daily"})
    kept = session.scalars(select(SavedSearch)).one()
    assert (kept.query, kept.often) == ("category=station", Often.DAILY)
    page = visitor.get(f"/saved-searches/{kept.id}")
    assert "Finds 1 entry now, 0 of them new" in page.html.replace("\n", " ")
    again = visitor.post("/saved-searches/new?stage=design", {"name": "Stations", "often": "daily"}, status=422)
    assert "a search of that name already" in again.text
    visitor.post(f"/saved-searches/{kept.id}", {"name": "Stations abroad", "often": "never"})
    assert "Stations abroad" in visitor.get("/saved-searches").text
    visitor.post(f"/saved-searches/{kept.id}/drop", {})
    assert "No saved search yet" in visitor.get("/saved-searches").text


def test_new_finds_are_shown_and_taken_as_seen(session, market, signed_in):
    member, _station, _vehicle = market
    search = make.search(session, user_id=member.user_id)
    entries.published(session, key="new-one", name="Newcomer")
    session.flush()
    visitor = signed_in(member.user_id)
    assert "Newcomer" in visitor.get(f"/saved-searches/{search.id}").text
    assert "1 marked as seen" in visitor.post(f"/saved-searches/{search.id}/seen", {}, follow=True).text
    assert "Nothing is new" in visitor.get(f"/saved-searches/{search.id}").text


def test_somebody_follows_notes_and_tags_and_finds_all_of_it_in_the_own_list(session, market, signed_in):
    member, station, _vehicle = market
    visitor = signed_in(member.user_id)
    organization = str(member.organization_id)
    assert "You follow Perigee" in visitor.post("/directory/perigee/follow", {"event": "follow"}, follow=True).text
    visitor.post("/directory/perigee/notes", {"organization": organization, "text": "Ask about the **airlock**."})
    visitor.post("/directory/courier/tags", {"organization": organization, "tag": "  Cargo  Run", "event": "hang"})
    both = visitor.get("/my-list").text
    assert "Perigee" in both
    assert "Courier" in both
    assert "Perigee" not in visitor.get("/my-list?tag=cargo+run").text
    assert "Courier" not in visitor.get("/my-list?q=airlock").text
    assert "Perigee" in visitor.get("/my-list?q=airlock").text
    assert "Courier" not in visitor.get("/my-list?kept=followed").text
    assert "1 note" in visitor.get("/directory/perigee").text
    visitor.post("/directory/courier/tags", {"organization": organization, "tag": "cargo run", "event": "take"})
    visitor.post("/directory/perigee/follow", {"event": "stop", "next": "/my-list"})
    assert session.scalars(select(EntryTag)).all() == []
    assert session.scalars(select(Follow)).all() == []
    visitor.post("/my-list/digest", {"often": "daily"})
    assert session.get_one(Digest, member.user_id).often is Often.DAILY
    note = session.scalars(select(EntryNote)).one()
    assert note.entry_id == station.id
    visitor.post(f"/team-notes/{note.id}", {"text": "Asked."})
    assert "Asked." in visitor.get("/directory/perigee/notes").text
    visitor.post(f"/team-notes/{note.id}/remove", {})
    assert session.scalars(select(EntryNote)).all() == []


@pytest.mark.check("D5")
@pytest.mark.check("D6")
def test_what_a_team_keeps_is_seen_by_nobody_else_on_any_page(session, market, signed_in):
    member, station, _vehicle = market
    place = session.get_one(accounts.Organization, member.organization_id)
    note = make.note(session, entry=station, organization=place, user_id=member.user_id, text=MARK)
    mine, tag = signed_in(member.user_id), f"{MARK}-tag".casefold()
    mine.post("/directory/perigee/tags", {"organization": str(place.id), "tag": tag, "event": "hang"})
    assert MARK in mine.get("/directory/perigee/notes").html
    colleague = accounts.member(session, organization=place, role=Role.PARTICIPANT)
    assert MARK in signed_in(colleague.user_id).get("/my-list").html
    others = [accounts.member(session).user_id, accounts.staff(session, Role.ORGANIZER, Role.REVIEWER).id]
    others.append(accounts.person_with(session, Role.COMPANY_OWNER))
    paths = ["/my-list", f"/my-list?q={MARK}", f"/my-list?tag={tag}", "/directory/perigee", "/directory/perigee/notes"]
    for user_id in others:
        visitor = signed_in(user_id)
        for path in paths:
            shown = visitor.get(path).html.casefold().replace(f'value="{MARK.casefold()}"', "")
            assert MARK.casefold() not in shown, path
        visitor.get(f"/team-notes/{note.id}", status=404)


def test_only_who_wrote_a_note_changes_it(session, market, signed_in):
    member, station, _vehicle = market
    place = session.get_one(accounts.Organization, member.organization_id)
    note = make.note(session, entry=station, organization=place, user_id=member.user_id)
    colleague = signed_in(accounts.member(session, organization=place, role=Role.PARTICIPANT).user_id)
    page = colleague.post(f"/team-notes/{note.id}", {"text": "Mine now."}, follow=True)
    assert "Only who wrote a note" in page.html
    colleague.post(f"/team-notes/{note.id}/remove", {}, follow=True)
    assert session.get(EntryNote, note.id) is not None


def test_a_company_learns_a_number_and_never_a_small_one(session, market, signed_in):
    _member, station, _vehicle = market
    owner = members(session, station.organization_id)[0].user_id
    for _ in range(4):
        make.follow(session, station)
    session.flush()
    assert "Fewer than 5 people follow" in signed_in(owner).get("/directory/perigee").text
    make.follow(session, station)
    session.flush()
    assert "5 people follow this entry" in signed_in(owner).get("/directory/perigee").text


def test_a_link_in_a_mail_asks_first_and_a_mail_program_may_answer(app, session, market):
    member, _station, _vehicle = market
    search = make.search(session, user_id=member.user_id)
    session.flush()
    secret = app.extensions["settings"].secret_key
    path = f"/stop-mail/{stop_token(Stop(MailKind.SEARCH, search.id), secret)}"
    client = app.test_client()
    assert client.get(path).status_code == 200
    session.refresh(search)
    assert search.often is Often.DAILY
    sent = {"List-Unsubscribe": "One-Click"}
    assert client.post(path, data=sent, headers={"Origin": "https://mail.example"}).status_code == 200
    session.refresh(search)
    assert search.often is Often.NEVER
    assert client.post("/stop-mail/forged", data=sent).status_code == 404


@pytest.mark.check("D5")
def test_four_entries_stand_side_by_side_as_far_as_the_reader_may_see(session, market, visitor, signed_in):
    member, _station, _vehicle = market
    path = "/directory/compare?entry=perigee&entry=courier&entry=none&entry=perigee"
    page = visitor.get(path)
    assert [
        words for words in ("Perigee", "Courier", "Differs", "All the same", "Not stated") if words not in page.text
    ] == []
    assert "from 10" not in page.text.casefold()
    assert "$10M" not in page.text
    assert "dana@example.com" not in page.html
    registered = signed_in(member.user_id).get(path)
    assert "dana@example.com" not in registered.html
    vetted = registrations.registration(session)
    session.flush()
    assert "dana@example.com" in signed_in(vetted.user_id).get(path).html


def test_a_comparison_is_put_together_with_buttons(market, visitor):
    visitor.get("/directory")
    visitor.post("/directory/compare/choose", {"add": "perigee", "next": "/directory"})
    visitor.post("/directory/compare/choose", {"add": "courier", "next": "/directory"})
    assert "Compare 2 entries" in visitor.get("/directory").text
    assert visitor.get("/directory/compare", follow=True).path == "/directory/compare"
    gone = visitor.post("/directory/compare/choose", {"drop": "courier", "next": "/directory/compare?entry=x"})
    assert gone.path.endswith("/directory/compare?entry=perigee")
    for key in ("a", "b", "c"):
        visitor.post("/directory/compare/choose", {"add": key})
    full = visitor.post("/directory/compare/choose", {"add": "d"}, follow=True)
    assert "You compare 4 entries already" in full.html


@pytest.mark.check("D5")
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_taken_away_is_what_its_reader_may_see_and_stands_on_the_record(session, market, signed_in, kind):
    entries.published(
        session, key="marked", name="=cmd|' /C calc'!A0",
        contacts=[{"name": f"{MARK}-contact", "role": "", "email": "m@example.org"}],
        seeking=[{"kind": "equity", "band": "from_10m_to_50m", "currency": "USD", "instrument": f"{MARK}-instrument",
                  "terms": f"{MARK}-terms"}],
    )  # fmt: skip
    session.flush()
    registered = signed_in(accounts.member(session).user_id)
    vetted = signed_in(registrations.registration(session).user_id)
    for visitor, may_see in ((registered, [True, False]), (vetted, [True, True])):
        for path in (f"/directory/export/{kind}?category=station", f"/directory/compare/{kind}?entry=marked"):
            answer = visitor.client.post(path, data={"csrf_token": visitor.csrf_token})
            assert answer.status_code == 200
            text = _sheet_text(answer.data, kind)
            assert [f"{MARK}-instrument" in text, f"{MARK}-terms" in text] == may_see, path
            assert f"{MARK}-contact" not in text
            assert "\n=cmd" not in text
            assert "'=cmd" in text or "=cmd" not in text.replace("'=cmd", "")
    audit.write_waiting(session)
    taken = session.scalars(select(AuditEntry.action).where(AuditEntry.action.endswith(".exported"))).all()
    assert {"directory.exported", "comparison.exported"} <= set(taken)
    registered.client.post("/directory/export/ods", data={"csrf_token": registered.csrf_token})


def _sheet_text(data: bytes, kind: str) -> str:
    if kind == "csv":
        return data.decode("utf-8-sig")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    return "\n".join("\t".join(map(str, row)) for row in rows)


def test_an_unknown_kind_of_sheet_is_not_found(session, market, signed_in):
    visitor = signed_in(market[0].user_id)
    visitor.post("/directory/export/ods", {}, status=404)
    visitor.post("/directory/compare/ods?entry=perigee", {}, status=404)


SVG = "{http://www.w3.org/2000/svg}"


def test_the_timeline_says_in_its_picture_what_its_table_says(session, visitor):
    entries.published(
        session, key="slipped", name="Slipped", target_first_launch="2031",
        milestones=[{"id": "a", "name": "Module", "due": "2031-06", "done": "", "earlier": ["2029"]}],
    )  # fmt: skip
    entries.entry(session, key="soon", name="Soon", target_first_launch="2027 or 2028")
    entries.entry(session, key="unsaid", name="Unsaid", target_first_launch="to be announced")
    session.flush()
    page = visitor.get("/directory/timeline")
    rows = {
        row.find(f"{NS}th/{NS}a").get("href").rsplit("/", 1)[1]: "".join(row.findall(f"{NS}td")[0].itertext())
        for row in page.tree.iter(f"{NS}tr") if row.find(f"{NS}th/{NS}a") is not None
    }  # fmt: skip
    assert rows == {"slipped": "2031", "soon": "2027 to 2028"}
    drawn = {g.get("data-key"): g.find(f"{SVG}rect/{SVG}title").text for g in page.tree.iter(f"{SVG}g")}
    assert {key: words.rsplit(": ", 1)[1] for key, words in drawn.items()} == rows
    assert "slipped from 2029" in page.text
    assert "Unsaid: to be announced" in page.text
    assert "after 2030" in page.text


def test_the_map_says_in_its_pictures_what_its_tables_and_a_count_say(session, market, visitor):
    entries.entry(session, key="third", name="Third", us_state="TX", partner_countries=["JP", "SG"])
    entries.entry(session, key="abroad", name="Abroad", us_state="", partner_countries=[])
    session.flush()
    page = visitor.get("/directory/map")
    tables = [_numbers(table) for table in page.tree.iter(f"{NS}table")]
    assert tables == [{"Texas": 2, "California": 1}, {"Japan": 3, "Singapore": 1}]
    pictures = [
        dict(_place(link.get("aria-label")) for link in svg.iter(f"{SVG}a")) for svg in page.tree.iter(f"{SVG}svg")
        if svg.get("class") == "map-picture"
    ]  # fmt: skip
    assert pictures == tables
    assert any("us_state=TX" in href for href in page.links().values())


def _numbers(table) -> dict[str, int]:
    rows = [row for row in table.iter(f"{NS}tr") if row.find(f"{NS}td") is not None]
    return {row.find(f"{NS}th/{NS}a").text: int(row.find(f"{NS}td").text) for row in rows}


def _place(label: str) -> tuple[str, int]:
    name, _, count = label.rpartition(": ")
    return name, int(count)


@pytest.mark.check("D5")
def test_feeds_tell_only_what_everyone_may_see_and_are_kept_until_something_changes(session, market, visitor):
    entries.published(
        session, key="marked", name="Marked",
        seeking=[{"kind": "equity", "band": None, "currency": "USD", "instrument": MARK, "terms": MARK}],
    )  # fmt: skip
    session.flush()
    answer = visitor.client.get("/directory/feed.atom")
    assert answer.content_type.startswith("application/atom+xml")
    tree = etree.fromstring(answer.data)
    assert len(tree.findall("{http://www.w3.org/2005/Atom}entry")) == 3
    said = json.loads(visitor.client.get("/directory/feed.json").data)
    assert {item["title"] for item in said["items"]} >= {"Marked: New in the directory."}
    assert MARK not in answer.text + json.dumps(said)
    again = visitor.client.get("/directory/feed.atom", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert answer.headers["Last-Modified"]


@pytest.mark.check("D5")
def test_a_public_page_says_of_itself_only_what_everyone_may_see(session, market, visitor, signed_in):
    entries.published(
        session, key="marked", name="Marked </script> & Co",
        seeking=[{"kind": "equity", "band": None, "currency": "USD", "instrument": MARK, "terms": MARK}],
    )  # fmt: skip
    session.flush()
    for reader in (visitor, signed_in(registrations.registration(session).user_id)):
        html = reader.get("/directory/marked").html
        head = html[: html.index("</head>")]
        assert MARK not in head
        linked = json.loads(re.search(r'ld\+json" nonce="[^"]+">(.*?)</script>', head, re.S)[1])
        assert linked["about"]["name"] == "Marked </script> & Co"
        assert 'rel="canonical" href="http://127.0.0.1:8000/directory/marked"' in head
        assert 'property="og:title"' in head


def test_the_map_of_the_site_names_what_everyone_may_see(session, market, visitor):
    entries.entry(session, key="hidden", state=EntryState.WITHDRAWN)
    session.flush()
    text = visitor.client.get("/sitemap.xml").text
    assert "/directory/perigee</loc>" in text
    assert "/directory/hidden" not in text


def test_a_saved_search_names_the_country_it_asks_for(signed_in, session):
    registrations.countries(session)
    person = make.search(session, query="country=JP").user_id
    page = signed_in(person).get("/saved-searches")
    assert "Japan" in page.text
    assert ": JP" not in page.text
