"""Tables of this room: payments, attempts, refunds, disputes, the provider's events, the ledger."""

from uuid import UUID

from sqlalchemy import (
    DDL,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, cents, text_enum, utc_datetime, uuid_pk
from app.payments.states import (
    Account,
    AttemptKind,
    AttemptState,
    DisputeState,
    EventState,
    PaymentMethod,
    PaymentState,
    RefundState,
    ReminderKind,
)

LIVE_PAGE = text("state = 'open' AND kind = 'saved_card'")


class Payment(Base):
    """One obligation of one payer about one subject: charged at most once, refunded at most in full.

    Amounts are in the smallest unit of `currency`; both are empty until a charge is requested. Of the amount,
    `carried_cents` came from the payment of whom the payer replaces, and `passed_on_cents` went to a successor's.
    Of a card only the brand and the last four digits are known here.
    """

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", name="uq_payments_subject"),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("(amount_cents IS NULL) = (currency IS NULL)", name="amount_has_currency"),
        CheckConstraint(
            "state IN ('created', 'card_saved', 'voided') OR amount_cents IS NOT NULL", name="charged_needs_amount"
        ),
        CheckConstraint("refunded_cents >= 0 AND refunded_cents <= coalesce(amount_cents, 0)", name="refund_in_bounds"),
        CheckConstraint("carried_cents >= 0 AND carried_cents <= coalesce(amount_cents, 0)", name="carried_in_bounds"),
        CheckConstraint(
            "passed_on_cents >= 0 AND passed_on_cents + refunded_cents <= coalesce(amount_cents, 0)",
            name="passed_on_in_bounds",
        ),
        CheckConstraint("(carried_cents > 0) = (carried_from_id IS NOT NULL)", name="carried_has_source"),
        Index("ix_payments_state_created_at", "state", "created_at"),
    )

    id: Mapped[uuid_pk]
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    payer_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    payer_name: Mapped[str] = mapped_column(String(200))
    payer_email: Mapped[str] = mapped_column(String(320))
    description: Mapped[str] = mapped_column(String(300))
    state: Mapped[PaymentState] = mapped_column(text_enum(PaymentState, check="state_known"))
    method: Mapped[PaymentMethod] = mapped_column(
        text_enum(PaymentMethod, check="method_known"), default=PaymentMethod.CARD, server_default="card"
    )
    amount_cents: Mapped[cents | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    refunded_cents: Mapped[cents] = mapped_column(default=0)
    carried_cents: Mapped[cents] = mapped_column(default=0, server_default="0")
    carried_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"), index=True)
    passed_on_cents: Mapped[cents] = mapped_column(default=0, server_default="0")
    disputed_cents: Mapped[cents] = mapped_column(default=0, server_default="0")
    customer_ref: Mapped[str | None] = mapped_column(String(255))
    card_ref: Mapped[str | None] = mapped_column(String(255))
    card_brand: Mapped[str | None] = mapped_column(String(40))
    card_last4: Mapped[str | None] = mapped_column(String(4))
    failure: Mapped[str | None] = mapped_column(String(300))
    attention: Mapped[str | None] = mapped_column(Text)
    pay_by: Mapped[utc_datetime | None]
    created_at: Mapped[utc_datetime]
    changed_at: Mapped[utc_datetime]
    succeeded_at: Mapped[utc_datetime | None]


class Attempt(Base):
    """One thing asked of the provider for a payment; its key is stored before the provider is called."""

    __tablename__ = "payment_attempts"
    __table_args__ = (
        UniqueConstraint("payment_id", "number", name="uq_payment_attempts_number"),
        UniqueConstraint("idempotency_key", name="uq_payment_attempts_key"),
        CheckConstraint("(kind = 'card_page') = (amount_cents IS NULL)", name="amount_if_charging"),
        Index(
            "uq_payment_attempts_one_success",
            "payment_id",
            unique=True,
            postgresql_where=text("state = 'succeeded' AND kind <> 'card_page'"),
            sqlite_where=text("state = 'succeeded' AND kind <> 'card_page'"),
        ),
        Index(
            "uq_payment_attempts_one_charging",
            "payment_id",
            unique=True,
            postgresql_where=LIVE_PAGE,
            sqlite_where=LIVE_PAGE,
        ),
        Index("uq_payment_attempts_intent", "intent_ref", unique=True),
        Index("uq_payment_attempts_session", "session_ref", unique=True),
    )

    id: Mapped[uuid_pk]
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    number: Mapped[int]
    kind: Mapped[AttemptKind] = mapped_column(text_enum(AttemptKind, check="kind_known"))
    state: Mapped[AttemptState] = mapped_column(text_enum(AttemptState, check="state_known"))
    idempotency_key: Mapped[str] = mapped_column(String(80))
    amount_cents: Mapped[cents | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    session_ref: Mapped[str | None] = mapped_column(String(255))
    page_url: Mapped[str | None] = mapped_column(Text)
    intent_ref: Mapped[str | None] = mapped_column(String(255))
    failure_code: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[utc_datetime]
    closed_at: Mapped[utc_datetime | None]


class Transfer(Base):
    """Money that came by bank for a payment: `applied_cents` of it settle what is owed, the rest is owed back."""

    __tablename__ = "payment_transfers"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("applied_cents >= 0 AND applied_cents <= amount_cents", name="applied_in_bounds"),
    )

    id: Mapped[uuid_pk]
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    amount_cents: Mapped[cents]
    applied_cents: Mapped[cents]
    currency: Mapped[str] = mapped_column(String(3))
    reference: Mapped[str] = mapped_column(String(140))
    received_at: Mapped[utc_datetime]
    noted_at: Mapped[utc_datetime]
    surplus_attempt_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment_attempts.id"), index=True)
    undone_at: Mapped[utc_datetime | None]


class Refund(Base):
    """Money that goes back to the payer, of one charge; `requested_by` is empty when no person asked for it.

    Above a limit what one person proposes another releases, with `released_by`, or refuses, with `refusal`.
    """

    __tablename__ = "payment_refunds"
    __table_args__ = (
        CheckConstraint("released_by IS NULL OR released_by <> requested_by", name="released_by_another"),
        Index("ix_payment_refunds_state_created_at", "state", "created_at"),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        UniqueConstraint("idempotency_key", name="uq_payment_refunds_key"),
        UniqueConstraint("provider_ref", name="uq_payment_refunds_provider_ref"),
    )

    id: Mapped[uuid_pk]
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("payment_attempts.id"), index=True)
    state: Mapped[RefundState] = mapped_column(text_enum(RefundState, check="state_known"))
    amount_cents: Mapped[cents]
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(Text)
    requested_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    released_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    refusal: Mapped[str | None] = mapped_column(Text)
    idempotency_key: Mapped[str] = mapped_column(String(80))
    provider_ref: Mapped[str | None] = mapped_column(String(255))
    failure: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[utc_datetime]
    changed_at: Mapped[utc_datetime]


class Dispute(Base):
    """A payer's complaint to the bank about a charge; the provider holds the money while it is open.

    `reply` is what we answered at the provider's desk; `outcome` is what a person decided about what had been given.
    """

    __tablename__ = "payment_disputes"
    __table_args__ = (
        UniqueConstraint("provider_ref", name="uq_payment_disputes_provider_ref"),
        Index("ix_payment_disputes_state_opened_at", "state", "opened_at"),
    )

    id: Mapped[uuid_pk]
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    provider_ref: Mapped[str] = mapped_column(String(255))
    state: Mapped[DisputeState] = mapped_column(text_enum(DisputeState, check="state_known"))
    amount_cents: Mapped[cents]
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[utc_datetime]
    reply_due_at: Mapped[utc_datetime | None]
    reply: Mapped[str] = mapped_column(Text, default="", server_default="")
    replied_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    replied_at: Mapped[utc_datetime | None]
    closed_at: Mapped[utc_datetime | None]
    outcome: Mapped[str] = mapped_column(Text, default="", server_default="")
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[utc_datetime | None]


class ProviderEvent(Base):
    """An event of the provider, kept once under its own id; the object it speaks of is fetched when it is applied.

    `payload` is what was signed, byte for byte, until retention takes it away; nothing is decided from it.
    """

    __tablename__ = "provider_events"
    __table_args__ = (
        UniqueConstraint("provider_ref", name="uq_provider_events_provider_ref"),
        CheckConstraint("(state = 'kept') = (handled_at IS NULL)", name="handled_when_not_kept"),
        CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name="refused_says_why"),
        Index("ix_provider_events_state_received_at", "state", "received_at"),
    )

    id: Mapped[uuid_pk]
    provider_ref: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(80))
    object_ref: Mapped[str] = mapped_column(String(255), index=True)
    state: Mapped[EventState] = mapped_column(text_enum(EventState, check="state_known"))
    refusal: Mapped[str | None] = mapped_column(Text)
    payload: Mapped[str | None] = mapped_column(Text)
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"), index=True)
    happened_at: Mapped[utc_datetime]
    received_at: Mapped[utc_datetime]
    handled_at: Mapped[utc_datetime | None]


class PayLink(Base):
    """A link in a mail that leads to one payment's pay page and nowhere else; only its hash is kept."""

    __tablename__ = "payment_links"
    __table_args__ = (UniqueConstraint("token_hash", name="uq_payment_links_token_hash"),)

    id: Mapped[uuid_pk]
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[utc_datetime]
    expires_at: Mapped[utc_datetime]


class Reminder(Base):
    """That a payer was reminded, so many days before a deadline: each reminder is sent once."""

    __tablename__ = "payment_reminders"
    __table_args__ = (
        UniqueConstraint("payment_id", "kind", "days_before", "deadline", name="uq_payment_reminders_once"),
    )

    id: Mapped[uuid_pk]
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"))
    kind: Mapped[ReminderKind] = mapped_column(text_enum(ReminderKind, check="kind_known"))
    days_before: Mapped[int]
    deadline: Mapped[utc_datetime]
    sent_at: Mapped[utc_datetime]


class LedgerLine(Base):
    """One side of a posting: debits positive, credits negative. Lines of one posting and currency sum to zero.

    A posting is named by what caused it, so the same cause cannot be booked twice. Rows are never changed.
    """

    __tablename__ = "ledger_lines"
    __table_args__ = (
        UniqueConstraint("posting", "account", name="uq_ledger_lines_posting"),
        CheckConstraint("amount_cents <> 0", name="amount_not_zero"),
    )

    id: Mapped[uuid_pk]
    posting: Mapped[str] = mapped_column(String(120))
    account: Mapped[Account] = mapped_column(text_enum(Account, check="account_known"))
    amount_cents: Mapped[cents]
    currency: Mapped[str] = mapped_column(String(3))
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    at: Mapped[utc_datetime]


SQLITE_GUARDS = [
    f"CREATE TRIGGER ledger_lines_no_{verb.lower()} BEFORE {verb} ON ledger_lines "
    "BEGIN SELECT RAISE(ABORT, 'ledger lines are never changed'); END"
    for verb in ("UPDATE", "DELETE")
]
POSTGRES_GUARDS = [
    "CREATE OR REPLACE FUNCTION ledger_lines_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN RAISE EXCEPTION 'ledger lines are never changed'; END $$",
    "CREATE TRIGGER ledger_lines_no_change BEFORE UPDATE OR DELETE ON ledger_lines "
    "FOR EACH ROW EXECUTE FUNCTION ledger_lines_refuse()",
    "CREATE TRIGGER ledger_lines_no_truncate BEFORE TRUNCATE ON ledger_lines "
    "FOR EACH STATEMENT EXECUTE FUNCTION ledger_lines_refuse()",
]
for dialect, statements in (("sqlite", SQLITE_GUARDS), ("postgresql", POSTGRES_GUARDS)):
    for statement in statements:
        event.listen(LedgerLine.__table__, "after_create", DDL(statement).execute_if(dialect=dialect))  # type: ignore[no-untyped-call]
