"""What lowers a fee: vouchers, whose budgets no race can exceed, and waivers for one person."""

from app.payments.vouchers.budget import hold, hold_again, pass_on, quote, release, retake, spend
from app.payments.vouchers.issue import issue, stop
from app.payments.vouchers.rules import Holder, VoucherRefused, VoucherTerms
from app.payments.vouchers.waivers import decide_waiver, end_waiver, grant_waiver

__all__ = [
    "Holder",
    "VoucherRefused",
    "VoucherTerms",
    "decide_waiver",
    "end_waiver",
    "grant_waiver",
    "hold",
    "hold_again",
    "issue",
    "pass_on",
    "quote",
    "release",
    "retake",
    "spend",
    "stop",
]
