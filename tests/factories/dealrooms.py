"""Makers of deal rooms: one that is open, with a document, a partner inside, and a question."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organization, User
from app.core import clock
from app.core.access import Role
from app.dealrooms import services
from app.dealrooms.models import Acceptance, Document, DocumentVersion, Folder, Grant, Question, Room
from app.dealrooms.states import Audience, GrantState, PersonStanding
from app.directory.models import Entry
from app.documents import services as files
from app.documents.states import Purpose
from app.interest.models import Interest
from app.interest.states import Visibility
from app.registration.models import Registration
from app.screening.models import Case
from tests.factories import accounts, directory, documents, interest, registration

__all__ = ["Case", "DocumentVersion", "Membership", "PersonStanding"]
ASK = "help@example.org"


@dataclass
class House:
    """An open room, its company's people, and the people of a partner."""

    room: Room
    entry: Entry
    owner: UUID
    delegate: UUID
    officer: UUID
    partner: Organization
    guest: UUID
    interest: Interest
    admission: Registration


def room(session: Session, *, entry: Entry | None = None, owner: UUID | None = None) -> Room:
    """An open room of a published entry."""
    if entry is None:
        company = accounts.company(session, name="Perigee Works")
        entry = directory.published(session, organization=company, name="Perigee Outpost")
    if owner is None:
        place = session.get_one(Organization, entry.organization_id)
        owner = accounts.member(session, organization=place, role=Role.COMPANY_OWNER).user_id
    return services.open_room(session, entry.id, actor_id=owner, now=clock.now())


def guest(session: Session, partner: Organization, *, name: str = "Aiko Tanaka") -> tuple[UUID, Registration]:
    """An admitted and screened person of a partner."""
    person = accounts.user(session, name=name)
    return person.id, registration.cleared(session, registration.registration(
        session, organization=partner, person=person))  # fmt: skip


def house(session: Session, *, visibility: Visibility = Visibility.NAMES) -> House:
    """An open room whose company has an owner, a delegate and an export officer, and a partner that may ask for it."""
    made = room(session)
    entry = session.get_one(Entry, made.entry_id)
    company = session.get_one(Organization, made.organization_id)
    delegate, officer = (
        accounts.member(session, organization=company, role=role).user_id
        for role in (Role.COMPANY_DELEGATE, Role.EXPORT_OFFICER)
    )
    partner = accounts.organization(session, name="Kibo Trading")
    guest_id, admission = guest(session, partner)
    stated = interest.interest(session, entry=entry, organization=partner, user_id=guest_id, visibility=visibility)
    return House(made, entry, made.opened_by_id, delegate, officer, partner, guest_id, stated, admission)


def requested(session: Session, of: House) -> Grant:
    """The partner asked."""
    return services.request_access(session, of.interest.id, note="", actor_id=of.guest, now=clock.now())


def given(session: Session, of: House, *, folders: tuple[UUID, ...] = ()) -> Grant:
    """The company gave access; the agreement is not accepted yet."""
    requested(session, of)
    return given_of(session, of, folders=folders)


def given_of(session: Session, of: House, *, folders: tuple[UUID, ...] = ()) -> Grant:
    """The company gave what the partner asked for."""
    wanted = select(Grant).where(Grant.organization_id == of.partner.id, Grant.state == GrantState.REQUESTED)
    grant = session.scalars(wanted).one()
    services.give_access(session, of.room.id, grant.id, folder_ids=folders, actor_id=of.owner, now=clock.now())
    return grant


def sign(session: Session, of: House, user_id: UUID | None = None) -> Acceptance:
    """Somebody of the partner accepts the agreement in force."""
    return services.accept_nda(
        session, of.room.id, typed_name="Aiko Tanaka", agreed=True, number=of.room.nda_number, address="192.0.2.7",
        user_id=user_id or of.guest, now=clock.now(),
    )  # fmt: skip


def inside(session: Session, of: House, *, folders: tuple[UUID, ...] = ()) -> Grant:
    """The partner's person may enter."""
    grant = given(session, of, folders=folders)
    sign(session, of)
    return grant


def folders(session: Session, of: House) -> list[Folder]:
    """The folders of the room in their order."""
    wanted = select(Folder).where(Folder.room_id == of.room.id, Folder.removed_at.is_(None))
    return list(session.scalars(wanted.order_by(Folder.position)))


def document(
    session: Session, of: House, *, folder: Folder | None = None, label: str = "Station summary",
    words: str = "A made-up station for four people.",
) -> Document:  # fmt: skip
    """A document of two pages in the first folder, with text on each."""
    content = documents.text_pdf(f"{words} Page one.", f"{words} Page two.")
    checked = files.check(content, name="summary.pdf", purpose=Purpose.ROOM_DOCUMENT)
    return services.add_document(
        session, of.room.id, (folder or folders(session, of)[0]).id, checked, label=label,
        attested=documents.attested(of.owner), actor_id=of.owner, now=clock.now(),
    )  # fmt: skip


def question(session: Session, of: House, *, asked: bool = True, text: str = "How many seats are free?") -> Question:
    """A question of the partner's person."""
    made = services.draft_question(
        session, of.room.id, text=text, document_id=None, attested=True, ask=ASK, user_id=of.guest, now=clock.now()
    )
    if asked:
        services.submit_question(session, of.room.id, made.id, user_id=of.guest, now=clock.now())
    return made


def answer(session: Session, of: House, made: Question, *, audience: Audience = Audience.ASKER) -> None:
    """The company drafts an answer."""
    services.draft_answer(
        session, of.room.id, made.id, text="Two of four.", audience=audience, attested=True, ask=ASK,
        actor_id=of.delegate, now=clock.now(),
    )  # fmt: skip


def second_partner(session: Session, of: House) -> House:
    """Another partner with a person and an interest of its own, for the same room."""
    partner = accounts.organization(session, name="Second Fund")
    guest_id, admission = guest(session, partner, name="Bruno Keller")
    stated = interest.interest(session, entry=of.entry, organization=partner, user_id=guest_id,
                               visibility=Visibility.NAMES)  # fmt: skip
    return House(of.room, of.entry, of.owner, of.delegate, of.officer, partner, guest_id, stated, admission)


def user(session: Session, user_id: UUID) -> User:
    """The person with that id."""
    return session.get_one(User, user_id)
