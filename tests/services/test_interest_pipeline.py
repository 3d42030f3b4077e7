"""What both sides do beside the ladder: change, hand over, ask for names, work leads, filter requests, remind."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Organization
from app.accounts.states import OrganizationKind
from app.core import clock
from app.core.access import Role
from app.core.errors import NotFound, Refused
from app.core.money import AmountBand
from app.interest import queries, services
from app.interest.models import FilterCount, Interest
from app.interest.queries import Due, Wanted
from app.interest.rules import HardFilter
from app.interest.services import MovedMeanwhile, OffThesis, Said, Work
from app.interest.states import (
    CountryRule,
    InterestEvent,
    InterestState,
    NamesAnswer,
    Off,
    PassReason,
    Side,
    Via,
    Visibility,
)
from app.notifications.models import OutboxMessage
from app.regulatory.states import Participation
from tests.factories import accounts as people
from tests.factories import directory as entries
from tests.factories import interest as make
from tests.factories import matching as rounds
from tests.factories import registration as registrations
from tests.services import test_interest
from tests.services.test_interest import mails, move, pipeline, state

market = test_interest.market
DAY = timedelta(days=1)


def templates(session):
    return [mail[0] for mail in mails(session)]


def lead_of(session, market, made):
    return queries.lead(session, made.id, [market.company.id])


def filtered(session, market, **wanted):
    services.set_filter(session, market.entry.id, HardFilter(**wanted), actor_id=market.owner, now=clock.now())


def test_a_partner_changes_what_it_said_and_both_sides_read_what_changed(session, market):
    made = state(session, market)
    said = Said(AmountBand.FROM_10M_TO_50M, "JPY", None, "A new note.")
    services.edit_interest(session, made.id, said, actor_id=market.partner, expected=made.stamp, now=clock.now())
    assert lead_of(session, market, made).amount == "¥1 to 5 billion"
    step = queries.history(session, made.id, for_company=True)[0]
    assert (step.event, step.side, step.before, step.after) == (
        InterestEvent.EDIT, Side.PARTNER, InterestState.INTERESTED, InterestState.INTERESTED,
    )  # fmt: skip
    assert step.reason == "Amount: $1 to 10 million before, ¥1 to 5 billion now. The note is a new one."
    assert templates(session) == ["interest_stated", "interest_changed"]
    before = made.stamp
    services.edit_interest(session, made.id, said, actor_id=market.partner, now=clock.now())
    assert made.stamp == before, "saying the same again changes nothing"


def test_an_exact_amount_is_refused_before_the_term_sheet_and_counts_from_then_on(session, market):
    made = state(session, market, visibility=Visibility.NAMES)
    exact = Said(AmountBand.FROM_1M_TO_10M, "USD", 3_000_000_00)
    with pytest.raises(Refused, match="term sheet"):
        services.edit_interest(session, made.id, exact, actor_id=market.partner, now=clock.now())
    for event in (InterestEvent.DISCUSS, InterestEvent.START_DILIGENCE, InterestEvent.OFFER_TERMS):
        move(session, made, event, market.owner)
    services.edit_interest(session, made.id, exact, actor_id=market.partner, now=clock.now())
    found = queries.totals(session, [market.company.id], today=clock.now().date())
    assert [(t.currency, t.cents, t.weighted_cents, t.exact) for t in found.money] == [
        ("USD", 3_000_000_00, 1_800_000_00, 1)
    ]


@pytest.mark.check("L4")
def test_who_acts_on_an_older_state_of_an_interest_is_told_and_changes_nothing(session, market):
    made = state(session, market)
    seen = made.stamp
    move(session, made, InterestEvent.DISCUSS, market.owner, expected=seen)
    for attempt in (
        lambda: move(session, made, InterestEvent.PASS, market.partner, pass_reason=PassReason.TIMING, expected=seen),
        lambda: services.show_more(
            session, made.id, Visibility.NAMES, actor_id=market.partner, expected=seen, now=clock.now()
        ),
        lambda: services.ask_names(session, made.id, actor_id=market.owner, expected=seen, now=clock.now()),
    ):
        with pytest.raises(MovedMeanwhile, match="stands at 'in discussion'"):
            attempt()
    assert (made.state, made.visibility) == (InterestState.IN_DISCUSSION, Visibility.SUMMARY_ONLY)


def test_an_interest_is_handed_to_an_admitted_colleague_who_is_told(session, market):
    made = state(session, market, visibility=Visibility.NAMES)
    colleague = people.member(session, organization=market.organization)
    with pytest.raises(services.NotVetted):
        services.hand_over(session, made.id, colleague.user_id, actor_id=market.partner, now=clock.now())
    person = people.user(session, name="Jun Mori", email="jun.mori@example.org")
    registrations.registration(session, person=person, organization=market.organization)
    services.hand_over(session, made.id, person.id, actor_id=market.partner, now=clock.now())
    assert mails(session)[-1][:2] == ("interest_handed_over", ["jun.mori@example.org"])
    assert lead_of(session, market, made).partner.person_name == "Jun Mori"
    with pytest.raises(NotFound):
        services.hand_over(session, made.id, market.owner, actor_id=market.partner, now=clock.now())


@pytest.mark.parametrize("answer", list(Visibility))
def test_a_company_asks_for_names_and_the_partner_decides(session, market, answer):
    made = state(session, market)
    services.ask_names(session, made.id, actor_id=market.owner, now=clock.now())
    assert mails(session)[-1][0] == "interest_names_asked"
    assert mails(session)[-1][2]["path"] == f"/interests/{made.id}/names"
    assert pipeline(session, market, unanswered=True).total == 1
    with pytest.raises(Refused, match="has not answered yet"):
        services.ask_names(session, made.id, actor_id=market.owner, now=clock.now())
    clock.advance(2 * DAY)
    services.answer_names(session, made.id, answer, actor_id=market.partner, text="Later.", now=clock.now())
    shown = answer is not Visibility.SUMMARY_ONLY
    assert made.names_answer is (NamesAnswer.SHOWN if shown else NamesAnswer.KEPT_BACK)
    assert bool(lead_of(session, market, made).partner.organization_name) is shown
    assert mails(session)[-1][0] == "interest_names"
    assert (market.organization.name in str(mails(session)[-1][2])) is shown
    answers = queries.names_answers(session, [market.company.id])
    assert (answers.asked, answers.answered, answers.days) == (1, 1, 2.0)
    assert pipeline(session, market, unanswered=True).total == 0
    with pytest.raises(Refused, match="no open question"):
        services.answer_names(session, made.id, answer, actor_id=market.partner, now=clock.now())
    with pytest.raises(Refused, match=r"already|kept its name back"):
        services.ask_names(session, made.id, actor_id=market.owner, now=clock.now())
    if not shown:
        services.ask_names(session, made.id, actor_id=market.owner, now=clock.advance(30 * DAY))


@pytest.mark.check("D5")
def test_what_the_partner_previews_is_what_the_company_sees(session, market):
    for visibility, kind in zip(Visibility, Participation, strict=False):
        made = state(session, market, visibility=visibility, kind=kind) if kind in market.entry.sought_kinds else None
        if made:
            seen, lead = queries.seen_by_company(session, made.id), lead_of(session, market, made)
            assert (seen.partner, seen.note, seen.amount) == (lead.partner, lead.note, lead.amount)
    watched = state(session, market, watching=True, kind=Participation.PAYLOAD)
    assert queries.seen_by_company(session, watched.id) is None


def test_a_partner_is_asked_once_before_its_interest_lapses_and_its_word_is_counted(session, market):
    made = state(session, market)
    assert services.remind_expiring(session, now=clock.advance(75 * DAY)) == 0
    assert services.remind_expiring(session, now=clock.advance(DAY)) == 1
    assert services.remind_expiring(session, now=clock.advance(DAY)) == 0
    template, _, words = mails(session)[-1]
    assert (template, words["path"], templates(session).count(template)) == (
        "interest_expiring", f"/interests/{made.id}/keep", 1,
    )  # fmt: skip
    move(session, made, InterestEvent.RENEW, market.partner)
    lead = lead_of(session, market, made)
    assert (lead.reconfirmed_count, lead.reconfirmed_at, made.reminded_at) == (1, clock.now(), None)
    totals = queries.totals(session, [market.company.id], today=clock.now().date())
    assert (totals.counts[InterestState.INTERESTED], totals.reconfirmed[InterestState.INTERESTED]) == (1, 1)


@pytest.mark.check("D5")
def test_how_long_a_partner_watched_is_not_told_by_dates_counts_or_stamps(session, market):
    made = state(session, market, watching=True)
    clock.advance(20 * DAY)
    move(session, made, InterestEvent.RENEW, market.partner)
    move(session, made, InterestEvent.STATE, market.partner)
    lead = lead_of(session, market, made)
    assert (lead.stated_at, lead.reconfirmed_at, lead.reconfirmed_count) == (clock.now(), None, 0)
    assert [step.after for step in queries.history(session, made.id, for_company=True)] == [InterestState.INTERESTED]


def test_a_company_works_its_leads_and_a_colleague_who_was_slower_is_told(session, market):
    made = state(session, market)
    due = clock.now().date() + 3 * DAY
    work = Work("Call them", due, market.owner, 4, "Serious.")
    services.work_lead(session, made.id, work, actor_id=market.owner, expected=0, now=clock.now())
    lead = lead_of(session, market, made)
    assert (lead.work.next_step, lead.work.next_on, lead.work.owner_id, lead.work.rating) == (
        "Call them", due, market.owner, 4,
    )  # fmt: skip
    with pytest.raises(services.ChangedMeanwhile):
        services.work_lead(session, made.id, Work("Other"), actor_id=market.owner, expected=0, now=clock.now())
    for wrong in (Work("", due), Work(rating=6), Work(owner_id=market.partner), Work("x" * 301)):
        with pytest.raises(Refused):
            services.work_lead(session, made.id, wrong, actor_id=market.owner, now=clock.now())
    with pytest.raises(NotFound):
        services.work_lead(session, made.id, work, actor_id=market.partner, now=clock.now())


@pytest.mark.check("D3")
def test_a_companys_own_notes_do_not_pass_to_the_next_company_of_the_entry(session, market):
    made = state(session, market)
    services.work_lead(session, made.id, Work(notes="For us alone"), actor_id=market.owner, now=clock.now())
    other = people.company(session, name="Second Works")
    market.entry.organization_id = other.id
    session.flush()
    assert queries.lead(session, made.id, [other.id]).work.notes == ""


def test_an_overdue_step_is_reminded_once_to_its_owner(session, market):
    made = state(session, market)
    today = clock.now().date()
    services.work_lead(session, made.id, Work("Call", today, market.owner), actor_id=market.owner, now=clock.now())
    assert services.remind_steps(session, now=clock.now()) == 0
    assert services.remind_steps(session, now=clock.advance(DAY)) == 1
    assert services.remind_steps(session, now=clock.advance(DAY)) == 0
    template, _, words = mails(session)[-1]
    assert (template, words["step"]) == ("interest_step_due", "Call")
    assert market.organization.name not in str(words)
    assert pipeline(session, market, due=Due.OVERDUE).total == 1
    assert pipeline(session, market, due=Due.NONE).total == 0


def test_the_pipeline_is_narrowed_searched_and_sorted(session, market):
    first = make.interest(session, entry=market.entry, organization=people.organization(session, name="Aozora Fund"))
    second = make.interest(
        session, entry=market.entry, organization=people.organization(session, name="Umi Capital", country="DE"),
        kind=Participation.PAYLOAD, visibility=Visibility.NAMES, note="Racks for algae.",
    )  # fmt: skip
    services.work_lead(
        session, second.id, Work("Send the brochure", clock.now().date(), market.owner, 5), actor_id=market.owner,
        now=clock.now(),
    )  # fmt: skip

    def found(**wanted):
        return [lead.id for lead in pipeline(session, market, **wanted).items]

    assert found(country="DE") == found(kind=Participation.PAYLOAD) == found(owner_id=market.owner) == [second.id]
    assert found(search="ALGAE") == found(search="brochure") == found(search="umi capital") == [second.id]
    assert found(no_owner=True) == [first.id]
    assert found(sort="rating") == found(sort="next") == [second.id, first.id]
    assert found(search="aozora") == [], "a name that is kept back is not found by searching for it"
    columns = queries.board(session, [market.company.id], Wanted(), today=clock.now().date())
    assert [(c.state, c.count, len(c.leads)) for c in columns][:2] == [
        (InterestState.INTERESTED, 2, 2), (InterestState.IN_DISCUSSION, 0, 0),
    ]  # fmt: skip


def test_a_company_weighs_its_stages_itself(session, market):
    state(session, market)
    weights = {**queries.weights_of(session, [market.company.id]), InterestState.INTERESTED: 50}
    services.set_weights(session, market.company.id, weights, actor_id=market.owner, now=clock.now())
    (total,) = queries.totals(session, [market.company.id], today=clock.now().date()).money
    assert total.weighted_cents * 2 == total.cents
    with pytest.raises(Refused, match="0 to 100"):
        services.set_weights(
            session, market.company.id, {InterestState.INTERESTED: 101}, actor_id=market.owner, now=clock.now()
        )
    with pytest.raises(NotFound):
        services.set_weights(session, market.company.id, weights, actor_id=market.partner, now=clock.now())


def test_reasons_for_passing_are_counted_by_side(session, market):
    for kind, actor in ((Participation.EQUITY, market.owner), (Participation.PAYLOAD, market.partner)):
        made = state(session, market, kind=kind)
        move(session, made, InterestEvent.PASS, actor, pass_reason=PassReason.TIMING)
    counted = {PassReason.TIMING: {Side.COMPANY: 1, Side.PARTNER: 1}}
    assert queries.pass_reasons(session, [market.company.id]) == counted
    assert queries.my_pass_reasons(session, [market.organization.id]) == counted


def test_a_request_off_the_filter_is_refused_before_it_is_sent_with_others_that_fit(session, market):
    other = entries.published(session, name="Other Station")
    shut = entries.published(session, name="Shut Station")
    services.set_filter(
        session, shut.id, HardFilter(country_rule=CountryRule.EXCEPT, countries=frozenset({"JP"})),
        actor_id=people.member(
            session, organization=session.get_one(Organization, shut.organization_id), role=Role.COMPANY_OWNER
        ).user_id,
        now=clock.now(),
    )  # fmt: skip
    filtered(session, market, least={"USD": AmountBand.FROM_50M_TO_250M})
    with pytest.raises(OffThesis) as refusal:
        state(session, market)
    said = refusal.value.message
    assert said == (
        "This programme is not looking for partners of this kind at present. Others that are: Other Station. "
        "Nothing was sent."
    )
    assert session.scalar(select(Interest.id)) is None
    assert mails(session) == []
    assert other.name in said
    for _ in range(3):
        services.count_refusal(session, refusal.value, now=clock.now())
    assert queries.turned_away(session, [market.entry.id]) == {market.entry.id: {Off.AMOUNT: 3}}
    assert {column.name for column in FilterCount.__table__.columns} == {"entry_id", "week_on", "off", "via", "count"}
    assert state(session, market, band=AmountBand.OVER_250M).state is InterestState.INTERESTED


def test_who_watches_meets_the_filter_when_it_states_interest(session, market):
    watched = state(session, market, watching=True)
    filtered(session, market, partner_kinds=frozenset({OrganizationKind.MINISTRY}))
    with pytest.raises(OffThesis):
        move(session, watched, InterestEvent.STATE, market.partner)
    assert watched.state is InterestState.WATCHING


@pytest.mark.check("D3")
def test_a_filter_belongs_to_the_company_that_set_it(session, market):
    filtered(session, market, partner_kinds=frozenset({OrganizationKind.MINISTRY}))
    assert market.entry.id in queries.filters_of(session, [market.entry.id])
    with pytest.raises(NotFound):
        services.set_filter(session, market.entry.id, HardFilter(), actor_id=market.partner, now=clock.now())
    with pytest.raises(services.FilterChanged):
        services.set_filter(session, market.entry.id, HardFilter(), actor_id=market.owner, expected=0, now=clock.now())
    market.entry.organization_id = people.company(session, name="Second Works").id
    session.flush()
    assert queries.filters_of(session, [market.entry.id]) == {}


def test_a_meeting_off_the_filter_is_refused_to_the_partner_and_open_to_the_company(session, now):
    from app.matching.facts import read_facts
    from app.matching.states import Bar
    from app.matching.states import Side as MeetingSide
    from app.scheduling.services import request_meeting

    round_ = rounds.round_of(session, partners=1, programmes=2)
    partner, entry = round_.partners[0], round_.programmes[0]
    services.set_filter(
        session, entry.id, HardFilter(country_rule=CountryRule.EXCEPT, countries=frozenset({"JP"})),
        actor_id=round_.owners[0], now=now,
    )  # fmt: skip
    facts = read_facts(session, round_.summit.id)
    assert [facts.bar(facts.partners[0], one) for one in facts.programmes] == [Bar.OFF_FILTER, None]
    asked = {"summit_id": round_.summit.id, "registration_id": partner.id, "entry_id": entry.id, "now": now}
    with pytest.raises(OffThesis) as refusal:
        request_meeting(session, by=MeetingSide.PARTNER, actor_id=partner.user_id, text="Racks.", **asked)
    assert refusal.value.via is Via.MEETING
    assert request_meeting(session, by=MeetingSide.COMPANY, actor_id=round_.owners[0], text="Racks.", **asked)


@pytest.mark.check("D5")
def test_a_partner_that_shows_a_summary_only_is_named_nowhere_the_company_reads(session, market):
    made = state(session, market, note="We build racks.")
    services.ask_names(session, made.id, actor_id=market.owner, now=clock.now())
    services.answer_names(session, made.id, Visibility.SUMMARY_ONLY, actor_id=market.partner, now=clock.now())
    said = Said(AmountBand.OVER_250M, "EUR", None, "Still racks.")
    services.edit_interest(session, made.id, said, actor_id=market.partner, now=clock.now())
    services.work_lead(session, made.id, Work("Call", clock.now().date()), actor_id=market.owner, now=clock.now())
    services.remind_steps(session, now=clock.advance(DAY))
    move(session, made, InterestEvent.RENEW, market.partner)
    move(session, made, InterestEvent.PASS, market.partner, pass_reason=PassReason.TIMING)
    partner = session.get_one(people.User, market.partner)
    company = [market.company.id]
    read = [
        *queries.board(session, company, Wanted(), today=clock.now().date()),
        *pipeline(session, market).items, *queries.all_leads(session, company, Wanted(), today=clock.now().date()),
        *queries.history(session, made.id, for_company=True), queries.choices(session, company),
        queries.totals(session, company, today=clock.now().date()),
        *(row.payload for row in session.scalars(select(OutboxMessage)) if row.payload.get("to") != [partner.email]),
    ]  # fmt: skip
    for secret in (market.organization.name, partner.name, partner.email):
        assert secret not in str(read)
