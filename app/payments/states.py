"""What a payment, an attempt, a refund, a dispute and a provider's event can be, and how they move."""

from enum import StrEnum


class PaymentMethod(StrEnum):
    """How a payer means to pay: by saved card, by bank transfer, or on one invoice for a whole delegation."""

    CARD = "card"
    TRANSFER = "transfer"
    GROUP = "group"


METHOD_LABELS: dict[PaymentMethod, str] = {
    PaymentMethod.CARD: "Card",
    PaymentMethod.TRANSFER: "Bank transfer, by invoice",
    PaymentMethod.GROUP: "On one invoice for my delegation",
}

BACK_BY: dict[PaymentMethod, str] = {
    PaymentMethod.CARD: "to the card you paid with",
    PaymentMethod.TRANSFER: "by bank, to an account that you name",
    PaymentMethod.GROUP: "to your organization, which paid",
}
"""Where money goes back to, in a sentence to the person it was paid for."""
THEIR_WAY_BACK: dict[PaymentMethod, str] = {
    PaymentMethod.CARD: "to the card it was paid with",
    PaymentMethod.TRANSFER: "by bank, to an account that they name",
    PaymentMethod.GROUP: "to the organization, which paid",
}
"""The same, in a sentence to staff."""


class PaymentState(StrEnum):
    """Where one obligation stands. SUCCEEDED is a fact and outlives refunds, which have states of their own."""

    CREATED = "created"
    CARD_SAVED = "card_saved"
    PROCESSING = "processing"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    VOIDED = "voided"


class PaymentEvent(StrEnum):
    """What moves a payment."""

    SAVE_CARD = "save_card"
    CHARGE = "charge"
    ASK_PAYER = "ask_payer"
    SUCCEED = "succeed"
    FAIL = "fail"
    VOID = "void"
    REOPEN = "reopen"
    SETTLE = "settle"


P, PE = PaymentState, PaymentEvent
PAYMENT_TRANSITIONS: dict[tuple[PaymentState, PaymentEvent], PaymentState] = {
    (P.CREATED, PE.SAVE_CARD): P.CARD_SAVED,
    (P.CREATED, PE.ASK_PAYER): P.REQUIRES_ACTION,
    (P.CREATED, PE.VOID): P.VOIDED,
    # All of it was carried over from the payment of whom the payer replaces: nothing is asked of anybody.
    (P.CREATED, PE.SETTLE): P.SUCCEEDED,
    (P.CARD_SAVED, PE.SETTLE): P.SUCCEEDED,
    (P.CARD_SAVED, PE.SAVE_CARD): P.CARD_SAVED,
    (P.CARD_SAVED, PE.CHARGE): P.PROCESSING,
    (P.CARD_SAVED, PE.ASK_PAYER): P.REQUIRES_ACTION,
    (P.CARD_SAVED, PE.VOID): P.VOIDED,
    (P.PROCESSING, PE.ASK_PAYER): P.REQUIRES_ACTION,
    (P.PROCESSING, PE.SUCCEED): P.SUCCEEDED,
    (P.PROCESSING, PE.FAIL): P.FAILED,
    (P.PROCESSING, PE.VOID): P.VOIDED,
    (P.REQUIRES_ACTION, PE.SUCCEED): P.SUCCEEDED,
    (P.REQUIRES_ACTION, PE.VOID): P.VOIDED,
    (P.FAILED, PE.CHARGE): P.PROCESSING,
    (P.FAILED, PE.SUCCEED): P.SUCCEEDED,
    (P.FAILED, PE.VOID): P.VOIDED,
    # Money that was already on its way arrives although nothing is owed any more: a fact, not a choice.
    (P.VOIDED, PE.SUCCEED): P.SUCCEEDED,
    # What was written off before anything was asked for may be asked for after all.
    (P.VOIDED, PE.REOPEN): P.CREATED,
    # A transfer had been matched with the wrong payment: what it paid is owed again.
    (P.SUCCEEDED, PE.REOPEN): P.REQUIRES_ACTION,
}


class AttemptKind(StrEnum):
    """How the provider was asked: to keep a card, to charge the kept card, or to show the payer a pay page.

    TRANSFER is money that came by bank, which the provider knows nothing of.
    """

    CARD_PAGE = "card_page"
    SAVED_CARD = "saved_card"
    PAY_PAGE = "pay_page"
    TRANSFER = "transfer"


class AttemptState(StrEnum):
    """SURPLUS is money that arrived although the payment had been paid already; it goes back by itself."""

    OPEN = "open"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    ABANDONED = "abandoned"
    SURPLUS = "surplus"


class AttemptEvent(StrEnum):
    """What moves an attempt."""

    SUCCEED = "succeed"
    EXCEED = "exceed"
    UNDO = "undo"
    FAIL = "fail"
    ABANDON = "abandon"


A, AE = AttemptState, AttemptEvent
ATTEMPT_TRANSITIONS: dict[tuple[AttemptState, AttemptEvent], AttemptState] = {
    (A.OPEN, AE.SUCCEED): A.SUCCEEDED,
    (A.OPEN, AE.EXCEED): A.SURPLUS,
    (A.OPEN, AE.FAIL): A.FAILED,
    (A.OPEN, AE.ABANDON): A.ABANDONED,
    (A.FAILED, AE.SUCCEED): A.SUCCEEDED,
    (A.FAILED, AE.EXCEED): A.SURPLUS,
    (A.ABANDONED, AE.SUCCEED): A.SUCCEEDED,
    (A.ABANDONED, AE.EXCEED): A.SURPLUS,
    # Only of transfers: a person had matched money that came by bank with the wrong payment.
    (A.SUCCEEDED, AE.UNDO): A.ABANDONED,
    (A.SURPLUS, AE.UNDO): A.ABANDONED,
}


class RefundState(StrEnum):
    """Where money that goes back stands; a bank may still return what had SUCCEEDED.

    PROPOSED waits for a second person, and REFUSED is what that person said no to: neither reached the provider.
    """

    PROPOSED = "proposed"
    REFUSED = "refused"
    REQUESTED = "requested"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class RefundEvent(StrEnum):
    """What moves a refund."""

    RELEASE = "release"
    REFUSE = "refuse"
    ACCEPT = "accept"
    SUCCEED = "succeed"
    FAIL = "fail"


R, RE = RefundState, RefundEvent
REFUND_TRANSITIONS: dict[tuple[RefundState, RefundEvent], RefundState] = {
    (R.PROPOSED, RE.RELEASE): R.REQUESTED,
    (R.PROPOSED, RE.REFUSE): R.REFUSED,
    (R.REQUESTED, RE.ACCEPT): R.PENDING,
    (R.REQUESTED, RE.SUCCEED): R.SUCCEEDED,
    (R.REQUESTED, RE.FAIL): R.FAILED,
    (R.PENDING, RE.SUCCEED): R.SUCCEEDED,
    (R.PENDING, RE.FAIL): R.FAILED,
    (R.SUCCEEDED, RE.FAIL): R.FAILED,
}


NOT_GOING_BACK = frozenset({R.FAILED, R.REFUSED})
"""States of a refund in which its money is, and stays, with us."""


class ReminderKind(StrEnum):
    """What a payer is reminded of: to pay, or to save a card before the decision."""

    PAY = "pay"
    CARD = "card"


class DisputeState(StrEnum):
    """Where a payer's complaint to the bank stands; while OPEN and when LOST the provider holds the money back."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class EventState(StrEnum):
    """What became of a provider's event: KEPT waits, REFUSED came late or contradicts and says why."""

    KEPT = "kept"
    APPLIED = "applied"
    IGNORED = "ignored"
    REFUSED = "refused"


class Account(StrEnum):
    """Accounts of the ledger. Debits are positive cents, credits negative."""

    RECEIVABLE = "receivable"
    PROVIDER_CLEARING = "provider_clearing"
    BANK = "bank"
    REVENUE = "revenue"
    REFUNDS = "refunds"
    SURPLUS = "surplus"
    DISPUTES = "disputes"
    CARRIED = "carried"


OPEN_CHARGES = frozenset({P.PROCESSING, P.REQUIRES_ACTION, P.FAILED})
CARD_CAN_BE_SAVED = frozenset({P.CREATED, P.CARD_SAVED})
PAGE_CAN_BE_PAID = frozenset({P.REQUIRES_ACTION, P.FAILED})
