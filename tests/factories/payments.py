"""Makers of valid payments."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy.orm import Session

from app.core import clock, ids
from app.core.access import Role
from app.core.db import db, transaction
from app.core.money import Money
from app.notifications import outbox
from app.payments import calls, queries, services, settle, vouchers
from app.payments import gateway as door
from app.payments.links import make_pay_link
from app.payments.models import Attempt, Dispute, Payment, ProviderEvent, Refund
from app.payments.moves import move_payment, open_attempt
from app.payments.sandbox import Sandbox
from app.payments.states import (
    AttemptKind,
    AttemptState,
    DisputeState,
    EventState,
    PaymentEvent,
    PaymentState,
    RefundState,
)
from app.payments.vouchers import VoucherTerms
from app.payments.vouchers.models import FeeWaiver, Voucher
from app.payments.vouchers.states import VoucherKind
from tests.factories import accounts as people


def payment(session: Session, *, now: datetime | None = None, payer_id: UUID | None = None, **fields: Any) -> Payment:
    """A payment just opened, about something of kind `test` unless told otherwise."""
    made = services.open_payment(
        session,
        subject_kind=fields.pop("subject_kind", "test"),
        subject_id=fields.pop("subject_id", ids.new_id()),
        payer_id=payer_id,
        payer_name="Aiko Tanaka",
        payer_email="aiko@example.org",
        description="Place at the summit",
        now=now or clock.now(),
    )
    for name, value in fields.items():
        setattr(made, name, value)
    session.flush()
    return made


def with_card(session: Session, **fields: Any) -> Payment:
    """A payment whose payer saved a card, on references the provider would have given."""
    made = payment(session, **fields)
    made.customer_ref, made.card_ref, made.card_brand, made.card_last4 = "cus_test", "pm_test", "visa", "4242"
    move_payment(session, made, PaymentEvent.SAVE_CARD, actor_id=None, now=clock.now())
    return made


def paid(session: Session, **fields: Any) -> tuple[Payment, Attempt]:
    """A payment of 850 dollars that succeeded, and the charge that paid it."""
    made = payment(session, **{"state": PaymentState.SUCCEEDED, "amount_cents": 85_000, "currency": "USD",
                               "succeeded_at": clock.now(), **fields})  # fmt: skip
    charge = open_attempt(session, made, AttemptKind.PAY_PAGE, now=clock.now())
    charge.state, charge.intent_ref = AttemptState.SUCCEEDED, f"pi_{made.id.hex}"
    session.flush()
    return made, charge


def proposed_refund(session: Session) -> Refund:
    """A refund above the limit, which waits for a second person."""
    made, charge = paid(session, payer_id=people.user(session).id)
    row = Refund(
        payment_id=made.id, attempt_id=charge.id, state=RefundState.PROPOSED, amount_cents=80_000, currency="USD",
        reason="Cannot travel.", requested_by=people.staff(session, Role.FINANCE).id, idempotency_key=f"r-{made.id}",
        created_at=clock.now(), changed_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def dispute(session: Session, **fields: Any) -> Dispute:
    """A dispute that is open."""
    made, _charge = paid(session, payer_id=people.user(session).id, disputed_cents=85_000)
    row = Dispute(
        payment_id=made.id, provider_ref=f"du_{made.id.hex}", state=DisputeState.OPEN, amount_cents=85_000,
        currency="USD", reason="fraudulent", opened_at=clock.now(), **fields,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def refused_event(session: Session) -> ProviderEvent:
    """An event of the provider that came too late to matter."""
    row = ProviderEvent(
        provider_ref=f"evt_{ids.new_id().hex}", kind="payment_intent.payment_failed", object_ref="pi_1",
        state=EventState.REFUSED, refusal="Late: this attempt had already been paid.", happened_at=clock.now(),
        received_at=clock.now(), handled_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def voucher(session: Session, **terms: Any) -> Voucher:
    """A voucher that takes the whole fee off once, unless told otherwise."""
    wanted = VoucherTerms(**{"label": "Sponsors", "kind": VoucherKind.WAIVER, "reason": "Agreed.", **terms})
    return vouchers.issue(session, wanted, count=1, actor_id=people.user(session).id, now=clock.now())[0]


def waiver(session: Session) -> FeeWaiver:
    """A waiver above the limit, which waits for a second person."""
    made, actor = payment(session, payer_id=people.user(session).id), people.staff(session, Role.FINANCE).id
    return vouchers.grant_waiver(
        session, made.id, Money(80_000, "USD"), reason="Speaker.", actor_id=actor, now=clock.now()
    )


def pay_secret(session: Session) -> str:
    """The secret of a pay link."""
    made = payment(session, payer_id=people.user(session).id, amount_cents=85_000, currency="USD")
    made.state = PaymentState.REQUIRES_ACTION
    return make_pay_link(session, made, now=clock.now())


@dataclass
class Desk:
    """An application and a provider beside it in the same process; nothing moves until it is told to."""

    app: Flask
    sandbox: Sandbox
    posted: list[int] = field(default_factory=list)

    def deliver(self) -> int:
        """Let the provider tell what it has to tell, through the real webhook."""
        return self.sandbox.deliver_pending(self._post)

    def settle(self) -> None:
        """Let jobs, mails and events run until nothing is left."""
        while outbox.deliver_due(clock.now()) + self.deliver():
            pass

    def _post(self, body: bytes, headers: dict[str, str]) -> int:
        status = self.app.test_client().post("/payments/events", data=body, headers=headers).status_code
        self.posted.append(status)
        return status

    def open(self, **fields: Any) -> UUID:
        """Open a payment of somebody."""
        with transaction() as session:
            payer_id = fields.pop("payer_id", None) or people.user(session).id
            return payment(session, payer_id=payer_id, **fields).id

    def page(self, payment_id: UUID, kind: AttemptKind) -> str:
        """Do what the views do to send the payer to the provider; return the hosted page's address."""
        row = self.row(payment_id)
        with transaction() as session:
            attempt = services.open_page(session, payment_id, kind, payer_id=row.payer_id, now=clock.now())
        wanted = calls.page_wanted(db(), attempt.id, success_url="http://ours/return", cancel_url="http://ours/back")
        page = door.gateway().open_page(wanted)
        with transaction() as session:
            settle.note_page(session, attempt.id, page)
        return page.url

    def save_card(self, payment_id: UUID, number: str = "4242424242424242") -> None:
        """Save a card on the hosted page and let the news arrive."""
        assert self.sandbox.fill_in(self.page(payment_id, AttemptKind.CARD_PAGE), number).status == 303
        self.settle()

    def charge(self, payment_id: UUID, cents: int = 85_000) -> None:
        """Ask for the money."""
        with transaction() as session:
            services.request_charge(session, payment_id, amount_cents=cents, currency="USD", now=clock.now())

    def paid(self, number: str = "4242424242424242", **fields: Any) -> UUID:
        """A payment charged to a card saved on the hosted page."""
        payment_id = self.open(**fields)
        self.save_card(payment_id, number)
        self.charge(payment_id)
        self.settle()
        return payment_id

    def refund(self, payment_id: UUID, cents: int, *, actor_id: UUID | None = None) -> UUID:
        """Ask for money to go back."""
        with transaction() as session:
            asked = services.request_refund(
                session, payment_id, amount_cents=cents, reason="Cannot travel.", actor_id=actor_id, now=clock.now()
            )
            return asked.id

    def row(self, payment_id: UUID) -> queries.PaymentRow:
        """Read a payment again."""
        return self.look(payment_id).payment

    def look(self, payment_id: UUID) -> queries.PaymentPage:
        """Read everything about a payment again."""
        with transaction() as session:
            found = queries.payment_page(session, payment_id)
        assert found is not None
        return found

    def books(self, payment_id: UUID) -> dict[str, int]:
        """Return the balance of each account that one payment touched, zero ones left out."""
        sums: dict[str, int] = {}
        for line in self.look(payment_id).lines:
            sums[line.account.value] = sums.get(line.account.value, 0) + line.amount_cents
        assert sum(sums.values()) == 0
        return {account: cents for account, cents in sums.items() if cents}


@contextmanager
def desk(app: Flask, *, secret: str = "whsec_test") -> Iterator[Desk]:
    """Put a provider beside an application, inside an application context, and take it away again."""
    sandbox = Sandbox(secret=secret, clock=lambda: clock.now().timestamp(), seed=1)
    door.install(app, door.Gateway("sk_test_x", transport=sandbox.wsgi, sleep=lambda _: None))
    try:
        with app.app_context():
            yield Desk(app, sandbox)
    finally:
        app.extensions.pop("payment_gateway")
        sandbox.store.close()
