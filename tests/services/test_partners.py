"""What partners say of themselves, whom they mark in private, and that nobody else ever learns of it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.accounts.models import Organization
from app.accounts.states import OrganizationKind
from app.core import clock
from app.core.access import MembershipOf, Principal, Role
from app.core.errors import InvalidInput, NotFound, Refused, TransitionRefused
from app.core.money import AmountBand
from app.directory.states import Sought, StageGroup, Tier
from app.interest.states import InterestState, Visibility
from app.matching import queries as matching
from app.matching.facts import read_facts
from app.matching.propose import RunSettings, propose
from app.matching.states import Bar, Side
from app.notifications import mail, outbox
from app.notifications.models import MailboxMessage, OutboxMessage
from app.partners import queries, services
from app.partners.models import Mandate, PartnerMark, PartnerVersion, Profile
from app.partners.queries import FitFilters, PartnerFilters
from app.partners.queries.readers import viewer_of
from app.partners.rules import ProfileContent
from app.partners.rules.mandate import MandateContent, MandateFault
from app.partners.states import Audience, MandateEvent, MandateState, MarkKind, Reader
from app.regulatory.states import Opening
from app.scheduling.models import Meeting
from app.scheduling.states import MeetingState
from tests.factories import accounts as people
from tests.factories import interest as interests
from tests.factories import matching as rounds
from tests.factories import partners as make
from tests.factories import scheduling
from tests.factories.matching import Round

SECRET = "Zinnober-Vorbehalt"


@dataclass
class Market:
    """A round of one partner and two companies; who acts for which."""

    round: Round
    partner: UUID
    house: Organization
    owner: UUID
    company: Organization


@pytest.fixture
def market(session) -> Market:
    made = rounds.round_of(session, partners=1, programmes=2)
    house = session.get_one(Organization, made.partners[0].organization_id)
    company = session.get_one(Organization, made.programmes[0].organization_id)
    return Market(made, made.partners[0].user_id, house, made.owners[0], company)


def viewer(session, user_id, organization, role=Role.COMPANY_OWNER):
    membership = MembershipOf(organization.id, organization.name, role)
    person = Principal(user_id, "", "", "UTC", user_id, "", frozenset({role}), (membership,))
    return viewer_of(session, person)


def company_viewer(session, market, *, vetted=True):
    found = viewer(session, market.owner, market.company)
    return queries.Viewer(found.user_id, found.roles, found.organizations, found.companies, vetted)


def test_a_profile_is_kept_confirmed_and_each_version_stays(session, market):
    make.profile(session, market.house, market.partner, listed=False)
    content = ProfileContent(about="We build racks and arms.", languages=("ja",))
    services.save_profile(
        session, market.house.id, content, revision=1, actor_id=market.partner, now=clock.now()
    )  # fmt: skip
    found = queries.profile(session, market.house.id)
    assert (found.about, found.languages, found.revision, found.is_listed) == (
        "We build racks and arms.", ["ja"], 2, False,
    )  # fmt: skip
    kept = session.scalars(select(PartnerVersion.content).order_by(PartnerVersion.number)).all()
    assert [version["about"] for version in kept] == ["We build racks.", "We build racks and arms."]
    assert found.confirmed_at is not None


@pytest.mark.check("L4")
def test_of_two_who_save_a_profile_the_second_is_told(session, market):
    make.profile(session, market.house, market.partner)
    with pytest.raises(Refused, match="meanwhile"):
        make.profile(session, market.house, market.partner, about="Something else.")
    assert session.scalars(select(Profile.about)).all() == ["We build racks."]


@pytest.mark.check("E2")
@pytest.mark.parametrize(
    "content",
    [
        ProfileContent(about="x" * 2001),
        ProfileContent(legal_name="x" * 201),
        ProfileContent(audiences={"ownership": Audience.VETTED}),
        ProfileContent(audiences={"name": Audience.OURSELVES}),
        ProfileContent(audiences={"password": Audience.OURSELVES}),
    ],
)
def test_a_profile_that_cannot_be_is_refused(session, market, content):
    with pytest.raises(InvalidInput):
        services.save_profile(session, market.house.id, content, revision=0, actor_id=market.partner, now=clock.now())


def test_what_the_application_holds_is_shown_and_not_asked_again(session, market):
    market.round.partners[0].answers = {
        "ownership": {"owners": [{"name": "Ada Holding", "is_person": False, "country": "JP"}], "is_state_owned": False}
    }
    market.round.partners[0].languages = ["ja", "en"]
    session.flush()
    found = queries.profile(session, market.house.id)
    assert [owner.name for owner in found.ownership.owners] == ["Ada Holding"]
    assert found.asked_languages == ["ja", "en"]


def test_a_mandate_begins_with_what_the_application_says(session, market):
    row = market.round.partners[0]
    row.offers, row.seeks, row.band = ["hardware_supply"], ["seat"], AmountBand.FROM_1M_TO_10M
    session.flush()
    filled = queries.prefilled(session, market.house.id)
    assert [kind.value for kind in filled.offers] == ["hardware"]
    assert filled.seeks == (Opening.CREW_SEAT,)
    assert (filled.least, filled.most) == (AmountBand.FROM_1M_TO_10M, AmountBand.FROM_1M_TO_10M)
    assert queries.prefilled(session, market.company.id) is None


def test_a_draft_may_lack_what_an_active_mandate_needs(session, market):
    draft = make.mandate(session, market.house, market.partner, active=False, offers=(), seeks=())
    assert draft.state is MandateState.DRAFT
    with pytest.raises(MandateFault) as refusal:
        services.move_mandate(
            session, draft.id, MandateEvent.ACTIVATE, actor_id=market.partner, now=clock.now()
        )  # fmt: skip
    assert refusal.value.field == "offers"


def test_a_mandate_is_written_moved_and_changed_with_its_history(session, market):
    made = make.mandate(session, market.house, market.partner)
    assert (made.state, made.due_at) == (MandateState.ACTIVE, made.confirmed_at + timedelta(days=180))
    services.save_mandate(
        session, made.id, MandateContent("Fund IV", seeks=(Opening.CARGO,)), organization_id=market.house.id,
        revision=1, actor_id=market.partner, now=clock.now(),
    )  # fmt: skip
    services.move_mandate(session, made.id, MandateEvent.PAUSE, actor_id=market.partner, now=clock.now())
    services.move_mandate(session, made.id, MandateEvent.CLOSE, actor_id=market.partner, now=clock.now())
    with pytest.raises(TransitionRefused):
        services.move_mandate(session, made.id, MandateEvent.PAUSE, actor_id=market.partner, now=clock.now())
    with pytest.raises(Refused, match="Reopen"):
        services.save_mandate(
            session, made.id, MandateContent("Fund V"), organization_id=market.house.id, revision=2,
            actor_id=market.partner, now=clock.now(),
        )  # fmt: skip
    names = [v.content["name"] for v in session.scalars(select(PartnerVersion).order_by(PartnerVersion.number))]
    assert names == ["Fund III", "Fund IV"]
    assert len(queries.versions(session, made.id)) == 2


@pytest.mark.check("L4")
def test_of_two_who_save_a_mandate_the_second_is_told(session, market):
    made = make.mandate(session, market.house, market.partner)
    with pytest.raises(Refused, match="meanwhile"):
        services.save_mandate(
            session, made.id, MandateContent("Fund IV"), organization_id=market.house.id, revision=0,
            actor_id=market.partner, now=clock.now(),
        )  # fmt: skip


@pytest.mark.check("D3")
def test_nobody_writes_for_an_organization_that_is_not_theirs(session, market):
    made = make.mandate(session, market.house, market.partner)
    marked = make.mark(session, market.house, market.partner, "Some Works")
    stranger, now = people.member(session).user_id, clock.now()
    attempts = [
        lambda: make.profile(session, market.house, stranger),
        lambda: services.confirm_profile(session, market.house.id, actor_id=stranger, now=now),
        lambda: make.mandate(session, market.house, stranger),
        lambda: services.move_mandate(session, made.id, MandateEvent.PAUSE, actor_id=stranger, now=now),
        lambda: services.confirm_mandate(session, made.id, actor_id=stranger, now=now),
        lambda: make.mark(session, market.house, stranger, "Other Works"),
        lambda: services.lift_mark(session, marked.id, actor_id=stranger),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            attempt()
    with pytest.raises(Refused):
        make.mandate(session, market.company, market.owner)


def test_only_those_who_write_for_a_company_keep_its_private_list(session, market):
    officer = people.member(session, organization=market.company, role=Role.EXPORT_OFFICER).user_id
    make.mark(session, market.company, market.owner, market.house.name)
    with pytest.raises(NotFound):
        make.mark(session, market.company, officer, "Another House")


def test_a_mandate_that_nobody_confirms_is_asked_about_once(session, market):
    made = make.mandate(session, market.house, market.partner)
    assert services.nag_due(session, now=clock.now() + timedelta(days=179)) == 0
    later = clock.now() + timedelta(days=181)
    assert [services.nag_due(session, now=later) for _ in range(2)] == [1, 0]
    mails = session.scalars(select(OutboxMessage.payload).where(OutboxMessage.kind == mail.KIND)).all()
    asked = [one for one in mails if one["template"] == "partners_stale"]
    assert [one["context"]["path"] for one in asked] == [f"/mandates/{made.id}"]
    services.confirm_mandate(session, made.id, actor_id=market.partner, now=later)
    assert made.due_at == later + timedelta(days=180)
    assert made.nagged_at is None


# --- who sees a partner ---------------------------------------------------------------------------------------------


@pytest.mark.check("D5")
def test_the_list_shows_only_who_chose_it_and_only_the_fields_they_chose(session, market):
    make.profile(session, market.house, market.partner, about=SECRET)
    hidden = people.organization(session, name=f"{SECRET} House")
    make.profile(session, hidden, people.member(session, organization=hidden).user_id, listed=False)
    reader = company_viewer(session, market)
    [row] = queries.partners(session, reader).items
    assert (row.name, row.about) == (market.house.name, SECRET)
    session.scalars(select(Profile).where(Profile.organization_id == market.house.id)).one().audiences = {
        "name": 3, "about": 1,
    }  # fmt: skip
    session.flush()
    found = queries.partners(session, reader)
    assert (found.total, SECRET in repr(found)) == (1, False)
    assert queries.partners(session, reader, PartnerFilters(search=SECRET)).total == 0


@pytest.mark.check("D6")
def test_who_is_not_vetted_gets_no_list_and_no_partner(session, market):
    make.profile(session, market.house, market.partner)
    reader = company_viewer(session, market, vetted=False)
    assert queries.partners(session, reader).total == 0
    with pytest.raises(NotFound):
        queries.partner_view(session, reader, market.house.id)


@pytest.mark.check("D5")
def test_a_mandate_and_its_ticket_are_shown_to_those_whom_they_are_for(session, market):
    make.profile(session, market.house, market.partner)
    make.mandate(session, market.house, market.partner, ticket_audience=Audience.ORGANIZERS)
    make.mandate(session, market.house, market.partner, name=SECRET, audience=Audience.ORGANIZERS,
                 ticket_audience=Audience.OURSELVES)  # fmt: skip
    make.mandate(session, market.house, market.partner, name="A draft", active=False)
    seen = queries.partner_view(session, company_viewer(session, market), market.house.id)
    assert [(one.content.name, one.shows_ticket) for one in seen.mandates] == [("Fund III", False)]
    organizer = queries.Viewer(people.staff(session, Role.ORGANIZER).id, frozenset({Role.ORGANIZER}))
    seen = queries.partner_view(session, organizer, market.house.id)
    assert [(one.content.name, one.shows_ticket) for one in seen.mandates] == [("Fund III", True), (SECRET, False)]


@pytest.mark.check("D9")
def test_a_company_knows_a_partner_by_name_as_long_as_an_interest_says_it(session, market):
    make.profile(session, market.house, market.partner, listed=False)
    reader = company_viewer(session, market)
    with pytest.raises(NotFound):
        queries.partner_view(session, reader, market.house.id)
    stated = interests.interest(
        session, entry=market.round.programmes[0], organization=market.house, user_id=market.partner,
        visibility=Visibility.NAMES,
    )  # fmt: skip
    assert queries.partner_view(session, reader, market.house.id).reader is Reader.COUNTERPART
    for quiet in ({"visibility": Visibility.SUMMARY_ONLY}, {"state": InterestState.WATCHING}):
        before = {name: getattr(stated, name) for name in quiet}
        for name, value in quiet.items():
            setattr(stated, name, value)
        session.flush()
        with pytest.raises(NotFound):
            queries.partner_view(session, reader, market.house.id)
        for name, value in before.items():
            setattr(stated, name, value)


def test_the_list_is_narrowed_by_what_partners_bring_where_they_come_from_and_what_they_are(session, market):
    make.profile(session, market.house, market.partner)
    make.mandate(session, market.house, market.partner)
    reader = company_viewer(session, market)

    def found(**asked):
        return queries.partners(session, reader, PartnerFilters(**asked)).total

    assert (found(offer=Sought.HARDWARE), found(offer=Sought.SEAT)) == (1, 0)
    assert (found(country=market.house.country), found(country="FR")) == (1, 0)
    assert (found(kind=market.house.kind), found(kind=OrganizationKind.MINISTRY)) == (1, 0)
    assert (found(search=market.house.name.upper()), found(search="nobody")) == (1, 0)


# --- apart ----------------------------------------------------------------------------------------------------------


def test_who_is_kept_apart_by_either_side_is_never_proposed(session, market):
    for by, actor, other in (
        (market.house, market.partner, market.company), (market.company, market.owner, market.house),
    ):  # fmt: skip
        marked = make.mark(session, by, actor, other.name.upper())
        facts = read_facts(session, market.round.summit.id)
        assert facts.bar(facts.partners[0], facts.programmes[0]) is Bar.BLOCKED
        assert facts.bar(facts.partners[0], facts.programmes[1]) is None
        proposal = propose(facts, RunSettings(2, 2, 0), lambda _percent, _note: None)
        assert [pair.entry.key for pair in proposal.pairs] == ["programme-001"]
        pair = (market.round.partners[0].id, market.round.programmes[0].id)
        assert matching.apart(session, [pair]) == {pair}
        services.lift_mark(session, marked.id, actor_id=actor)
        assert matching.apart(session, [pair]) == set()


def test_a_mark_by_name_holds_from_the_day_on_which_the_company_comes(session, market):
    make.mark(session, market.house, market.partner, "  Later   WORKS ")
    [row] = session.scalars(select(PartnerMark)).all()
    assert row.other_id is None
    later = people.company(session, name="Later Works")
    assert queries.apart(session, [market.house.id, later.id]).keeps(later.id, market.house.id)


def test_keeping_apart_ends_what_is_planned_and_tells_nobody_why(session, market):
    meeting = scheduling.meeting(session, market.round, 0, 0)
    make.mark(session, market.house, market.partner, market.company.name, note=SECRET)
    assert session.get_one(Meeting, meeting.id).state is MeetingState.CANCELLED
    outbox.deliver_due(clock.now())
    sent = [repr(one) for one in session.scalars(select(OutboxMessage.payload))]
    sent += [f"{one.subject} {one.text}" for one in session.scalars(select(MailboxMessage))]
    assert not any(SECRET in one or "private list" in one.lower() for one in sent)


def test_whom_a_side_knows_already_comes_later_for_that_side_only(session, market):
    make.mark(session, market.house, market.partner, market.company.name, MarkKind.KNOW_ALREADY)
    facts = read_facts(session, market.round.summit.id)
    partner, entry = facts.partners[0], facts.programmes[0]
    ours, theirs = (facts.fit(side, partner, entry) for side in Side)
    assert any("know each other" in part.words for part in ours.parts)
    assert not any("know each other" in part.words for part in theirs.parts)
    assert facts.bar(partner, entry) is None


@pytest.mark.check("D6")
def test_a_blocked_company_sees_counts_and_learns_the_same_as_before(session, market):
    make.profile(session, market.house, market.partner)
    make.mandate(session, market.house, market.partner)
    reader = company_viewer(session, market)

    def seen():
        return repr((
            queries.partners(session, reader), queries.partner_view(session, reader, market.house.id),
            queries.marks(session, market.company.id),
            matching.ranking_of_company(session, market.round.summit.id, market.round.programmes[0].id),
        ))  # fmt: skip

    before, recorded = seen(), len(session.info["audit"])
    make.mark(session, market.house, market.partner, market.company.name, note=SECRET)
    assert seen() == before
    assert SECRET not in before
    record = repr([(one.action, one.detail, one.reason) for one in session.info["audit"][recorded:]])
    assert "partner_mark.set" in record
    assert SECRET not in record
    assert market.company.name not in record


@pytest.mark.check("D6")
def test_a_blocked_partner_finds_the_same_entries_as_before(session, market):
    content = make.WHOLE

    def seen():
        return repr(queries.fitting_entries(session, market.house.id, content, tier=Tier.VETTED))

    before = seen()
    assert "programme-000" in before
    make.mark(session, market.company, market.owner, market.house.name, note=SECRET)
    assert seen() == before


def test_ones_own_marks_shape_ones_own_list(session, market):
    def found():
        page = queries.fitting_entries(session, market.house.id, make.WHOLE, tier=Tier.VETTED)
        return [(one.row.key, one.known) for one in page.items]

    assert found() == [("programme-000", False), ("programme-001", False)]
    make.mark(session, market.house, market.partner, market.company.name, MarkKind.KNOW_ALREADY)
    assert found() == [("programme-001", False), ("programme-000", True)]
    make.mark(session, market.house, market.partner, market.company.name, MarkKind.KEEP_APART)
    assert found() == [("programme-001", False)]


def test_partners_that_fit_are_named_to_a_company_unless_one_side_keeps_apart(session, market):
    make.profile(session, market.house, market.partner)
    make.mandate(session, market.house, market.partner, ticket_audience=Audience.ORGANIZERS)
    reader = company_viewer(session, market)
    [one] = queries.fitting_mandates(session, reader, [market.company.id])
    assert (one.partner_name, one.shows_ticket) == (market.house.name, False)
    assert not any("ticket:" in words for words in one.fits.agreeing), "an amount it may not see says nothing"
    marked = make.mark(session, market.house, market.partner, market.company.name)
    assert queries.fitting_mandates(session, reader, [market.company.id]) == []
    services.lift_mark(session, marked.id, actor_id=market.partner)
    make.mark(session, market.company, market.owner, market.house.name)
    assert queries.fitting_mandates(session, reader, [market.company.id]) == []


def test_what_fits_is_narrowed_and_ordered_by_what_agrees(session, market):
    market.round.programmes[1].stage_group = StageGroup.DEVELOPMENT
    market.round.programmes[0].stage_group = StageGroup.OPERATIONAL
    session.flush()
    content = make.WHOLE
    page = queries.fitting_entries(session, market.house.id, content, tier=Tier.VETTED)
    assert [one.row.key for one in page.items] == ["programme-001", "programme-000"]
    counts = [len(one.fits.agreeing) for one in page.items]
    assert counts == sorted(counts, reverse=True)
    narrowed = FitFilters(stage=StageGroup.OPERATIONAL)
    page = queries.fitting_entries(session, market.house.id, content, tier=Tier.VETTED, filters=narrowed)
    assert [one.row.key for one in page.items] == ["programme-000"]


def test_a_list_holds_each_name_once_never_oneself_and_not_without_end(session, market, monkeypatch):
    make.mark(session, market.house, market.partner, "Some Works")
    make.mark(session, market.house, market.partner, "SOME works", MarkKind.KNOW_ALREADY)
    [row] = session.scalars(select(PartnerMark)).all()
    assert row.kind is MarkKind.KNOW_ALREADY
    with pytest.raises(Refused, match="your own"):
        make.mark(session, market.house, market.partner, market.house.name.lower())
    with pytest.raises(InvalidInput):
        make.mark(session, market.house, market.partner, "   ")
    monkeypatch.setattr("app.partners.services.marks.MOST_MARKS", 1)
    with pytest.raises(Refused, match="holds 1"):
        make.mark(session, market.house, market.partner, "Third Works")


def test_what_is_said_is_on_the_record(session, market):
    made = make.mandate(session, market.house, market.partner)
    make.profile(session, market.house, market.partner)
    make.mark(session, market.house, market.partner, "Some Works")
    done = {entry.action for entry in session.info["audit"]}
    assert {"mandate.saved", "mandate.activated", "partner_profile.saved", "partner_mark.set"} <= done
    assert session.get_one(Mandate, made.id).revision == 1
