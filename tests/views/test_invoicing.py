"""The pages about papers, transfers, statements and payouts: who sees them, what they say, what they do."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import python_calamine
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.core import clock
from app.core.access import Role
from app.invoicing import services
from app.invoicing.models import BankEntry, Paper, Payout, StatementImport
from app.invoicing.rules.facts import Buyer
from app.invoicing.states import EntryState, ImportState, PayoutState, Treatment
from app.payments.models import Payment
from app.payments.states import PaymentMethod, PaymentState
from tests.factories import accounts as people
from tests.factories import camt, regulatory
from tests.factories import invoicing as make
from tests.factories.camt import Tx
from tests.pages import Visitor

Enter = Callable[..., Visitor]


@pytest.fixture(autouse=True)
def sells(monkeypatch: pytest.MonkeyPatch, session: Session) -> Iterator[None]:
    """Payments of kind `test` are about something that papers are issued for."""
    regulatory.load_shipped(session, "countries")
    with make.sells(monkeypatch):
        yield


@pytest.fixture
def enter(session: Session, signed_in: Callable[[UUID], Visitor]) -> Enter:
    """Return a visitor signed in as new staff with a role, or as the person given."""
    return lambda role=None, user_id=None: signed_in(user_id or people.staff(session, role).id)


def kept(session: Session) -> None:
    session.commit()


def due(session: Session, **fields: Any) -> Payment:
    made = make.due(session, **fields)
    kept(session)
    return made


def paper_of(session: Session, payment: Payment) -> Paper:
    return next(one for one in make.papers_of(session) if one.payer_id == payment.payer_id)


def test_a_payer_reads_where_to_send_the_money_and_opens_the_invoice(session: Session, enter: Enter):
    payment = due(session)
    visitor = enter(user_id=payment.payer_id)
    page = visitor.get(f"/payments/{payment.id}/transfer")
    assert page.heading == "Pay by bank transfer"
    assert paper_of(session, payment).facts["reference_shown"] in page.text
    assert "your place is held until" in page.text
    answer = visitor.client.get(f"/papers/{paper_of(session, payment).id}")
    assert (answer.status_code, answer.data[:4]) == (200, b"%PDF")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="INV-2027-000001.pdf"'
    assert (
        enter(user_id=people.user(session).id).client.get(f"/papers/{paper_of(session, payment).id}").status_code == 404
    )


def test_a_payer_chooses_another_way_and_says_whom_the_invoice_names(session: Session, enter: Enter):
    payment = due(session)
    visitor = enter(user_id=payment.payer_id)
    visitor.get(f"/payments/{payment.id}/transfer")
    visitor.post(f"/payments/{payment.id}/method", {"method": "card"})
    assert session.get_one(Payment, payment.id, populate_existing=True).method is PaymentMethod.CARD
    visitor.post(f"/payments/{payment.id}/method", {"method": "cheque"}, status=422)
    visitor.post(f"/payments/{payment.id}/billing", {"name": "", "country": ""}, status=422)
    visitor.post(f"/payments/{payment.id}/billing", {"name": "Aozora Development", "country": "JP", "tax_id": "T1"})
    details = services.details_of(session, payment_id=payment.id)
    assert details is not None
    assert (details.name, details.tax_id) == ("Aozora Development", "T1")
    assert "Aozora Development" in visitor.get(f"/payments/{payment.id}/billing").html


def test_a_receipt_page_leads_to_the_numbered_pdf(session: Session, enter: Enter):
    payment = due(session)
    make.pay(session, payment, 85_000)
    kept(session)
    page = enter(user_id=payment.payer_id).get(f"/payments/{payment.id}/receipt")
    assert page.links()["Numbered receipt as PDF"].startswith("/papers/")


def test_finance_hands_a_statement_in_corrects_its_columns_and_watches_it_taken_in(session: Session, enter: Enter):
    payment = due(session)
    visitor = enter(Role.FINANCE)
    visitor.get("/bank/statements")
    content = f"Tag;Wert;Von;Zweck\n05.03.2027;850,00;Aozora;{paper_of(session, payment).number}\n".encode()
    sent = {"file": (io.BytesIO(content), "march.csv"), "csrf_token": visitor.csrf_token}
    answer = visitor.client.post("/bank/statements", data=sent, content_type="multipart/form-data")
    where = answer.headers["Location"]
    page = visitor.get(where)
    assert "Say which column holds the booking date" in page.text
    columns = {
        "delimiter": ";", "header_row": "0", "day_form": "day first", "decimal_comma": "y", "only_currency": "USD",
        "day": "0", "amount": "1", "payer": "2", "text": "3", "credit": "", "debit": "", "direction": "",
        "currency": "", "account": "", "bank_ref": "", "end_to_end": "", "balance": "",
    }  # fmt: skip
    read = visitor.post(where, {**columns, "do": "read"}, status=200)
    assert "$850.00" in read.text
    job = visitor.post(where, {**columns, "do": "take in"}).path
    assert job.startswith("/outbox/jobs/")
    make.settle()
    session.expire_all()
    assert session.scalars(sa.select(StatementImport.state)).one() is ImportState.DONE
    assert session.get_one(Payment, payment.id).state is PaymentState.SUCCEEDED
    assert "Taken in" in visitor.get(where).text
    page = visitor.get("/bank")
    assert "Nothing to work on" in page.text
    assert "Yes" in page.text


def test_a_file_that_is_no_statement_is_refused_at_its_field(session: Session, enter: Enter):
    visitor = enter(Role.FINANCE)
    visitor.get("/bank/statements")
    sent = {"file": (io.BytesIO(b"<html></html>"), "page.xml"), "csrf_token": visitor.csrf_token}
    answer = visitor.client.post("/bank/statements", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert visitor.post("/bank/statements", status=422).heading == "Statements"


def test_the_work_list_books_suggestions_searches_without_telling_the_address_and_sets_aside(
    session: Session, enter: Enter
):
    payment = make.due(session)
    paper = paper_of(session, payment)
    make.take_in(
        session, make.csv_of(("2027-03-05", "500.00", "Aozora", paper.number), ("2027-03-06", "9.00", "Nobody", "rent"))
    )
    kept(session)
    visitor = enter(Role.FINANCE)
    page = visitor.get("/bank")
    assert "a part payment" in page.text
    part, rent = (entry.id for entry in make.entries(session))
    visitor.post(f"/bank/entries/{part}/confirm", {"paper": str(paper.id)})
    found = visitor.post("/bank/search", {"tab": "work", "words": "Nobody"})
    assert "Nobody" not in found.path
    assert "rent" in visitor.get(found.path).text
    visitor.get(f"/bank/entries/{rent}")
    visitor.post(f"/bank/entries/{rent}/set-aside", {"what": "disown", "reason": ""}, status=422)
    visitor.post(f"/bank/entries/{rent}/set-aside", {"what": "disown", "reason": "Rent."})
    visitor.post(f"/bank/entries/{rent}/set-aside", {"what": "reopen", "reason": "Ours."})
    visitor.post(f"/bank/entries/{rent}/assign", {"number": "INV-2027-000009"}, status=422)
    visitor.post(f"/bank/entries/{rent}/assign", {"number": paper.number, "amount": "100.00"}, status=422)
    visitor.post(f"/bank/entries/{rent}/assign", {"number": paper.number, "amount": "9.00"})
    visitor.post(f"/bank/entries/{rent}/undo", {"reason": "Not theirs."})
    session.expire_all()
    assert session.get_one(BankEntry, rent).state is EntryState.PARKED


def test_organizers_look_and_finance_works(session: Session, enter: Enter):
    entry = make.parked_entry(session)
    payment = due(session)
    organizer = enter(Role.ORGANIZER)
    for path in ("/bank", "/bank/statements", f"/bank/entries/{entry.id}", "/papers", "/payouts",
                 f"/papers/{paper_of(session, payment).id}/about"):  # fmt: skip
        assert "Book it" not in organizer.get(path).text
    organizer.post(f"/bank/entries/{entry.id}/assign", {"number": "x"}, status=403)
    enter(user_id=people.user(session).id).get("/bank", status=403)


def test_papers_are_searched_exported_without_formulas_and_replaced(session: Session, enter: Enter):
    payment = make.due(session)
    services.keep_details(
        session, Buyer("=HYPERLINK(1)"), payment_id=payment.id, actor_id=people.user(session).id, now=clock.now()
    )
    paper = services.reissue(
        session, paper_of(session, payment).id, Buyer("=HYPERLINK(1)"), treatment=Treatment.STANDARD,
        reason="Wrong.", actor_id=people.user(session).id, now=clock.now(),
    )  # fmt: skip
    kept(session)
    visitor = enter(Role.FINANCE)
    visitor.get("/papers")
    found = visitor.post("/papers/search", {"words": paper.number, "kind": "invoice"}).path
    assert (paper.number in found, paper.number in visitor.get(found).text) == (False, True)
    csv = visitor.client.post("/papers/export", data={"format": "csv", "csrf_token": visitor.csrf_token})
    assert "'=HYPERLINK(1)" in csv.data.decode("utf-8-sig")
    xlsx = visitor.client.post("/papers/export", data={"format": "xlsx", "csrf_token": visitor.csrf_token})
    rows = python_calamine.load_workbook(io.BytesIO(xlsx.data)).get_sheet_by_index(0).to_python()
    assert [row[3] for row in rows[1:]].count("=HYPERLINK(1)") == 1
    page = visitor.get(f"/papers/{paper.id}/about")
    assert "Replace it" in page.text
    form = {"name": "Aozora Ltd", "country": "JP", "treatment": "outside_scope"}
    visitor.post(f"/papers/{paper.id}/reissue", {**form, "reason": ""}, status=422)
    visitor.post(f"/papers/{paper.id}/reissue", {**form, "reason": "Wrong buyer."})
    assert "Reversed" in visitor.get(f"/papers/{paper.id}/about").text


def test_a_focal_point_has_one_invoice_issued_and_others_do_not_see_it(
    session: Session, enter: Enter, monkeypatch: pytest.MonkeyPatch
):
    place = people.organization(session, name="Aozora Space K.K.")
    lead = people.member(session, organization=place, role=Role.FOCAL_POINT).user_id
    with make.sells(monkeypatch, organization_id=place.id):
        payment = due(session, method=PaymentMethod.GROUP)
        visitor = enter(user_id=lead)
        where = f"/organizations/{place.id}/invoices"
        assert "Issue the invoice now" in visitor.get(where).text
        visitor.post(f"/organizations/{place.id}/billing", {"name": "Aozora Holding", "country": "JP"})
        visitor.post(where, {"currency": "USD"})
        assert "INV-2027-000001" in visitor.get(where).text
        member = enter(user_id=payment.payer_id)
        page = member.get(f"/payments/{payment.id}/transfer")
        assert "Your delegation pays it" in page.text
    paper = make.papers_of(session)[0]
    assert (paper.buyer_name, paper.payer_id) == ("Aozora Holding", lead)
    assert visitor.client.get(f"/papers/{paper.id}").status_code == 200
    assert member.client.get(f"/papers/{paper.id}").status_code == 404
    enter(user_id=people.user(session).id).get(where, status=404)


def test_a_payer_names_an_account_and_finance_sees_it_once_with_a_reason(session: Session, enter: Enter):
    payment = make.due(session)
    make.pay(session, payment, 90_000)
    kept(session)
    payout = session.scalars(sa.select(Payout.id)).one()
    payer, finance = enter(user_id=payment.payer_id), enter(Role.FINANCE)
    where = f"/payouts/{payout}/account"
    assert "Where may we send $50.00" in payer.get(where).heading
    payer.post(where, {"holder": "Aiko Tanaka", "iban": "DE00 1234"}, status=422)
    payer.post(where, {"holder": "Aiko Tanaka", "iban": make.IBAN})
    assert make.IBAN not in payer.get(where).html
    finance.get(where, status=404)
    assert "… 3000" in finance.get(f"/payouts/{payout}").text
    finance.post(f"/payouts/{payout}/reveal", {"reason": ""}, status=422)
    shown = finance.post(f"/payouts/{payout}/reveal", {"reason": "Pay it out."}, status=200)
    assert make.IBAN in shown.text
    finance.post(f"/payouts/{payout}/paid", {"paid_on": "2027-04-01"}, status=422)
    finance.post(f"/payouts/{payout}/paid", {"paid_on": "2027-03-01"})
    finance.get("/payouts?state=paid")
    finance.post(f"/payouts/{payout}/stopped", {"reason": "Account closed."})
    session.expire_all()
    assert session.get_one(Payout, payout).state is PayoutState.CAME_BACK


def test_an_old_sign_in_neither_exports_nor_reveals(session: Session, enter: Enter, app: Flask):
    visitor = enter(Role.FINANCE)
    visitor.get("/papers")
    clock.advance(timedelta(minutes=11))
    answer = visitor.client.post("/papers/export", data={"format": "csv", "csrf_token": visitor.csrf_token})
    assert answer.status_code in (303, 401, 403)


def test_finance_says_whether_an_entry_is_the_same_money_as_another(session: Session, enter: Enter):
    make.take_in(session, make.csv_of(("2027-03-05", "850.00", "", "transfer"), currency="EUR"))
    content = camt.document(camt.statement(camt.entry("850.00", Tx("850.00", "fee"))))
    make.take_in(session, content, "march.xml")
    held = session.scalars(sa.select(BankEntry).where(BankEntry.repeats_id.is_not(None))).one()
    entry_id = held.id
    session.commit()
    visitor = enter(Role.FINANCE)
    page = visitor.get(f"/bank/entries/{entry_id}").text
    assert "Is it the same money?" in page
    assert "Assign it by hand" not in page
    visitor.post(f"/bank/entries/{entry_id}/repeat", {"what": "neither"}, status=422)
    visitor.post(f"/bank/entries/{entry_id}/repeat", {"what": "same"})
    assert "The entry that counts is" in visitor.get(f"/bank/entries/{entry_id}").text
