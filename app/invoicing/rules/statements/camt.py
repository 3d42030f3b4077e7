"""CAMT.053: the bank-to-customer statement of ISO 20022, versions 02 to 12.

Elements are found by their names whatever the version. Batch entries are taken apart into their transactions; pending
entries are counted and left for the day they are booked.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from lxml import etree

from app.documents.rules.texts import parsed_xml
from app.invoicing.rules.statements.movements import BadStatement, Movement, StatementRead, joined, to_cents

Element = etree._Element
MOST_ENTRIES = 50_000


def read_camt(content: bytes) -> list[StatementRead]:
    """Return the statements of a file, in its order. Raises BadStatement, or BadFile for what is no fit XML."""
    root = parsed_xml(content)
    message = _child(root, "BkToCstmrStmt")
    if etree.QName(root).localname != "Document" or message is None:
        raise BadStatement("This XML is no CAMT.053 statement. Ask the bank for the booked statement, camt.053.")
    statements = [_statement(one, number) for number, one in enumerate(_children(message, "Stmt"), start=1)]
    if not statements:
        raise BadStatement("The file holds no statement. Ask the bank for one that covers booked entries.")
    if sum(len(one.movements) for one in statements) > MOST_ENTRIES:
        raise BadStatement(f"The file holds more than {MOST_ENTRIES} entries. Ask the bank for shorter periods.")
    return statements


def _statement(stmt: Element, number: int) -> StatementRead:
    place = f"Statement {_text(stmt, 'Id') or number}"
    account = _text(stmt, "Acct/Id/IBAN") or _text(stmt, "Acct/Id/Othr/Id")
    if not account:
        raise BadStatement(f"{place} names no account.")
    balances = _balances(stmt, place)
    currency = _text(stmt, "Acct/Ccy") or next((code for code, _cents in balances.values()), "")
    movements: list[Movement] = []
    pending = 0
    for position, entry in enumerate(_children(stmt, "Ntry"), start=1):
        status = _text(entry, "Sts/Cd") or _text(entry, "Sts")
        if status in ("PDNG", "INFO", "FUTR"):
            pending += 1
            continue
        movements += _movements(entry, f"{place}, entry {position}")
    currency = currency or next((one.currency for one in movements), "")
    if any(one.currency != currency for one in movements):
        raise BadStatement(f"{place} mixes currencies. Ask the bank for one statement for each.")
    opening, closing = (balances.get(code, (currency, None))[1] for code in ("OPBD", "CLBD"))
    if opening is None:
        opening = balances.get("PRCD", (currency, None))[1]
    ref = "/".join(part for part in (_text(stmt, "Id"), _text(stmt, "ElctrncSeqNb")) if part) or str(number)
    return StatementRead(
        account=account.replace(" ", "")[:60], ref=ref[:80], currency=currency, movements=tuple(movements),
        starts_on=_day(stmt, "FrToDt/FrDtTm", place), ends_on=_day(stmt, "FrToDt/ToDtTm", place) or _last(movements),
        opening_cents=opening, closing_cents=closing, pending=pending,
    )  # fmt: skip


def _balances(stmt: Element, place: str) -> dict[str, tuple[str, int]]:
    """Return the balances by their code: the first opening one and the last closing one."""
    found: dict[str, tuple[str, int]] = {}
    for balance in _children(stmt, "Bal"):
        code = _text(balance, "Tp/CdOrPrtry/Cd")
        amount = _child(balance, "Amt")
        if amount is None or (code in ("OPBD", "PRCD") and code in found):
            continue
        found[code] = (_currency(amount), _signed(balance, amount, f"{place}, balance {code}"))
    return found


def _movements(entry: Element, place: str) -> list[Movement]:
    """Return an entry's transactions, one movement each; what their sum misses of the entry is one more."""
    amount = _child(entry, "Amt")
    if amount is None:
        raise BadStatement(f"{place}: the amount is missing.")
    whole, currency = _signed(entry, amount, place), _currency(amount)
    booked_on = _day(entry, "BookgDt", place) or _day(entry, "ValDt", place)
    if booked_on is None:
        raise BadStatement(f"{place}: the booking date is missing.")
    details = [detail for group in _children(entry, "NtryDtls") for detail in _children(group, "TxDtls")]
    parts = [_detail(entry, detail, booked_on, currency, whole, place) for detail in details]
    if not parts:
        return [_plain(entry, booked_on, currency, whole)]
    missing = whole - sum(part.amount_cents for part in parts)
    if not missing:
        return parts
    if len(parts) == 1 and missing != -_charges(entry, details[0], currency, place):
        return [_plain(entry, booked_on, currency, whole, parts[0])]
    words = "Charges of the bank" if missing < 0 else "Difference between the entry and its transactions"
    ref = f"{_text(entry, 'AcctSvcrRef') or _text(entry, 'NtryRef')}+"
    return [*parts, Movement(booked_on, missing, currency, bank_ref=ref[:80], remittance=words)]


def _plain(entry: Element, booked_on: date, currency: str, cents: int, part: Movement | None = None) -> Movement:
    ref = _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef")
    told = part.remittance if part else joined([_text(entry, "AddtlNtryInf")], 1000)
    return Movement(
        booked_on, cents, currency, ref[:80], part.end_to_end if part else "", part.other_name if part else "",
        part.other_account if part else "", told, _text(entry, "RvslInd") in ("true", "1"),
    )  # fmt: skip


def _detail(entry: Element, detail: Element, booked_on: date, currency: str, whole: int, place: str) -> Movement:
    cents = _detail_cents(detail, currency, place)
    signed = whole if cents is None else (cents if _direction(detail, entry) == "CRDT" else -cents)
    ref = _text(detail, "Refs/AcctSvcrRef") or _text(detail, "Refs/TxId")
    ref = ref or _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef")
    other = "Dbtr" if signed > 0 else "Cdtr"
    party = f"RltdPties/{other}"
    end_to_end = _text(detail, "Refs/EndToEndId")
    return Movement(
        booked_on=booked_on, amount_cents=signed, currency=currency, bank_ref=ref[:80],
        end_to_end="" if end_to_end.upper() == "NOTPROVIDED" else end_to_end[:80],
        other_name=(_text(detail, f"{party}/Nm") or _text(detail, f"{party}/Pty/Nm"))[:200],
        other_account=(_text(detail, f"{party}Acct/Id/IBAN") or _text(detail, f"{party}Acct/Id/Othr/Id"))[:60],
        remittance=_remittance(entry, detail), is_reversal=_text(entry, "RvslInd") in ("true", "1"),
    )  # fmt: skip


def _direction(detail: Element, entry: Element) -> str:
    return _text(detail, "CdtDbtInd") or _text(entry, "CdtDbtInd")


def _detail_cents(detail: Element, currency: str, place: str) -> int | None:
    """Return a transaction's amount in the account's currency, None when it gives none."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt"):
        amount = _find(detail, path)
        if amount is not None and _currency(amount) == currency:
            return _cents(amount, place)
    return None


def _charges(entry: Element, detail: Element, currency: str, place: str) -> int:
    """Return the charges that the bank says it kept from this entry."""
    total = 0
    for where in (entry, detail):
        for charges in _children(where, "Chrgs"):
            listed = [_child(record, "Amt") for record in _children(charges, "Rcrd")] or [_child(charges, "Amt")]
            total += sum(_cents(one, place) for one in listed if one is not None and _currency(one) == currency)
    return total


def _remittance(entry: Element, detail: Element) -> str:
    told = [_all_text(one) for info in _children(detail, "RmtInf") for one in _children(info, "Ustrd")]
    for info in _children(detail, "RmtInf"):
        for structured in _children(info, "Strd"):
            told += [_text(structured, "CdtrRefInf/Ref"), _text(structured, "AddtlRmtInf")]
            told += [_text(document, "Nb") for document in _children(structured, "RfrdDocInf")]
    told.append(_text(detail, "AddtlTxInf"))
    return joined(told, 1000) or joined([_text(entry, "AddtlNtryInf")], 1000)


def _signed(of: Element, amount: Element, place: str) -> int:
    direction = _text(of, "CdtDbtInd")
    if direction not in ("CRDT", "DBIT"):
        raise BadStatement(f"{place}: it says neither credit nor debit.")
    cents = _cents(amount, place)
    return cents if direction == "CRDT" else -cents


def _cents(amount: Element, place: str) -> int:
    try:
        value = Decimal(_all_text(amount))
    except InvalidOperation:
        raise BadStatement(f"{place}: {_all_text(amount)[:30]!r} is not an amount.") from None
    if value < 0:
        raise BadStatement(f"{place}: an amount is never negative here; its direction says which way it went.")
    return to_cents(value, _currency(amount))


def _currency(amount: Element) -> str:
    return str(amount.get("Ccy", ""))


def _day(of: Element, path: str, place: str) -> date | None:
    text = _text(of, f"{path}/Dt") or _text(of, f"{path}/DtTm") or _text(of, path)
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise BadStatement(f"{place}: {text[:30]!r} is not a date.") from None


def _last(movements: list[Movement]) -> date | None:
    return max((one.booked_on for one in movements), default=None)


def _children(of: Element, name: str) -> Iterator[Element]:
    for child in of:
        if isinstance(child.tag, str) and etree.QName(child).localname == name:
            yield child


def _child(of: Element, name: str) -> Element | None:
    return next(_children(of, name), None)


def _find(of: Element, path: str) -> Element | None:
    found: Element | None = of
    for name in path.split("/"):
        if found is None:
            return None
        found = _child(found, name)
    return found


def _text(of: Element, path: str) -> str:
    found = _find(of, path)
    return "" if found is None else _all_text(found)


def _all_text(of: Element) -> str:
    return " ".join((of.text or "").split())
