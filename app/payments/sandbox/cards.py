"""The provider's published test cards and how their banks behave. No real card number works here."""

from dataclasses import dataclass
from enum import StrEnum


class Bank(StrEnum):
    """What the card's bank does."""

    PAYS = "pays"
    ASKS_CARDHOLDER = "asks_cardholder"
    DECLINES_ALWAYS = "declines_always"
    DECLINES_CHARGES = "declines_charges"
    REFUNDS_LATER = "refunds_later"
    RETURNS_REFUNDS = "returns_refunds"
    DISPUTES = "disputes"


@dataclass(frozen=True, slots=True)
class TestCard:
    """A card number the sandbox knows; `code` is the decline code its bank gives."""

    number: str
    brand: str
    bank: Bank
    words: str
    code: str | None = None


CARDS = {
    card.number: card
    for card in (
        TestCard("4242424242424242", "visa", Bank.PAYS, "Visa that pays"),
        TestCard("5555555555554444", "mastercard", Bank.PAYS, "Mastercard that pays"),
        TestCard("4000002500003155", "visa", Bank.ASKS_CARDHOLDER, "The bank asks the cardholder at every charge"),
        TestCard("4000000000000002", "visa", Bank.DECLINES_ALWAYS, "Declined at once", "generic_decline"),
        TestCard("4000000000000341", "visa", Bank.DECLINES_CHARGES, "Saved, then declined", "generic_decline"),
        TestCard("4000000000009995", "visa", Bank.DECLINES_CHARGES, "Saved, then without funds", "insufficient_funds"),
        TestCard("4000000000007726", "visa", Bank.REFUNDS_LATER, "Pays; a refund is pending at first"),
        TestCard("4000000000005126", "visa", Bank.RETURNS_REFUNDS, "Pays; a refund comes back from the bank"),
        TestCard("4000000000000259", "visa", Bank.DISPUTES, "Pays; the cardholder then disputes it"),
    )
}

DECLINE_WORDS = {
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "payment_intent_authentication_failure": "Your bank could not confirm that it is you.",
    "authentication_required": "Your card was declined. This transaction requires authentication.",
}


def card_of(number: str) -> TestCard | None:
    """Return the test card of that number, spaces and dashes left out; None when there is none."""
    return CARDS.get(number.replace(" ", "").replace("-", ""))
