"""What a voucher gives, where a use of it stands, and where a waiver stands."""

from enum import StrEnum


class VoucherKind(StrEnum):
    """How a voucher lowers a fee: by a share of it, by a fixed amount, or altogether."""

    PERCENTAGE = "percentage"
    AMOUNT = "amount"
    WAIVER = "waiver"


KIND_LABELS: dict[VoucherKind, str] = {
    VoucherKind.PERCENTAGE: "A share of the fee",
    VoucherKind.AMOUNT: "A fixed amount",
    VoucherKind.WAIVER: "The whole fee",
}


class UseState(StrEnum):
    """HELD waits for the decision, SPENT lowered the fee that was asked for, RELEASED went back to the budget."""

    HELD = "held"
    SPENT = "spent"
    RELEASED = "released"


class UseEvent(StrEnum):
    """What moves a use."""

    SPEND = "spend"
    RELEASE = "release"


USE_TRANSITIONS: dict[tuple[UseState, UseEvent], UseState] = {
    (UseState.HELD, UseEvent.SPEND): UseState.SPENT,
    (UseState.HELD, UseEvent.RELEASE): UseState.RELEASED,
    (UseState.SPENT, UseEvent.RELEASE): UseState.RELEASED,
}


class WaiverState(StrEnum):
    """PROPOSED waits for a second person; ENDED was taken back before the fee was asked for, and counts no more."""

    PROPOSED = "proposed"
    GRANTED = "granted"
    REFUSED = "refused"
    ENDED = "ended"


class WaiverEvent(StrEnum):
    """What moves a waiver."""

    GRANT = "grant"
    REFUSE = "refuse"
    END = "end"


WAIVER_TRANSITIONS: dict[tuple[WaiverState, WaiverEvent], WaiverState] = {
    (WaiverState.PROPOSED, WaiverEvent.GRANT): WaiverState.GRANTED,
    (WaiverState.PROPOSED, WaiverEvent.REFUSE): WaiverState.REFUSED,
    (WaiverState.PROPOSED, WaiverEvent.END): WaiverState.ENDED,
    (WaiverState.GRANTED, WaiverEvent.END): WaiverState.ENDED,
}
