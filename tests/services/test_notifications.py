"""What the outbox promises."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.core import clock
from app.core.errors import InvalidInput
from app.notifications import mail, outbox
from app.notifications.models import MailboxMessage, OutboxMessage
from app.notifications.states import MessageState
from tests.factories import notifications as make


@pytest.fixture
def calls(monkeypatch):
    """A kind of message, "noted", whose handler notes each job, or raises what `calls.failure` holds."""

    class Calls(list):
        failure: Exception | None = None

        def handle(self, job: outbox.Job) -> None:
            self.append(job)
            if self.failure:
                raise self.failure

    noted = Calls()
    monkeypatch.setitem(outbox.handlers, "noted", noted.handle)
    return noted


def test_a_queued_message_reaches_its_handler_once(session, now, calls):
    outbox.queue(session, "noted", {"case": 7}, now=now)
    assert outbox.deliver_due(now) == 1
    assert outbox.deliver_due(now) == 0
    assert [job.payload for job in calls] == [{"case": 7}]


def test_messages_are_handled_in_the_order_they_were_queued(session, now, calls):
    for number in range(5):
        outbox.queue(session, "noted", {"n": number}, now=now)
    outbox.deliver_due(now)
    assert [job.payload["n"] for job in calls] == [0, 1, 2, 3, 4]


def test_a_message_is_not_handled_before_its_time(session, now, calls):
    outbox.queue(session, "noted", {}, now=now, run_at=now + timedelta(hours=1))
    assert outbox.deliver_due(now) == 0
    assert outbox.deliver_due(now + timedelta(hours=1)) == 1


def test_what_a_handler_queues_is_delivered_in_the_same_sweep(session, now, calls, monkeypatch):
    def chain(job):
        from app.core.db import transaction

        with transaction() as inner:
            outbox.queue(inner, "noted", {}, now=clock.now())

    monkeypatch.setitem(outbox.handlers, "chain", chain)
    outbox.queue(session, "chain", {}, now=now)
    assert outbox.deliver_due(now) == 2


def test_a_mail_lands_in_the_mailbox_under_a_message_id_made_of_its_outbox_id(session, now):
    sent = mail.queue_mail(session, "test_message", ["a@example.org"], {"address": "a@example.org"}, now=now)
    make.deliver(session)
    [received] = make.mails_to(session, "a@example.org")
    assert received.message_id == f"<{sent}@127.0.0.1>"
    assert received.subject == "A test message from Rendezvous"
    assert "<h1>A test message from Rendezvous</h1>" in received.html
    assert received.text.startswith("Somebody who looks after")


def test_a_failing_message_is_tried_again_later(session, now, calls):
    calls.failure = OSError("relay down for a@example.org")
    sent = outbox.queue(session, "noted", {}, now=now)
    assert outbox.deliver_due(now) == 0
    row = make.state_of(session, sent)
    assert (row.state, row.attempts, row.next_attempt_at) == (MessageState.QUEUED, 1, now + timedelta(seconds=30))
    assert row.last_error == "OSError: relay down for [masked]"
    calls.failure = None
    assert outbox.deliver_due(now + timedelta(seconds=30)) == 1


def test_a_refused_address_queues_nothing(session, now):
    with pytest.raises(InvalidInput):
        mail.queue_mail(session, "test_message", ["a@example.org\nBcc: b@example.org"], {"address": ""}, now=now)
    assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 0
    assert session.scalar(select(func.count()).select_from(MailboxMessage)) == 0
