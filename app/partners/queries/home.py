"""What mandates put on home pages: what to confirm, what fits a partner, which partners fit a company."""

from sqlalchemy.orm import Session

from app.accounts.states import KIND_LABELS
from app.core.homes import HomeLine, HomeReader, Part
from app.directory.states import Tier
from app.partners.queries.fitting import best_entries, fitting_mandates
from app.partners.queries.mandates import MandateRow, of_organizations
from app.partners.queries.readers import Viewer
from app.partners.states import MandateState

MOST_FITTING, MOST_REASONS = 5, 3


def partner_lines(session: Session, reader: HomeReader) -> list[HomeLine]:
    """Return mandates to finish or confirm, a way to begin when there is none, and the entries that fit best."""
    if not reader.partners:
        return []
    rows = of_organizations(session, reader.partners)
    if not rows:
        words = "Say what you bring and look for: your application has filled in a first mandate"
        return [HomeLine(Part.WAITING, "Mandate", words, "/mandates/new", action="Begin")]
    waiting = [line for row in rows if (line := _to_do(row, reader))]
    active = [row for row in rows if row.state is MandateState.ACTIVE]
    return [*waiting, *_fitting(session, active, reader)]


def _to_do(row: MandateRow, reader: HomeReader) -> HomeLine | None:
    href = f"/mandates/{row.id}"
    if row.is_stale(reader.now):
        words = f"Nobody confirmed {row.content.name} for half a year"
        return HomeLine(Part.WAITING, "Mandate", words, href, row.confirmed_at, row.due_at, "Confirm")
    if row.state is MandateState.DRAFT:
        words = f"{row.content.name} is a draft and speaks for nobody yet"
        return HomeLine(Part.WAITING, "Mandate", words, href, row.updated_at, action="Finish")
    return None


def _fitting(session: Session, active: list[MandateRow], reader: HomeReader) -> list[HomeLine]:
    if not active:
        return []
    owner = active[0].organization_id
    tier = Tier.VETTED if reader.is_vetted else Tier.REGISTERED
    mine = [row.content for row in active if row.organization_id == owner]
    return [
        HomeLine(
            Part.FITS, "Programme", f"{one.row.name}, {one.row.lead_company}", f"/directory/{one.row.key}",
            action="Look", reasons=tuple(one.fits.agreeing[:MOST_REASONS]),
        )
        for one in best_entries(session, owner, mine, tier=tier, limit=MOST_FITTING)
        if one.fits.agreeing
    ]  # fmt: skip


def company_lines(session: Session, reader: HomeReader) -> list[HomeLine]:
    """Return the partners whose mandates fit the company's entries best, as far as they show themselves to it."""
    if not reader.companies:
        return []
    viewer = Viewer(reader.user_id, frozenset(), reader.companies, reader.companies, reader.is_vetted)
    return [
        HomeLine(
            Part.FITS, "Partner",
            f"{one.partner_name} ({KIND_LABELS[one.kind].lower()}, {one.country_name}) beside {one.entry_name}",
            f"/partners/{one.partner_id}", action="Look", reasons=tuple(one.fits.agreeing[:MOST_REASONS]),
        )
        for one in fitting_mandates(session, viewer, reader.companies, limit=MOST_FITTING)
    ]  # fmt: skip
