"""What clients race for: the last uses, and the last cents, of one voucher.

Used by the suite for a round or two and by scripts/race-vouchers for many. Clients hold the voucher through the real
service, and some give it back, as people do who withdraw; the control looks without the lock and must overspend.
"""

import time
from dataclasses import dataclass
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select, text

from app.core import ids
from app.core.db import db, transaction
from app.core.money import Money
from app.payments import vouchers
from app.payments.vouchers import VoucherRefused, VoucherTerms, budget
from app.payments.vouchers.models import Voucher, VoucherUse
from app.payments.vouchers.states import UseState, VoucherKind
from tests.conftest import NOON
from tests.factories import accounts
from tests.races import Crew, is_sqlite

USES = 5
PRICE = Money(85_000, "USD")
BUDGETS = {"uses": {"uses_limit": USES}, "cents": {"uses_limit": 100_000, "budget_cents": USES * 85_000}}


@dataclass(frozen=True)
class Result:
    """One round: how many uses there were, how many were given, what a count found wrong."""

    sellable: int
    sold: int
    wrong: tuple[str, ...] = ()

    @property
    def oversold(self) -> int:
        return max(0, self.sold - self.sellable)

    @property
    def stranded(self) -> int:
        return max(0, self.sellable - self.sold)


def a_code(app: Flask, kind: str) -> str:
    """Make a voucher that waives the fee and whose budget, of uses or of cents, is enough for five."""
    with app.app_context(), transaction() as session:
        actor = accounts.user(session)
        terms = VoucherTerms(
            label="Race", kind=VoucherKind.WAIVER, reason="A race.", currency=PRICE.currency, **BUDGETS[kind]
        )
        return vouchers.issue(session, terms, count=1, actor_id=actor.id, now=NOON)[0].code


def hold(code: str) -> str:
    """Take a use for a new subject."""
    return _hold(code, ids.new_id())


def _hold(code: str, subject_id: UUID) -> str:
    try:
        with transaction() as session:
            vouchers.hold(session, code, subject_kind="race", subject_id=subject_id, price=PRICE, now=NOON)
    except VoucherRefused:
        return "refused"
    return "held"


def hold_and_give_back(code: str) -> str:
    """Take a use and give it back, and try again until somebody else has all of them or it is kept."""
    for _ in range(3):
        subject_id = ids.new_id()
        if _hold(code, subject_id) == "refused":
            return "refused"
        with transaction() as session:
            vouchers.release(session, subject_kind="race", subject_id=subject_id, now=NOON)
    return hold(code)


def hold_unlocked(code: str) -> str:
    """Take a use as one would without the lock: look, think, then write what one saw plus one."""
    found = db().execute(select(Voucher.id, Voucher.uses_taken, Voucher.uses_limit).where(Voucher.code == code)).one()
    time.sleep(0.02)
    if found.uses_taken >= found.uses_limit:
        return "refused"
    with transaction() as session:
        session.execute(text("UPDATE vouchers SET uses_taken = uses_taken + 1 WHERE code = :code"), {"code": code})
        voucher = session.scalars(select(Voucher.id).where(Voucher.code == code)).one()
        session.add(
            VoucherUse(
                voucher_id=voucher, subject_kind="race", subject_id=ids.new_id(), state=UseState.HELD,
                discount_cents=PRICE.cents, currency=PRICE.currency, held_at=NOON,
            )
        )  # fmt: skip
    return "held"


def round_of(app: Flask, crew: Crew, kind: str, clients: int) -> Result:
    """Let everybody want the same code at once; every third gives it back and tries again."""
    code = a_code(app, kind)
    told = crew.race(hold, [code] * clients)
    return _counted(app, code, told)


def churn_of(app: Flask, crew: Crew, kind: str, clients: int) -> Result:
    """Let everybody take and give back at once; then nothing may be stranded for those who come after."""
    code = a_code(app, kind)
    crew.race(hold_and_give_back, [code] * clients)
    crew.race(hold, [code] * clients)
    return _counted(app, code, None)


def control_of(app: Flask, crew: Crew, clients: int) -> Result:
    """The same without the lock, on a database whose last judge was taken away."""
    return _counted(app, code := a_code(app, "uses"), crew.race(hold_unlocked, [code] * clients), strict=False)


def drop_the_last_judge(app: Flask) -> None:
    """Let PostgreSQL take uses over the limit (SQLite is told so by each process)."""
    if not is_sqlite(app):
        with app.app_context(), transaction() as session:
            for name in budget.LAST_JUDGES:
                session.execute(text(f"ALTER TABLE vouchers DROP CONSTRAINT {name}"))


def _counted(app: Flask, code: str, told: list[str] | None, *, strict: bool = True) -> Result:
    with app.app_context():
        voucher = db().scalars(select(Voucher).where(Voucher.code == code)).one()
        live = select(func.count(), func.coalesce(func.sum(VoucherUse.discount_cents), 0)).where(
            VoucherUse.voucher_id == voucher.id, VoucherUse.state != UseState.RELEASED
        )
        uses, cents = db().execute(live).one()
    wrong = []
    if strict and (uses, int(cents)) != (voucher.uses_taken, voucher.cents_taken):
        wrong.append(f"{uses} uses of {cents} cents, but {voucher.uses_taken} and {voucher.cents_taken} are counted")
    if told is not None and told.count("held") != uses:
        wrong.append(f"{told.count('held')} were told they hold it, {uses} do")
    return Result(USES, uses, tuple(wrong))
