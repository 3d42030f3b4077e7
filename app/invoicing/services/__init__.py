"""What people and other rooms do with papers, transfers, statements and payouts."""

from app.invoicing.services.bill import invoice_due, keep_details, reissue, reverse_void
from app.invoicing.services.choose import choose, ways_to_pay
from app.invoicing.services.context import billed, details_of, differences, hold_until
from app.invoicing.services.entries import (
    assign,
    confirm_match,
    confirm_reversal,
    set_aside,
    settle_repeat,
    undo_match,
)
from app.invoicing.services.group import (
    GATHER,
    GROUP_JOB,
    forget_due,
    gather_due,
    invoice_gathered,
    issue_group_invoice,
)
from app.invoicing.services.issue import PRINT, issue
from app.invoicing.services.payouts import (
    Payee,
    account_of,
    ask_payout,
    call_off,
    checked_payee,
    name_account,
    note_came_back,
    note_paid,
)
from app.invoicing.services.prints import keep_pdf, make_pdf, open_pdf
from app.invoicing.services.receipts import credit_refund, give_receipt, take_back_receipt
from app.invoicing.services.remind import REMIND, remind
from app.invoicing.services.statements import (
    IMPORT_JOB,
    Intake,
    follow_stopped,
    hand_in,
    read_import,
    sheet_of,
    start_import,
)

__all__ = [
    "GATHER",
    "GROUP_JOB",
    "IMPORT_JOB",
    "PRINT",
    "REMIND",
    "Intake",
    "Payee",
    "account_of",
    "ask_payout",
    "assign",
    "billed",
    "call_off",
    "checked_payee",
    "choose",
    "confirm_match",
    "confirm_reversal",
    "credit_refund",
    "details_of",
    "differences",
    "follow_stopped",
    "forget_due",
    "gather_due",
    "give_receipt",
    "hand_in",
    "hold_until",
    "invoice_due",
    "invoice_gathered",
    "issue",
    "issue_group_invoice",
    "keep_details",
    "keep_pdf",
    "make_pdf",
    "name_account",
    "note_came_back",
    "note_paid",
    "open_pdf",
    "read_import",
    "reissue",
    "remind",
    "reverse_void",
    "set_aside",
    "settle_repeat",
    "sheet_of",
    "start_import",
    "take_back_receipt",
    "undo_match",
    "ways_to_pay",
]
