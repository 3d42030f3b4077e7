"""Tables of this room: numbered papers and their lines, who is billed, statements and their entries, payouts."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, cents, json_dict, text_enum, utc_datetime, uuid_pk
from app.invoicing import guards
from app.invoicing.states import (
    EntryState,
    FileKind,
    ImportState,
    PaperKind,
    PayoutState,
    Treatment,
)

NOT_UNDONE = text("undone_at IS NULL")


class PaperCounter(Base):
    """The last number given in one series of one year; whoever takes the next one locks this row until commit."""

    __tablename__ = "paper_counters"

    kind: Mapped[PaperKind] = mapped_column(text_enum(PaperKind, check="kind_known"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Paper(Base):
    """An invoice, receipt or credit note as it was issued; the database refuses to change or remove one.

    `cause` names why it was issued, so that the same cause issues one paper however often it is told. Sums are in
    the smallest unit; a credit note's are positive and go back. `facts` is everything it shows.
    """

    __tablename__ = "papers"
    __table_args__ = (
        UniqueConstraint("kind", "year", "sequence"),
        UniqueConstraint("number"),
        UniqueConstraint("cause"),
        UniqueConstraint("reference"),
        CheckConstraint("gross_cents = net_cents + tax_cents", name="gross_is_net_and_tax"),
        CheckConstraint("gross_cents > 0", name="gross_positive"),
        CheckConstraint("(kind = 'credit_note') = (refers_to_id IS NOT NULL)", name="credit_note_refers"),
        CheckConstraint("(kind = 'invoice') = (due_on IS NOT NULL)", name="invoice_has_due_day"),
        Index("ix_papers_issued_at", "issued_at"),
    )

    id: Mapped[uuid_pk]
    kind: Mapped[PaperKind] = mapped_column(text_enum(PaperKind, check="kind_known"))
    year: Mapped[int]
    sequence: Mapped[int]
    number: Mapped[str] = mapped_column(String(20))
    cause: Mapped[str] = mapped_column(String(80))
    payer_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    is_group: Mapped[bool] = mapped_column(default=False)
    buyer_name: Mapped[str] = mapped_column(String(200))
    currency: Mapped[str] = mapped_column(String(3))
    net_cents: Mapped[cents]
    tax_cents: Mapped[cents]
    gross_cents: Mapped[cents]
    reference: Mapped[str | None] = mapped_column(String(25))
    due_on: Mapped[date | None] = mapped_column(Date)
    refers_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("papers.id"), index=True)
    facts: Mapped[json_dict]
    digest: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[utc_datetime]
    issued_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


class PaperLine(Base):
    """One line of an issued paper; never changed."""

    __tablename__ = "paper_lines"
    __table_args__ = (UniqueConstraint("paper_id", "position"),)

    id: Mapped[uuid_pk]
    paper_id: Mapped[UUID] = mapped_column(ForeignKey("papers.id"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(500))
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"), index=True)
    net_cents: Mapped[cents]
    tax_cents: Mapped[cents]
    gross_cents: Mapped[cents]


guards.never_changed(Paper.__table__)
guards.never_changed(PaperLine.__table__)


class PaperPrint(Base):
    """The PDF of a paper as it was made first, and the digest of its bytes."""

    __tablename__ = "paper_prints"

    paper_id: Mapped[UUID] = mapped_column(ForeignKey("papers.id"), primary_key=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[utc_datetime]


class BilledPayment(Base):
    """That a payment stands on an invoice now; gone when that invoice is reversed without another in its place."""

    __tablename__ = "billed_payments"

    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), primary_key=True)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("papers.id"), index=True)


class GroupDue(Base):
    """A fee that an organization pays on one invoice with others; off the list while it stands on an invoice."""

    __tablename__ = "group_dues"
    __table_args__ = (Index("ix_group_dues_organization_id", "organization_id", "currency"),)

    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    currency: Mapped[str] = mapped_column(String(3))
    due_since: Mapped[utc_datetime]


class BillingDetails(Base):
    """Whom a paper names as buyer: for one payment, or for everything an organization is billed."""

    __tablename__ = "billing_details"
    __table_args__ = (
        UniqueConstraint("payment_id"),
        UniqueConstraint("organization_id"),
        CheckConstraint("(payment_id IS NULL) <> (organization_id IS NULL)", name="for_one_of_two"),
    )

    id: Mapped[uuid_pk]
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(500), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    tax_id: Mapped[str] = mapped_column(String(40), default="")
    order_number: Mapped[str] = mapped_column(String(60), default="")
    treatment: Mapped[Treatment] = mapped_column(text_enum(Treatment, check="treatment_known"))
    changed_at: Mapped[utc_datetime]


class StatementImport(Base):
    """A file of the bank that finance handed in; its bytes are taken in once."""

    __tablename__ = "statement_imports"
    __table_args__ = (UniqueConstraint("sha256"), Index("ix_statement_imports_made_at", "made_at"))

    id: Mapped[uuid_pk]
    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))
    kind: Mapped[FileKind] = mapped_column(text_enum(FileKind, check="kind_known"))
    state: Mapped[ImportState] = mapped_column(text_enum(ImportState, check="state_known"))
    mapping: Mapped[json_dict]
    found: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    booked: Mapped[int] = mapped_column(default=0)
    job_id: Mapped[UUID | None]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[utc_datetime]
    finished_at: Mapped[utc_datetime | None]


class BankStatement(Base):
    """One statement of one account, with the balances the bank gives; several may come in one file."""

    __tablename__ = "bank_statements"
    __table_args__ = (
        UniqueConstraint("account", "ref"),
        Index("ix_bank_statements_ends_on", "account", "currency", "ends_on"),
    )

    id: Mapped[uuid_pk]
    import_id: Mapped[UUID] = mapped_column(ForeignKey("statement_imports.id"), index=True)
    account: Mapped[str] = mapped_column(String(60))
    ref: Mapped[str] = mapped_column(String(80))
    currency: Mapped[str] = mapped_column(String(3))
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    opening_cents: Mapped[cents | None]
    closing_cents: Mapped[cents | None]
    entries_cents: Mapped[cents]


class BankEntry(Base):
    """One movement on an account as the bank tells it; credits positive, debits negative. `key` keeps it single.

    `repeats_id` names the entry of another file that it may repeat, or (REPEAT) does; its money is not counted.
    """

    __tablename__ = "bank_entries"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("amount_cents <> 0", name="amount_not_zero"),
        CheckConstraint(
            "amount_cents > 0 OR state IN ('outgoing', 'parked', 'repeat', 'reversed')", name="only_credits_booked"
        ),
        Index("ix_bank_entries_state_booked_on", "state", "booked_on"),
        Index("ix_bank_entries_booked_on", "booked_on", "amount_cents"),
    )

    id: Mapped[uuid_pk]
    import_id: Mapped[UUID] = mapped_column(ForeignKey("statement_imports.id"), index=True)
    statement_id: Mapped[UUID | None] = mapped_column(ForeignKey("bank_statements.id"), index=True)
    key: Mapped[str] = mapped_column(String(64))
    account: Mapped[str] = mapped_column(String(60))
    bank_ref: Mapped[str] = mapped_column(String(80), default="")
    end_to_end: Mapped[str] = mapped_column(String(80), default="")
    booked_on: Mapped[date] = mapped_column(Date)
    amount_cents: Mapped[cents]
    currency: Mapped[str] = mapped_column(String(3))
    other_name: Mapped[str] = mapped_column(String(200), default="")
    other_account: Mapped[str | None] = mapped_column(Text)
    remittance: Mapped[str] = mapped_column(String(1000), default="")
    is_reversal: Mapped[bool] = mapped_column(default=False)
    state: Mapped[EntryState] = mapped_column(text_enum(EntryState, check="state_known"))
    reason: Mapped[str] = mapped_column(String(300), default="")
    suggested_id: Mapped[UUID | None] = mapped_column(ForeignKey("papers.id"), index=True)
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("bank_entries.id"), index=True)
    repeats_id: Mapped[UUID | None] = mapped_column(ForeignKey("bank_entries.id"), index=True)
    payout_id: Mapped[UUID | None] = mapped_column(ForeignKey("payouts.id"), index=True)
    changed_at: Mapped[utc_datetime]


class Allocation(Base):
    """That a part of an entry was booked for a payment; an undone one stays as a record."""

    __tablename__ = "bank_allocations"
    __table_args__ = (
        UniqueConstraint("transfer_id"),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
    )

    id: Mapped[uuid_pk]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("bank_entries.id"), index=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    transfer_id: Mapped[UUID] = mapped_column(ForeignKey("payment_transfers.id"))
    amount_cents: Mapped[cents]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[utc_datetime]
    undone_at: Mapped[utc_datetime | None]


class Payout(Base):
    """Money that goes back by bank: to which account (sealed), and whether finance has sent it."""

    __tablename__ = "payouts"
    __table_args__ = (
        UniqueConstraint("refund_id"),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint(
            "state NOT IN ('ready', 'paid', 'came_back') OR account IS NOT NULL", name="account_when_ready"
        ),
        Index("ix_payouts_state_asked_at", "state", "asked_at"),
    )

    id: Mapped[uuid_pk]
    refund_id: Mapped[UUID] = mapped_column(ForeignKey("payment_refunds.id"))
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    state: Mapped[PayoutState] = mapped_column(text_enum(PayoutState, check="state_known"))
    amount_cents: Mapped[cents]
    currency: Mapped[str] = mapped_column(String(3))
    account: Mapped[str | None] = mapped_column(Text)
    account_hint: Mapped[str] = mapped_column(String(20), default="")
    asked_at: Mapped[utc_datetime]
    paid_on: Mapped[date | None] = mapped_column(Date)
    paid_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    changed_at: Mapped[utc_datetime]
