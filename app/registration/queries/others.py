"""A person's other applications: what is left to read of them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.invoicing.queries import PastMoney, past_money
from app.payments.models import Payment
from app.registration.models import Registration
from app.registration.queries.money import KIND
from app.registration.queries.visa import LetterRow, letters_of
from app.registration.states import RegistrationState

MOST = 20


@dataclass(frozen=True, slots=True)
class OtherApplication:
    """One of them, with what was paid for it and the invitation letters it had."""

    number: int
    state: RegistrationState
    payment_id: UUID | None
    money: PastMoney | None
    letters: list[LetterRow]


def other_applications(session: Session, user_id: UUID, *, but: UUID) -> list[OtherApplication]:
    """Return a person's applications beside one of them, of whichever summit, that have papers, refunds or letters."""
    paid = and_(Payment.subject_kind == KIND, Payment.subject_id == Registration.id)
    wanted = select(Registration.id, Registration.number, Registration.state, Payment.id)
    wanted = wanted.outerjoin(Payment, paid).where(
        Registration.user_id == user_id, Registration.id != but,
        Registration.letter_at.is_(None),  # nobody reads here of a decision that they have not been told
    )  # fmt: skip
    rows = session.execute(wanted.order_by(Registration.number.desc()).limit(MOST)).all()
    if not rows:
        return []
    money = past_money(session, user_id, [row[3] for row in rows if row[3]])
    letters: dict[UUID, list[LetterRow]] = {}
    for letter in letters_of(session, *(row[0] for row in rows)):
        letters.setdefault(letter.registration_id, []).append(letter)
    found = [
        OtherApplication(number, state, payment_id, money.get(payment_id), letters.get(registration_id, []))
        for registration_id, number, state, payment_id in rows
    ]
    return [one for one in found if one.money or one.letters]
