"""Making vouchers and stopping them."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import InvalidInput, NotFound, Refused
from app.payments.vouchers.models import Voucher
from app.payments.vouchers.rules import MOST_CODES, VoucherTerms, check_terms, new_code


def issue(session: Session, terms: VoucherTerms, *, count: int, actor_id: UUID, now: datetime) -> list[Voucher]:
    """Make `count` vouchers with the same terms and a code each. Raises InvalidInput for terms that cannot be."""
    if not 1 <= count <= MOST_CODES:
        raise InvalidInput(f"Make from 1 to {MOST_CODES} codes at once.")
    check_terms(terms)
    values = asdict(terms) | {"label": terms.label.strip(), "reason": terms.reason.strip()}
    for name in ("participant_types", "markets", "organizations"):
        values[name] = list(values[name])
    made = [Voucher(code=new_code(), made_by=actor_id, made_at=now, **values) for _ in range(count)]
    session.add_all(made)
    session.flush()
    for voucher in made:
        audit.record(
            session, "voucher.made", ("voucher", voucher.id), actor_id=actor_id, after=voucher.kind,
            reason=terms.reason.strip(), detail={"label": voucher.label, "uses": voucher.uses_limit},
        )  # fmt: skip
    return made


def stop(session: Session, voucher_id: UUID, *, reason: str, actor_id: UUID, now: datetime) -> None:
    """Let nobody use a voucher any more; who holds a use of it keeps that. Raises NotFound, or Refused if stopped."""
    if not reason.strip():
        raise InvalidInput("Say why the voucher is stopped.")
    voucher = session.get(Voucher, voucher_id, with_for_update=True, populate_existing=True)
    if voucher is None:
        raise NotFound("That voucher does not exist.")
    if voucher.stopped_at is not None:
        raise Refused("This voucher is stopped already. Reload the page.")
    voucher.stopped_at, voucher.stopped_by = now, actor_id
    session.flush()
    audit.record(
        session, "voucher.stopped", ("voucher", voucher.id), actor_id=actor_id, reason=reason.strip(), after="stopped"
    )
