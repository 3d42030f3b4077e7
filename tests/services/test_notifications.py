"""What the outbox promises."""

from datetime import timedelta

import pytest
from jinja2 import DictLoader
from sqlalchemy import func, select

from app.core import audit, clock, ids, logs
from app.core.db import transaction
from app.core.errors import InvalidInput, Refused
from app.notifications import mail, outbox, services
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


def test_only_known_kinds_plain_payloads_and_own_paths_are_queued(session, now, calls):
    for kind, payload, rest in [
        ("unknown", {}, {}),
        ("noted", {"at": now}, {}),
        ("noted", {"n": float("nan")}, {}),
        ("noted", {}, {"return_to": "https://elsewhere.example"}),
        ("noted", {}, {"return_to": "//elsewhere.example"}),
    ]:
        with pytest.raises(ValueError):
            outbox.queue(session, kind, payload, now=now, **rest)
    assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 0


def test_nothing_is_delivered_inside_a_transaction(app, session, now, calls):
    sent = outbox.queue(session, "noted", {}, now=now)
    with transaction():
        for deliver in (outbox.deliver_due, lambda _now: outbox.deliver(sent), lambda _now: calls_progress(sent)):
            with pytest.raises(RuntimeError, match="never inside"):
                deliver(now)
    assert calls == []


def calls_progress(message_id):
    outbox.Job(message_id, "noted", {}).progress(1)


def test_a_message_that_always_fails_is_parked_after_ten_attempts_and_holds_up_nobody(session, now, calls, monkeypatch):
    def fail(job):
        raise OSError("no route")

    monkeypatch.setitem(outbox.handlers, "poison", fail)
    poison = outbox.queue(session, "poison", {}, now=now)
    for number in range(50):
        outbox.queue(session, "noted", {"n": number}, now=now)
    assert outbox.deliver_due(now) == 50
    for _ in range(20):
        outbox.deliver_due(clock.advance(timedelta(hours=6)))
    row = make.state_of(session, poison)
    assert (row.state, row.attempts, row.last_error) == (MessageState.PARKED, 10, "OSError: no route")
    assert session.scalars(select(audit.AuditEntry.action)).all() == ["message.parked"]


def test_what_cannot_succeed_is_parked_at_once(session, now, calls):
    calls.failure = outbox.Hopeless("Ask the person for another address.")
    sent = outbox.queue(session, "noted", {}, now=now)
    outbox.deliver_due(now)
    row = make.state_of(session, sent)
    assert (row.state, row.attempts, row.last_error) == (
        MessageState.PARKED, 1, "Ask the person for another address.",
    )  # fmt: skip


def test_a_parked_message_is_retried_with_a_fresh_count(session, now, calls):
    sent = make.message(session, "noted", state=MessageState.PARKED, attempts=10, last_error="down")
    assert services.retry_all(session, actor_id=None, now=now) == 1
    session.flush()
    assert outbox.deliver_due(now) == 1
    row = make.state_of(session, sent.id)
    assert (row.state, row.attempts, row.last_error) == (MessageState.DONE, 1, "")


def test_a_message_whose_worker_died_is_taken_over_when_the_lease_runs_out(session, now, calls):
    dead = make.message(
        session, "noted", state=MessageState.SENDING, attempts=1, lease_until=now + timedelta(minutes=2)
    )
    assert outbox.deliver_due(now + timedelta(minutes=1)) == 0
    assert outbox.deliver_due(now + timedelta(minutes=2)) == 1
    assert [job.attempt for job in calls] == [2]
    assert make.state_of(session, dead.id).state is MessageState.DONE


def test_a_message_that_kills_its_worker_each_time_is_parked_without_another_try(session, now, calls):
    dead = make.message(session, "noted", state=MessageState.SENDING, attempts=10, lease_until=now)
    assert outbox.deliver_due(now) == 0
    assert calls == []
    assert make.state_of(session, dead.id).state is MessageState.PARKED


def test_a_worker_that_lost_its_lease_closes_nothing_and_learns_it_at_its_next_step(session, now, monkeypatch):
    seen = []

    def slow(job):
        seen.append(job.attempt)
        if job.attempt == 1:
            clock.advance(timedelta(minutes=3))
            assert outbox.deliver(job.id) is MessageState.DONE, "another worker takes it over and finishes"
            job.progress(50)

    monkeypatch.setitem(outbox.handlers, "slow", slow)
    sent = outbox.queue(session, "slow", {}, now=now)
    assert outbox.deliver(sent) is None
    assert seen == [1, 2]
    assert make.state_of(session, sent).state is MessageState.DONE


def test_work_that_takes_longer_than_a_lease_keeps_it(session, now, monkeypatch):
    def slow(job):
        for _ in range(5):
            outbox.renew_leases(clock.advance(timedelta(minutes=1)))
        assert outbox.deliver(job.id) is None, "nobody else may have it"

    monkeypatch.setitem(outbox.handlers, "slow", slow)
    sent = outbox.queue(session, "slow", {}, now=now)
    assert outbox.deliver(sent) is MessageState.DONE
    assert make.state_of(session, sent).attempts == 1


def test_progress_shows_while_the_job_runs(session, now, monkeypatch):
    def count(job):
        job.progress(40, "4 of 10 tables seated")
        row = make.state_of(session, job.id)
        assert (row.state, row.percent, row.note) == (MessageState.SENDING, 40, "4 of 10 tables seated")

    monkeypatch.setitem(outbox.handlers, "count", count)
    sent = outbox.queue(session, "count", {}, now=now)
    make.deliver(session)
    assert make.state_of(session, sent).percent == 100


def test_a_cancelled_job_stops_at_its_next_step(session, now, monkeypatch):
    steps = []

    def work(job):
        for step in range(5):
            job.progress(step * 20)
            steps.append(step)
            if step == 1:
                services.cancel_message(session, job.id, actor_id=ids.new_id(), now=now)
                session.flush()

    monkeypatch.setitem(outbox.handlers, "work", work)
    sent = outbox.queue(session, "work", {}, now=now)
    outbox.deliver_due(now)
    assert steps == [0, 1]
    assert make.state_of(session, sent).state is MessageState.CANCELLED


def test_a_waiting_message_is_cancelled_at_once_and_a_finished_one_not_at_all(session, now, calls):
    sent = outbox.queue(session, "noted", {"secret": 1}, now=now)
    services.cancel_message(session, sent, actor_id=ids.new_id(), now=now)
    session.flush()
    assert outbox.deliver_due(now) == 0
    assert make.state_of(session, sent).payload == {}
    with pytest.raises(Refused, match="already over"):
        services.cancel_message(session, sent, actor_id=ids.new_id(), now=now)


@pytest.mark.check("K6")
def test_the_request_id_goes_from_the_request_through_the_job_into_mail_and_record(session, now, monkeypatch):
    def note(job):
        with transaction() as inner:
            audit.record(inner, "job.ran", ("job", job.id), actor_id=None)

    monkeypatch.setitem(outbox.handlers, "note", note)
    with logs.under_request("request-of-the-web"):
        outbox.queue(session, "note", {}, now=now)
        mail.queue_mail(session, "test_message", ["a@example.org"], {"address": "a@example.org"}, now=now)
    make.deliver(session)
    assert session.scalar(select(audit.AuditEntry.request_id)) == "request-of-the-web"
    assert session.scalar(select(MailboxMessage.request_id)) == "request-of-the-web"


def test_a_mail_delivered_twice_is_one_mail_in_the_mailbox(session, now):
    sent = mail.queue_mail(session, "test_message", ["a@example.org"], {"address": "a@example.org"}, now=now)
    payload = make.state_of(session, sent).payload
    make.deliver(session)
    mail.send_mail(outbox.Job(sent, "mail", payload, 2, f"<{sent}@127.0.0.1>"))
    session.expire_all()
    assert [(m.message_id, m.copies) for m in session.scalars(select(MailboxMessage))] == [(f"<{sent}@127.0.0.1>", 2)]


def test_what_a_mail_carried_is_forgotten_once_it_is_delivered(session, now):
    sent = mail.queue_mail(session, "test_message", ["a@example.org"], {"address": "a@example.org"}, now=now)
    make.deliver(session)
    assert make.state_of(session, sent).payload == {}


HOSTILE_ADDRESSES = [
    "a@example.org\nBcc: b@example.org", "a@example.org\r\nBcc: b@example.org", "a\n@example.org", "a@exam\rple.org",
    "a@example.org\x00", "a@example.org\u2028Bcc: b@example.org", "A <a@example.org>", "a@example.org, b@example.org",
    "a@example.org; b@example.org", "a b@example.org", "@example.org", "a@", "a", "", "a@@example.org",
]  # fmt: skip


@pytest.mark.check("E5")
@pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
def test_an_address_that_could_add_a_header_or_a_reader_is_refused(address):
    with pytest.raises(InvalidInput):
        mail.checked_address(address)


@pytest.fixture
def words(monkeypatch):
    """Give mail templates by name for one test."""

    def give(**files: str) -> None:
        named = {name.replace("__", "."): text for name, text in files.items()}
        mail._text_template.cache_clear()
        monkeypatch.setattr(mail._words(), "loader", DictLoader(named))
        monkeypatch.setattr(mail._words(), "cache", {})

    yield give
    mail._text_template.cache_clear()


def letter(session, context, now):
    mail.queue_mail(session, "letter", ["a@example.org"], context, now=now)
    make.deliver(session)
    return session.scalars(select(MailboxMessage)).one()


@pytest.mark.check("E5")
@pytest.mark.parametrize("name", ["A\nBcc: b@example.org", "A\r\n\r\nBody", "A\x0bB", "A\u2028B", "A\x00"])
def test_a_subject_with_a_line_break_is_refused_before_it_is_queued(session, now, words, name):
    words(letter__txt="Subject: Hello {{ name }}\nBody.", letter__html="<p>Body.</p>")
    with pytest.raises(InvalidInput, match="one line"):
        mail.queue_mail(session, "letter", ["a@example.org"], {"name": name}, now=now)


@pytest.mark.check("E5")
def test_what_a_user_typed_is_shown_and_never_run_as_a_template(session, now, words):
    words(letter__txt="Subject: For {{ name }}\nDear {{ name }}", letter__html="<p>Dear {{ name }}</p>")
    typed = "{{ 7*7 }}<script>alert(1)</script>{% for %}"
    sent = letter(session, {"name": typed}, now)
    assert sent.subject == f"For {typed}"
    assert sent.text == f"Dear {typed}\n"
    assert sent.html.strip() == "<p>Dear {{ 7*7 }}&lt;script&gt;alert(1)&lt;/script&gt;{% for %}</p>"


def test_a_gap_in_a_template_is_an_error_and_not_an_empty_place(session, now, words):
    words(letter__txt="Subject: Hello\nDear {{ nmae }}", letter__html="<p>Dear {{ name }}</p>")
    sent = mail.queue_mail(session, "letter", ["a@example.org"], {"name": "Aiko"}, now=now)
    outbox.deliver_due(now)
    assert make.state_of(session, sent).last_error == "UndefinedError: 'nmae' is undefined"


def test_a_mail_says_times_in_a_zone_and_money_in_words(session, now, words):
    words(letter__txt="Subject: Pay\n{{ at|moment('Asia/Tokyo') }}: {{ 12345|money('USD') }}", letter__html="<p></p>")
    sent = letter(session, {"at": now.isoformat()}, now)
    assert sent.text == "Monday 1 March 2027, 21:00 (Asia/Tokyo): $123.45\n"


def test_names_from_anywhere_survive_the_way_into_the_mailbox(session, now, words):
    words(letter__txt="Subject: {{ name }}\n{{ name }}", letter__html="<p>{{ name }}</p>")
    sent = letter(session, {"name": "Zoë Ångström, 株式会社, الإمارات 🚀"}, now)
    assert sent.subject == sent.text.strip() == "Zoë Ångström, 株式会社, الإمارات 🚀"
