"""Submit an application: its terms are fixed, its names are screened, its payment is opened."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.core.errors import InvalidInput
from app.core.money import Money
from app.payments import services as payments
from app.payments import vouchers
from app.payments.states import PaymentMethod
from app.questionnaires import services as questionnaires
from app.questionnaires.rules import kept
from app.registration.models import Registration
from app.registration.queries.application import Asked, asked_of, is_letter_left_to_others, whats_missing
from app.registration.queries.money import KIND
from app.registration.queries.substitution import may_apply_late
from app.registration.rules.application import HowToPay, Ownership, You, ownership_from, type_refusal, you_from
from app.registration.rules.prices import Terms, decision_due, terms_on
from app.registration.rules.stored import to_plain
from app.registration.rules.summit import SummitSettings
from app.registration.services.apply import own_draft, refuse_when_closed
from app.registration.services.declare import keep_declaration
from app.registration.services.fee import expect_card
from app.registration.services.letters import tell
from app.registration.services.moves import move, settings_in_force
from app.registration.services.substitute import note_successor
from app.registration.states import RegistrationEvent
from app.screening import services as screening
from app.screening.states import NameKind, NameToScreen

on_submit: list[Callable[[Session, Registration, datetime], None]] = []
"""A higher room hangs in here and is told, in the transaction, which application was submitted."""


def submit(
    session: Session, registration_id: UUID, *, actor_id: UUID, now: datetime, paying: HowToPay | None = None,
    by_id: UUID | None = None,
) -> None:  # fmt: skip
    """Submit a draft: fix its terms, keep its declaration, open its screening case and, with a fee, its payment.

    `by_id` names who submits for the person: the declaration stays the person's own, who makes it with `declare`.

    Raises InvalidInput naming what is missing or not offered, VoucherRefused for a code that does not hold, Refused
    while applications are not taken.
    """
    draft, paying = own_draft(session, registration_id, actor_id), paying or HowToPay()
    version, settings = settings_in_force(session, draft.summit_id)
    asked = asked_of(session, draft)
    you, organization = _complete(session, draft, settings, asked)
    if not may_apply_late(session, draft.summit_id, draft.user_id):
        refuse_when_closed(settings, now)
    if paying.currency and paying.currency not in settings.currencies:
        raise InvalidInput(f"There is no price in {paying.currency}. Choose one of {', '.join(settings.currencies)}.")
    day = settings.day_of(now)
    terms = terms_on(
        settings, version=version, participant_type=you.participant_type, day=day, currency=paying.currency
    )
    draft.terms, draft.submitted_at, draft.country = to_plain(terms), now, organization.country
    draft.decision_due_on = decision_due(settings, day)
    if by_id is None:
        keep_declaration(session, draft, asked, you.full_name, now=now)
    _keep_version(session, draft, asked, actor_id=by_id or actor_id, now=now)
    on_behalf = "" if by_id is None else "On behalf of the person, who has not declared yet."
    move(session, draft, RegistrationEvent.SUBMIT, actor_id=by_id or actor_id, now=now, reason=on_behalf)
    owned = ownership_from(draft.answers)
    names = names_to_screen(you, organization.name, organization.country, owned)
    screening.open_case(session, KIND, draft.id, names, now=now, about=[draft.user_id])
    move(session, draft, RegistrationEvent.OPEN_REVIEW, actor_id=None, now=now)
    if terms.price_cents:
        _open_payment(session, draft, settings, terms, paying, now=now)
        expect_card(session, draft, now=now)
    note_successor(session, draft, now=now)
    for submitted in on_submit:
        submitted(session, draft, now)
    tell(session, draft, "received", now=now, decision_due=draft.decision_due_on, price=_price(terms))


def _price(terms: Terms) -> Money | None:
    return Money(terms.price_cents, terms.currency) if terms.price_cents else None


def _complete(
    session: Session, draft: Registration, settings: SummitSettings, asked: Asked
) -> tuple[You, Organization]:
    without_letter = is_letter_left_to_others(session, draft)
    if missing := whats_missing(settings, draft, asked, without_letter=without_letter):
        named = "; ".join(one.words for one in missing)
        raise InvalidInput(f"This is missing: {named}. Open the part, fill it in and come back.")
    you, organization = you_from(draft.answers), session.get(Organization, draft.organization_id)
    if you is None or organization is None:
        raise InvalidInput("The organization is gone. Choose one again.")
    if refusal := type_refusal(you.participant_type, organization.kind):
        raise InvalidInput(refusal)
    return you, organization


def _keep_version(session: Session, draft: Registration, asked: Asked, *, actor_id: UUID, now: datetime) -> None:
    """Keep which version of the questions was answered, even if nothing was."""
    if asked.version is not None:
        counting = kept(asked.version.definition, asked.answers, asked.facts)
        only_counting = {question.key: counting.get(question.key) for question in asked.version.definition.questions()}
        questionnaires.save_answers(session, asked.version, KIND, draft.id, only_counting, actor_id=actor_id, now=now)
    session.flush()


def names_to_screen(you: You, organization: str, country: str, owned: Ownership) -> list[NameToScreen]:
    """Return every name that an application stands for."""
    names = [
        NameToScreen(you.full_name, NameKind.PERSON, you.citizenship, you.birth_year),
        NameToScreen(organization, NameKind.ORGANISATION, country),
    ]
    for owner in owned.owners:
        kind = NameKind.PERSON if owner.is_person else NameKind.ORGANISATION
        names.append(NameToScreen(owner.name, kind, owner.country))
    return names


def _open_payment(
    session: Session, draft: Registration, settings: SummitSettings, terms: Terms, paying: HowToPay, *, now: datetime
) -> None:
    person = session.get_one(User, draft.user_id)
    payment = payments.open_payment(
        session, subject_kind=KIND, subject_id=draft.id, payer_id=person.id, payer_name=person.name,
        payer_email=person.email, description=f"{settings.name}, application {draft.number}", now=now,
    )  # fmt: skip
    if paying.method is not PaymentMethod.CARD:
        payments.choose_method(session, payment.id, paying.method, actor_id=person.id, now=now)
    if paying.voucher.strip():
        vouchers.hold(
            session, paying.voucher, subject_kind=KIND, subject_id=draft.id,
            price=Money(terms.price_cents, terms.currency), now=now, actor_id=person.id,
            holder=vouchers.Holder(str(draft.participant_type), draft.country or "", draft.organization_id),
        )  # fmt: skip
