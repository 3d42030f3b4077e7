"""A deal room of a made-up company: two small documents, a partner inside, another who asks, and a question."""

from uuid import UUID

from sqlalchemy import select

from app.cli.rehearsal.house import House
from app.cli.rehearsal.meeting import Guests
from app.cli.rehearsal.setting import Company
from app.core import clock, paper
from app.core.db import db, transaction
from app.dealrooms import services
from app.dealrooms.models import Folder
from app.dealrooms.queries import access_of
from app.directory.queries import EntryRow
from app.documents import services as files
from app.documents.rules.attest import VERSION, Attested
from app.documents.states import Handling, Purpose
from app.interest.queries import InterestRow, interests_in
from app.interest.states import LIVE, InterestState
from app.registration.queries import ParticipantRow

BUSY = slice(1, 5)
"""Guests who cancel or change their application elsewhere in the demonstration."""

PAPERS: tuple[tuple[str, int, list[tuple[str, list[str]]], list[list[str]]], ...] = (
    ("Programme overview", 0, [
        ("What is offered", [
            "A made-up programme, written so that a deal room can be tried out. Nothing in it is true of anybody.",
            "Two modules, four berths, and a research deck that sells racks by the month.",
        ]),
        ("What is sought", ["A partner that brings hardware or takes seats for the first three years."]),
    ], [["Milestone", "When (made up)"], ["Design review", "2027"], ["First module", "2030"]]),
    ("Terms in outline", 2, [
        ("How a seat is paid", [
            "A third when the contract is signed, a third a year before the flight, the rest after return.",
            "All figures are made up.",
        ]),
    ], [["Item", "Price (made up)"], ["Seat, ten days", "$ 45 m"], ["Rack, one month", "$ 1.2 m"]]),
)  # fmt: skip


def furnish_room(house: House, guests: Guests, company: Company) -> None:
    """Open the room of the company's entry that most partners are interested in, and let two of them come."""
    owner = company.people[0]
    entry, waiting = _most_wanted(guests, company)
    with transaction() as session:
        room_id = services.open_room(session, entry.id, actor_id=owner, now=clock.now()).id
        wanted = select(Folder.id).where(Folder.room_id == room_id).order_by(Folder.position)
        folders = list(session.scalars(wanted))
    for title, place, parts, table in PAPERS:
        _add(room_id, folders[place], company, title, parts, table)
    for who in waiting[:2]:
        with transaction() as session:
            services.request_access(
                session, who.interest_id, note="We would like to see the terms.", actor_id=who.user_id, now=clock.now()
            )
    if waiting:
        _let_in(room_id, waiting[0], owner)
    house.settle()


def _most_wanted(guests: Guests, company: Company) -> tuple[EntryRow, list[InterestRow]]:
    """Return the company's entry with most live interests of people who stay, and these, the first guest's first."""
    rows: list[ParticipantRow] = [row for row, _partner in guests.partners]
    stay = {row.user_id for row in rows} - {row.user_id for row in rows[BUSY]}
    states = [*LIVE - {InterestState.WATCHING}]
    found = {
        entry.id: [one for one in interests_in(db(), entry_ids=[entry.id], states=states) if one.user_id in stay]
        for entry in company.entries
    }
    entry = max(company.entries, key=lambda one: _pull(found[one.id], rows[0].user_id))
    once = {one.organization_id: one for one in found[entry.id]}
    return entry, sorted(once.values(), key=lambda one: one.user_id != rows[0].user_id)


def _pull(interests: list[InterestRow], first_guest: UUID) -> tuple[bool, int]:
    return first_guest in {one.user_id for one in interests}, len(interests)


def _add(
    room_id: UUID, folder_id: UUID, company: Company, title: str, parts: list[tuple[str, list[str]]],
    table: list[list[str]],
) -> None:  # fmt: skip
    owner = company.people[0]
    facts = {
        "title": title, "company": company.name, "table": table,
        "parts": [{"heading": heading, "paragraphs": words} for heading, words in parts],
    }  # fmt: skip
    content = paper.render("room_example", facts, made_at=clock.now())
    checked = files.check(content, name=f"{title}.pdf", purpose=Purpose.ROOM_DOCUMENT)
    with transaction() as session:
        services.add_document(
            session, room_id, folder_id, checked, label=title,
            attested=Attested(owner, clock.now(), VERSION, Handling.BUSINESS_CONFIDENTIAL), actor_id=owner,
            now=clock.now(),
        )  # fmt: skip


def _let_in(room_id: UUID, who: InterestRow, owner: UUID) -> None:
    """Give access, accept the agreement, and ask something."""
    found = access_of(db(), room_id, who.user_id, now=clock.now())
    if found is None:
        raise LookupError("The partner did not ask for the room.")
    with transaction() as session:
        services.give_access(session, room_id, found.grant_id, actor_id=owner, now=clock.now())
    with transaction() as session:
        services.accept_nda(
            session, room_id, typed_name=found.person_name, agreed=True, number=1, address="192.0.2.7",
            user_id=who.user_id, now=clock.now(),
        )  # fmt: skip
    with transaction() as session:
        asked = services.draft_question(
            session, room_id, text="Is the price of a seat the same for a stay of thirty days?", document_id=None,
            attested=True, ask="help@example.org", user_id=who.user_id, now=clock.now(),
        )  # fmt: skip
        services.submit_question(session, room_id, asked.id, user_id=who.user_id, now=clock.now())
