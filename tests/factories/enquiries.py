"""Makers of questions to the export desk."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import clock
from app.core.access import Role
from app.directory.models import Entry
from app.enquiries import services
from app.enquiries.models import Enquiry
from app.enquiries.rules import ATTESTATION
from app.enquiries.services import Question
from app.regulatory.queries import country
from app.regulatory.states import Participation
from tests.factories import accounts, directory, regulatory

WORDS = "Does a national module from Japan need a licence of its own?"


@dataclass(frozen=True, slots=True)
class ForCompany:
    """A question that a company's export officer was asked about."""

    enquiry_id: UUID
    officer_id: UUID
    entry: Entry


def asked(
    session: Session, *, asker_id: UUID | None = None, entry: Entry | None = None, words: str = WORDS,
    shows_asker: bool = False, topic_key: str = "ear_9x515",
) -> Enquiry:  # fmt: skip
    """A new question of a partner from Japan."""
    if country(session, "JP") is None:
        regulatory.load_shipped(session)
    question = Question(
        words=words, country="JP", entry_key=entry.key if entry else "", topic_key=topic_key,
        kind=Participation.HARDWARE, shows_asker=shows_asker,
    )  # fmt: skip
    return services.ask(
        session, question, asker_id=asker_id or accounts.user(session).id, attestation=ATTESTATION, now=clock.now()
    )


def desk_person(session: Session, role: Role = Role.ORGANIZER, name: str = "Riley Stone") -> UUID:
    """Somebody of the desk."""
    return accounts.staff(session, role, name=name).id


def owned(session: Session, **question: object) -> tuple[Enquiry, UUID]:
    """A question with an owner, and the owner."""
    enquiry = asked(session, **question)  # type: ignore[arg-type]
    owner = desk_person(session, Role.REVIEWER, name="Rowan Reed")
    services.assign(session, enquiry.id, owner, actor_id=owner, now=clock.now())
    return enquiry, owner


def answered(session: Session, **question: object) -> tuple[Enquiry, UUID]:
    """An answered question, and who answered."""
    enquiry, owner = owned(session, **question)
    services.answer(
        session, enquiry.id, "Yes: a 9A515 module needs one.", "https://www.bis.gov/9x515", actor_id=owner,
        now=clock.now(),
    )  # fmt: skip
    return enquiry, owner


def for_company(session: Session, *, entry: Entry | None = None, shows_asker: bool = False) -> ForCompany:
    """A question about a company's entry, and the export officer who was asked to contribute."""
    entry = entry or directory.published(session)
    assert entry.organization_id is not None
    house = session.get_one(accounts.Organization, entry.organization_id)
    person = accounts.user(session, name="Walt Ibarra")
    officer = accounts.member(session, organization=house, person=person, role=Role.EXPORT_OFFICER).user_id
    enquiry, owner = owned(session, entry=entry, shows_asker=shows_asker)
    services.ask_officer(session, enquiry.id, actor_id=owner, now=clock.now())
    return ForCompany(enquiry.id, officer, entry)
