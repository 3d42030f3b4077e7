"""The PDF of a paper: made from its frozen facts, kept, and the same bytes whenever it is made again."""

import hashlib
import json
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import NotFound, Refused
from app.core.paper import render
from app.documents import services as documents
from app.documents.states import Purpose
from app.invoicing import letters
from app.invoicing.models import Paper, PaperPrint
from app.invoicing.rules.epc import payment_code
from app.invoicing.services.issue import digest_of

TEMPLATE = "money"


def make_pdf(paper: Paper) -> bytes:
    """Return the PDF of a paper. Raises Refused when its facts are not the ones that were issued."""
    if digest_of(paper.facts) != paper.digest:
        raise Refused("The facts of this paper are not what was issued. Restore it from a backup.")
    facts = {**paper.facts, "code": payment_code(paper.facts)}
    return _made(json.dumps(facts, ensure_ascii=False, sort_keys=True), paper.issued_at)


@lru_cache(maxsize=32)
def _made(facts: str, made_at: datetime) -> bytes:
    """Return a PDF that may be wanted by the mail, the print and a reader within the same minute."""
    return render(TEMPLATE, json.loads(facts), made_at=made_at)


def keep_pdf(session: Session, paper_id: UUID, content: bytes, *, send_to: str | None, now: datetime) -> None:
    """Keep the first PDF of a paper, and send it; what was kept before stays."""
    paper = session.get_one(Paper, paper_id)
    if session.get(PaperPrint, paper_id, with_for_update=True) is not None:
        return
    kept = documents.keep_file(
        session, content, name=f"{paper.number}.pdf", purpose=Purpose.PAPER, owner_id=paper.payer_id, now=now
    )
    session.add(PaperPrint(paper_id=paper_id, file_id=kept.id, sha256=hashlib.sha256(content).hexdigest(), made_at=now))
    session.flush()
    audit.record(session, "paper.printed", ("paper", paper_id), actor_id=None, after=paper.number)
    if send_to:
        letters.send_paper(session, paper, send_to, now=now)


def open_pdf(session: Session, paper_id: UUID) -> tuple[str, bytes]:
    """Return a paper's name and PDF: the kept one, else made now. Raises NotFound."""
    paper = session.get(Paper, paper_id)
    if paper is None:
        raise NotFound("That paper does not exist.")
    printed = session.get(PaperPrint, paper_id)
    content = documents.open_file(session, printed.file_id) if printed else make_pdf(paper)
    return f"{paper.number}.pdf", content
