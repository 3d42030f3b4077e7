"""The mails of this room. No word of a question or an answer is in them: they say where it is to be read."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.directory import queries as directory
from app.enquiries.models import Enquiry
from app.enquiries.queries.people import PersonOfDesk, desk_people
from app.notifications import mail
from app.regulatory import queries as regulatory


def asker(session: Session, enquiry: Enquiry, template: str, *, now: datetime) -> None:
    """Queue a mail to the person who asked."""
    person = accounts.people(session, [enquiry.asker_id]).get(enquiry.asker_id)
    if person is not None:
        context = {**_words(session, enquiry), "name": person.name, "path": f"/enquiries/{enquiry.id}"}
        mail.queue_mail(session, template, to=[person.email], context=context, now=now)


def desk(session: Session, enquiry: Enquiry, template: str, *, now: datetime) -> None:
    """Queue a mail to every organizer, who find an owner for a new question."""
    context = {**_words(session, enquiry), "path": f"/enquiries/desk/{enquiry.id}"}
    for person in desk_people(session):
        if person.is_organizer and person.id != enquiry.asker_id:
            mail.queue_mail(session, template, to=[person.email], context=context, now=now)


def owner(session: Session, enquiry: Enquiry, what: str, *, now: datetime) -> None:
    """Queue a mail to the owner, if there is one, saying what happened."""
    person = accounts.people(session, [enquiry.owner_id]).get(enquiry.owner_id) if enquiry.owner_id else None
    if person is not None:
        context = {**_words(session, enquiry), "what": what, "path": f"/enquiries/desk/{enquiry.id}"}
        mail.queue_mail(session, "enquiry_owner", to=[person.email], context=context, now=now)


def officers(session: Session, enquiry: Enquiry, addresses: Sequence[str], *, now: datetime) -> None:
    """Queue a mail to each export officer of the entry's company."""
    context = {**_words(session, enquiry), "path": f"/enquiries/for-us/{enquiry.id}"}
    for address in addresses:
        mail.queue_mail(session, "enquiry_officer", to=[address], context=context, now=now)


def overdue(session: Session, person: PersonOfDesk, late: Sequence[Enquiry], today: date, *, now: datetime) -> None:
    """Queue one mail to somebody of the desk that lists what is overdue."""
    lines = [
        {
            "about": _words(session, enquiry)["about"],
            "due": _day(enquiry.due_on),
            "path": f"/enquiries/desk/{enquiry.id}",
            "is_owner": enquiry.owner_id == person.id,
            "has_owner": enquiry.owner_id is not None,
        }
        for enquiry in late
    ]
    context = {"name": person.name, "lines": lines, "count": len(lines)}
    mail.queue_mail(session, "enquiry_overdue", to=[person.email], context=context, now=now)


def _words(session: Session, enquiry: Enquiry) -> dict[str, str]:
    """Return what a question is about: its entry, its topic and the partner's country, by name."""
    entry = directory.entry_row(session, enquiry.entry_id) if enquiry.entry_id else None
    topic = regulatory.topic(session, enquiry.topic_key) if enquiry.topic_key else None
    country = regulatory.country(session, enquiry.country)
    parts = [entry.name if entry else "", topic.name if topic else "", country.name if country else enquiry.country]
    return {"about": ", ".join(filter(None, parts)), "due": _day(enquiry.due_on)}


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
