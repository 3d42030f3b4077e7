"""Pages of interest, as partners, companies and organizers meet them."""

import re
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import select

from app.accounts.models import Organization
from app.core import clock
from app.core.access import Role
from app.directory.models import Entry
from app.interest.models import Interest
from app.interest.states import InterestState, Visibility
from app.notifications import outbox
from app.notifications.models import MailboxMessage
from app.partners.states import MarkKind
from tests.factories import accounts as people
from tests.factories import directory as entries
from tests.factories import interest as make
from tests.factories import partners
from tests.factories import registration as registrations


@dataclass
class Market:
    """An admitted partner and a company with a published entry."""

    partner: UUID
    organization: Organization
    owner: UUID
    entry: Entry


@pytest.fixture
def market(session) -> Market:
    partner = people.user(session, name="Haruka Yamada", email="haruka.yamada@kibo.example")
    organization = people.organization(session, name="Kibo Trading")
    registration = registrations.registration(session, person=partner, organization=organization)
    company = people.company(session)
    owner = people.member(session, organization=company, role=Role.COMPANY_OWNER).user_id
    return Market(registration.user_id, organization, owner, entries.published(session, organization=company))


def leads_on(page) -> list[str]:
    """Return the addresses of the leads that a page links to."""
    return [href for href in page.links().values() if re.fullmatch(r"/pipeline/[0-9a-f-]{36}", href)]


def wish(market, **changes):
    form = {
        "organization": str(market.organization.id), "kind": "equity", "band": "from_1m_to_10m", "currency": "JPY",
        "intent": "state", "visibility": "summary_only", "note": "We build racks.",
    }  # fmt: skip
    return {**form, **changes}


def test_interest_climbs_the_ladder_from_both_sides_pages(signed_in, session, market):
    partner, company = signed_in(market.partner), signed_in(market.owner)
    page = partner.get(f"/directory/{market.entry.key}")
    page = partner.get(page.links()["State interest"])
    assert "Not binding" in page.text
    mine = partner.post(f"/interests/new/{market.entry.key}", wish(market)).path
    page = partner.get(mine)
    assert "Interested" in page.text
    assert "Agree to discuss" not in page.text

    (lead,) = leads_on(company.get("/pipeline"))
    page = company.get(lead)
    assert "Kept back by the partner" in page.text
    company.post(f"{lead}/move", {"event": "discuss", "reason": "Gladly."})
    assert "Gladly." in partner.get(mine).text

    refused = company.post(f"{lead}/move", {"event": "start_diligence"}, status=422)
    assert "show its name" in refused.html
    partner.post(f"{mine}/visibility", {"visibility": "names"})
    company.post(f"{lead}/move", {"event": "start_diligence"})
    assert "Kibo Trading" in company.get(lead).text
    refused = partner.post(f"{mine}/move", {"event": "pass", "pass_reason": "", "reason": ""}, status=422)
    assert "Choose a reason" in refused.html
    partner.post(f"{mine}/move", {"event": "pass", "pass_reason": "rules", "reason": "Licence too slow."})
    assert "Rules or licences stand in the way. Licence too slow." in company.get(lead).text
    assert "Next step" not in partner.get(mine).text


@pytest.mark.check("D5")
@pytest.mark.parametrize("visibility", list(Visibility))
def test_pipeline_and_mail_show_only_what_the_partner_chose(signed_in, session, market, visibility):
    partner, company = signed_in(market.partner), signed_in(market.owner)
    partner.get(f"/interests/new/{market.entry.key}")
    partner.post(f"/interests/new/{market.entry.key}", wish(market, visibility=visibility.value))
    (lead,) = leads_on(company.get("/pipeline"))
    outbox.deliver_due(clock.now())
    session.expire_all()
    sent = session.scalars(select(MailboxMessage)).all()
    shown = company.get("/pipeline").html + company.get(lead).html
    shown += "".join(f"{mail.subject} {mail.text} {mail.html}" for mail in sent)
    assert sent
    assert ("Kibo Trading" in shown) is (visibility is not Visibility.SUMMARY_ONLY)
    assert ("Haruka Yamada" in shown) is (visibility is not Visibility.SUMMARY_ONLY)
    assert ("haruka.yamada" in shown) is (visibility is Visibility.NAMES_AND_CONTACTS)


def test_who_was_not_admitted_reads_what_to_do_and_cannot_post(signed_in, session, market):
    waiting = people.member(session)
    browser = signed_in(waiting.user_id)
    assert "Admitted participants state interest" in browser.get(f"/interests/new/{market.entry.key}").text
    form = wish(market, organization=str(waiting.organization_id))
    page = browser.post(f"/interests/new/{market.entry.key}", form, status=422)
    assert page.status == 422
    assert session.scalar(select(Interest.id)) is None


def test_who_belongs_to_no_partner_organization_reads_what_to_do(signed_in, session, market):
    browser = signed_in(people.user(session).id)
    assert "Your account belongs to no partner organization" in browser.get(f"/interests/new/{market.entry.key}").text


def test_stating_the_same_interest_twice_is_refused_in_words(signed_in, session, market):
    make.interest(session, entry=market.entry, organization=market.organization, user_id=market.partner)
    browser = signed_in(market.partner)
    browser.get(f"/interests/new/{market.entry.key}")
    page = browser.post(f"/interests/new/{market.entry.key}", wish(market), status=422)
    assert "already" in page.text


def test_watching_tells_the_company_a_number_only(signed_in, session, market):
    browser = signed_in(market.partner)
    browser.get(f"/interests/new/{market.entry.key}")
    browser.post(f"/interests/new/{market.entry.key}", wish(market, intent="watch"))
    page = signed_in(market.owner).get("/pipeline")
    assert "Watching1" in page.text
    assert leads_on(page) == []


@pytest.mark.check("D3")
def test_an_interest_of_others_is_not_found_on_any_route(signed_in, session, market):
    made = make.interest(session)
    for person, paths in ((market.partner, "interests"), (market.owner, "pipeline")):
        browser = signed_in(person)
        browser.get(f"/{paths}/{made.id}", status=404)
        browser.post(f"/{paths}/{made.id}/move", {"event": "pass", "pass_reason": "timing"}, status=404)
    signed_in(market.partner).post(f"/interests/{made.id}/visibility", {"visibility": "names"}, status=404)
    assert session.get_one(Interest, made.id).state is InterestState.INTERESTED


def test_a_partner_is_not_let_into_the_pipeline_or_the_numbers(signed_in, session, market):
    browser = signed_in(market.partner)
    browser.get("/pipeline", status=403)
    browser.get("/interests/summary", status=403)


def test_a_partner_lists_searches_and_sorts_its_interests(signed_in, session, market):
    make.interest(session, entry=market.entry, organization=market.organization, user_id=market.partner)
    browser = signed_in(market.partner)
    assert "Example Station" in browser.get("/interests").text
    assert "Example Station" in browser.get("/interests?q=example&state=interested&sort=expires").text
    assert "No interest here" in browser.get("/interests?state=signed&sort=zz&page=x").text


@pytest.mark.check("D5")
def test_organizers_read_counts_and_no_secrets(signed_in, session, market):
    make.interest(session, entry=market.entry, organization=people.organization(session, name="Secret Fund",
                  country="LU"), note="Our plan.")  # fmt: skip
    for number in range(5):
        partner = people.organization(session, name=f"Partner {number}", country="JP")
        make.interest(session, entry=market.entry, organization=partner)
    page = signed_in(people.staff(session, Role.ORGANIZER).id).get("/interests/summary")
    assert "1 other market" in page.text
    assert "fewer than 5" in page.text
    for secret in ("Secret Fund", "Our plan", "LU", "Luxembourg", market.entry.name):
        assert secret not in page.text


def test_a_step_that_is_none_is_refused_in_words(signed_in, session, market):
    made = make.interest(session, entry=market.entry, organization=market.organization, user_id=market.partner)
    browser = signed_in(market.partner)
    browser.get(f"/interests/{made.id}")
    assert "Choose a step" in browser.post(f"/interests/{made.id}/move", {"event": "dance"}, status=422).text


def test_where_no_company_claimed_the_entry_no_mail_is_promised(signed_in, session, market):
    partner, address = signed_in(market.partner), f"/interests/new/{market.entry.key}"
    assert "the company gets a mail" in partner.get(address).text
    unclaimed = entries.entry(session, key="unclaimed-one", name="Unclaimed One")
    page = partner.get(f"/interests/new/{unclaimed.key}").text
    assert "the company gets a mail" not in page
    assert "State interest: a company that claims this entry sees it" in page


def test_a_refused_step_keeps_what_was_typed_for_either_side(signed_in, session, market):
    row = make.interest(session, entry=market.entry, organization=market.organization, user_id=market.partner)
    for who, path in ((market.partner, f"/interests/{row.id}"), (market.owner, f"/pipeline/{row.id}")):
        visitor = signed_in(who)
        page = visitor.get(path)
        page = visitor.post(
            f"{path}/move", {"event": "pass", "pass_reason": "", "reason": "We regret it.", "stamp": str(row.stamp)},
            status=422,
        )  # fmt: skip
        assert "<title>Error: " in page.html
        assert "Choose a reason for passing" in page.text
        assert "We regret it." in page.text
    stale = {"event": "discuss", "reason": "Call us.", "stamp": str(market.owner)}
    page = visitor.post(f"{path}/move", stale, status=422)
    assert "Somebody was faster" in page.text
    assert "Call us." in page.text
    assert str(row.stamp) in page.html


def test_who_states_interest_in_a_company_on_the_own_private_list_is_reminded(signed_in, session, market):
    partner, path = signed_in(market.partner), f"/interests/new/{market.entry.key}"
    assert "private list" not in partner.get(path).text
    company = session.get_one(Organization, market.entry.organization_id)
    partners.mark(session, market.organization, market.partner, company.name, MarkKind.KNOW_ALREADY)
    assert "private list" not in partner.get(path).text
    partners.mark(session, market.organization, market.partner, company.name)
    assert "Your private list says" in partner.get(path).text
