"""Makers of what is billed, of statements and of entries."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock, ids
from app.core.money import Money
from app.documents import services as documents
from app.documents.states import Purpose
from app.invoicing import services
from app.invoicing.models import BankEntry, Paper, Payout
from app.invoicing.rules.facts import Billed, Buyer, Draft, Line, PayTo, Seller
from app.invoicing.states import EntryState, PaperKind
from app.notifications import outbox
from app.payments import services as payments
from app.payments.models import Payment
from app.payments.states import PaymentMethod
from tests.factories import accounts as people
from tests.factories import payments as money

IBAN = "DE89370400440532013000"
SOLD = Billed(
    text="Commercial LEO Investment Summit 2027, application 1, Aiko Tanaka",
    seller=Seller("Summit Office", "1 Orbit Way\nWashington, DC 20230", "US-12-3456789"),
    buyer=Buyer("Aozora Space K.K.", "Aiko Tanaka", country="JP"),
    tax_label="VAT",
    basis_points=810,
    accounts=(
        PayTo("USD", "Summit Office", account_number="000123456789", routing_number="021000021", bank="First Bank"),
        PayTo("EUR", "Summit Office", IBAN, "COBADEFFXXX", "Commerzbank"),
    ),
    invoice_days=28,
    first_day=date(2027, 5, 4),
    zone="America/New_York",
)


@contextmanager
def sells(patch: pytest.MonkeyPatch, **changed: Any) -> Iterator[None]:
    """Let payments of kind `test` be about something that papers are issued for."""
    patch.setitem(services.billed, "test", lambda _session, _subject: replace(SOLD, **changed))
    yield


def due(
    session: Session, cents: int = 85_000, currency: str = "USD", *, method: PaymentMethod = PaymentMethod.TRANSFER,
    now: datetime | None = None, payer_id: UUID | None = None, **fields: Any,
) -> Payment:  # fmt: skip
    """A payment that is due by bank."""
    payer_id = payer_id or people.user(session).id
    made = money.payment(session, payer_id=payer_id, method=method, **fields)
    payments.request_charge(session, made.id, amount_cents=cents, currency=currency, now=now or clock.now())
    return made


def papers_of(session: Session, kind: PaperKind | None = None) -> list[Paper]:
    """Every paper, or those of one kind, in order."""
    wanted = select(Paper).order_by(Paper.issued_at, Paper.kind, Paper.sequence)
    return [paper for paper in session.scalars(wanted) if kind is None or paper.kind is kind]


def invoice(session: Session, **fields: Any) -> Paper:
    """The invoice of a payment that is due by bank."""
    made = due(session, **fields)
    return next(paper for paper in reversed(papers_of(session, PaperKind.INVOICE)) if paper.payer_id == made.payer_id)


def pay(session: Session, payment: Payment, cents: int, currency: str = "USD") -> UUID:
    """Money that came by bank for a payment."""
    return payments.note_transfer(
        session, payment.id, Money(cents, currency), reference="by hand", at=clock.now(), now=clock.now()
    ).id


def csv_of(*rows: tuple[str, str, str, str], currency: str = "USD") -> bytes:
    """A statement: day, amount, name and words of each movement."""
    lines = [f'{day};{amount};{currency};"{name}";"{words}"' for day, amount, name, words in rows]
    return "\n".join(["Booking date;Amount;Currency;Name;Remittance", *lines, ""]).encode()


def take_in(session: Session, content: bytes, name: str = "statement.csv", *, actor_id: UUID | None = None) -> UUID:
    """Hand a file in and take in what it holds, in this session; return the import."""
    actor_id = actor_id or people.user(session).id
    checked = documents.check(content, name=name, purpose=Purpose.STATEMENT)
    made = services.hand_in(session, checked, actor_id=actor_id, now=clock.now())
    services.start_import(session, made.id, None, return_to="", actor_id=actor_id, now=clock.now())
    intake = services.Intake(made.id, made.kind, services.read_import(session, made.id))
    for batch in intake.batches():
        intake.take(session, batch, clock.now())
    intake.finish(session, now=clock.now())
    return made.id


def plain_paper(session: Session, *, payer_id: UUID | None = None, now: datetime | None = None) -> Paper:
    """An invoice that hangs on no payment."""
    draft = Draft(
        PaperKind.INVOICE, "USD", SOLD.seller, SOLD.buyer, (Line(SOLD.text, 85_000),), "VAT", 810, SOLD.zone,
        pay_to=SOLD.accounts[0], due_on=date(2027, 3, 29),
    )  # fmt: skip
    return services.issue(
        session, draft, cause=f"test:{ids.new_id()}", payer_id=payer_id, actor_id=None, now=now or clock.now()
    )


def parked_entry(session: Session) -> BankEntry:
    """An entry that nobody knows."""
    words = f"no idea {ids.new_id()}"
    take_in(session, csv_of(("2027-03-05", "12.34", "Nobody Known", words)))
    return session.scalars(select(BankEntry).where(BankEntry.remittance == words)).one()


def handed_in(session: Session) -> UUID:
    """A statement that is read and not taken in."""
    content = csv_of(("2027-03-05", "12.34", "Nobody Known", f"{ids.new_id()}"))
    checked = documents.check(content, name="statement.csv", purpose=Purpose.STATEMENT)
    return services.hand_in(session, checked, actor_id=people.user(session).id, now=clock.now()).id


def payout(session: Session, *, payer_id: UUID) -> Payout:
    """Money that goes back to somebody who has not named an account yet."""
    made = due(session, payer_id=payer_id, subject_kind="transferred")
    pay(session, made, 90_000)
    return session.scalars(select(Payout).where(Payout.payment_id == made.id)).one()


def entries(session: Session) -> list[BankEntry]:
    """Every entry, in order."""
    return list(session.scalars(select(BankEntry).order_by(BankEntry.booked_on, BankEntry.remittance, BankEntry.id)))


def states(session: Session) -> list[EntryState]:
    """Where every entry stands, in order."""
    return [entry.state for entry in entries(session)]


def settle() -> None:
    """Let jobs and mails run until nothing is left."""
    outbox.deliver_due(clock.now())


def new_id() -> UUID:
    """An id that nothing has."""
    return ids.new_id()
