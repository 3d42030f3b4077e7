"""Issuing a paper: its number, its frozen facts and the job that prints and sends it, in one transaction."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.db import insert_into
from app.invoicing.models import Paper, PaperCounter, PaperLine
from app.invoicing.rules.facts import Draft, frozen
from app.invoicing.rules.numbers import creditor_reference, paper_number
from app.invoicing.states import PaperKind
from app.notifications import outbox

PRINT = "invoicing.print"


def issue(
    session: Session, draft: Draft, *, cause: str, payer_id: UUID | None, organization_id: UUID | None = None,
    is_group: bool = False, refers_to_id: UUID | None = None, actor_id: UUID | None, now: datetime,
    send_to: str | None = None,
) -> Paper:  # fmt: skip
    """Issue a paper and return it; the same cause returns the paper that was issued for it before.

    The number is the next of its series and year, taken under the counter's lock: who rolls back gives it back, so
    that there is no gap, and who comes at the same time waits. `send_to` gets it by mail with the PDF.
    """
    if found := session.scalars(select(Paper).where(Paper.cause == cause)).one_or_none():
        return found
    issued_on = now.astimezone(ZoneInfo(draft.zone)).date()
    sequence = _next_number(session, draft.kind, issued_on.year)
    number = paper_number(draft.kind, issued_on.year, sequence)
    reference = creditor_reference(number.replace("-", "")) if draft.kind is PaperKind.INVOICE else ""
    facts = frozen(draft, number=number, reference=reference, issued_at=now, issued_on=issued_on)
    whole = draft.total()
    paper = Paper(
        kind=draft.kind, year=issued_on.year, sequence=sequence, number=number, cause=cause, payer_id=payer_id,
        organization_id=organization_id, is_group=is_group, buyer_name=draft.buyer.name[:200],
        currency=draft.currency, net_cents=whole.net_cents, tax_cents=whole.tax_cents, gross_cents=whole.gross_cents,
        reference=reference or None, due_on=draft.due_on, refers_to_id=refers_to_id, facts=facts,
        digest=digest_of(facts), issued_at=now, issued_by=actor_id,
    )  # fmt: skip
    session.add(paper)
    session.flush()
    _add_lines(session, paper, draft)
    audit.record(
        session, f"{draft.kind}.issued", ("paper", paper.id), actor_id=actor_id, after=number,
        reason=draft.reason, detail={"cause": cause, "cents": whole.gross_cents, "currency": draft.currency},
    )  # fmt: skip
    outbox.queue(session, PRINT, {"paper": str(paper.id), "send_to": send_to}, now=now)
    return paper


def digest_of(facts: Mapping[str, Any]) -> str:
    """Return the digest of a paper's facts, written in one fixed way."""
    plain = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _next_number(session: Session, kind: PaperKind, year: int) -> int:
    wanted = insert_into(session, PaperCounter).values(kind=kind, year=year, last=1)
    taken = wanted.on_conflict_do_update(
        index_elements=[PaperCounter.kind, PaperCounter.year], set_={"last": PaperCounter.last + 1}
    )
    return int(session.execute(taken.returning(PaperCounter.last)).scalar_one())


def _add_lines(session: Session, paper: Paper, draft: Draft) -> None:
    for position, (line, split) in enumerate(zip(draft.lines, draft.splits(), strict=True), start=1):
        session.add(
            PaperLine(
                paper_id=paper.id, position=position, text=line.text[:500], payment_id=line.payment_id,
                net_cents=split.net_cents, tax_cents=split.tax_cents, gross_cents=split.gross_cents,
            )
        )  # fmt: skip
    session.flush()
