"""Reads of this room."""

from app.invoicing.queries.bank import counts, entries, entry_page, gaps, import_row, imports, sums
from app.invoicing.queries.group import details_of_organization, gathered
from app.invoicing.queries.mine import PastMoney, my_money, past_money
from app.invoicing.queries.papers import (
    Wanted,
    every_paper,
    how_to_pay,
    may_open,
    paper_page,
    papers,
    receipt_of,
)
from app.invoicing.queries.payouts import is_payee, payees, payout_row, payouts, payouts_of, payouts_to

__all__ = [
    "PastMoney",
    "Wanted",
    "counts",
    "details_of_organization",
    "entries",
    "entry_page",
    "every_paper",
    "gaps",
    "gathered",
    "how_to_pay",
    "import_row",
    "imports",
    "is_payee",
    "may_open",
    "my_money",
    "paper_page",
    "papers",
    "past_money",
    "payees",
    "payout_row",
    "payouts",
    "payouts_of",
    "payouts_to",
    "receipt_of",
    "sums",
]
