"""A participant's own page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organization
from app.core.money import Money
from app.payments.queries import PaymentRow
from app.payments.states import PaymentMethod, PaymentState
from app.registration.models import RegistrationStep
from app.registration.queries.money import payment_of, refund_if_withdrawn
from app.registration.queries.people import RegistrationRow
from app.registration.queries.sections import ARRIVED_BY, Deadline, Section
from app.registration.queries.summit import SummitView
from app.registration.queries.travel import TravelReply, travel_reply
from app.registration.queries.visa import LetterRow, letters_of
from app.registration.rules.progress import Action, Standing, Step, next_action, process
from app.registration.rules.summit import RefundRule
from app.registration.rules.travel import starts_at
from app.registration.states import DECISIONS, ENDED, EVENT_WORDS, RegistrationEvent, RegistrationState
from app.registration.visa_states import INVITED, VisaLetterState

SHOWN_TO_APPLICANT = frozenset(RegistrationEvent) - {RegistrationEvent.OPEN_REVIEW, RegistrationEvent.REQUEST_PAYMENT}
TAKEN_BACK = {RegistrationEvent.UNDO}
CHARGE_NEEDS_PAYER = frozenset({PaymentState.REQUIRES_ACTION, PaymentState.FAILED})
S = RegistrationState


@dataclass(frozen=True, slots=True)
class PastStep:
    """One thing that happened, in words."""

    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StatusPage:
    """Where an application stands; `refund_cents` is what a withdrawal would bring back now.

    `travel` is None until a place is held; `letters` are invitation letters, the newest first.
    """

    registration: RegistrationRow
    organization: str | None
    payment: PaymentRow | None
    price: str | None
    action: Action
    process: list[Step]
    refund_cents: int
    travel: TravelReply | None
    letters: list[LetterRow]


def status_page(
    session: Session,
    summit: SummitView,
    row: RegistrationRow,
    *,
    now: datetime,
    houses: Mapping[UUID, str] | None = None,
) -> StatusPage:
    """Return what the page shows to the person the application belongs to; `houses` are organizations known by name."""
    payment = payment_of(session, row.id)
    invited = row.state in INVITED
    travel = travel_reply(session, summit.id, row.id) if invited else None
    letters = letters_of(session, row.id) if invited or row.state in ENDED else []
    standing = _standing(summit, row, payment, travel, letters, now)
    return StatusPage(
        registration=row, organization=_organization(session, row.organization_id, houses or {}), payment=payment,
        price=standing.price, action=next_action(standing), process=process(standing),
        refund_cents=refund_if_withdrawn(payment, row.terms, summit.settings, now),
        travel=travel, letters=letters,
    )  # fmt: skip


def _standing(
    summit: SummitView, row: RegistrationRow, payment: PaymentRow | None, travel: TravelReply | None,
    letters: list[LetterRow], now: datetime,
) -> Standing:  # fmt: skip
    price = None
    if row.terms and row.terms.price_cents:
        price = str(Money(row.terms.price_cents, row.terms.currency))
    lies_ahead = now < starts_at(summit.settings)
    has_letter = any(letter.state is VisaLetterState.VALID for letter in letters)
    return Standing(
        state=row.state, price=price, card_saved=payment is not None and payment.state is not PaymentState.CREATED,
        charge_needs_payer=payment is not None and payment.state in CHARGE_NEEDS_PAYER,
        decision_due_on=row.decision_due_on, offer_until=row.offer_until, pay_until=row.pay_until,
        by_card=payment is None or payment.method is PaymentMethod.CARD,
        by_group=payment is not None and payment.method is PaymentMethod.GROUP,
        submitted_at=row.submitted_at, confirmed_at=row.confirmed_at,
        closes_at=summit.registration_closes if row.state is S.DRAFT else None, days=summit.days,
        travel_is_due=lies_ahead and travel is not None and travel.version is not None and travel.saved_at is None,
        letter_is_due=lies_ahead and travel is not None and travel.answers.get("visa") is True and not has_letter,
    )  # fmt: skip


def deadlines(page: StatusPage, summit: SummitView, sections: Iterable[Section], *, now: datetime) -> list[Deadline]:
    """Return what lies ahead with its day or moment, the nearest first; each thing once."""
    mine = page.registration
    if mine.state in ENDED:
        return []
    found = [*_own_deadlines(page, summit), *(one for section in sections for one in section.deadlines)]
    today = summit.settings.day_of(now)
    ahead = {(one.words, one.by): one for one in found if not _is_over(one.by, now, today)}
    return sorted(ahead.values(), key=lambda one: _day(one.by, summit))


def _own_deadlines(page: StatusPage, summit: SummitView) -> list[Deadline]:
    mine, terms = page.registration, page.registration.terms
    by_transfer = page.payment is not None and page.payment.method is PaymentMethod.TRANSFER
    by_state: dict[RegistrationState, tuple[str, datetime | date | None]] = {
        S.DRAFT: ("Applications close", summit.registration_closes),
        S.SUBMITTED: ("We decide on your application", mine.decision_due_on),
        S.IN_REVIEW: ("We decide on your application", mine.decision_due_on),
        S.OFFERED: ("Accept the place", mine.offer_until),
        S.PAYMENT_DUE: (ARRIVED_BY if by_transfer else "Pay the fee", mine.pay_until),
    }
    words, by = by_state.get(mine.state, ("", None))
    found = [Deadline(words, by)] if by else []
    if page.travel is not None and page.travel.version is not None:
        found.append(Deadline("Travel plans are closed", starts_at(summit.settings)))
    if terms is not None and page.price:
        found += [Deadline(_refund_words(rule, terms.currency), rule.until) for rule in terms.refund_rules]
    if terms is not None and terms.substitution_until and mine.state is S.CONFIRMED:
        found.append(Deadline("Last day to let somebody else come in your place", terms.substitution_until))
    return [*found, Deadline("The summit begins", min(summit.days))]


def _refund_words(rule: RefundRule, currency: str) -> str:
    kept = [str(Money(rule.fee_cents, currency))] if rule.fee_cents else []
    kept += [f"{rule.kept_percent} percent"] if rule.kept_percent else []
    less = f", less {' and '.join(kept)}" if kept else ""
    return f"Last day to withdraw with a refund{less}"


def _is_over(by: datetime | date, now: datetime, today: date) -> bool:
    return by < now if isinstance(by, datetime) else by < today


def _day(by: datetime | date, summit: SummitView) -> tuple[date, bool]:
    return (summit.settings.day_of(by), False) if isinstance(by, datetime) else (by, True)


def _organization(session: Session, organization_id: UUID | None, known: Mapping[UUID, str]) -> str | None:
    if organization_id is None or organization_id in known:
        return known.get(organization_id) if organization_id else None
    return session.scalar(select(Organization.name).where(Organization.id == organization_id))


def history(session: Session, row: RegistrationRow) -> list[PastStep]:
    """Return what happened, newest first, without decisions that the applicant was never told of."""
    wanted = select(RegistrationStep.event, RegistrationStep.at).where(
        RegistrationStep.registration_id == row.id, RegistrationStep.event.in_(SHOWN_TO_APPLICANT)
    )
    shown, untold = [], 1 if row.letter_at is not None else 0
    for event, at in session.execute(wanted.order_by(RegistrationStep.number.desc())):
        if event in TAKEN_BACK:
            untold += 1
        elif event in DECISIONS and untold:
            untold -= 1
        elif event is not None:
            shown.append(PastStep(_words(event), at))
    return shown


def _words(event: RegistrationEvent) -> str:
    return EVENT_WORDS[event].replace("_", " ").capitalize()
