"""Spending from a voucher's budgets: held at submission, spent when the fee is asked for, released when it ends.

The voucher's row is locked before it is looked at, and its check constraints are the last judge.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.db import explained
from app.core.money import Money
from app.core.states import advance
from app.payments.vouchers.models import LIVE, Voucher, VoucherUse
from app.payments.vouchers.rules import Holder, VoucherRefused, discount, is_in_time, is_meant_for, normal_code
from app.payments.vouchers.states import USE_TRANSITIONS, UseEvent, UseState

LAST_JUDGES = ("ck_vouchers_uses_within_limit", "ck_vouchers_cents_within_budget")


def hold(
    session: Session, code: str, *, subject_kind: str, subject_id: UUID, price: Money, now: datetime,
    holder: Holder | None = None, actor_id: UUID | None = None,
) -> Money:  # fmt: skip
    """Take one use, and the discount, from a voucher's budgets for a subject; return the discount.

    What the subject held before is released. The caller has locked the subject. Raises VoucherRefused, the same
    for a code that is unknown, stopped, out of its time, meant for others, or used up.
    """
    release(session, subject_kind=subject_kind, subject_id=subject_id, now=now, actor_id=actor_id)
    wanted = select(Voucher.id).where(Voucher.code == normal_code(code))
    voucher_id = session.scalar(wanted)
    voucher = None if voucher_id is None else locked(session, voucher_id)
    if voucher is None or not _is_usable(voucher, price, holder, now):
        raise VoucherRefused
    off = _take(session, voucher, price)
    use = VoucherUse(
        voucher_id=voucher.id, subject_kind=subject_kind, subject_id=subject_id, state=UseState.HELD,
        discount_cents=off, currency=price.currency, held_at=now,
    )  # fmt: skip
    session.add(use)
    session.flush()
    _record(session, use, "held", actor_id)
    return Money(off, price.currency)


def quote(session: Session, code: str, *, price: Money, now: datetime, holder: Holder | None = None) -> Money:
    """Return what a code would take off `price` now, and take nothing. Raises VoucherRefused as `hold` does."""
    voucher = session.scalars(select(Voucher).where(Voucher.code == normal_code(code))).one_or_none()
    if voucher is None or not _is_usable(voucher, price, holder, now) or voucher.uses_taken >= voucher.uses_limit:
        raise VoucherRefused
    if not (off := _worth(voucher, price)):
        raise VoucherRefused
    return Money(off, price.currency)


def locked(session: Session, voucher_id: UUID) -> Voucher:
    """Return a voucher under lock, as it is now."""
    return session.get_one(Voucher, voucher_id, with_for_update=True, populate_existing=True)


def _is_usable(voucher: Voucher, price: Money, holder: Holder | None, now: datetime) -> bool:
    return (
        voucher.stopped_at is None
        and is_in_time(voucher.valid_from, voucher.valid_until, now)
        and (voucher.currency is None or voucher.currency == price.currency)
        and is_meant_for(
            holder, types=voucher.participant_types, markets=voucher.markets, organizations=voucher.organizations
        )
    )


def _take(session: Session, voucher: Voucher, price: Money) -> int:
    """Take one use and its cents from a locked voucher; return the cents. Raises VoucherRefused when it is used up."""
    off = _worth(voucher, price)
    if voucher.uses_taken >= voucher.uses_limit or off <= 0:
        raise VoucherRefused
    voucher.uses_taken += 1
    voucher.cents_taken += off
    with explained(dict.fromkeys(LAST_JUDGES, VoucherRefused())):
        session.flush()
    return off


def _worth(voucher: Voucher, price: Money) -> int:
    left = None if voucher.budget_cents is None else voucher.budget_cents - voucher.cents_taken
    return discount(
        voucher.kind, percent=voucher.percent, amount_cents=voucher.amount_cents, left_cents=left, price=price
    )


def spend(session: Session, *, subject_kind: str, subject_id: UUID, now: datetime) -> None:
    """Note that the fee was asked for less the discount; harmless without a use and when it was noted before."""
    use = _live(session, subject_kind, subject_id)
    if use is not None and use.state is UseState.HELD:
        use.state, use.spent_at = advance(USE_TRANSITIONS, use.state, UseEvent.SPEND, thing="voucher use"), now
        _record(session, use, "spent", None)


def release(
    session: Session, *, subject_kind: str, subject_id: UUID, now: datetime, actor_id: UUID | None = None
) -> None:
    """Give what a subject took back to the budgets; harmless when it took nothing."""
    use = _live(session, subject_kind, subject_id)
    if use is None:
        return
    voucher = locked(session, use.voucher_id)
    use.state, use.released_at = advance(USE_TRANSITIONS, use.state, UseEvent.RELEASE, thing="voucher use"), now
    voucher.uses_taken -= 1
    voucher.cents_taken -= use.discount_cents
    session.flush()
    _record(session, use, "released", actor_id)


def retake(session: Session, *, subject_kind: str, subject_id: UUID, now: datetime) -> bool:
    """Take again the discount that was given last and released since; False when the budgets are used up.

    For money that arrives, less the discount, after its deadline. True when there never was a discount.
    """
    wanted = select(VoucherUse).where(VoucherUse.subject_kind == subject_kind, VoucherUse.subject_id == subject_id)
    last = session.scalars(wanted.order_by(VoucherUse.held_at.desc(), VoucherUse.id.desc())).first()
    if last is None or last.state is not UseState.RELEASED or last.spent_at is None:
        return True
    voucher = locked(session, last.voucher_id)
    if not _has_left(voucher, last.discount_cents):
        return False
    _take_back(session, last, UseState.SPENT, now=now)
    return True


def hold_again(
    session: Session, *, subject_kind: str, subject_id: UUID, now: datetime, actor_id: UUID | None = None
) -> bool:
    """Hold again the discount that a subject held last and that was released since; False when it is gone.

    For an application that goes on. What was entered in time counts, but not from a voucher that was stopped or whose
    budgets are used up. True when there never was a discount, or it is held still.
    """
    wanted = select(VoucherUse).where(VoucherUse.subject_kind == subject_kind, VoucherUse.subject_id == subject_id)
    last = session.scalars(wanted.order_by(VoucherUse.held_at.desc(), VoucherUse.id.desc()).limit(1)).first()
    if last is None or last.state is not UseState.RELEASED:
        return True
    voucher = locked(session, last.voucher_id)
    if voucher.stopped_at is not None or not _has_left(voucher, last.discount_cents):
        return False
    _take_back(session, last, UseState.HELD, now=now, actor_id=actor_id)
    return True


def _has_left(voucher: Voucher, cents: int) -> bool:
    left = None if voucher.budget_cents is None else voucher.budget_cents - voucher.cents_taken
    return voucher.uses_taken < voucher.uses_limit and (left is None or left >= cents)


def _take_back(
    session: Session, last: VoucherUse, state: UseState, *, now: datetime, actor_id: UUID | None = None
) -> None:
    """Take a released discount, of a voucher under lock that has it left, once more."""
    voucher = session.get_one(Voucher, last.voucher_id)
    voucher.uses_taken += 1
    voucher.cents_taken += last.discount_cents
    again = VoucherUse(
        voucher_id=voucher.id, subject_kind=last.subject_kind, subject_id=last.subject_id, state=state,
        discount_cents=last.discount_cents, currency=last.currency, held_at=now,
        spent_at=now if state is UseState.SPENT else None,
    )  # fmt: skip
    session.add(again)
    session.flush()
    _record(session, again, "retaken", actor_id)


def pass_on(session: Session, *, subject_kind: str, from_id: UUID, to_id: UUID, price: Money, now: datetime) -> None:
    """Let a successor have the discount of whom they replace, unless they brought their own or it is another currency.

    The number of uses stays; cents the lower price does not need go back to the budget.
    """
    use = _live(session, subject_kind, from_id)
    if use is None or use.currency != price.currency or _live(session, subject_kind, to_id) is not None:
        return
    voucher = locked(session, use.voucher_id)
    off = min(use.discount_cents, price.cents)
    if off <= 0:
        return
    voucher.cents_taken -= use.discount_cents - off
    use.state, use.released_at = advance(USE_TRANSITIONS, use.state, UseEvent.RELEASE, thing="voucher use"), now
    passed = VoucherUse(
        voucher_id=voucher.id, subject_kind=subject_kind, subject_id=to_id, state=UseState.HELD, discount_cents=off,
        currency=use.currency, held_at=now,
    )  # fmt: skip
    session.add(passed)
    session.flush()
    _record(session, passed, "passed_on", None)


def _live(session: Session, subject_kind: str, subject_id: UUID) -> VoucherUse | None:
    wanted = select(VoucherUse).where(
        VoucherUse.subject_kind == subject_kind, VoucherUse.subject_id == subject_id, LIVE
    )
    return session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).one_or_none()


def _record(session: Session, use: VoucherUse, what: str, actor_id: UUID | None) -> None:
    audit.record(
        session, f"voucher.{what}", ("voucher", use.voucher_id), actor_id=actor_id,
        detail={"subject": str(use.subject_id), "discount_cents": use.discount_cents, "currency": use.currency},
    )  # fmt: skip
