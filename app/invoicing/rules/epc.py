"""The code on an invoice that a banking app reads: name, account, sum and reference at once."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from segno.helpers import make_epc_qr


def payment_code(facts: Mapping[str, Any]) -> str:
    """Return the EPC code of an invoice as SVG, empty where no such code exists: other currencies, no IBAN."""
    account = facts["account"]
    if facts["kind"] != "invoice" or facts["currency"] != "EUR" or not account or not account["iban"]:
        return ""
    amount = Decimal(facts["gross_cents"]).scaleb(-2)
    if not Decimal("0.01") <= amount <= Decimal("999999999.99"):
        return ""
    code = make_epc_qr(
        name=account["holder"][:70], iban=account["iban"].replace(" ", ""), bic=account["bic"] or None, amount=amount,
        reference=facts["reference"],
    )  # fmt: skip
    return str(code.svg_inline(scale=3, border=2))
