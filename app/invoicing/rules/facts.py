"""What a paper says, frozen when it is issued: plain values that turn into JSON and back without loss."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from babel import Locale

from app.core.money import Money
from app.invoicing.rules.numbers import spaced
from app.invoicing.rules.tax import NOTES, ROUNDING, Split, rate_words, split_part, total
from app.invoicing.states import KIND_LABELS, PaperKind, Treatment


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sells."""

    name: str
    address: str = ""
    tax_id: str = ""


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys: a legal name, the person it is about, where they are, what their books need."""

    name: str
    contact: str = ""
    address: str = ""
    country: str = ""
    tax_id: str = ""
    order_number: str = ""


@dataclass(frozen=True, slots=True)
class PayTo:
    """The account that money in one currency goes to."""

    currency: str
    holder: str
    iban: str = ""
    bic: str = ""
    bank: str = ""
    account_number: str = ""
    routing_number: str = ""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return what is known of the account, label and value, as people read it."""
        known = [
            ("Account holder", self.holder), ("IBAN", spaced(self.iban.replace(" ", ""))), ("BIC", self.bic),
            ("Account number", self.account_number), ("Routing number", self.routing_number), ("Bank", self.bank),
        ]  # fmt: skip
        return [(label, value) for label, value in known if value]


@dataclass(frozen=True, slots=True)
class Billed:
    """What the room that sells says about one thing sold: whose it is, on which terms, and how it is called."""

    text: str
    seller: Seller
    buyer: Buyer
    tax_label: str
    basis_points: int
    accounts: tuple[PayTo, ...]
    invoice_days: int
    first_day: date
    zone: str
    organization_id: UUID | None = None
    currency: str = ""
    reminder_days: tuple[int, ...] = (3, 1)

    def account(self, currency: str) -> PayTo | None:
        """Return the account for a currency, None when transfers in it are not taken."""
        return next((account for account in self.accounts if account.currency == currency), None)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what, and its sum. A credit note's sums are positive too: the paper itself says that they go back.

    `before_cents` are the parts of the same price on earlier credit notes.
    """

    text: str
    gross_cents: int
    payment_id: UUID | None = None
    before_cents: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper before it has a number."""

    kind: PaperKind
    currency: str
    seller: Seller
    buyer: Buyer
    lines: tuple[Line, ...]
    tax_label: str
    basis_points: int
    zone: str
    treatment: Treatment = Treatment.STANDARD
    pay_to: PayTo | None = None
    due_on: date | None = None
    refers_to: str = ""
    refers_on: str = ""
    reason: str = ""
    paid: str = ""

    def splits(self) -> list[Split]:
        """Return each line in net and tax."""
        rate, how = self.basis_points, self.treatment
        return [split_part(line.gross_cents, line.before_cents, rate, how) for line in self.lines]

    def total(self) -> Split:
        return total(self.splits())


def frozen(draft: Draft, *, number: str, reference: str, issued_at: datetime, issued_on: date) -> dict[str, Any]:
    """Return everything the paper shows, sums in cents and in words, fit for JSON and for the template."""
    splits, whole = draft.splits(), draft.total()
    sums = _sums(whole, draft.currency)
    return {
        "kind": draft.kind.value, "title": KIND_LABELS[draft.kind], "number": number,
        "issued_at": issued_at.isoformat(), "issued_on": issued_on.isoformat(), "issued": _day(issued_on),
        "seller": asdict(draft.seller), "buyer": _buyer(draft.buyer), "currency": draft.currency,
        "lines": [
            {"text": line.text, **_sums(one, draft.currency)} for line, one in zip(draft.lines, splits, strict=True)
        ],
        "net_cents": whole.net_cents, "tax_cents": whole.tax_cents, "gross_cents": whole.gross_cents,
        "shown": {name: sums[name] for name in ("net", "tax", "gross")},
        "tax": {
            "label": draft.tax_label, "basis_points": draft.basis_points, "rate": rate_words(draft.basis_points),
            "treatment": draft.treatment.value, "note": NOTES[draft.treatment], "rounding": ROUNDING,
        },
        "reference": reference, "reference_shown": spaced(reference),
        "due_on": draft.due_on.isoformat() if draft.due_on else "", "due": _day(draft.due_on) if draft.due_on else "",
        "pay_to": [list(pair) for pair in draft.pay_to.pairs] if draft.pay_to else [],
        "account": asdict(draft.pay_to) if draft.pay_to else None,
        "refers_to": draft.refers_to, "refers_on": draft.refers_on, "reason": draft.reason, "paid": draft.paid,
        "zone": draft.zone,
    }  # fmt: skip


def draft_from(facts: Mapping[str, Any], lines: Sequence[Line]) -> Draft:
    """Return the draft that an issued paper's facts came from, with these lines: the start of its reversal."""
    return Draft(
        kind=PaperKind(facts["kind"]), currency=facts["currency"], seller=Seller(**facts["seller"]),
        buyer=buyer_from(facts["buyer"]), lines=tuple(lines), tax_label=facts["tax"]["label"],
        basis_points=facts["tax"]["basis_points"], zone=facts["zone"], treatment=Treatment(facts["tax"]["treatment"]),
        pay_to=PayTo(**facts["account"]) if facts["account"] else None,
        due_on=date.fromisoformat(facts["due_on"]) if facts["due_on"] else None,
    )  # fmt: skip


def credit_of(facts: Mapping[str, Any], lines: Sequence[Line], *, reason: str) -> Draft:
    """Return the draft of a credit note over these lines of an issued paper; it says what it takes back and why."""
    return replace(
        draft_from(facts, lines), kind=PaperKind.CREDIT_NOTE, pay_to=None, due_on=None, refers_to=str(facts["number"]),
        refers_on=str(facts["issued"]), reason=reason, paid="",
    )  # fmt: skip


def buyer_from(content: Mapping[str, str]) -> Buyer:
    """Return the buyer that a paper's facts name."""
    return Buyer(**{name: value for name, value in content.items() if name != "country_name"})


def _buyer(buyer: Buyer) -> dict[str, str]:
    """Return the buyer with the country in words."""
    named = Locale("en").territories.get(buyer.country, buyer.country)
    return {**asdict(buyer), "country_name": str(named)}


def _sums(split: Split, currency: str) -> dict[str, Any]:
    cents = {"net": split.net_cents, "tax": split.tax_cents, "gross": split.gross_cents}
    return {name: _money(one, currency) for name, one in cents.items()} | {
        f"{n}_cents": one for n, one in cents.items()
    }


def _money(cents: int, currency: str) -> str:
    return str(Money(cents, currency))


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
