"""What partners and companies do about interest."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select

from app.accounts.models import Membership, Organization, User
from app.core import audit, clock
from app.core.access import Role
from app.core.errors import NotFound, Refused, TransitionRefused
from app.core.money import AmountBand
from app.directory.models import Entry
from app.directory.states import EntryState
from app.interest import queries, services
from app.interest.models import Interest, InterestStep
from app.interest.states import LIVE, InterestEvent, InterestState, PassReason, Side, Visibility
from app.notifications import outbox
from app.notifications.models import OutboxMessage
from app.registration.models import Registration
from app.registration.states import RegistrationState
from app.regulatory.states import Participation
from tests.factories import accounts as people
from tests.factories import directory as entries
from tests.factories import interest as make
from tests.factories import registration as registrations


@dataclass
class Market:
    """An admitted partner and a company with a published entry."""

    partner: UUID
    organization: Organization
    company: Organization
    owner: UUID
    entry: Entry


@pytest.fixture
def market(session) -> Market:
    registration = registrations.registration(session)
    company = people.company(session)
    owner = people.member(session, organization=company, role=Role.COMPANY_OWNER).user_id
    organization = session.get_one(Organization, registration.organization_id)
    entry = entries.published(session, organization=company)
    return Market(registration.user_id, organization, company, owner, entry)


def state(session, market, **changes):
    wish = {
        "user_id": market.partner, "organization_id": market.organization.id, "entry_id": market.entry.id,
        "kind": Participation.EQUITY, "band": AmountBand.FROM_1M_TO_10M, "visibility": Visibility.SUMMARY_ONLY,
        "note": "",
    }  # fmt: skip
    return services.state_interest(session, **{**wish, **changes}, now=clock.now())


def move(session, interest, event, actor, **words):
    return services.move_interest(session, interest.id, event, actor_id=actor, now=clock.now(), **words)


def pipeline(session, market, **wanted):
    return queries.pipeline(session, [market.company.id], queries.Wanted(**wanted), today=clock.now().date())


def mails(session):
    """Return (template, addresses, context) of every queued mail, in order."""
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail")).all()
    return [(row.payload["template"], row.payload["to"], row.payload["context"]) for row in rows]


def test_an_admitted_partner_states_interest_and_the_company_gets_a_mail_without_names(session, market):
    made = state(session, market, note="We build racks.")
    assert (made.state, made.expires_at) == (InterestState.INTERESTED, clock.now() + timedelta(days=90))
    ((template, _, words),) = [mail for mail in mails(session) if mail[0] == "interest_stated"]
    assert template == "interest_stated"
    assert words["who"].startswith("A partner (trading house")
    assert market.organization.name not in str(words)
    assert "Not binding" in words["non_binding"]


@pytest.mark.check("L2")
@pytest.mark.parametrize(
    "standing", [RegistrationState.DRAFT, RegistrationState.SUBMITTED, RegistrationState.WITHDRAWN]
)
def test_who_was_not_admitted_is_told_what_to_do(session, market, standing):
    waiting = registrations.registration(session, state=RegistrationState(standing))
    with pytest.raises(services.NotVetted, match="Apply to the summit"):
        state(session, market, user_id=waiting.user_id, organization_id=waiting.organization_id)


def test_an_outsider_cannot_state_interest_for_an_organization(session, market):
    with pytest.raises(NotFound):
        state(session, market, user_id=market.owner)


def test_a_us_company_states_no_interest(session, market):
    with pytest.raises(Refused, match="pipeline"):
        state(session, market, user_id=market.owner, organization_id=market.company.id)


def test_one_live_interest_for_each_organization_entry_and_kind(session, market):
    first = state(session, market)
    with session.begin_nested(), pytest.raises(services.StatedAlready):
        state(session, market)
    state(session, market, kind=Participation.PAYLOAD)
    move(session, first, InterestEvent.PASS, market.partner, pass_reason=PassReason.TIMING)
    assert state(session, market).state is InterestState.INTERESTED


def test_a_kind_the_company_does_not_seek_is_refused_but_inference_excludes_nothing(session, market):
    with pytest.raises(Refused, match="does not seek this"):
        state(session, market, kind=Participation.LANDING_SITE)
    unclaimed = entries.entry(session)
    assert state(session, market, kind=Participation.LANDING_SITE, entry_id=unclaimed.id)


def test_nobody_can_be_interested_in_a_hidden_entry(session, market):
    hidden = entries.entry(session, state=EntryState.SUSPENDED)
    with pytest.raises(NotFound):
        state(session, market, entry_id=hidden.id)


def test_who_only_watches_is_a_number_to_the_company_and_nothing_more(session, market):
    made = state(session, market, watching=True)
    assert mails(session) == []
    assert queries.stage_totals(session, [market.company.id])[InterestState.WATCHING] == 1
    assert pipeline(session, market).total == 0
    with pytest.raises(NotFound):
        queries.lead(session, made.id, [market.company.id])
    with pytest.raises(NotFound):
        move(session, made, InterestEvent.PASS, market.owner, pass_reason=PassReason.NO_FIT)
    move(session, made, InterestEvent.STATE, market.partner)
    assert pipeline(session, market).total == 1
    assert [mail[0] for mail in mails(session)] == ["interest_stated"]


def test_the_whole_ladder_is_climbed_by_the_side_each_step_belongs_to(session, market):
    made = state(session, market, visibility=Visibility.NAMES)
    for event, actor in (
        (InterestEvent.DISCUSS, market.owner),
        (InterestEvent.START_DILIGENCE, market.partner),
        (InterestEvent.OFFER_TERMS, market.owner),
        (InterestEvent.COMMIT, market.partner),
        (InterestEvent.SIGN, market.owner),
    ):
        move(session, made, event, actor)
    assert made.state is InterestState.SIGNED
    sides = [step.side for step in queries.history(session, made.id)]
    assert sides == [Side.COMPANY, Side.PARTNER, Side.COMPANY, Side.PARTNER, Side.COMPANY, Side.PARTNER]
    assert [mail[2]["non_binding"] == "" for mail in mails(session) if mail[2]["state"] == "Signed"] == [True]


def test_a_step_of_the_other_side_is_refused(session, market):
    made = state(session, market)
    with pytest.raises(Refused, match="Only the company"):
        move(session, made, InterestEvent.DISCUSS, market.partner)
    with pytest.raises(TransitionRefused):
        move(session, made, InterestEvent.COMMIT, market.partner)


def test_a_nameless_partner_goes_no_further_than_discussion(session, market):
    made = state(session, market)
    move(session, made, InterestEvent.DISCUSS, market.owner)
    with pytest.raises(Refused, match="show its name"):
        move(session, made, InterestEvent.START_DILIGENCE, market.owner)
    services.show_more(session, made.id, Visibility.NAMES, actor_id=market.partner, now=clock.now())
    assert move(session, made, InterestEvent.START_DILIGENCE, market.owner).state is InterestState.DILIGENCE


def test_passing_needs_a_reason_that_the_other_side_reads(session, market):
    made = state(session, market)
    with pytest.raises(Refused, match="reason"):
        move(session, made, InterestEvent.PASS, market.owner)
    move(session, made, InterestEvent.PASS, market.owner, pass_reason=PassReason.NO_FIT, reason="We sell seats only.")
    seen = queries.history(session, made.id)[0].reason
    assert seen == "It does not fit what we look for. We sell seats only."
    assert mails(session)[-1][2]["reason"] == seen
    assert made.pass_reason is PassReason.NO_FIT


@pytest.mark.check("D3")
def test_an_interest_does_not_exist_for_anybody_else(session, market):
    made = state(session, market)
    stranger = people.member(session, organization=people.company(session, name="Rival Works")).user_id
    rival = people.company(session, name="Second Rival").id
    for attempt in (
        lambda: move(session, made, InterestEvent.PASS, stranger, pass_reason=PassReason.TIMING),
        lambda: services.show_more(session, made.id, Visibility.NAMES, actor_id=market.owner, now=clock.now()),
        lambda: move(session, made, InterestEvent.DISCUSS, market.owner, side=Side.PARTNER),
        lambda: queries.my_interest(session, made.id, [market.company.id]),
        lambda: queries.lead(session, made.id, [rival]),
        lambda: queries.lead(session, made.id, [market.organization.id]),
    ):
        with pytest.raises(NotFound):
            attempt()


@pytest.mark.check("D9")
def test_who_lost_admission_can_pass_but_not_go_on(session, market):
    made = state(session, market, watching=True)
    held = session.scalars(select(Registration).where(Registration.user_id == market.partner)).one()
    held.state = RegistrationState.CANCELLED
    session.flush()
    with pytest.raises(services.NotVetted):
        move(session, made, InterestEvent.STATE, market.partner)
    assert move(session, made, InterestEvent.PASS, market.partner, pass_reason=PassReason.TIMING)


def test_what_nobody_moved_in_time_lapses_and_the_partner_can_renew_it(session, market):
    made = state(session, market)
    state(session, market, kind=Participation.PAYLOAD)
    clock.advance(timedelta(days=89))
    move(session, made, InterestEvent.RENEW, market.partner)
    now = clock.advance(timedelta(days=1))
    assert services.lapse_due(session, now=now) == 1
    other = session.scalars(select(Interest).where(Interest.kind == Participation.PAYLOAD)).one()
    assert (made.state, other.state) == (InterestState.INTERESTED, InterestState.LAPSED)
    assert move(session, other, InterestEvent.RENEW, market.partner).state is InterestState.INTERESTED
    assert services.lapse_due(session, now=now) == 0


def test_interest_lapses_by_itself_when_its_time_runs_out(session, market):
    made = state(session, market)
    session.flush()
    outbox.deliver_due(clock.advance(timedelta(days=89)))
    session.refresh(made)
    assert made.state is InterestState.INTERESTED
    outbox.deliver_due(clock.advance(timedelta(days=1)))
    session.refresh(made)
    assert made.state is InterestState.LAPSED


def test_a_lapsed_interest_is_not_renewed_beside_a_newer_one(session, market):
    old = state(session, market)
    services.lapse_due(session, now=clock.advance(timedelta(days=90)))
    state(session, market)
    with session.begin_nested(), pytest.raises(services.StatedAlready):
        move(session, old, InterestEvent.RENEW, market.partner)


def test_each_step_is_on_the_record_with_both_states(session, market):
    made = state(session, market)
    move(session, made, InterestEvent.DISCUSS, market.owner, reason="Gladly.")
    audit.write_waiting(session)
    wanted = select(audit.AuditEntry).where(audit.AuditEntry.subject_id == str(made.id))
    noted = session.scalars(wanted.order_by(audit.AuditEntry.sequence)).all()
    assert [(note.action, note.before, note.after) for note in noted] == [
        ("interest.begun", None, "interested"),
        ("interest.taken_up", "interested", "in_discussion"),
    ]
    assert session.scalar(select(func.count()).select_from(InterestStep)) == 2


@pytest.mark.check("D5")
@pytest.mark.parametrize("visibility", list(Visibility))
def test_the_pipeline_shows_what_the_partner_lets_be_known(session, market, visibility):
    made = make.interest(session, entry=market.entry, organization=market.organization, user_id=market.partner,
                         visibility=visibility)  # fmt: skip
    (lead,) = pipeline(session, market).items
    assert lead == queries.lead(session, made.id, [market.company.id])
    assert (lead.partner.country, lead.partner.kind) == ("JP", "Trading house")
    assert bool(lead.partner.organization_name) is (visibility is not Visibility.SUMMARY_ONLY)
    assert bool(lead.partner.email) is (visibility is Visibility.NAMES_AND_CONTACTS)


def test_the_pipeline_is_ordered_by_stage_and_totals_are_true(session, market):
    for place, at in enumerate((InterestState.COMMITTED, InterestState.INTERESTED, InterestState.DILIGENCE)):
        make.interest(
            session, entry=market.entry, state=at, organization=people.organization(session, name=f"P{place}")
        )
    make.interest(session)
    page = pipeline(session, market)
    assert [lead.state for lead in page.items] == ["interested", "diligence", "committed"]
    totals = queries.stage_totals(session, [market.company.id])
    assert {state: count for state, count in totals.items() if count} == {lead.state: 1 for lead in page.items}
    assert pipeline(session, market, state=InterestState.DILIGENCE).total == 1
    assert pipeline(session, market, entry_key="other").total == 0


def test_a_partner_finds_its_own_interests_by_stage_word_and_order(session, market):
    second = entries.published(session, name="Ázure Station", lead_company="Zed")
    make.interest(session, entry=market.entry, organization=market.organization, user_id=market.partner)
    make.interest(session, entry=second, organization=market.organization, user_id=market.partner,
                  state=InterestState.WATCHING)  # fmt: skip
    make.interest(session)
    mine = [market.organization.id]
    assert queries.my_interests(session, mine).total == 2
    assert [i.entry_name for i in queries.my_interests(session, mine, search="azure other").items] == []
    assert [i.entry_name for i in queries.my_interests(session, mine, search="AZURE zed").items] == ["Ázure Station"]
    assert [i.state for i in queries.my_interests(session, mine, sort="state").items] == ["watching", "interested"]
    assert queries.my_interests(session, mine, state=InterestState.WATCHING).total == 1


def test_matching_reads_live_interests_in_one_order_everywhere(session, market):
    made = [make.interest(session, entry=market.entry, state=at, organization=people.organization(session, name=name))
            for name, at in (("Beta", InterestState.INTERESTED), ("Alpha", InterestState.DILIGENCE),
                             ("Gone", InterestState.PASSED))]  # fmt: skip
    rows = queries.interests_in(session)
    assert [row.interest_id for row in rows] == [made[1].id, made[0].id]
    assert queries.interests_in(session, organization_ids=[made[0].organization_id])[0].interest_id == made[0].id
    assert queries.interests_in(session, entry_ids=[]) == []
    assert {row.state for row in rows} <= LIVE


def test_organizers_read_counts_that_name_no_small_market(session, market):
    for number in range(5):
        make.interest(session, entry=market.entry, organization=people.organization(session, name=f"J{number}"))
    make.interest(session, entry=market.entry, organization=people.organization(session, name="L", country="LU"))
    counted = queries.summary(session, now=clock.now())
    assert counted.by_state[InterestState.INTERESTED] == 6
    assert (counted.markets.named, counted.markets.others, counted.markets.count) == ([("JP", 5)], 1, None)


@pytest.mark.check("D5")
@pytest.mark.parametrize("ending", ["passes", "lapses"])
def test_who_watched_and_went_away_was_never_there_for_the_company(session, market, ending):
    watched = state(session, market, watching=True)
    if ending == "passes":
        move(session, watched, InterestEvent.PASS, market.partner, pass_reason=PassReason.NO_FIT, reason="Too early.")
    else:
        services.lapse_due(session, now=clock.now() + timedelta(days=400))
    session.flush()
    assert pipeline(session, market).items == []
    assert sum(queries.stage_totals(session, [market.company.id]).values()) == 0
    with pytest.raises(NotFound):
        queries.lead(session, watched.id, [market.company.id])
    if ending == "lapses":
        with pytest.raises(Refused, match="only watched"):
            move(session, watched, InterestEvent.RENEW, market.partner)


@pytest.mark.check("D5")
def test_a_company_does_not_learn_that_a_partner_watched_before_stating_interest(session, market):
    stated = state(session, market, watching=True)
    move(session, stated, InterestEvent.STATE, market.partner)
    assert [step.after for step in queries.history(session, stated.id, for_company=True)] == [InterestState.INTERESTED]
    assert len(queries.history(session, stated.id)) == 2


@pytest.mark.check("D8")
def test_who_left_or_is_suspended_hears_no_more_of_an_interest_and_the_colleagues_do(session, market):
    made = state(session, market)
    colleague = people.member(session, organization=market.organization)
    left, stays = session.get_one(User, market.partner), session.get_one(User, colleague.user_id)
    session.execute(delete(Membership).where(Membership.user_id == left.id))
    services.ask_names(session, made.id, actor_id=market.owner, now=clock.now())
    assert [to for template, to, _ in mails(session) if template == "interest_names_asked"] == [[stays.email]]
    second = people.member(session, organization=market.company, role=Role.COMPANY_OWNER).user_id
    session.get_one(User, market.owner).suspended_at = clock.now()
    session.flush()
    services.answer_names(session, made.id, Visibility.NAMES, actor_id=stays.id, now=clock.now())
    told = [to for template, to, _ in mails(session) if template == "interest_names"]
    assert told == [[session.get_one(User, second).email]]
