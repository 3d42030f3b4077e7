"""What interests put on the home pages of partners and of companies."""

from datetime import timedelta

from sqlalchemy import ScalarSelect, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.accounts.states import KIND_LABELS
from app.core.homes import MOST_FROM_ONE, HomeLine, HomeReader, Part
from app.directory.models import Entry
from app.interest.models import Interest, InterestStep
from app.interest.queries.leads import was_told
from app.interest.rules import STATE_LABELS, Partner, disclosed
from app.interest.states import LIVE, InterestState, Side
from app.regulatory.models import Country

SOON, LATELY = timedelta(days=21), timedelta(days=14)


def _last_side() -> ScalarSelect[Side]:
    wanted = select(InterestStep.side).where(InterestStep.interest_id == Interest.id)
    return wanted.order_by(InterestStep.number.desc()).limit(1).scalar_subquery()


def partner_lines(session: Session, reader: HomeReader) -> list[HomeLine]:
    """Return the interests that end soon, and those that the other side or time moved lately."""
    if not reader.partners:
        return []
    soon, lately = reader.now + SOON, reader.now - LATELY
    wanted = (
        select(Interest, Entry.name, _last_side().label("last"))
        .join(Entry, Entry.id == Interest.entry_id)
        .where(
            Interest.organization_id.in_(reader.partners),
            or_(Interest.moved_at >= lately, Interest.state.in_(LIVE) & (Interest.expires_at <= soon)),
        )
        .order_by(Interest.moved_at.desc(), Interest.id)
        .limit(40)
    )
    ending, moved = [], []
    for row, name, last in session.execute(wanted):
        href = f"/interests/{row.id}"
        if row.state in LIVE and row.expires_at <= soon:
            words = f"Your interest in {name} ends unless you keep it alive"
            ending.append(HomeLine(Part.WAITING, "Interest", words, href, row.moved_at, row.expires_at, "Confirm"))
        elif last is not Side.PARTNER:
            who = "The company moved" if last is Side.COMPANY else "Time ended"
            words = f"{who} your interest in {name}: {STATE_LABELS[row.state].lower()}"
            moved.append(HomeLine(Part.CHANGED, "Interest", words, href, row.moved_at, action="See"))
    return [*ending[:MOST_FROM_ONE], *moved[:MOST_FROM_ONE]]


def company_lines(session: Session, reader: HomeReader) -> list[HomeLine]:
    """Return the leads that wait for a first answer, the oldest first, and what partners moved lately."""
    if not reader.companies:
        return []
    wanted = (
        select(Interest, Entry.name, Organization, User, Country.name.label("country"), _last_side().label("last"))
        .join(Entry, Entry.id == Interest.entry_id)
        .join(Organization, Organization.id == Interest.organization_id)
        .join(User, User.id == Interest.user_id)
        .outerjoin(Country, Country.key == Organization.country)
        .where(
            Entry.organization_id.in_(reader.companies), was_told(),
            or_(Interest.state == InterestState.INTERESTED, Interest.moved_at >= reader.now - LATELY),
        )
        .order_by(Interest.moved_at, Interest.id)
        .limit(60)
    )  # fmt: skip
    new, moved = [], []
    for row, name, organization, person, country, last in session.execute(wanted):
        whole = Partner(
            country or organization.country, KIND_LABELS[organization.kind], organization.name, person.name,
            person.email,
        )  # fmt: skip
        seen, href = disclosed(whole, row.visibility), f"/pipeline/{row.id}"
        who = seen.organization_name or f"A partner ({seen.kind.lower()}, {seen.country})"
        if row.state is InterestState.INTERESTED:
            new.append(
                HomeLine(Part.WAITING, "Lead", f"{who} is interested in {name}", href, row.moved_at, action="Answer")
            )
        elif last is not Side.COMPANY:
            words = f"{who}, {name}: {STATE_LABELS[row.state].lower()}"
            moved.append(HomeLine(Part.CHANGED, "Lead", words, href, row.moved_at, action="See"))
    return [*new[:MOST_FROM_ONE], *moved[::-1][:MOST_FROM_ONE]]
