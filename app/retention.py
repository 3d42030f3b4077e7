"""How long things are kept: one rule a line, and the one command that applies them.

The rules name tables of several rooms, so they stand above the rooms, as the wiring does. What must be
kept (decisions, payments, the audit log) has no rule here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, FromClause, Table, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.db import Base, transaction
from app.documents import services as documents
from app.notifications.outbox import Handler, Job
from app.payments.events import PAYLOAD_KEPT, forget_payloads
from app.questionnaires import services as questionnaires
from app.questionnaires.services.replies import PERSONAL_KEPT
from app.registration.rules.visa import PASSPORT_KEPT
from app.registration.services.forget import forget_old_changes
from app.registration.services.visa import forget_old_passports

DAILY = "retention.run"
"""The job that applies the rules, once a day."""

Old = Callable[[FromClause, datetime], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Rule:
    """What is removed, how long after which moment, and why then. `along` names rows that go with it."""

    what: str
    table: str
    after: timedelta
    old: Old
    why: str
    along: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Chore:
    """What a room removes itself, because more than rows go: `run` returns how many, and with `dry_run` only counts."""

    what: str
    table: str
    after: timedelta
    why: str
    run: Callable[[Session, datetime, bool], int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many rows a rule or chore removed, or would remove."""

    rule: Rule | Chore
    rows: int


RULES = (
    Rule(
        "Links sent by mail, used or expired", "email_tokens", timedelta(days=7),
        lambda t, before: or_(t.c.expires_at < before, t.c.used_at < before),
        "A week lets a late click be told that the link is used or too old.",
    ),
    Rule(
        "Pay links in mails, expired", "payment_links", timedelta(days=7),
        lambda t, before: t.c.expires_at < before,
        "A week lets a late click be told that the link is too old.",
    ),
    Rule(
        "Sign-in sessions that ended", "login_sessions", timedelta(days=30),
        lambda t, before: or_(t.c.ended_at < before, t.c.expires_at < before),
        "A month lets people look back at where they were signed in. Device and address go with the row.",
    ),
    Rule(
        "Messages delivered or cancelled", "outbox_messages", timedelta(days=30),
        lambda t, before: and_(t.c.state.in_(["done", "cancelled"]), t.c.finished_at < before),
        "A month answers 'was it sent?'. Parked messages stay until a person decides.",
    ),
    Rule(
        "Mails in the demo's mailbox", "mailbox_messages", timedelta(days=30),
        lambda t, before: t.c.received_at < before,
        "Long enough to try everything out.",
    ),
    Rule(
        "Who opened which file, when and from where", "file_openings", timedelta(days=5 * 365 + 2),
        lambda t, before: t.c.at < before,
        "Five years is how long records about exports are kept (15 CFR 762.6, 22 CFR 122.5).",
    ),
    Rule(
        "What stood in the inputs of an application's pages", "registration_drafts", PERSONAL_KEPT,
        lambda t, before: t.c.saved_at < before,
        "What was saved in earnest is in the application; what was not, nobody meant to give us.",
    ),
    Rule(
        "Applications begun and never submitted", "registrations", timedelta(days=365),
        lambda t, before: and_(t.c.state == "draft", t.c.submitted_at.is_(None), t.c.created_at < before),
        "The summit it was for is over by then.",
        along=(
            ("registration_steps", "registration_id"), ("registration_drafts", "registration_id"),
            ("questionnaire_replies", "subject_id"),
        ),
    ),
    Rule(
        "Mandates that were closed", "mandates", timedelta(days=1095),
        lambda t, before: and_(t.c.state == "closed", t.c.updated_at < before),
        "Three years let an organization look back at what it once was ready to do.",
        along=(("partner_versions", "mandate_id"),),
    ),
)  # fmt: skip

CHORES = (
    Chore(
        "Answers that organizers marked as personal", "questionnaire_replies", PERSONAL_KEPT,
        "The summit they were given for is over by then.",
        lambda session, now, dry_run: questionnaires.erase_old_personal(session, now=now, dry_run=dry_run),
    ),
    Chore(
        "Personal answers where a change of them was kept", "registration_changes", PERSONAL_KEPT,
        "They go as the answers themselves do; that something was changed, when and by whom stays.",
        lambda session, now, dry_run: forget_old_changes(session, now=now, dry_run=dry_run),
    ),
    Chore(
        "Sheets that were imported, and contents without a row", "files", timedelta(days=30),
        "What was imported is in the tables by then; what a crash left behind is nobody's.",
        lambda session, now, dry_run: documents.drop_old(session, now=now, dry_run=dry_run),
    ),
    Chore(
        "Passport numbers, with the invitation letters they stand in", "visa_letters", PASSPORT_KEPT,
        "The letter was shown to a consulate by then; a new one can be asked for.",
        lambda session, now, dry_run: forget_old_passports(session, now=now, dry_run=dry_run),
    ),
    Chore(
        "What the payment provider's events said, byte for byte", "provider_events", PAYLOAD_KEPT,
        "A dispute may be opened 120 days after a charge; what became of each event stays.",
        lambda session, now, dry_run: forget_payloads(session, now=now, dry_run=dry_run),
    ),
)  # fmt: skip


def apply_rules(session: Session, *, now: datetime, dry_run: bool) -> list[Outcome]:
    """Remove what the rules no longer keep at `now`, or with `dry_run` only count it. A second run finds nothing."""
    outcomes = [Outcome(chore, chore.run(session, now, dry_run)) for chore in CHORES]
    outcomes += [Outcome(rule, _apply(session, rule, now=now, dry_run=dry_run)) for rule in RULES]
    removed = {outcome.rule.table: outcome.rows for outcome in outcomes if outcome.rows}
    if removed and not dry_run:
        audit.record(session, "retention.applied", ("database", "main"), actor_id=None, detail=removed)
    return outcomes


def _apply(session: Session, rule: Rule, *, now: datetime, dry_run: bool) -> int:
    table = _table(rule.table)
    old = rule.old(table, now - rule.after)
    if dry_run:
        return session.scalar(select(func.count()).select_from(table).where(old)) or 0
    for name, column in rule.along:
        going = _table(name)
        session.execute(delete(going).where(going.c[column].in_(select(table.c.id).where(old))))
    return int(session.execute(delete(table).where(old)).rowcount)  # type: ignore[attr-defined]


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def run_daily(_job: Job) -> None:
    """Remove what the rules no longer keep, without anybody asking."""
    with transaction() as session:
        apply_rules(session, now=clock.now(), dry_run=False)


HANDLERS: dict[str, Handler] = {DAILY: run_daily}
