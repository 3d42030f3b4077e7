"""Policy steps where they are met: on an entry, in lists, on paper."""

import io

import pikepdf
import pytest
from sqlalchemy import select

from app.accounts.models import Membership
from app.core import clock
from app.directory.papers import facts_of
from app.directory.queries import entry_row
from app.directory.states import EntryState
from app.regulatory import queries as regulatory
from app.regulatory.states import Participation
from tests.factories import accounts as people
from tests.factories import directory as make
from tests.factories import interest as interests
from tests.factories import matching
from tests.factories import regulatory as policy

STATION = ["ear_9x515", "cfius_tid_mandatory", "commercial_station_waiver_gap", "itar_usml_xv"]


@pytest.fixture
def station(session):
    policy.load_shipped(session)
    entry = make.entry(session, key="kestrel", name="Kestrel Station", topic_keys=STATION)
    session.flush()
    return entry


def partner(session, country="JP"):
    return people.member(session, organization=people.organization(session, country=country)).user_id


def test_an_entry_shows_every_kind_and_the_steps_of_the_chosen_one(visitor, session, station):
    page = visitor.get("/directory/kestrel?country=JP&participation=hardware")
    table = regulatory.policy_table(session, country="JP", topic_keys=STATION, participation=Participation.HARDWARE)
    for kind, found in table.by_kind.items():
        assert found.strictest_words in page.text, kind
    assert f"Hardware supply: {len(table.steps)} steps in this order" in page.text
    for step in table.steps:
        for words in (step.title, step.agency, step.authority, step.why, step.outcome_words, step.lead_time_words):
            assert " ".join(words.replace("source=unverified:", "not verified, check:").split()) in page.text, (
                step.title
            )
    assert "No total is given" in page.text
    assert "Not legal advice" in page.text


@pytest.mark.parametrize("person", ["nobody", "american"])
def test_who_has_no_country_of_their_own_chooses_one(visitor, signed_in, session, station, person):
    reader = signed_in(partner(session, "US")) if person == "american" else visitor
    page = reader.get("/directory/kestrel")
    assert "Choose the partner's country" in page.text
    assert "steps in this order" not in page.text
    assert "/directory/kestrel?" not in " ".join(page.links().values())


def test_a_list_has_the_line_of_each_entry_for_the_readers_country(visitor, signed_in, session, station):
    page = signed_in(partner(session)).get("/directory")
    line = regulatory.policy_summaries(session, "JP", [STATION])[0].words
    assert page.links()[line] == "/directory/kestrel?country=JP#policy"


def test_a_list_of_one_kind_has_the_line_of_that_kind_in_both_layouts(visitor, session, station):
    line = regulatory.policy_summaries(session, "JP", [STATION], Participation.EQUITY)[0].words
    for layout in ("cards", "table"):
        page = visitor.get(f"/directory?for=JP&participation=equity&layout={layout}")
        assert page.links()[line] == "/directory/kestrel?country=JP&participation=equity#policy"


def test_a_country_chosen_for_a_list_stays_while_one_pages_and_filters(visitor, session, station):
    assert "for=JP" in visitor.get("/directory?for=JP").links()["Show as table"]


def test_where_the_list_ends_the_words_are_about_the_rule_and_name_whom_to_ask(visitor, station):
    page = visitor.get("/directory/kestrel?country=IR&participation=hardware")
    assert "The list ends here for partners from Iran" in page.text
    assert "no judgement of you" in page.text
    assert "ask them first" in page.text


def test_the_page_for_paper_holds_title_date_entry_pair_and_all_steps(visitor, session, station):
    page = visitor.get("/directory/kestrel/policy?country=JP&participation=hardware")
    assert page.heading == "Policy steps: Kestrel Station and a partner from Japan"
    steps = regulatory.policy_steps(session, country="JP", topic_keys=STATION, participation=Participation.HARDWARE)
    assert all(step.title in page.text and step.why in page.text for step in steps)
    assert f"Printed on {clock.now().day} {clock.now():%B %Y}" in page.text


def test_the_page_for_paper_without_a_country_leads_to_where_one_is_chosen(visitor, station):
    page = visitor.get("/directory/kestrel/policy", status=303)
    assert page.status == 303


def test_the_pdf_says_the_same_as_the_page(visitor, session, station, now):
    row = entry_row(session, station.id)
    for kind in (None, *Participation):
        table = regulatory.policy_table(session, country="JP", topic_keys=STATION, participation=kind)
        facts = facts_of(row, table, kind, made_at=now)
        assert [step["title"] for step in facts["steps"]] == [step.title for step in table.steps]
        found = table.by_kind[kind] if kind else table.any_kind
        assert facts["lead"].startswith(found.range_words)


def test_a_signed_in_person_gets_the_pdf_and_nobody_else(visitor, signed_in, session, station):
    address = "/directory/kestrel/policy.pdf?country=JP&participation=hardware"
    assert visitor.client.get(address).status_code in (302, 303, 401)
    answer = signed_in(partner(session)).client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.data)) as opened:
        assert len(opened.pages) >= 2
    assert "policy-kestrel-jp-hardware.pdf" in answer.headers["Content-Disposition"]


def test_an_entry_nobody_may_see_has_no_steps_and_no_paper(signed_in, session):
    policy.load_shipped(session)
    hidden = make.entry(session, state=EntryState.DRAFT, confirmed=False)
    reader = signed_in(partner(session))
    for page in ("policy", "policy.pdf"):
        assert reader.client.get(f"/directory/{hidden.key}/{page}?country=JP").status_code == 404


def test_a_partners_interests_and_ranking_have_the_line_of_each_entry(signed_in, session):
    policy.load_shipped(session)
    round_ = matching.round_of(session, partners=1, programmes=1)
    entry, partner_id = round_.programmes[0], round_.partners[0].user_id
    house = session.scalars(select(Membership.organization_id).where(Membership.user_id == partner_id)).one()
    place = session.get_one(people.Organization, house)
    interests.interest(
        session, entry=entry, organization=place, user_id=partner_id, kind=Participation.EQUITY
    )  # fmt: skip
    reader = signed_in(partner_id)
    for address, kind in (("/interests", Participation.EQUITY), ("/ranking", None)):
        line = regulatory.policy_summaries(session, place.country, [entry.topic_keys], kind)[0]
        assert line.words in reader.get(address).links(), address
