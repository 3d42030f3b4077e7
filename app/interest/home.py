"""What interests put on the home pages of partners and of companies."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, and_, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.accounts.states import KIND_LABELS
from app.core.homes import LATELY, MOST_FROM_ONE, HomeLine, HomeReader, Part
from app.directory.models import Entry
from app.interest.models import Interest, InterestLead, InterestStep
from app.interest.queries.leads import was_told
from app.interest.queries.pipeline import Due, Waiting, waiting_counts
from app.interest.rules import STATE_LABELS, Partner, disclosed
from app.interest.states import LIVE, MARKS, InterestState, Side
from app.regulatory.models import Country

SOON, WEEK = timedelta(days=21), timedelta(days=7)


def _last_side() -> ScalarSelect[Side]:
    """Return who took the last step of the ladder; changes beside it, such as asking for names, are none."""
    on_ladder = or_(InterestStep.event.is_(None), InterestStep.event.not_in(MARKS))
    wanted = select(InterestStep.side).where(InterestStep.interest_id == Interest.id, on_ladder)
    return wanted.order_by(InterestStep.number.desc()).limit(1).scalar_subquery()


def _names_wanted() -> ColumnElement[bool]:
    asked = Interest.names_asked_at.is_not(None) & Interest.names_answer.is_(None)
    return asked & Interest.state.in_(LIVE)


def partner_lines(session: Session, reader: HomeReader) -> list[HomeLine]:
    """Return the interests that end soon or whose names are asked for, and what others moved lately."""
    if not reader.partners:
        return []
    soon, lately = reader.now + SOON, reader.now - LATELY
    wanted = (
        select(Interest, Entry.name, _last_side().label("last"))
        .join(Entry, Entry.id == Interest.entry_id)
        .where(
            Interest.organization_id.in_(reader.partners),
            or_(Interest.moved_at >= lately, Interest.state.in_(LIVE) & (Interest.expires_at <= soon), _names_wanted()),
        )
        .order_by(Interest.moved_at.desc(), Interest.id)
        .limit(40)
    )
    ending, moved = [], []
    for row, name, last in session.execute(wanted):
        href = f"/interests/{row.id}"
        if row.names_asked_at is not None and row.names_answer is None and row.state in LIVE:
            words = f"The company behind {name} asks who you are"
            ending.append(HomeLine(Part.WAITING, "Names", words, href, row.names_asked_at, action="Answer"))
        if row.state in LIVE and row.expires_at <= soon:
            words = f"Your interest in {name} ends unless you keep it alive"
            ending.append(HomeLine(Part.WAITING, "Interest", words, href, row.moved_at, row.expires_at, "Confirm"))
        elif last is not Side.PARTNER and row.moved_at >= lately:
            who = "The company moved" if last is Side.COMPANY else "Time ended"
            words = f"{who} your interest in {name}: {STATE_LABELS[row.state].lower()}"
            moved.append(HomeLine(Part.CHANGED, "Interest", words, href, row.moved_at, action="See"))
    return [*ending[:MOST_FROM_ONE], *moved[:MOST_FROM_ONE]]


def company_lines(session: Session, reader: HomeReader) -> list[HomeLine]:
    """Return next steps that are due, leads that wait for a first answer, and what partners moved lately."""
    if not reader.companies:
        return []
    last_day = (reader.now + WEEK).date()
    new: list[HomeLine] = []
    moved: list[HomeLine] = []
    steps: list[HomeLine] = []
    leads = list(_leads(session, reader, last_day))
    for row, name, who, last, kept, _counts in leads:
        href = f"/pipeline/{row.id}"
        if kept is not None and kept.next_on is not None and kept.next_on <= last_day and row.state in LIVE:
            words = f"{kept.next_step}: {who}, {name}"
            steps.append(HomeLine(Part.WAITING, "Next step", words, href, due_on=kept.next_on))
        elif row.state is InterestState.INTERESTED:
            words = f"{who} is interested in {name}"
            new.append(HomeLine(Part.WAITING, "Lead", words, href, row.moved_at, action="Answer"))
        elif last is not Side.COMPANY:
            words = f"{who}, {name}: {STATE_LABELS[row.state].lower()}"
            moved.append(HomeLine(Part.CHANGED, "Lead", words, href, row.moved_at, action="See"))
    steps.sort(key=lambda line: (line.due_on or last_day, line.words))
    new.sort(key=lambda line: line.at or reader.now)
    moved.sort(key=lambda line: line.at or reader.now, reverse=True)
    shown = [*steps[:MOST_FROM_ONE], *new[:MOST_FROM_ONE], *moved[:MOST_FROM_ONE]]
    counts = leads[0][-1] if leads else Waiting(0, 0, 0)
    return [*shown, *_whole_lists(counts, steps[MOST_FROM_ONE:], new[MOST_FROM_ONE:], reader.now)]


def _whole_lists(counts: Waiting, steps: list[HomeLine], new: list[HomeLine], now: datetime) -> Iterator[HomeLine]:
    """Yield where the lists are that hold what found no room, each with its count; one line alone is shown itself."""
    late = [line for line in steps if line.is_overdue(now)]
    soon = [line for line in steps if not line.is_overdue(now)]
    for left, words, due in (
        (late, f"All {counts.overdue} overdue next steps", Due.OVERDUE),
        (soon, f"All {counts.within_week} next steps within seven days", Due.WEEK),
    ):
        if len(left) == 1:
            yield left[0]
        elif left:
            href = f"/pipeline/table?due={due}&sort=next"
            yield HomeLine(Part.WAITING, "Next step", words, href, action="See", due_on=left[0].due_on)
    if len(new) == 1:
        yield new[0]
    elif new:
        words = f"All {counts.interested} leads at the first stage"
        href = f"/pipeline/table?state={InterestState.INTERESTED}"
        yield HomeLine(Part.WAITING, "Lead", words, href, new[0].at, action="See")


def _leads(
    session: Session, reader: HomeReader, last_day: date
) -> Iterator[tuple[Interest, str, str, Side | None, InterestLead | None, Waiting]]:
    """Yield what may stand on a company's home, what is due first; who it is, as far as the partner lets be known."""
    wanted = (
        select(
            Interest, Entry.name, Organization, User, Country.name, _last_side(), InterestLead,
            *waiting_counts(reader.companies, today=reader.now.date()),
        )
        .join(Entry, Entry.id == Interest.entry_id)
        .join(Organization, Organization.id == Interest.organization_id)
        .join(User, User.id == Interest.user_id)
        .outerjoin(Country, Country.key == Organization.country)
        .outerjoin(
            InterestLead,
            and_(InterestLead.interest_id == Interest.id, InterestLead.organization_id == Entry.organization_id),
        )
        .where(
            Entry.organization_id.in_(reader.companies), was_told(),
            or_(
                Interest.state == InterestState.INTERESTED, Interest.moved_at >= reader.now - LATELY,
                Interest.state.in_(LIVE) & (InterestLead.next_on <= last_day),
            ),
        )
        .order_by(InterestLead.next_on.is_(None), InterestLead.next_on, Interest.moved_at, Interest.id)
        .limit(60)
    )  # fmt: skip
    for row, name, organization, person, country, last, kept, *counts in session.execute(wanted):
        whole = Partner(
            country or organization.country, KIND_LABELS[organization.kind], organization.name, person.name,
            person.email,
        )  # fmt: skip
        seen = disclosed(whole, row.visibility)
        who = seen.organization_name or f"A partner ({seen.kind.lower()}, {seen.country})"
        yield row, name, who, last, kept, Waiting(*counts)
