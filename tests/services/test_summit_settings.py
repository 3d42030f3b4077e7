"""Every change of the settings is a version; nobody's old terms change with it."""

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.access import Role
from app.core.audit import AuditDetail
from app.core.errors import Refused
from app.payments.models import Payment
from app.registration import queries, services
from app.registration.models import Pool, Registration, RegistrationStep
from app.registration.queries.money import payment_of, refund_if_withdrawn
from app.registration.rules.prices import Terms, decision_due, refund_due, terms_on
from app.registration.rules.stored import terms_from, to_plain
from app.registration.rules.summit import PoolRule, PriceStep, RefundRule, TaxRule
from app.registration.services.places import OverTarget, PoolFull
from app.registration.states import ParticipantType, PoolKind, RegistrationState
from tests.factories import accounts
from tests.factories import registration as make

S = RegistrationState
RULES = {
    "visa_denied_until": date(2027, 5, 3), "visa_denied_fee_cents": 12_500, "substitution_until": date(2027, 4, 20),
}  # fmt: skip
CHANGED = {
    "price_cents": {"price_steps": (PriceStep(date(2027, 1, 4), 200_000),)},
    "currency": {"currency": "EUR"},
    "decision_business_days": {"decision_business_days": 3},
    "payment_days": {"payment_days": 1},
    "offer_days": {"offer_days": 1},
    "authentication_days": {"authentication_days": 1},
    "invoice_days": {"invoice_days": 1},
    "reminder_days": {"reminder_days": (9,)},
    "refund_rules": {"refund_rules": (RefundRule(date(2027, 3, 2), 50_000),)},
    "refund_request_days": {"refund_request_days": 1},
    "visa_denied_until": {"visa_denied_until": None},
    "visa_denied_fee_cents": {"visa_denied_fee_cents": 90_000},
    "substitution_until": {"substitution_until": date(2027, 3, 2)},
    "substitution_same_organization": {"substitution_same_organization": False},
    "other_terms": {"other_terms": "No refunds at all."},
    "tax": {"tax": TaxRule("VAT", 2000)},
}


def test_every_term_is_tried_below():
    assert set(CHANGED) == {f.name for f in fields(Terms)} - {"version"}


def test_a_changed_rule_changes_nobodys_old_terms(session):
    summit = make.summit(session, **RULES)
    mine = make.in_review(session, summit=summit)
    before, promised = terms_from(mine.terms), mine.decision_due_on
    for term, change in CHANGED.items():
        changed = replace(summit.settings, **change)
        services.configure_summit(session, changed, key=summit.key, actor_id=None, now=clock.now())
        session.expire_all()
        kept = queries.registration(session, mine.id)
        assert kept is not None
        assert (kept.terms, kept.decision_due_on) == (before, promised), term
        anew = terms_on(changed, version=2, participant_type=ParticipantType.PARTNER, day=date(2027, 3, 1))
        assert getattr(anew, term) != getattr(before, term)
        for day, back in ((date(2027, 3, 1), 80_000), (date(2027, 4, 10), 80_000), (date(2027, 4, 11), 0)):
            assert refund_due(92_500, kept.terms, day) == back
            assert refund_due(92_500, kept.terms, day, visa_denied=True) == 80_000


@pytest.mark.answers("ask 2")
def test_price_and_deadline_asked_for_on_approval_are_those_of_the_application(session):
    summit = make.summit(session)
    mine, reviewer = make.in_review(session, summit=summit), accounts.staff(session, Role.REVIEWER)
    dearer = replace(summit.settings, price_steps=(PriceStep(date(2027, 1, 4), 200_000),), payment_days=1)
    services.configure_summit(session, dearer, key=summit.key, actor_id=None, now=clock.now())
    services.approve(session, mine.id, actor_id=reviewer.id, now=clock.now(), max_list_age_days=None)
    session.expire_all()
    row = session.get_one(Registration, mine.id)
    assert row.pay_until == clock.now() + timedelta(days=7)
    assert session.scalars(select(Payment.amount_cents).where(Payment.subject_id == mine.id)).one() == 92_500


def test_a_refund_after_the_rules_changed_is_the_one_that_was_promised(session):
    summit = make.summit(session)
    mine, reviewer = make.in_review(session, summit=summit), accounts.staff(session, Role.REVIEWER)
    services.approve(session, mine.id, actor_id=reviewer.id, now=clock.now(), max_list_age_days=None)
    make.pay(session, mine)
    harder = replace(summit.settings, refund_rules=())
    services.configure_summit(session, harder, key=summit.key, actor_id=None, now=clock.now())
    session.expire_all()
    terms = terms_from(session.get_one(Registration, mine.id).terms)
    assert refund_if_withdrawn(payment_of(session, mine.id), terms, harder, clock.now()) == 80_000


def test_the_promise_of_a_decision_runs_from_the_day_decisions_begin():
    early = replace(make.SETTINGS, decisions_begin=date(2027, 3, 8))
    assert decision_due(early, date(2027, 2, 1)) == date(2027, 3, 29)
    assert decision_due(early, date(2027, 3, 9)) == date(2027, 3, 30)


def full_to_target(session, **rule):
    pools = (PoolRule(PoolKind.TOTAL, "", 10), PoolRule(PoolKind.MARKET, "JP", 2, 1))
    summit = make.summit(session, pools=pools, **rule)
    make.registration(session, summit=summit)
    return summit, accounts.staff(session, Role.REVIEWER)


def test_going_over_a_target_wants_a_reason_that_is_kept_in_history_and_audit(session):
    summit, reviewer = full_to_target(session)
    mine = make.in_review(session, summit=summit)
    with pytest.raises(OverTarget, match="the market JP") as refusal:
        services.approve(session, mine.id, actor_id=reviewer.id, now=clock.now(), max_list_age_days=None)
    assert refusal.value.pools == ["the market JP"]
    services.approve(
        session, mine.id, actor_id=reviewer.id, now=clock.now(), max_list_age_days=None,
        over_target_reason="They bring the largest fund of the region.",
    )  # fmt: skip
    session.flush()
    notes = session.scalars(select(RegistrationStep).where(RegistrationStep.registration_id == mine.id)).all()
    said = [step for step in notes if "They bring the largest fund" in step.reason]
    assert [step.actor_id for step in said] == [reviewer.id]
    assert "target of the market JP" in said[0].reason
    session.commit()
    assert any("largest fund" in detail.reason for detail in session.scalars(select(AuditDetail)))


def test_a_hard_cap_refuses_whatever_the_reason(session):
    summit, reviewer = full_to_target(session)
    make.registration(session, summit=summit)
    mine = make.in_review(session, summit=summit)
    with pytest.raises(PoolFull, match="the market JP"):
        services.approve(
            session, mine.id, actor_id=reviewer.id, now=clock.now(), max_list_age_days=None,
            over_target_reason="They are very important.",
        )  # fmt: skip


def test_a_target_that_is_set_later_holds_for_pools_that_exist_and_is_gone_when_it_is_dropped(session):
    summit = make.summit(session)
    make.registration(session, summit=summit)
    for target in (1, None):
        rules = (PoolRule(PoolKind.TOTAL, "", 200), PoolRule(PoolKind.MARKET, "*", 60, target))
        services.configure_summit(
            session, replace(summit.settings, pools=rules), key=summit.key, actor_id=None, now=clock.now()
        )
        pool = session.scalars(select(Pool).where(Pool.kind == PoolKind.MARKET, Pool.key == "JP")).one()
        assert pool.target == target


def test_a_pool_cannot_be_made_smaller_than_what_is_taken(session):
    summit = make.summit(session)
    make.registration(session, summit=summit)
    with pytest.raises(Refused, match="1 places of the total of the summit are taken"):
        services.configure_summit(
            session, replace(summit.settings, pools=(PoolRule(PoolKind.TOTAL, "", 0),)), key=summit.key, actor_id=None,
            now=clock.now(),
        )  # fmt: skip


def test_settings_stored_by_an_earlier_release_are_in_force_until_somebody_saves_anew(session):
    summit = make.summit(session)
    from app.registration.models import SummitVersion

    row = session.scalars(select(SummitVersion)).one()
    row.settings = {
        name: value for name, value in to_plain(summit.settings).items() if name not in ("refund_rules", "tax")
    } | {"refund_until": "2027-04-10", "refund_fee_cents": 12_500}
    session.flush()
    session.expire_all()
    assert queries.the_summit(session).settings == summit.settings
