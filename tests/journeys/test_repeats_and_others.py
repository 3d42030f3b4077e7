"""In a real browser: finance says whether money was told of twice; a person reads of their other applications."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from app.accounts.models import User
from app.core import clock
from app.core.access import Role
from app.invoicing import services as invoicing
from app.invoicing.models import BankEntry
from app.payments.states import PaymentMethod
from app.registration import services
from app.registration.states import RegistrationState
from tests.browser import Live, Tabs, check_accessible
from tests.factories import accounts, camt
from tests.factories import invoicing as make
from tests.factories import registration as places
from tests.factories.camt import Tx
from tests.services.test_invoicing_registration import ACCOUNT, TAX, payment_of

pytestmark = pytest.mark.browser


def test_without_scripts_finance_says_that_an_entry_is_the_same_money(live: Live, tab: Tabs):
    with live.writing() as session:
        finance = accounts.staff(session, Role.FINANCE).id
        make.take_in(session, make.csv_of(("2027-03-05", "850.00", "", "transfer"), currency="EUR"))
        make.take_in(session, camt.document(camt.statement(camt.entry("850.00", Tx("850.00", "fee")))), "march.xml")
        held: UUID = session.scalars(sa.select(BankEntry.id).where(BankEntry.repeats_id.is_not(None))).one()
    page = tab(f"/bank/entries/{held}", user_id=finance)
    check_accessible(page)
    page = tab(f"/bank/entries/{held}", user_id=finance, javascript=False)
    page.get_by_role("button", name="It is the same money").press("Enter")
    expect(page.get_by_text("It counts once.")).to_be_visible()
    page = tab("/bank", user_id=finance)
    expect(page.get_by_role("link", name="No name given")).to_be_visible()
    expect(page.get_by_role("link", name="Aozora")).to_have_count(0)
    check_accessible(page)


def test_a_person_reads_what_became_of_an_application_that_ended(live: Live, tab: Tabs):
    with live.writing() as session:
        summit = places.summit(session, bank_accounts=(ACCOUNT,), tax=TAX)
        ended = places.in_review(session, summit=summit)
        payment = payment_of(session, ended)
        invoicing.choose(session, payment.id, PaymentMethod.TRANSFER, actor_id=ended.user_id, now=clock.now())
        by = accounts.staff(session, Role.REVIEWER).id
        services.approve(session, ended.id, actor_id=by, now=clock.now(), max_list_age_days=100_000)
        make.pay(session, payment, 92_500)
        services.withdraw(session, ended.id, actor_id=ended.user_id, now=clock.now())
        person = session.get_one(User, ended.user_id)
        places.registration(session, state=RegistrationState.DRAFT, summit=summit, person=person)
        person_id = person.id
    page = tab("/apply/status", user_id=person_id)
    expect(page.get_by_role("heading", name="Your other applications")).to_be_visible()
    expect(page.get_by_role("link", name="INV-")).to_be_visible()
    check_accessible(page)
