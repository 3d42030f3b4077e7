"""Numbers, references, tax, deadlines, statements and matches, without a database."""

import string
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.names.written import plain
from app.documents.rules.refusal import BadFile
from app.invoicing.rules.deadline import GRACE, deadline
from app.invoicing.rules.epc import payment_code
from app.invoicing.rules.facts import Draft, Line, credit_of, draft_from, frozen
from app.invoicing.rules.match import Candidates, Incoming, Open, Verdict, judge
from app.invoicing.rules.numbers import (
    creditor_reference,
    is_reference,
    numbers_in,
    paper_number,
    references_in,
    spaced,
)
from app.invoicing.rules.statements.camt import read_camt
from app.invoicing.rules.statements.movements import BadStatement, Movement, StatementRead, keys_of
from app.invoicing.rules.statements.sheets import columns_from, guess, read_sheet
from app.invoicing.rules.tax import rate_words, split_gross, split_part
from app.invoicing.states import PaperKind, Treatment
from tests.factories import camt
from tests.factories.camt import Tx
from tests.factories.invoicing import SOLD

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
CENTS, RATE = st.integers(0, 10**9), st.integers(0, 3_000)
BODY = st.text(string.ascii_uppercase + string.digits, min_size=1, max_size=21)


def test_a_reference_has_the_check_digits_of_iso_11649():
    assert creditor_reference("539007547034") == "RF18539007547034"
    assert spaced("RF18539007547034") == "RF18 5390 0754 7034"


@given(BODY)
def test_every_reference_made_is_valid_and_found_in_running_text(body: str):
    made = creditor_reference(body)
    assert is_reference(made)
    assert made in references_in(f"Payment {spaced(made).lower()}. Thanks")


@given(st.integers(0, 9_999_999_999), st.integers(7, 16), st.sampled_from(string.digits))
def test_one_wrong_digit_is_always_noticed(number: int, place: int, sign: str):
    made = creditor_reference(f"INV{number:010d}")
    if made[place] != sign:
        assert not is_reference(made[:place] + sign + made[place + 1 :])


@pytest.mark.parametrize("text", ["INV-2027-000123", "inv 2027 123", "Inv2027/000123.", "re: INV_2027_123, Tanaka"])
def test_a_number_is_found_in_whatever_way_it_is_written(text: str):
    assert numbers_in(text) == [paper_number(PaperKind.INVOICE, 2027, 123)]


@given(CENTS, RATE)
def test_net_and_tax_add_up_to_the_price_and_the_tax_is_the_nearest_cent(gross: int, rate: int):
    split = split_gross(gross, rate)
    assert split.gross_cents == gross
    assert split.net_cents >= 0 <= split.tax_cents
    assert abs(split.tax_cents * (10_000 + rate) - gross * rate) * 2 <= 10_000 + rate


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=6), RATE)
def test_however_a_price_is_credited_in_parts_their_taxes_are_the_tax_of_the_whole(parts: list[int], rate: int):
    taxes = [split_part(one, sum(parts[:at]), rate, Treatment.STANDARD) for at, one in enumerate(parts)]
    assert sum(one.tax_cents for one in taxes) == split_gross(sum(parts), rate).tax_cents
    assert all(one.tax_cents >= 0 <= one.net_cents for one in taxes)


def test_without_the_standard_treatment_the_whole_price_is_net():
    assert split_gross(85_000, 810, Treatment.REVERSE_CHARGE).tax_cents == 0
    assert (rate_words(810), rate_words(2000), rate_words(0)) == ("8.1%", "20%", "0%")


@given(st.integers(0, 120), st.integers(-10, 200))
def test_an_invoice_is_due_in_time_for_the_summit_and_never_before_it_is_issued(days: int, ahead: int):
    first = date(2027, 3, 1) + timedelta(days=ahead)
    by = deadline(issued_at=NOON, days=days, first_day=first, zone="America/New_York")
    assert by.due_on >= date(2027, 3, 1)
    assert by.due_on <= max(date(2027, 3, 1), first - GRACE)
    assert by.held_until >= NOON + timedelta(days=1)
    assert by.is_short == (by.due_on < date(2027, 3, 1) + timedelta(days=days))


DRAFT = Draft(
    PaperKind.INVOICE, "EUR", SOLD.seller, SOLD.buyer, (Line("A place", 85_000),), "VAT", 810, "UTC",
    pay_to=SOLD.accounts[1], due_on=date(2027, 3, 29),
)  # fmt: skip
FACTS = frozen(DRAFT, number="INV-2027-000001", reference=creditor_reference("INV2027000001"), issued_at=NOON,
               issued_on=NOON.date())  # fmt: skip


def test_frozen_facts_give_the_draft_back_and_start_its_reversal():
    assert draft_from(FACTS, DRAFT.lines) == DRAFT
    note = credit_of(FACTS, DRAFT.lines, reason="Wrong name.")
    assert (note.kind, note.refers_to, note.pay_to, note.total()) == (
        PaperKind.CREDIT_NOTE, "INV-2027-000001", None, DRAFT.total(),
    )  # fmt: skip


def test_only_an_invoice_in_euros_with_an_iban_has_a_code_for_banking_apps():
    assert payment_code(FACTS).startswith("<svg")
    assert payment_code({**FACTS, "currency": "USD"}) == ""
    assert payment_code({**FACTS, "kind": "receipt"}) == ""
    assert payment_code({**FACTS, "account": None}) == ""


DIALECTS = {
    "german": 'Umsätze Konto;;;\n\nBuchungstag;Valuta;Auftraggeber;Verwendungszweck;Betrag;Währung\n'
              '05.03.2027;05.03.2027;"Müller; Söhne";INV-2027-000001;1.250,00;EUR\n06.03.2027;;Bank;Gebühr;-3,50;EUR\n',
    "american": 'Date,Description,Debit,Credit,Balance\n03/15/2027,"WIRE, AOZORA",,"1,250.00",1250.00\n'
                "03/16/2027,FEE,3.50,,1246.50\n",
    "british": "Date,Details,Money out,Money in\n15/03/2027,AOZORA,,1250.00\n16/03/2027,FEE,3.50,\n",
    "dutch": "Datum\tNaam tegenpartij\tBedrag\tAf Bij\tMededelingen\n20270305\tAozora\t1250,00\tBij\tx\n"
             "20270306\tBank\t3,50\tAf\ty\n",
    "swiss": "Date;Reference;Debit;Credit;Currency\n2027-03-05;x;;1'250.00;CHF\n2027-03-06;y;3.50;;CHF\n",
    "parentheses": 'Posting Date,Narrative,Amount\n2027-03-05,x,"1,250.00"\n2027-03-06,y,(3.50)\n',
}  # fmt: skip


@pytest.mark.parametrize("name", DIALECTS)
def test_sheets_of_real_banks_are_understood_without_help(name: str):
    columns = guess(DIALECTS[name])
    if columns.currency is None:
        columns = columns_from({**columns.to_plain(), "only_currency": "EUR"})
    read = read_sheet(DIALECTS[name], columns)
    assert [one.amount_cents for one in read.movements] == [125_000, -350]
    assert read.movements[0].booked_on.month == 3
    if name == "american":
        assert (read.opening_cents, read.closing_cents, read.is_off_by) == (0, 124_650, 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Date;Amount;Currency\n2027-13-05;1.00;EUR\n", "Line 2, booking date: '2027-13-05' is not a date"),
        ("Date;Amount;Currency\n2027-03-05;1.0.0;EUR\n", "Line 2, amount: '1.0.0' is not an amount"),
        ("Date;Amount;Currency\n2027-03-05;1.005;EUR\n", "1.005 is not an amount in EUR"),
        ("Date;Amount;Currency\n2027-03-05;1.00;EURO\n", "'EURO' is not a currency code"),
        ("Date;Amount;Currency\n2027-03-05;1.00;EUR\n2027-03-05;1.00;USD\n", "mixes EUR, USD"),
        ("Amount;Currency\n1.00;EUR\n", "which column holds the booking date"),
        ("Date;Currency\n2027-03-05;EUR\n", "which column holds the amount"),
        ("Date;Amount\n2027-03-05;1.00\n", "names no currency"),
        ("Date;Amount;Currency\n", "No line holds a movement"),
    ],
)
def test_a_sheet_that_cannot_be_used_is_refused_with_its_line(text: str, said: str):
    with pytest.raises(BadStatement, match=said.replace(".", r"\.").replace("(", r"\(")):
        read_sheet(text, guess(text))


@given(st.integers(-(10**9), 10**9).filter(bool), st.booleans())
def test_an_amount_is_read_as_it_was_written(cents: int, comma: bool):
    point, grouping = (",", ".") if comma else (".", ",")
    written = f"{abs(cents) // 100:,}".replace(",", grouping) + f"{point}{abs(cents) % 100:02d}"
    written = f"-{written}" if cents < 0 else written
    text = f'Date;Amount;Currency\n2027-03-05;"{written}";EUR\n'
    columns = columns_from({**guess(text).to_plain(), "decimal_comma": comma})
    assert read_sheet(text, columns).movements[0].amount_cents == cents


@pytest.mark.parametrize("version", ["02", "04", "08"])
def test_a_camt_statement_is_read_whatever_its_version(version: str):
    content = camt.document(
        camt.statement(
            camt.entry("850.00", Tx("850.00", "summit", "RF18539007547034", "E2E-1"), new_style=version != "02"),
            camt.entry("3.50", way="DBIT", ref="F"), opening="-10.00", closing="836.50",
        ),
        version=version,
    )  # fmt: skip
    (read,) = read_camt(content)
    first = read.movements[0]
    assert (first.amount_cents, first.end_to_end, first.other_name) == (85_000, "E2E-1", "Aozora Space K.K.")
    assert "RF18539007547034" in references_in(first.remittance)
    assert (read.opening_cents, read.closing_cents, read.is_off_by, read.account) == (
        -1_000, 83_650, 0, "DE89370400440532013000",
    )  # fmt: skip


def test_a_batch_is_taken_apart_and_charges_are_a_movement_of_their_own():
    txs = (Tx("100.00", "a"), Tx("200.00", "b", end_to_end="X"))
    batch = camt.entry("297.50", *txs, ref="B")
    (read,) = read_camt(camt.document(camt.statement(batch)))
    assert [one.amount_cents for one in read.movements] == [10_000, 20_000, -250]
    assert read.movements[2].remittance == "Charges of the bank"
    single = camt.entry("97.50", Tx("100.00", "c", charges="2.50"), ref="C")
    (read,) = read_camt(camt.document(camt.statement(single)))
    assert [one.amount_cents for one in read.movements] == [10_000, -250]
    strange = camt.entry("97.50", Tx("100.00", "d"), ref="D")
    (read,) = read_camt(camt.document(camt.statement(strange)))
    assert [one.amount_cents for one in read.movements] == [9_750]


@pytest.mark.check("E9")
def test_entities_and_doctypes_in_a_statement_are_refused():
    bomb = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]><Document>&b;</Document>'
    with pytest.raises(BadFile, match="DOCTYPE"):
        read_camt(bomb)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html/>", "no CAMT.053"),
        (b"<Document><BkToCstmrStmt/></Document>", "holds no statement"),
        (camt.document("<Stmt><Id>1</Id></Stmt>"), "names no account"),
        (camt.document(camt.statement(camt.entry("x"))), "'x' is not an amount"),
        (camt.document(camt.statement(camt.entry("-1.00"))), "never negative"),
        (camt.document(camt.statement(camt.entry("1.00", way="BOTH"))), "neither credit nor debit"),
        (camt.document(camt.statement(camt.entry("1.00", day="yesterday"))), "'yesterday' is not a date"),
        (camt.document(camt.statement(camt.entry("1.00"), camt.entry("1.00", currency="USD"))), "mixes currencies"),
    ],
)
def test_a_statement_that_cannot_be_used_is_refused_in_words(content: bytes, said: str):
    with pytest.raises(BadStatement, match=said):
        read_camt(content)


def test_equal_movements_of_one_day_are_two_and_the_same_one_in_two_files_is_one():
    move = Movement(date(2027, 3, 5), 1_000, "EUR", other_name="A", remittance="x y")
    again = Movement(date(2027, 3, 5), 1_000, "EUR", other_name="a", remittance="X-Y")
    first = keys_of([StatementRead("K", "1", "EUR", (move, move))])[0]
    second = keys_of([StatementRead("K", "2", "EUR", (again,))])[0]
    assert len(set(first)) == 2
    assert second == first[:1]


def is_open(number: int, cents: int, currency: str = "USD", name: str = "Aozora Space") -> Open:
    title = paper_number(PaperKind.INVOICE, 2027, number)
    return Open(UUID(int=number), title, creditor_reference(title.replace("-", "")), currency, cents, (plain(name),))


@given(st.integers(1, 200_000), st.integers(0, 200_000), st.sampled_from(["USD", "EUR"]), st.booleans())
def test_only_the_exact_sum_in_the_right_currency_with_the_reference_is_booked_by_itself(
    came: int, owed: int, currency: str, is_named: bool
):
    one = is_open(1, owed)
    verdict = judge(Incoming(came, currency, "", "Aozora Space"), [one] if is_named else [], Candidates.of([one]))
    assert (verdict.verdict is Verdict.MATCH) == (is_named and came == owed and currency == "USD")
    assert verdict.reason
    if verdict.verdict is not Verdict.PARK:
        assert (verdict.paper_id, currency) == (one.paper_id, "USD")


def test_two_open_invoices_over_one_sum_are_told_apart_by_the_name_or_not_at_all():
    opens = Candidates.of([is_open(1, 85_000, name="Aozora Space"), is_open(2, 85_000, name="Nordlys Orbital")])
    assert judge(Incoming(85_000, "USD", "", "NORDLYS ORBITAL AS"), [], opens).paper_id == UUID(int=2)
    assert judge(Incoming(85_000, "USD", "", "Somebody"), [], opens).verdict is Verdict.PARK
