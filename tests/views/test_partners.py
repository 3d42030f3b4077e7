"""Pages of partners, as their own people, companies and strangers meet them."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import select

from app.accounts.models import Organization
from app.core.access import Role
from app.directory.models import Entry
from app.partners.models import Mandate, PartnerMark
from app.partners.states import Audience
from tests.factories import accounts as people
from tests.factories import directory as entries
from tests.factories import partners as make
from tests.factories import registration as registrations
from tests.pages import Visitor

SECRET = "Zinnober-Vorbehalt"
WHOLE = {
    "revision": "0", "name": "Hardware exports", "offers": ["hardware", "equity"], "seeks": ["crew_seat"],
    "currency": "JPY", "least": "under_1m", "most": "from_10m_to_50m", "stages": ["design"],
    "instruments": ["purchase"], "aims": ["industry"], "aims_words": "", "us_states": "tx, FL", "starts_on": "",
    "ends_on": "", "restrictions": ["no_lead"], "restrictions_words": "", "audience": "3", "ticket_audience": "1",
}  # fmt: skip


@dataclass
class Market:
    """An admitted partner, a company with a published entry whose owner is admitted too."""

    partner: UUID
    house: Organization
    owner: UUID
    company: Organization
    entry: Entry


@pytest.fixture
def market(session) -> Market:
    partner = people.user(session, name="Haruka Yamada")
    house = people.organization(session, name="Kibo Trading")
    summit = registrations.summit(session)
    registrations.registration(session, summit=summit, person=partner, organization=house)
    company = people.company(session)
    owner = people.user(session, name="Ada Moreno")
    people.member(session, organization=company, person=owner, role=Role.COMPANY_OWNER)
    registrations.registration(session, summit=summit, person=owner, organization=company)
    entry = entries.published(session, organization=company, name="Perigee Outpost")
    return Market(partner.id, house, owner.id, company, entry)


def whole(market, **changes):
    return {**WHOLE, "owner": str(market.partner), "intent": "activate", **changes}


def test_a_partner_writes_its_profile_and_a_vetted_company_reads_what_it_chose(signed_in, session, market):
    partner, company = signed_in(market.partner), signed_in(market.owner)
    page = partner.get("/our-profile", status=303)
    address = f"/organizations/{market.house.id}/profile"
    page = partner.get(address)
    assert "Seen by screeners and reviewers" in page.text
    said = {
        "revision": "0", "legal_name": "Kibo Trading K.K.", "about": SECRET, "languages": ["ja"], "sees_name": "3",
        "sees_legal_name": "1", "sees_website": "3", "sees_about": "3", "sees_languages": "3",
    }  # fmt: skip
    assert "Saved and confirmed" in partner.post(address, said, follow=True).text
    page = company.get("/partners")
    assert SECRET in page.text
    page = company.get(page.links()["Kibo Trading"])
    assert SECRET in page.text
    assert "Kibo Trading K.K." not in page.html, "the legal name is for organizers only"
    assert "Kibo Trading K.K." in partner.get(f"/partners/{market.house.id}").text
    partner.post(address, {**said, "revision": "1", "sees_name": "2"})
    assert SECRET not in company.get("/partners").html
    company.get(f"/partners/{market.house.id}", status=404)


def test_a_mandate_is_written_with_clear_errors_and_nothing_typed_is_lost(signed_in, session, market):
    partner = signed_in(market.partner)
    page = partner.get("/mandates/new")
    assert "Filled in from your application" in page.text
    page = partner.post("/mandates/new", whole(market, ends_on="2020-01-01", starts_on="2021-01-01"), status=422)
    assert "ends before it starts" in page.text
    assert "Hardware exports" in page.html
    page = partner.post("/mandates/new", whole(market, stages=["concept"], least="over_250m", most="over_250m"),
                        status=422)  # fmt: skip
    assert "Over ¥25 billion".lower() in page.text.lower()
    page = partner.post("/mandates/new", whole(market))
    mine = page.path
    page = partner.get(mine)
    assert "Active" in page.text
    assert "TX, FL" in page.text
    written = partner.post("/mandates/new", whole(market, name="Other", aims=[], aims_words="Jobs in Osaka."))
    assert "<dd>Jobs in Osaka." in partner.get(written.path).html
    page = partner.post(f"{mine}/move", {"event": "pause"}, follow=True)
    assert "Paused" in page.text


def test_a_draft_is_kept_and_activated_later(signed_in, session, market):
    partner = signed_in(market.partner)
    mine = partner.post("/mandates/new", whole(market, offers=[], seeks=[], intent="keep")).path
    page = partner.get(mine)
    assert "Before it can be active" in page.text
    page = partner.post(f"{mine}/edit", whole(market, revision="1"), follow=True)
    assert "Active" in page.text
    [made] = session.scalars(select(Mandate)).all()
    assert made.revision == 2


def test_what_fits_comes_with_reasons_and_follows_the_mandate(signed_in, session, market):
    partner = signed_in(market.partner)
    assert "A mandate comes first" in partner.get("/directory/for-us").text
    make.mandate(session, market.house, market.partner)
    page = partner.get("/directory/for-us")
    assert "Perigee Outpost" in page.text
    assert "not known" in page.text
    assert "Nothing fits these filters" in partner.get("/directory/for-us?q=nothing-like-it").text
    for odd in ("?stage=x&category=y&page=zz&mandate=1", f"?mandate={market.house.id}&page=99"):
        partner.get(f"/directory/for-us{odd}")


@pytest.mark.check("D6")
def test_the_private_list_is_seen_by_nobody_else(signed_in, session, market):
    partner, company = signed_in(market.partner), signed_in(market.owner)
    make.profile(session, market.house, market.partner)
    make.mandate(session, market.house, market.partner)
    page = partner.post(
        "/private-list", {"name": market.company.name, "kind": "keep_apart", "note": SECRET}, follow=True
    )
    assert SECRET in page.text
    seen = [company.get(path).html for path in (
        "/private-list", "/partners", f"/partners/{market.house.id}", f"/directory/{market.entry.key}", "/pipeline",
    )]  # fmt: skip
    assert not any(SECRET in html for html in seen)
    [row] = session.scalars(select(PartnerMark)).all()
    company.post(f"/private-list/{row.id}/remove", {}, status=404)
    assert "Taken off" in partner.post(f"/private-list/{row.id}/remove", {}, follow=True).text


def test_a_list_with_many_names_is_searched_narrowed_and_paged(signed_in, session, market):
    partner = signed_in(market.partner)
    for n in range(30):
        make.mark(session, market.house, market.partner, f"Works {n:02}")
    assert "Showing 1 to 25 of 30" in partner.get("/private-list").text
    assert "Showing 1 to 1 of 1" in partner.get("/private-list?q=works+07").text
    assert "Nothing found" in partner.get("/private-list?kind=know_already").text
    refused = partner.post("/private-list", {"name": "kibo trading", "kind": "keep_apart", "note": ""}, status=422)
    assert "That is your own organization" in refused.text


def test_partners_that_are_not_listed_and_people_who_are_not_vetted_meet_empty_pages(signed_in, session, market):
    make.profile(session, market.house, market.partner, listed=False)
    assert "No partner is listed" in signed_in(market.owner).get("/partners").text
    other = people.company(session, name="Unvetted Works")
    owner = people.member(session, organization=other, role=Role.COMPANY_OWNER).user_id
    assert "For vetted companies" in signed_in(owner).get("/partners").text
    assert "This is kept for an organization" in signed_in(owner).get("/our-profile").text
    assert "Mandates are for partners" in signed_in(owner).get("/mandates").text


def test_an_organizer_reads_what_is_for_organizers(signed_in, session, market):
    make.profile(session, market.house, market.partner, legal_name=Audience.ORGANIZERS)
    organizer: Visitor = signed_in(people.staff(session, Role.ORGANIZER).id)
    assert "Kibo Trading" in organizer.get("/partners").text
    organizer.get(f"/partners/{market.house.id}")
