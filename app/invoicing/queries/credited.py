"""Sums over papers: what was credited, what is left of each line."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.invoicing.models import Paper, PaperLine
from app.invoicing.rules.facts import Line
from app.invoicing.states import PaperKind


def credited_cents(session: Session, paper_id: UUID) -> int:
    """Return how much of a paper was taken back by credit notes."""
    wanted = select(func.coalesce(func.sum(Paper.gross_cents), 0))
    return int(session.scalar(wanted.where(Paper.refers_to_id == paper_id)) or 0)


def credited_of_payment(session: Session, payment_id: UUID, paper_id: UUID | None = None) -> int:
    """Return how much credit notes took back for one payment, on one paper or on all."""
    wanted = select(func.coalesce(func.sum(PaperLine.gross_cents), 0)).join(Paper, Paper.id == PaperLine.paper_id)
    wanted = wanted.where(PaperLine.payment_id == payment_id, Paper.kind == PaperKind.CREDIT_NOTE)
    if paper_id is not None:
        wanted = wanted.where(Paper.refers_to_id == paper_id)
    return int(session.scalar(wanted) or 0)


def lines_left(session: Session, paper: Paper) -> list[Line]:
    """Return the lines of a paper that credit notes have not taken back whole, each with what is left of it."""
    wanted = select(PaperLine).where(PaperLine.paper_id == paper.id).order_by(PaperLine.position)
    found = []
    for line in session.scalars(wanted):
        before = credited_of_payment(session, line.payment_id, paper.id) if line.payment_id else 0
        if left := line.gross_cents - before:
            found.append(Line(line.text, left, line.payment_id, before))
    return found
