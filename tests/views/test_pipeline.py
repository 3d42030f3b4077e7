"""A company's pipeline pages and sheets: what is in them, what never is, and what they cost."""

import io
import zipfile

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.states import OrganizationKind
from app.core import clock
from app.interest import services
from app.interest.models import FilterCount, Interest
from app.interest.rules import HardFilter
from app.interest.states import InterestState, Visibility
from app.notifications import outbox
from app.notifications.models import MailboxMessage
from app.regulatory.states import Participation
from tests.factories import accounts as people
from tests.factories import interest as make
from tests.views import test_interest
from tests.views.test_interest import leads_on, wish
from tests.views.test_query_counts import counted

market = test_interest.market
STAGES = (InterestState.INTERESTED, InterestState.IN_DISCUSSION, InterestState.DILIGENCE, InterestState.TERM_SHEET)


def stated(signed_in, market, **changes):
    """State interest as the partner; return its browser, the company's, and the address of each one's page."""
    partner, company = signed_in(market.partner), signed_in(market.owner)
    partner.get(f"/interests/new/{market.entry.key}")
    mine = partner.post(f"/interests/new/{market.entry.key}", wish(market, **changes)).path
    (lead,) = leads_on(company.get("/pipeline"))
    return partner, company, mine, lead


@pytest.mark.check("D5")
def test_a_summary_only_partner_stands_in_no_page_sheet_mail_or_history_of_the_company(signed_in, session, market):
    partner, company, mine, lead = stated(signed_in, market)
    company.post(f"{lead}/ask-names", {"stamp": ""})
    partner.get(f"{mine}/names")
    partner.post(f"{mine}/names", {"visibility": "summary_only", "note": "Not yet."})
    partner.post(f"{mine}/edit", {"band": "over_250m", "currency": "EUR", "amount": "", "note": "Racks."})
    company.post(
        f"{lead}/work",
        {"next_step": "Call", "next_on": "2027-03-01", "owner": "", "rating": "", "notes": "", "revision": "0"},
    )
    outbox.deliver_due(clock.now())
    session.expire_all()
    paths = [lead, "/pipeline", "/pipeline/table", "/pipeline?q=kibo", "/pipeline/table?q=Yamada", "/pipeline/reasons",
             "/pipeline/weights", "/pipeline/filters", f"/pipeline/filters/{market.entry.key}"]  # fmt: skip
    shown = "".join(company.get(path).html for path in paths)
    for kind in ("csv", "xlsx"):
        body = company.client.get(f"/pipeline/export/{kind}").data
        shown += body.decode("utf-8-sig") if kind == "csv" else cells(body)
    to_partner = "haruka.yamada@kibo.example"
    sent = [mail for mail in session.scalars(select(MailboxMessage)) if to_partner not in mail.recipients]
    shown += "".join(f"{mail.subject} {mail.text} {mail.html}" for mail in sent)
    assert sent
    assert "name kept back" in shown
    for secret in ("Kibo Trading", "Haruka Yamada", "haruka.yamada"):
        assert secret not in shown


def cells(body: bytes) -> str:
    """Return everything that is written in a workbook."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


def test_the_partner_sees_what_the_company_sees_and_answers_on_one_page(signed_in, session, market):
    partner, company, mine, lead = stated(signed_in, market)
    assert "This is what they see" in partner.get(mine).text
    assert "¥100 million to 1 billion, not binding" in partner.get(mine).text
    company.post(f"{lead}/ask-names", {"stamp": ""})
    assert "The company asks who you are" in partner.get(mine).text
    partner.get(f"{mine}/names")
    partner.post(f"{mine}/names", {"visibility": "names_and_contacts", "note": ""})
    assert "haruka.yamada@kibo.example" in company.get(lead).text
    assert "Nothing to answer" in partner.get(f"{mine}/names").text
    assert "Yes, it holds for another 90 days" in partner.get(f"{mine}/keep").text
    partner.post(f"{mine}/move", {"event": "renew"})
    assert "Confirmed again" in company.get(lead).text


@pytest.mark.check("L4")
def test_a_page_that_is_out_of_date_changes_nothing_and_says_so(signed_in, session, market):
    partner, company, mine, lead = stated(signed_in, market)
    stamp = str(session.scalars(select(Interest.stamp)).one())
    company.post(f"{lead}/move", {"event": "discuss", "stamp": stamp})
    refused = partner.post(f"{mine}/move", {"event": "pass", "pass_reason": "timing", "stamp": stamp}, status=422)
    assert "Somebody was faster" in refused.html
    assert session.scalars(select(Interest.state).execution_options(populate_existing=True)).one() == "in_discussion"


def test_a_request_off_the_filter_is_refused_on_the_form_and_counted_without_a_name(signed_in, session, market):
    wanted = HardFilter(partner_kinds=frozenset({OrganizationKind.MINISTRY}))
    services.set_filter(session, market.entry.id, wanted, actor_id=market.owner, now=clock.now())
    session.commit()
    partner, company = signed_in(market.partner), signed_in(market.owner)
    partner.get(f"/interests/new/{market.entry.key}")
    page = partner.post(f"/interests/new/{market.entry.key}", wish(market), status=422)
    assert "not looking for partners of this kind at present" in page.text
    assert "What fits us, under My summit, names others" in page.text
    assert "inistr" not in page.text
    assert session.scalars(select(FilterCount.count)).all() == [1]
    seen = company.get("/pipeline/filters").text + company.get(f"/pipeline/filters/{market.entry.key}").text
    assert "Kind of organization1" in seen
    assert "Kibo" not in seen


def test_a_filter_is_filled_in_by_names_of_countries(signed_in, session, market):
    from tests.factories import registration

    registration.countries(session)
    company = signed_in(market.owner)
    path = f"/pipeline/filters/{market.entry.key}"
    company.get(path)
    form = {"country_rule": "except", "countries": "Atlantis", "revision": "0", "kinds": ["equity"]}
    assert "'Atlantis' is no country we know" in company.post(path, form, status=422).text
    company.post(path, {**form, "countries": "Japan"})
    assert "Japan" in company.get(path).html


def test_board_and_table_stay_cheap_with_five_hundred_leads(app: Flask, signed_in, session, market):
    for number in range(125):
        house = people.organization(session, name=f"House {number:03}")
        for kind, state in zip(Participation, STAGES, strict=False):
            make.interest(session, entry=market.entry, organization=house, user_id=market.partner, kind=kind,
                          state=state, visibility=list(Visibility)[number % 3])  # fmt: skip
    session.commit()
    company = signed_in(market.owner)
    company.get("/")
    for path in ("/pipeline", "/pipeline/table", "/pipeline/table?sort=rating&due=none&q=house", "/pipeline/reasons"):
        with counted(app.extensions["database"].engine) as statements:
            page = company.get(path)
        assert len(statements) <= 15, f"{path}: {len(statements)}"
        assert page.status == 200
    assert company.get("/pipeline").html.count('class="lead-card"') == 48
    assert "500 stated" in company.get("/pipeline/table").text


def test_a_long_column_of_the_board_folds_what_is_below_its_newest_cards(signed_in, session, market):
    for n in range(6):
        make.interest(session, entry=market.entry, organization=people.organization(session, name=f"House {n}"))
    html = signed_in(market.owner).get("/pipeline").html
    above, _, folded = html.partition("2 more<span")
    assert (above.count('<article class="lead-card"'), folded.count('<article class="lead-card"')) == (4, 2)
