"""CSV statements: every bank writes its own, so what each column is gets guessed, shown and may be corrected."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from app.invoicing.rules.statements.movements import BadStatement, Movement, StatementRead, joined, to_cents

MOST_ROWS = 50_000
DELIMITERS = ";,\t|"
DAY_FORMS = {
    "iso": ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d"),
    "day first": ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y"),
    "month first": ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y"),
}
DAY_FORM_WORDS = {
    "iso": "year first, as in 2027-03-31", "day first": "day first, as in 31.03.2027",
    "month first": "month first, as in 03/31/2027",
}  # fmt: skip
# What banks call a column, in lower case without blanks and signs.
CALLED: dict[str, tuple[str, ...]] = {
    "day": ("bookingdate", "buchungstag", "buchungsdatum", "datedecomptabilisation", "dateoperation", "date", "datum",
            "postingdate", "transactiondate", "bookedon", "valuedate", "valuta", "wertstellung", "boekdatum", "fecha"),
    "amount": ("amount", "betrag", "montant", "umsatz", "importe", "bedrag", "betrageur", "amounteur", "amountusd"),
    "credit": ("credit", "haben", "gutschrift", "creditamount", "paidin", "moneyin", "deposits", "deposit"),
    "debit": ("debit", "soll", "lastschrift", "belastung", "debitamount", "paidout", "moneyout", "withdrawals",
              "withdrawal"),
    "direction": ("cdtdbtind", "creditdebit", "debitcredit", "sollhaben", "drcr", "afbij", "type"),
    "currency": ("currency", "wahrung", "devise", "ccy", "waehrung", "moneda", "valutacode"),
    "name": ("name", "payer", "counterparty", "beguenstigterzahlungspflichtiger", "begunstigterzahlungspflichtiger",
             "auftraggeber", "auftraggeberbegunstigter", "nomdelacontrepartie", "naamtegenpartij", "sender",
             "zahlungspflichtiger", "namezahlungsbeteiligter"),
    "account": ("iban", "payeraccount", "counterpartyaccount", "counterpartyiban", "kontonummeriban", "kontonummer",
                "tegenrekening", "ibanzahlungsbeteiligter"),
    "text": ("remittance", "reference", "verwendungszweck", "details", "description", "libelle", "memo", "narrative",
             "mededelingen", "concepto", "paymentreference", "kundenreferenz"),
    "bank_ref": ("bankreference", "transactionid", "bankreferenz", "buchungsreferenz", "entryreference", "fitid",
                 "referencebanque"),
    "end_to_end": ("endtoendid", "endtoendreference", "kundenreferenzendtoend"),
    "balance": ("balance", "saldo", "solde", "kontostand", "saldonachbuchung", "runningbalance"),
}  # fmt: skip
CREDIT_WORDS = frozenset({"crdt", "cr", "c", "credit", "haben", "h", "bij", "+"})
DEBIT_WORDS = frozenset({"dbit", "dr", "d", "debit", "soll", "s", "af", "-"})


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column is what, by its place from 0 (None: there is none), and how dates and amounts are written."""

    delimiter: str = ";"
    header_row: int = 0
    day: int | None = None
    amount: int | None = None
    credit: int | None = None
    debit: int | None = None
    direction: int | None = None
    currency: int | None = None
    name: int | None = None
    account: int | None = None
    text: int | None = None
    bank_ref: int | None = None
    end_to_end: int | None = None
    balance: int | None = None
    day_form: str = "iso"
    decimal_comma: bool = False
    only_currency: str = ""
    own_account: str = ""

    def to_plain(self) -> dict[str, Any]:
        """Return the columns fit for JSON."""
        return asdict(self)


PLACES = ("day", "amount", "credit", "debit", "direction", "currency", "name", "account", "text", "bank_ref",
          "end_to_end", "balance")  # fmt: skip


def columns_from(content: Mapping[str, Any]) -> Columns:
    """Return the columns that `to_plain` wrote; names it does not know are left out."""
    known = Columns.__dataclass_fields__
    return Columns(**{name: value for name, value in content.items() if name in known})


def rows_of(text: str, delimiter: str) -> list[list[str]]:
    """Return the rows of a sheet, cells without surrounding blanks. Raises BadStatement."""
    try:
        rows = [
            [cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
    except csv.Error as error:
        raise BadStatement(f"The file cannot be read as CSV ({error}). Export it anew.") from error
    if len(rows) > MOST_ROWS:
        raise BadStatement(f"The file has more than {MOST_ROWS} rows. Export a shorter period.")
    return rows


def guess(text: str) -> Columns:
    """Return how a sheet seems to be written: its delimiter, its header, what each column is, dates and decimals."""
    best = Columns()
    most = -1
    for delimiter in DELIMITERS:
        rows = rows_of(text, delimiter)
        for number, row in enumerate(rows[:30]):
            named = _named(row)
            if len(named) > most:
                most, best = len(named), columns_from({"delimiter": delimiter, "header_row": number, **named})
    body = rows_of(text, best.delimiter)[best.header_row + 1 :][:200]
    return replace(best, day_form=_day_form(body, best), decimal_comma=_has_decimal_comma(body, best))


def _named(header: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(header):
        called = re.sub(r"[^a-z]", "", cell.casefold().replace("ä", "a").replace("ü", "u").replace("é", "e"))
        for name, calls in CALLED.items():
            if called in calls and name not in found:
                found[name] = place
                break
    return found


def _cells(rows: Sequence[Sequence[str]], place: int | None) -> list[str]:
    return [row[place] for row in rows if place is not None and place < len(row) and row[place]]


def _day_form(rows: Sequence[Sequence[str]], columns: Columns) -> str:
    cells = _cells(rows, columns.day)
    fits = {form: sum(_day(cell, form) is not None for cell in cells) for form in DAY_FORMS}
    return max(fits, key=lambda form: fits[form])


def _has_decimal_comma(rows: Sequence[Sequence[str]], columns: Columns) -> bool:
    cells = [cell for place in (columns.amount, columns.credit, columns.debit) for cell in _cells(rows, place)]
    commas = sum(bool(re.search(r",\d{1,2}\D*$", cell)) for cell in cells)
    return commas > sum(bool(re.search(r"\.\d{1,2}\D*$", cell)) for cell in cells)


def read_sheet(text: str, columns: Columns) -> StatementRead:
    """Return the statement that a sheet is under these columns. Raises BadStatement naming line and field."""
    _refuse_unfit(columns)
    movements: list[Movement] = []
    balances: list[tuple[int, int]] = []
    for number, row in enumerate(
        rows_of(text, columns.delimiter)[columns.header_row + 1 :], start=columns.header_row + 2
    ):
        if not any(row) or not _at(row, columns.day):
            continue
        movement = _movement(row, columns, f"Line {number}")
        if movement is None:
            continue
        movements.append(movement)
        if columns.balance is not None and (cell := _at(row, columns.balance)):
            balances.append(
                (movement.amount_cents, _amount(cell, columns, movement.currency, f"Line {number}, balance"))
            )
    if not movements:
        raise BadStatement("No line holds a movement. Look at which columns hold the date and the amount.")
    currencies = {one.currency for one in movements}
    if len(currencies) > 1:
        raise BadStatement(f"The file mixes {', '.join(sorted(currencies))}. Export one currency at a time.")
    days = [one.booked_on for one in movements]
    opening, closing = (
        _ends(balances, oldest_first=days[0] <= days[-1]) if len(balances) == len(movements) else (None, None)
    )
    return StatementRead(
        account=columns.own_account or "CSV", ref=f"{min(days)} to {max(days)}, {len(movements)} entries",
        currency=currencies.pop(), movements=tuple(movements), starts_on=min(days), ends_on=max(days),
        opening_cents=opening, closing_cents=closing,
    )  # fmt: skip


def _ends(balances: list[tuple[int, int]], *, oldest_first: bool) -> tuple[int, int]:
    first, last = (balances[0], balances[-1]) if oldest_first else (balances[-1], balances[0])
    return first[1] - first[0], last[1]


def _refuse_unfit(columns: Columns) -> None:
    if columns.day is None:
        raise BadStatement("Say which column holds the booking date.")
    if columns.amount is None and columns.credit is None:
        raise BadStatement("Say which column holds the amount, or which hold credit and debit.")
    if columns.currency is None and not columns.only_currency:
        raise BadStatement("The file names no currency: say which one it is in.")


def _movement(row: Sequence[str], columns: Columns, place: str) -> Movement | None:
    day = _day(_at(row, columns.day), columns.day_form)
    if day is None:
        raise BadStatement(
            f"{place}, booking date: {_at(row, columns.day)[:30]!r} is not a date with the "
            f"{DAY_FORM_WORDS[columns.day_form]}."
        )
    currency = (_at(row, columns.currency) or columns.only_currency).upper()
    cents = _sum(row, columns, currency, place)
    if not cents:
        return None
    return Movement(
        booked_on=day, amount_cents=cents, currency=currency, bank_ref=_at(row, columns.bank_ref)[:80],
        end_to_end=_at(row, columns.end_to_end)[:80], other_name=_at(row, columns.name)[:200],
        other_account=_at(row, columns.account).replace(" ", "")[:60],
        remittance=joined([_at(row, columns.text)], 1000),
    )  # fmt: skip


def _sum(row: Sequence[str], columns: Columns, currency: str, place: str) -> int:
    if columns.amount is None:
        credit, debit = _at(row, columns.credit), _at(row, columns.debit)
        came = _amount(credit, columns, currency, f"{place}, credit") if credit else 0
        went = _amount(debit, columns, currency, f"{place}, debit") if debit else 0
        return abs(came) - abs(went)
    cents = _amount(_at(row, columns.amount), columns, currency, f"{place}, amount")
    said = _at(row, columns.direction).casefold()
    if columns.direction is None or not said:
        return cents
    if said not in CREDIT_WORDS | DEBIT_WORDS:
        raise BadStatement(f"{place}, direction: {said[:20]!r} is neither credit nor debit.")
    return abs(cents) if said in CREDIT_WORDS else -abs(cents)


def _amount(cell: str, columns: Columns, currency: str, place: str) -> int:
    """Return a cell as cents: blanks, apostrophes and the sign that groups thousands are left out, signs kept."""
    plain = re.sub(r"[\s'’\u00a0\u202f]|[A-Z]{3}|[€$£]", "", cell)
    negative = plain.endswith(("-", ")")) or plain.startswith(("-", "\u2212", "("))
    plain = plain.strip("+-\u2212()")
    grouping, point = (".", ",") if columns.decimal_comma else (",", ".")
    pattern = rf"\d{{1,3}}(?:\{grouping}\d{{3}})+(?:\{point}\d+)?|\d+(?:\{point}\d+)?"
    if not re.fullmatch(pattern, plain):
        raise BadStatement(
            f"{place}: {cell[:30]!r} is not an amount with a decimal {'comma' if columns.decimal_comma else 'point'}."
        )
    try:
        value = Decimal(plain.replace(grouping, "").replace(point, "."))
    except InvalidOperation:
        raise BadStatement(f"{place}: {cell[:30]!r} is not an amount.") from None
    return to_cents(-value if negative else value, currency)


def _at(row: Sequence[str], place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""


def _day(cell: str, form: str) -> date | None:
    for pattern in DAY_FORMS[form]:
        try:
            return datetime.strptime(cell[:10].strip(), pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None
