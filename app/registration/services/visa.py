"""Invitation letters for a visa: issue, issue anew, revoke, and forget the passport number in time."""

import io
import secrets
from datetime import datetime
from uuid import UUID

import segno
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organization
from app.core import audit, ids, sealed
from app.core.errors import InvalidInput, NotFound, Refused
from app.core.paper import render
from app.core.settings import settings
from app.core.states import advance
from app.documents import services as documents
from app.documents.states import Purpose
from app.notifications import outbox
from app.registration.models import Registration, Summit
from app.registration.queries.visa import said_travel
from app.registration.rules.application import you_from
from app.registration.rules.summit import SummitSettings
from app.registration.rules.visa import (
    ALPHABET,
    CODE_LENGTH,
    PASSPORT_KEPT,
    VISA_FREE,
    Invited,
    is_same_name,
    letter_facts,
    number_of,
    typed_passport,
)
from app.registration.services.apply import own
from app.registration.services.letters import tell
from app.registration.services.moves import locked, settings_in_force
from app.registration.states import TYPE_LABELS
from app.registration.visa_models import VisaLetter
from app.registration.visa_states import INVITED, TRANSITIONS, VisaLetterEvent, VisaLetterState
from app.regulatory.queries import country

TABLE, COLUMN = "visa_letters", "passport"
FORGET = "registration.forget_passport"
THING = "letter"
TEMPLATE = "visa_letter"
NO_SUCH = "That letter does not exist."
LEFT = "The person no longer has a place at the summit."
RENAMED = "It names you as your application did before it was changed. Ask for a new one on your page."


def issue_letter(session: Session, registration_id: UUID, invited: Invited, *, actor_id: UUID, now: datetime) -> UUID:
    """Issue one's own invitation letter; one that was valid is replaced by it. Return its id.

    Raises Refused before a place is held and when the travel form says that no visa is needed, InvalidInput for a
    passport number that cannot be one and for anybody but the person who was checked.
    """
    registration = own(session, registration_id, actor_id)
    if registration.state not in INVITED or registration.letter_at is not None:
        raise Refused("A letter is issued once your application is approved.")
    if invited.nationality in VISA_FREE:
        raise Refused("Citizens of the United States need no visa, so no letter is issued.")
    if said_travel(session, registration.id).get("visa") is False:
        raise Refused("Your travel form says that you need no visa. Change it there first.")
    _refuse_another(session, registration, invited)
    try:
        typed_passport(invited.passport)
    except ValueError as error:
        raise InvalidInput(str(error)) from error
    return _issue(session, registration, invited, actor_id=actor_id, now=now, why="The person asked for a new one.")


def _refuse_another(session: Session, registration: Registration, invited: Invited) -> None:
    """A letter names whom the application names: nobody else was checked against the lists."""
    you = you_from(registration.answers)
    if you is None:
        raise Refused("Your application does not say who you are. Write to the organizers.")
    if is_same_name(you.full_name, invited.name) and you.citizenship == invited.nationality:
        return
    nation = country(session, you.citizenship)
    raise InvalidInput(
        f"Your application was checked for {you.full_name}, {nation.name if nation else you.citizenship}, and the"
        " letter can name nobody else. If your passport says otherwise, change your application first: the organizers"
        " look at the change, then ask here again."
    )


def issue_anew(session: Session, letter_id: UUID, *, actor_id: UUID, now: datetime) -> UUID:
    """Issue a valid letter anew with today's facts of the summit, while the passport number is still kept."""
    letter = _letter(session, letter_id)
    registration = locked(session, letter.registration_id)
    if letter.state is not VisaLetterState.VALID:
        raise Refused("Only a valid letter is issued anew. Ask the person to ask for one.")
    if letter.passport is None:
        raise Refused("The passport number is no longer kept. Ask the person to ask for a new letter.")
    passport = sealed.unseal(letter.passport, context=sealed.place(TABLE, COLUMN, letter.id))
    invited = Invited(letter.name, letter.nationality, passport, letter.consulate)
    return _issue(session, registration, invited, actor_id=actor_id, now=now, why="What stands in it has changed.")


def revoke_letter(session: Session, letter_id: UUID, *, reason: str, actor_id: UUID, now: datetime) -> None:
    """Revoke a valid letter; the person is told why."""
    if not reason.strip():
        raise InvalidInput("Write why: the person reads it.")
    letter = _letter(session, letter_id)
    registration = locked(session, letter.registration_id)
    _end(session, letter, VisaLetterEvent.REVOKE, reason.strip(), actor_id=actor_id, now=now)
    tell(session, registration, "visa_letter_revoked", now=now, letter=letter.number, reason=reason.strip())


def follow_leaver(session: Session, registration_id: UUID, now: datetime) -> None:
    """Revoke the letter of somebody who no longer comes."""
    if (letter := valid_letter(session, registration_id)) is not None:
        _end(session, letter, VisaLetterEvent.REVOKE, LEFT, actor_id=None, now=now)


def follow_name(session: Session, registration: Registration, now: datetime) -> None:
    """Revoke a letter that names somebody as the application no longer does; they are told to ask for another."""
    letter, you = valid_letter(session, registration.id), you_from(registration.answers)
    if letter is None or you is None:
        return
    if not is_same_name(you.full_name, letter.name) or you.citizenship != letter.nationality:
        _end(session, letter, VisaLetterEvent.REVOKE, RENAMED, actor_id=None, now=now)
        tell(session, registration, "visa_letter_revoked", now=now, letter=letter.number, reason=RENAMED)


def valid_letter(session: Session, registration_id: UUID) -> VisaLetter | None:
    """Return the letter of an application that is valid now, under lock."""
    wanted = select(VisaLetter).where(
        VisaLetter.registration_id == registration_id, VisaLetter.state == VisaLetterState.VALID
    )
    return session.scalars(wanted.with_for_update()).one_or_none()


def forget_passport(session: Session, letter_id: UUID, *, now: datetime) -> bool:
    """Forget the passport number and the PDF it stands in, once its time is over; tell whether that was now."""
    letter = session.get(VisaLetter, letter_id, with_for_update=True)
    if letter is None or letter.passport_until is None or now < letter.passport_until:
        return False
    _forget(session, letter, now=now)
    return True


def forget_old_passports(session: Session, *, now: datetime, dry_run: bool) -> int:
    """Forget every passport number whose time is over, for when a job was lost; return how many there were."""
    wanted = select(VisaLetter.id).where(VisaLetter.passport_until <= now).order_by(VisaLetter.id)
    found = list(session.scalars(wanted))
    if not dry_run:
        for letter_id in found:
            forget_passport(session, letter_id, now=now)
    return len(found)


def _issue(
    session: Session, registration: Registration, invited: Invited, *, actor_id: UUID, now: datetime, why: str
) -> UUID:
    """Make the next version of a person's letter; the one that was valid is replaced."""
    earlier = valid_letter(session, registration.id)
    if earlier is not None:
        _end(session, earlier, VisaLetterEvent.REPLACE, why, actor_id=actor_id, now=now)
    serial, number, version = _next(session, registration)
    summit_version, rules = settings_in_force(session, registration.summit_id)
    letter = VisaLetter(
        id=ids.new_id(), registration_id=registration.id, summit_id=registration.summit_id, serial=serial,
        number=number, version=version, check_code=_new_code(), state=VisaLetterState.VALID, name=invited.name,
        nationality=invited.nationality, consulate=invited.consulate, summit_version=summit_version, issued_at=now,
        issued_by=actor_id,
    )  # fmt: skip
    _seal(letter, invited, now)
    session.add(letter)
    pdf = _pdf(session, letter, registration, invited, rules)
    name = f"Invitation letter {number}-{version}.pdf"
    kept = documents.keep_file(session, pdf, name=name, purpose=Purpose.PAPER, owner_id=registration.user_id, now=now)
    letter.file_id = kept.id
    session.flush()
    outbox.queue(session, FORGET, {"letter": str(letter.id)}, now=now, run_at=letter.passport_until)
    audit.record(
        session, "visa_letter.issued", ("visa_letter", letter.id), actor_id=actor_id, after=letter.state,
        detail={"number": number, "version": version, "registration": str(registration.id)},
    )  # fmt: skip
    tell(session, registration, "visa_letter_issued", now=now, letter=number, version=version)
    return letter.id


def _next(session: Session, registration: Registration) -> tuple[int, str, int]:
    """Return serial, number and version of the next letter; numbers of a summit follow each other without a gap."""
    of_person = select(VisaLetter.serial, VisaLetter.number, VisaLetter.version).where(
        VisaLetter.registration_id == registration.id
    )
    last = session.execute(of_person.order_by(VisaLetter.version.desc()).limit(1)).one_or_none()
    if last is not None:
        return last.serial, last.number, last.version + 1
    summit = session.get_one(Summit, registration.summit_id, with_for_update=True)
    highest = session.scalar(select(func.max(VisaLetter.serial)).where(VisaLetter.summit_id == summit.id)) or 0
    return highest + 1, number_of(summit.key, highest + 1), 1


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def _seal(letter: VisaLetter, invited: Invited, now: datetime) -> None:
    passport = typed_passport(invited.passport)
    letter.passport = sealed.seal(passport, context=sealed.place(TABLE, COLUMN, letter.id))
    letter.passport_until = now + PASSPORT_KEPT


def _pdf(
    session: Session, letter: VisaLetter, registration: Registration, invited: Invited, rules: SummitSettings
) -> bytes:
    site = settings()
    organization = session.get(Organization, registration.organization_id) if registration.organization_id else None
    kind, nation = registration.participant_type, country(session, letter.nationality)
    facts = letter_facts(
        Invited(invited.name, invited.nationality, typed_passport(invited.passport), invited.consulate),
        number=letter.number, version=letter.version, code=letter.check_code, address=f"{site.base_url}/verify",
        qr=_qr(f"{site.base_url}/verify/{letter.number}/{letter.check_code}"), summit=rules.name, venue=rules.venue,
        days=rules.days, dated=rules.day_of(letter.issued_at), host=rules.host, signatory=rules.signatory,
        signatory_title=rules.signatory_title, nationality=nation.name if nation else letter.nationality,
        organization=organization.name if organization else "", comes_as=TYPE_LABELS[kind] if kind else "",
        contact=site.contact_email,
    )  # fmt: skip
    return render(TEMPLATE, facts, made_at=letter.issued_at)


def _qr(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=0, xmldecl=False)
    return drawn.getvalue().decode()


def _end(
    session: Session, letter: VisaLetter, event: VisaLetterEvent, reason: str, *, actor_id: UUID | None, now: datetime
) -> None:
    before, letter.state = letter.state, advance(TRANSITIONS, letter.state, event, thing=THING)
    letter.ended_at, letter.ended_by, letter.ended_reason = now, actor_id, reason[:300]
    _forget(session, letter, now=now)
    audit.record(
        session, f"visa_letter.{letter.state}", ("visa_letter", letter.id), actor_id=actor_id, before=before,
        after=letter.state, reason=reason,
    )  # fmt: skip


def _forget(session: Session, letter: VisaLetter, *, now: datetime) -> None:
    letter.passport = letter.passport_until = None
    session.flush()
    if letter.file_id is not None:
        reason = "The passport number in it is forgotten."
        documents.drop_file(session, letter.file_id, actor_id=None, now=now, reason=reason)
    audit.record(session, "visa_letter.passport_forgotten", ("visa_letter", letter.id), actor_id=None)


def _letter(session: Session, letter_id: UUID) -> VisaLetter:
    found = session.get(VisaLetter, letter_id, with_for_update=True)
    if found is None:
        raise NotFound(NO_SUCH)
    return found
