"""Bank accounts that transfers go to, with their numbers checked."""

import re
from typing import Any

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from app.registration.rules.summit import BankAccount

ROUTING_WEIGHTS = (3, 7, 1, 3, 7, 1, 3, 7, 1)


def account_from(value: Any) -> BankAccount:
    """Return the account that plain values describe. Raises ValueError with a sentence for a number that cannot be.

    An account has an IBAN, or, in the United States, an account and a routing number. Numbers lose their spaces.
    """
    currency = str(value["currency"]).strip()
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise ValueError("Use three capital letters for the currency, as in USD.")
    holder, bank = str(value["holder"]).strip()[:120], str(value.get("bank") or "").strip()[:120]
    if not holder:
        raise ValueError("Name the holder of the account.")
    account = BankAccount(
        currency, holder, _iban(value.get("iban")), _bic(value.get("bic")), bank,
        _digits(value.get("account_number")), _routing(value.get("routing_number")),
    )  # fmt: skip
    if not account.iban and not (account.account_number and account.routing_number):
        raise ValueError("Give an IBAN, or the account number and the routing number of a U.S. account.")
    return account


def _iban(value: Any) -> str:
    text = _closed_up(value)
    try:
        return str(IBAN(text).compact) if text else ""
    except SchwiftyException as error:
        raise ValueError(f"{text} is not an IBAN. Compare it with the bank's letter.") from error


def _bic(value: Any) -> str:
    text = _closed_up(value)
    try:
        return str(BIC(text).compact) if text else ""
    except SchwiftyException as error:
        raise ValueError(f"{text} is not a BIC: it has 8 or 11 letters and digits.") from error


def _digits(value: Any) -> str:
    text = _closed_up(value)
    if text and not re.fullmatch(r"[0-9]{4,17}", text):
        raise ValueError("An account number of a U.S. bank has 4 to 17 digits.")
    return text


def _routing(value: Any) -> str:
    text = _closed_up(value)
    if text and not (re.fullmatch(r"[0-9]{9}", text) and _adds_up(text)):
        raise ValueError(f"{text} is not a routing number: it has nine digits that add up.")
    return text


def _adds_up(routing: str) -> bool:
    return sum(weight * int(digit) for weight, digit in zip(ROUTING_WEIGHTS, routing, strict=True)) % 10 == 0


def _closed_up(value: Any) -> str:
    return re.sub(r"[\s-]", "", str(value or "")).upper()
