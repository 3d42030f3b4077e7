"""What a company's own entries and claims put on its home page."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.core.homes import LATELY, MOST_FROM_ONE, HomeLine, HomeReader, Part, queue
from app.directory.models import Claim, Entry
from app.directory.queries.entries import REVIEWERS
from app.directory.states import ClaimState, EntryState

TO_DO: dict[EntryState, tuple[str, str]] = {
    EntryState.DRAFT: ("is a draft: finish it and hand it in for review", "Write on"),
    EntryState.STALE: ("was not confirmed for too long, and says so to its readers", "Confirm"),
}


def home_lines(session: Session, reader: HomeReader) -> list[HomeLine]:
    """Return drafts, stale entries and claims that wait or were decided; a way to begin when there is nothing."""
    if not reader.companies:
        return []
    of_company = select(Entry).where(Entry.organization_id.in_(reader.companies))
    entries = session.scalars(of_company.order_by(Entry.changed_at, Entry.key).limit(60)).all()
    claimed = (
        select(Claim, Entry.name, Entry.key)
        .join(Entry, Entry.id == Claim.entry_id)
        .where(
            Claim.organization_id.in_(reader.companies),
            or_(Claim.state == ClaimState.OPEN, Claim.decided_at >= reader.now - LATELY),
        )
        .order_by(Claim.claimed_at.desc())
        .limit(MOST_FROM_ONE)
    )
    claims = [_claim(claim, name) for claim, name, _ in session.execute(claimed)]
    if not entries and not claims:
        words = "Claim the entry of your programme in the directory, or write a new one"
        return [HomeLine(Part.WAITING, "Entry", words, "/directory/mine", action="Begin")]
    waiting = [_entry(row) for row in entries if row.state in TO_DO][:MOST_FROM_ONE]
    changed = [
        HomeLine(Part.CHANGED, "Entry", f"{row.name} is in review", "/directory/mine", row.changed_at, action="See")
        for row in entries
        if row.state is EntryState.IN_REVIEW
    ]
    return [*waiting, *changed[:MOST_FROM_ONE], *claims]


def desk_lines(session: Session, reader: HomeReader) -> list[HomeLine]:
    """Return the claims and the entries that wait for a reviewer."""
    if not reader.staff & REVIEWERS:
        return []
    claims = select(func.count(), func.min(Claim.claimed_at)).where(Claim.state == ClaimState.OPEN)
    drafts = select(func.count(), func.min(Entry.changed_at)).where(Entry.state == EntryState.IN_REVIEW)
    return [
        *queue(session, claims, "Claim", "claim to decide", "claims to decide", "/directory/claims"),
        *queue(session, drafts, "Entry", "entry to review", "entries to review", "/directory/reviews"),
    ]


def _entry(row: Entry) -> HomeLine:
    words, action = TO_DO[row.state]
    return HomeLine(Part.WAITING, "Entry", f"{row.name} {words}", "/directory/mine", row.changed_at, action=action)


def _claim(claim: Claim, name: str) -> HomeLine:
    said = {
        ClaimState.OPEN: "waits for a reviewer",
        ClaimState.APPROVED: "was approved",
        ClaimState.DECLINED: "was declined",
    }
    words = f"Your claim to {name} {said[claim.state]}"
    return HomeLine(
        Part.CHANGED, "Claim", words, "/directory/mine", claim.decided_at or claim.claimed_at, action="See"
    )  # fmt: skip
