"""Tables of what lowers a fee."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, cents, json_list, text_enum, utc_datetime, uuid_pk
from app.payments.vouchers.states import UseState, VoucherKind, WaiverState

LIVE = text("state <> 'released'")
IN_FORCE = text("state IN ('proposed', 'granted')")


class Voucher(Base):
    """A code that lowers fees within two budgets, of uses and of cents: what is taken is counted, held uses too.

    The code is kept as it is, not hashed: finance looks it up and hands it out again, and it lets nobody in.
    """

    __tablename__ = "vouchers"
    __table_args__ = (
        UniqueConstraint("code", name="uq_vouchers_code"),
        CheckConstraint("uses_taken >= 0 AND uses_taken <= uses_limit", name="uses_within_limit"),
        CheckConstraint(
            "cents_taken >= 0 AND (budget_cents IS NULL OR cents_taken <= budget_cents)", name="cents_within_budget"
        ),
        CheckConstraint("(kind = 'percentage') = (percent IS NOT NULL)", name="percentage_has_share"),
        CheckConstraint("(kind = 'amount') = (amount_cents IS NOT NULL)", name="amount_has_cents"),
        CheckConstraint(
            "currency IS NOT NULL OR (amount_cents IS NULL AND budget_cents IS NULL)", name="cents_have_currency"
        ),
        Index("ix_vouchers_made_at", "made_at"),
    )

    id: Mapped[uuid_pk]
    code: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(120))
    kind: Mapped[VoucherKind] = mapped_column(text_enum(VoucherKind, check="kind_known"))
    percent: Mapped[int | None]
    amount_cents: Mapped[cents | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    uses_limit: Mapped[int]
    uses_taken: Mapped[int] = mapped_column(default=0)
    budget_cents: Mapped[cents | None]
    cents_taken: Mapped[cents] = mapped_column(default=0)
    valid_from: Mapped[utc_datetime | None]
    valid_until: Mapped[utc_datetime | None]
    participant_types: Mapped[json_list]
    markets: Mapped[json_list]
    organizations: Mapped[json_list]
    reason: Mapped[str] = mapped_column(Text)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    made_at: Mapped[utc_datetime]
    stopped_at: Mapped[utc_datetime | None]
    stopped_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)


class VoucherUse(Base):
    """That a voucher lowers the fee of one subject; at most one does at a time."""

    __tablename__ = "voucher_uses"
    __table_args__ = (
        CheckConstraint("discount_cents > 0", name="discount_positive"),
        CheckConstraint("(state = 'released') = (released_at IS NOT NULL)", name="released_has_time"),
        Index(
            "uq_voucher_uses_live", "subject_kind", "subject_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE
        ),
    )

    id: Mapped[uuid_pk]
    voucher_id: Mapped[UUID] = mapped_column(ForeignKey("vouchers.id"), index=True)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    state: Mapped[UseState] = mapped_column(text_enum(UseState, check="state_known"))
    discount_cents: Mapped[cents]
    currency: Mapped[str] = mapped_column(String(3))
    held_at: Mapped[utc_datetime]
    spent_at: Mapped[utc_datetime | None]
    released_at: Mapped[utc_datetime | None]


class FeeWaiver(Base):
    """That one payer owes less, because a person of the desk said so; above a limit a second person must agree."""

    __tablename__ = "fee_waivers"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="decided_by_another"),
        Index(
            "uq_fee_waivers_in_force", "payment_id", unique=True, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE
        ),
        Index("ix_fee_waivers_state_proposed_at", "state", "proposed_at"),
    )  # fmt: skip

    id: Mapped[uuid_pk]
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"))
    amount_cents: Mapped[cents]
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[WaiverState] = mapped_column(text_enum(WaiverState, check="state_known"))
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    proposed_at: Mapped[utc_datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    decided_at: Mapped[utc_datetime | None]
    decision_words: Mapped[str] = mapped_column(Text, default="")
