"""Processes that die in the middle of approve-and-charge and of webhook handling, and what is left when they are back.

Every act runs in a process of its own, which kills itself with SIGKILL at a named point (app/core/crash.py): nothing
is cleaned up, as after a power cut. The provider is the sandbox on a loopback socket. Used by the suite for one round
of each point and by scripts/crash-payments for many.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.core import clock, crash
from app.core.access import Role
from app.core.db import Database, transaction
from app.notifications import outbox
from app.notifications.models import MailboxMessage, OutboxMessage
from app.notifications.rules import LEASE
from app.notifications.states import MessageState
from app.payments import tasks
from app.payments.models import Attempt, LedgerLine, Payment, ProviderEvent
from app.payments.sandbox import Sandbox
from app.payments.sandbox.cards import CARDS
from app.payments.sandbox.server import running
from app.payments.states import AttemptState, EventState, PaymentState
from app.registration import services
from app.registration.models import Registration
from app.registration.queries.summit import the_summit
from app.registration.states import RegistrationState
from tests.conftest import NOON, settings_for
from tests.databases import empty_tables
from tests.factories import accounts as people
from tests.factories import registration as make

POINTS = (
    "approve.decided", "job.taken payments.charge", "charge.called", "charge.noted", "job.handled payments.charge",
    "webhook.verified", "webhook.kept", "webhook.committed", "job.taken payments.event", "event.fetched",
    "event.applied", "job.handled payments.event",
)  # fmt: skip
SOMETHING, NOTHING, KILLED = 0, 3, 9
SECRET = "whsec_test"
AFTER_THE_LEASE = LEASE + timedelta(seconds=1)
WIDE = 100_000


@dataclass(frozen=True)
class Result:
    """One round: whether the process died where it should, and what was wrong once all were back."""

    point: str
    died: bool
    wrong: tuple[str, ...]


class Stage:
    """An application on a committed database, a provider beside it, and a clock that only the stage moves."""

    def __init__(self, app: Flask, sandbox: Sandbox, moment: list[datetime]) -> None:
        self.app, self.sandbox, self._moment = app, sandbox, moment
        self.database: Database = app.extensions["database"]
        self._armed: str | None = None
        self._rehearses = False
        self.died = 0

    @property
    def now(self) -> datetime:
        return self._moment[0]

    def wait(self, by: timedelta) -> None:
        self._moment[0] += by

    def here(self, work: Callable[[], object]) -> object:
        """Do something in this process, and leave no connection open for the next fork."""
        with clock.stopped(self.now), self.app.app_context():
            found = work()
        self.database.engine.dispose()
        return found

    def apart(self, work: Callable[[], object]) -> int:
        """Do something in a process of its own, which dies where it is told to.

        Returns SOMETHING or NOTHING, as what the work returned is true or not, and KILLED when it did not come back.
        """
        if self._rehearses:
            return SOMETHING if self.here(work) else NOTHING
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            os._exit(self._live(work))
        _pid, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            self._armed, self.died = None, self.died + 1
            return KILLED
        code = os.waitstatus_to_exitcode(status)
        assert code in (SOMETHING, NOTHING), "a process failed without being killed"
        return code

    def _live(self, work: Callable[[], object]) -> int:
        try:
            if self._armed:
                crash.arm(self._armed)
            self.app.extensions.pop("payment_gateway", None)
            return SOMETHING if self.here(work) else NOTHING
        except BaseException:  # whatever it was, this process ends here
            traceback.print_exc()
            return 1

    def round(self, point: str) -> Result:
        """Approve and charge somebody while a process dies at `point`; let everything come back, and look."""
        registration_id = self.here(self.applicant)
        assert isinstance(registration_id, UUID)
        self._armed, self.died = point, 0
        self.apart(lambda: self._approve(registration_id))
        self._turn()
        self._armed = None
        for _ in range(2):
            self.wait(AFTER_THE_LEASE)
            self.apart(lambda: self._approve(registration_id))
            self._turn()
        wrong = self.here(lambda: self._wrong(registration_id))
        assert isinstance(wrong, tuple)
        return Result(point, self.died == 1, wrong)

    def rehearse(self) -> None:
        """Play a round in this process, so that those it forks need not learn every statement anew.

        Mails wait: what makes their PDF has threads, and they would not be there in a forked process.
        """
        self._rehearses = True
        self.round("nowhere")
        self._rehearses = False

    def _turn(self) -> None:
        """Let the worker work and the provider tell, until nothing comes of it."""
        moved = True
        while moved:
            moved = self.apart(self._work) != NOTHING
            moved = bool(self.sandbox.deliver_pending(self._post)) or moved

    def _work(self) -> int:
        """Deliver what is due, as the worker does."""
        if not self._rehearses:
            return outbox.deliver_due(clock.now())
        with transaction() as session:
            kinds = {one: kind for one, kind in session.execute(sa.select(OutboxMessage.id, OutboxMessage.kind))}
        ours = [one for one in outbox.due(clock.now()) if kinds[one].startswith(("payments.", "registration."))]
        return sum(outbox.deliver(one) is MessageState.DONE for one in ours)

    def _post(self, body: bytes, headers: dict[str, str]) -> int:
        def receive() -> None:
            status = self.app.test_client().post("/payments/events", data=body, headers=headers).status_code
            assert status == 200, status

        return 0 if self.apart(receive) == KILLED else 200

    def _approve(self, registration_id: UUID) -> None:
        """Do what the reviewer does, who presses the button again if nothing had come of it."""
        with transaction() as session:
            if session.get_one(Registration, registration_id).state is RegistrationState.IN_REVIEW:
                reviewer = session.scalars(sa.select(people.User.id).where(people.User.name == "Helena Strand")).one()
                services.approve(session, registration_id, actor_id=reviewer, now=clock.now(), max_list_age_days=None)

    def applicant(self) -> UUID:
        """Make an application in review whose card is saved at the provider."""
        provider = self.sandbox.provider
        customer = provider.create_customer({"name": "Aiko Tanaka", "email": "aiko@example.org"})
        card = provider.keep_card(CARDS["4242424242424242"], {"customer": customer["id"], "name": ""}, (1, 2099))
        for delivery in self.sandbox.store.due_deliveries(self.now.timestamp()):
            self.sandbox.store.finish_delivery(delivery.sequence)
        with transaction() as session:
            house = session.scalars(sa.select(people.Organization)).first()
            made = make.in_review(session, summit=the_summit(session), organization=house)
            payment = session.scalars(sa.select(Payment).where(Payment.subject_id == made.id)).one()
            payment.customer_ref, payment.card_ref = customer["id"], card["id"]
            payment.payer_email = f"payer-{made.number}@example.org"
            return made.id

    def _wrong(self, registration_id: UUID) -> tuple[str, ...]:
        """Say what is lost, doubled or stuck; nothing when all is as if no process had died."""
        differences = tasks.reconcile(days=3, grace=timedelta(0), apply=True)
        with transaction() as session:
            registration = session.get_one(Registration, registration_id)
            payment = session.scalars(sa.select(Payment).where(Payment.subject_id == registration_id)).one()
            taken = [c for c in self.sandbox.store.all("charge") if c["customer"] == payment.customer_ref and c["paid"]]
            paid = sa.select(sa.func.count()).where(
                Attempt.payment_id == payment.id, Attempt.state == AttemptState.SUCCEEDED
            )
            postings = session.scalars(sa.select(LedgerLine.posting).where(LedgerLine.payment_id == payment.id)).all()
            receipts = sa.select(sa.func.count()).where(MailboxMessage.recipients.contains(payment.payer_email))
            receipts = receipts.where(MailboxMessage.subject.startswith("We received your payment"))
            waiting = sa.select(sa.func.count()).where(ProviderEvent.state == EventState.KEPT)
            parked = sa.select(sa.func.count()).where(OutboxMessage.state == MessageState.PARKED)
            found = {
                "the application": (registration.state, RegistrationState.CONFIRMED),
                "the payment": (payment.state, PaymentState.SUCCEEDED),
                "charges at the provider": (len(taken), 1),
                "charges here": (session.scalar(paid), 1),
                "ledger lines": (sorted(p.split(":")[0] for p in postings), ["charge", "charge", "due", "due"]),
                "receipts": (session.scalar(receipts), 1),
                "events waiting": (session.scalar(waiting), 0),
                "messages parked": (session.scalar(parked), 0),
                "differences": ([one.words for one in differences], []),
            }
        return tuple(f"{what}: {is_now}, not {wanted}" for what, (is_now, wanted) in found.items() if is_now != wanted)


@contextmanager
def stage(kind: str, folder: Path) -> Iterator[Stage]:
    """Set a stage on a `sqlite` or `postgresql` database of its own."""
    moment = [NOON]
    sandbox = Sandbox(secret=SECRET, clock=lambda: moment[0].timestamp(), seed=1)  # noqa: PLW0108 - it moves
    with empty_tables(kind, folder) as url, running(sandbox) as base:
        app = create_app(replace(settings_for(url, folder), stripe_api_base=base))
        database: Database = app.extensions["database"]
        made = Stage(app, sandbox, moment)
        made.here(_furnish)
        made.rehearse()
        try:
            yield made
        finally:
            database.engine.dispose()


def _furnish() -> None:
    rules = (make.PoolRule(make.PoolKind.TOTAL, "", WIDE),)
    with transaction() as session:
        make.summit(session, pools=rules)
        person = people.staff(session, Role.REVIEWER)
        person.name = "Helena Strand"
        people.organization(session)
