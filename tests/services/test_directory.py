"""What a load, a company and a reviewer do to the directory."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.accounts.states import OrganizationKind
from app.core import clock, reference
from app.core.access import Role
from app.core.errors import InvalidInput, NotFound, Refused, TransitionRefused
from app.core.money import AmountBand
from app.core.sheets import BadSheet
from app.directory import queries, rules, services
from app.directory.models import Claim, Entry, EntryVersion, Proposal
from app.directory.queries import Filters, Sort, Standing, desk
from app.directory.services import load
from app.directory.states import (
    Category,
    ClaimEvent,
    ClaimState,
    EntryState,
    ProposalEvent,
    ProposalState,
    StageGroup,
    Tier,
)
from app.notifications import outbox
from app.registration.states import RegistrationState
from app.regulatory.states import Opening, Participation
from tests.conftest import ROOT
from tests.factories import accounts as people
from tests.factories import directory as make
from tests.factories import registration as registrations

LOADER = load.LOADERS["destinations"]


def real_rows():
    return dict(reference.prepare(LOADER, ROOT / "app" / "reference").rows)


def load_real(session, rows=None, *, sha="a" * 64):
    prepared = reference.prepare(LOADER, ROOT / "app" / "reference")
    prepared = replace(prepared, rows=real_rows() if rows is None else rows, sha256=sha)
    return reference.load(session, prepared, now=clock.now())


def writer(session, organization):
    return people.member(session, organization=organization, role=Role.COMPANY_OWNER).user_id


def reviewer(session):
    return people.staff(session, Role.REVIEWER).id


def save(session, entry, user_id, **fields):
    return services.edit_draft(
        session, entry_id=entry.id, user_id=user_id, fields=fields, attestation=rules.ATTESTATION, now=clock.now()
    )


COMPLETE = {
    "summary": "A station.",
    "seeking": [{"kind": "equity"}],
    "contacts": [{"name": "Dana", "email": "d@example.com"}],
}


def test_the_real_file_gives_38_unclaimed_entries_that_say_whose_words_they_are(session):
    loaded = load_real(session)
    page = queries.entries(session, size=100)
    assert (len(loaded.added), page.total) == (38, 38)
    assert {row.state for row in page.items} == {EntryState.UNCLAIMED}
    assert all("not confirmed by the company" in row.standing for row in page.items)
    assert all(row.openings_inferred for row in page.items)


def test_loading_the_same_file_again_changes_nothing(session):
    load_real(session)
    assert not load_real(session).is_new
    assert session.scalar(select(EntryVersion.number).order_by(EntryVersion.number.desc())) == 1


def test_new_data_renews_an_unclaimed_entry_and_keeps_the_old_version(session):
    load_real(session)
    rows = real_rows()
    rows["starlab"] = {**rows["starlab"], "stage": "operational since yesterday", "stage_group": "operational"}
    loaded = load_real(session, rows, sha="b" * 64)
    entry = queries.entry(session, key="starlab")
    assert loaded.changed == ("starlab",)
    assert entry.row.stage == "operational since yesterday"
    kept = desk.versions(session, "starlab", [], any_company=True)
    assert [version.number for version in kept] == [2, 1]
    assert "Stage" in [line.label for line in kept[0].changes]


def test_new_data_about_a_claimed_entry_waits_for_its_company_and_overwrites_nothing(session):
    load_real(session)
    entry = session.scalars(select(Entry).where(Entry.key == "starlab")).one()
    company = people.company(session)
    claim = make.claim(session, entry=entry, organization=company)
    services.decide_claim(
        session, claim.id, ClaimEvent.APPROVE, actor_id=reviewer(session), reason="Known.", now=clock.now()
    )
    before = entry.stage
    rows = real_rows()
    rows["starlab"] = {**rows["starlab"], "stage": "operational since yesterday"}
    load_real(session, rows, sha="b" * 64)
    assert queries.entry(session, key="starlab").row.stage == before
    draft = desk.draft(session, "starlab", [company.id])
    assert [(line.label, line.after) for line in draft.news] == [("Stage", "operational since yesterday")]
    user = writer(session, company)
    services.decide_proposal(
        session,
        entry_id=entry.id,
        user_id=user,
        event=ProposalEvent.TAKE,
        attestation=rules.ATTESTATION,
        now=clock.now(),
    )
    after = desk.draft(session, "starlab", [company.id])
    assert (after.content["stage"], after.news) == ("operational since yesterday", [])
    assert session.scalars(select(Proposal.state)).all() == [ProposalState.TAKEN]


def test_an_unclaimed_entry_that_the_file_drops_is_hidden_and_comes_back_with_it(session):
    load_real(session)
    rows = real_rows()
    gone = rows.pop("starlab")
    load_real(session, rows, sha="b" * 64)
    assert queries.entry(session, key="starlab") is None
    load_real(session, {**rows, "starlab": gone}, sha="c" * 64)
    assert queries.entry(session, key="starlab").row.state is EntryState.UNCLAIMED


def test_a_bad_cell_is_refused_naming_file_line_and_field(tmp_path):
    text = (ROOT / "app" / "reference" / "destinations.csv").read_text(encoding="utf-8")
    (tmp_path / "destinations.csv").write_text(text.replace(",station,", ",castle,", 1), encoding="utf-8")
    with pytest.raises(BadSheet, match=r"destinations\.csv, line 2, field category"):
        reference.prepare(LOADER, tmp_path, as_of=date(2026, 11, 23))


def test_a_claim_is_decided_with_a_reason_and_gives_the_entry_to_the_company(session):
    entry = make.entry(session)
    company = people.company(session)
    user = writer(session, company)
    claim = services.claim_entry(
        session, entry_id=entry.id, organization_id=company.id, user_id=user, proof="See our page at example.com.",
        now=clock.now(),
    )  # fmt: skip
    rival = make.claim(session, entry=entry, organization=people.company(session, name="Rival Works"))
    services.decide_claim(
        session, claim.id, ClaimEvent.APPROVE, actor_id=reviewer(session), reason="Checked.", now=clock.now()
    )
    assert (entry.state, entry.organization_id) == (EntryState.DRAFT, company.id)
    assert (rival.state, rival.reason) == (ClaimState.DECLINED, "Another company's claim to this entry was approved.")
    assert queries.entry(session, key=entry.key).row.openings_inferred


def test_a_claim_needs_a_us_company_a_proof_and_to_be_the_only_open_one(session):
    entry = make.entry(session)
    abroad = people.organization(session)
    partner = people.member(session, organization=abroad, role=Role.PARTICIPANT).user_id
    company = people.company(session)
    user = writer(session, company)

    def claim(organization, person, proof="Our own page names it."):
        return services.claim_entry(
            session, entry_id=entry.id, organization_id=organization.id, user_id=person, proof=proof, now=clock.now()
        )

    with pytest.raises(NotFound):
        claim(abroad, partner)
    with pytest.raises(NotFound):
        claim(company, partner)
    with pytest.raises(InvalidInput):
        claim(company, user, proof="Ours.")
    claim(company, user)
    with pytest.raises(Refused, match="already"):
        claim(company, user)


def test_an_entry_that_has_a_company_cannot_be_claimed_again(session):
    entry = make.published(session)
    company = people.company(session, name="Second Works")
    with pytest.raises(Refused, match="has been claimed"):
        services.claim_entry(
            session, entry_id=entry.id, organization_id=company.id, user_id=writer(session, company),
            proof="Our own page names it.", now=clock.now(),
        )  # fmt: skip


@pytest.mark.check("D11")
def test_nobody_decides_about_their_own_companys_claim_or_entry(session):
    company = people.company(session)
    insider = writer(session, company)
    claim = make.claim(session, organization=company)
    with pytest.raises(Refused, match="another reviewer"):
        services.decide_claim(session, claim.id, ClaimEvent.APPROVE, actor_id=insider, reason="Mine.", now=clock.now())
    entry = make.entry(session, state=EntryState.IN_REVIEW, organization=company)
    with pytest.raises(Refused, match="another reviewer"):
        services.publish(session, entry_id=entry.id, actor_id=insider, now=clock.now())
    assert session.get_one(Claim, claim.id).state is ClaimState.OPEN


@pytest.mark.check("D3")
def test_another_companys_entry_does_not_exist_for_a_writer(session):
    entry = make.published(session)
    outsider = writer(session, people.company(session, name="Other Works"))
    for attempt in (
        lambda: save(session, entry, outsider, name="Taken"),
        lambda: services.submit_for_review(session, entry_id=entry.id, user_id=outsider, now=clock.now()),
        lambda: services.withdraw_entry(session, entry_id=entry.id, user_id=outsider, now=clock.now()),
        lambda: services.confirm_entry(session, entry_id=entry.id, user_id=outsider, now=clock.now()),
        lambda: desk.draft(session, entry.key, [people.company(session, name="Third").id]),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_an_export_officer_reads_but_does_not_write(session):
    company = people.company(session)
    officer = people.member(session, organization=company, role=Role.EXPORT_OFFICER).user_id
    with pytest.raises(NotFound):
        save(session, make.published(session, organization=company), officer, name="Changed")


@pytest.mark.check("G1")
def test_no_draft_is_kept_without_the_statement_about_controlled_data(session):
    company = people.company(session)
    entry = make.entry(session, state=EntryState.DRAFT, organization=company)
    user = writer(session, company)
    for said in ("", "yes", "2020-01"):
        with pytest.raises(services.NotAttested):
            services.edit_draft(
                session, entry_id=entry.id, user_id=user, fields={"summary": "x"}, attestation=said, now=clock.now()
            )
    kept = save(session, entry, user, summary="A station.")
    assert (kept.attested_by, kept.attested_at, kept.attestation) == (user, clock.now(), rules.ATTESTATION)


def test_a_draft_is_published_only_by_review_and_shown_only_then(session):
    company = people.company(session)
    user, decider = writer(session, company), reviewer(session)
    entry = make.entry(session, state=EntryState.DRAFT, organization=company, confirmed=False, summary="")
    save(session, entry, user, **{**COMPLETE, "summary": "New words."})
    assert queries.entry(session, key=entry.key) is None
    services.submit_for_review(session, entry_id=entry.id, user_id=user, now=clock.now())
    with pytest.raises(TransitionRefused):
        save(session, entry, user, summary="Later words.")
    services.publish(session, entry_id=entry.id, actor_id=decider, now=clock.now())
    shown = queries.entry(session, key=entry.key).row
    assert (shown.state, shown.summary) == (EntryState.PUBLISHED, "New words.")
    assert shown.standing == "Confirmed by the company on 1 March 2027"
    assert not shown.openings_inferred


def test_what_was_published_stays_in_view_while_a_new_draft_is_written(session):
    company = people.company(session)
    entry = make.published(session, organization=company, summary="Old words.")
    save(session, entry, writer(session, company), summary="New words.")
    assert entry.state is EntryState.DRAFT
    assert queries.entry(session, key=entry.key).row.summary == "Old words."
    assert [row.key for row in queries.meeting_entries(session, entry.id)] == [entry.key]


def test_what_is_missing_is_named_before_review(session):
    company = people.company(session)
    entry = make.entry(session, state=EntryState.DRAFT, organization=company, summary="", contacts=[])
    user = writer(session, company)
    save(session, entry, user, stage="design")
    with pytest.raises(Refused, match="Summary, Contacts"):
        services.submit_for_review(session, entry_id=entry.id, user_id=user, now=clock.now())


def test_a_reviewer_publishes_the_version_that_was_compared_and_no_other(session):
    entry = make.entry(session, state=EntryState.IN_REVIEW)
    with pytest.raises(services.Outdated):
        services.publish(session, entry_id=entry.id, actor_id=reviewer(session), version=7, now=clock.now())


@pytest.mark.check("L4")
def test_the_second_of_two_writers_is_told(session):
    company = people.company(session)
    entry = make.entry(session, state=EntryState.DRAFT, organization=company)
    user = writer(session, company)
    seen = entry.revision
    save(session, entry, user, summary="First.")
    with pytest.raises(services.Outdated):
        services.edit_draft(
            session, entry_id=entry.id, user_id=user, fields={"summary": "Second."}, attestation=rules.ATTESTATION,
            revision=seen, now=clock.now(),
        )  # fmt: skip


def test_a_returned_draft_needs_a_reason_and_can_be_written_again(session):
    company = people.company(session)
    entry = make.entry(session, state=EntryState.IN_REVIEW, organization=company)
    with pytest.raises(InvalidInput):
        services.return_draft(session, entry_id=entry.id, actor_id=reviewer(session), reason=" ", now=clock.now())
    services.return_draft(
        session, entry_id=entry.id, actor_id=reviewer(session), reason="Name a source.", now=clock.now()
    )
    assert save(session, entry, writer(session, company), summary="Sourced.").number == 2


def test_suspending_hides_at_once_and_reinstating_needs_a_new_review(session):
    entry = make.published(session)
    decider = reviewer(session)
    services.suspend_entry(session, entry_id=entry.id, actor_id=decider, reason="Under question.", now=clock.now())
    assert queries.entry(session, key=entry.key) is None
    assert queries.entries(session).total == 0
    services.reinstate_entry(session, entry_id=entry.id, actor_id=decider, reason="Answered.", now=clock.now())
    assert entry.state is EntryState.DRAFT
    assert queries.entry(session, key=entry.key) is None


def test_an_entry_nobody_confirmed_for_half_a_year_grows_stale_and_can_be_confirmed(session):
    company = people.company(session)
    entry = make.published(session, organization=company)
    later = clock.advance(timedelta(days=180))
    assert services.grow_stale(session, now=later) == 1
    assert entry.state is EntryState.STALE
    services.confirm_entry(session, entry_id=entry.id, user_id=writer(session, company), now=later)
    assert (entry.state, entry.as_of) == (EntryState.PUBLISHED, "2027-08-28")
    assert services.grow_stale(session, now=later) == 0


def test_a_published_entry_grows_stale_by_itself(session):
    company = people.company(session)
    user = writer(session, company)
    entry = make.entry(session, state=EntryState.IN_REVIEW, organization=company)
    services.publish(session, entry_id=entry.id, actor_id=reviewer(session), now=clock.now())
    clock.advance(timedelta(days=100))
    services.confirm_entry(session, entry_id=entry.id, user_id=user, now=clock.now())
    for days, state in ((80, EntryState.PUBLISHED), (100, EntryState.STALE)):
        outbox.deliver_due(clock.advance(timedelta(days=days)))
        session.refresh(entry)
        assert entry.state is state


def test_a_company_starts_an_entry_that_only_it_can_see(session):
    company = people.company(session)
    user = writer(session, company)
    made = services.create_entry(
        session, organization_id=company.id, user_id=user, name="Haven  9", category=Category.STATION, now=clock.now()
    )
    assert made.key == "haven-9"
    assert queries.entry(session, key="haven-9") is None
    assert queries.entry(session, key="haven-9", own={company.id}).row.name == "Haven 9"


@pytest.mark.check("D5")
def test_each_tier_sees_its_fields_and_no_more(session):
    company = people.company(session)
    entry = make.published(session, organization=company)
    seen = {tier: queries.entry(session, key=entry.key, tier=tier) for tier in Tier}
    assert (seen[Tier.PUBLIC].sought_band, seen[Tier.PUBLIC].seen["contacts"]) == (None, [])
    assert seen[Tier.REGISTERED].sought_band is AmountBand.FROM_10M_TO_50M
    assert seen[Tier.REGISTERED].seen["contacts"] == []
    assert seen[Tier.VETTED].seen["contacts"][0]["email"] == "dana@example.com"
    assert queries.entry(session, key=entry.key, own={company.id}).seen["contacts"][0]["email"] == "dana@example.com"


@pytest.mark.check("D9")
def test_who_loses_admission_loses_the_vetted_tier_at_once(session):
    registration = registrations.registration(session)
    assert queries.reader_tier(session, registration.user_id) is Tier.VETTED
    registration.state = RegistrationState.CANCELLED
    session.flush()
    assert queries.reader_tier(session, registration.user_id) is Tier.REGISTERED
    assert queries.reader_tier(session, None) is Tier.PUBLIC


@pytest.mark.parametrize("state", list(RegistrationState))
def test_only_the_admitted_are_vetted(session, state):
    registration = registrations.registration(session, state=state)
    vetted = {RegistrationState.APPROVED, RegistrationState.PAYMENT_DUE, RegistrationState.CONFIRMED}
    assert (queries.reader_tier(session, registration.user_id) is Tier.VETTED) is (state in vetted)


@pytest.mark.check("D6")
def test_search_and_counts_do_not_know_what_is_not_public(session):
    entry = make.published(session, contacts=[{"name": "Zebediah Marker", "role": "", "email": "zmarker@example.com"}])
    make.entry(session, state=EntryState.DRAFT, name="Hidden Zmarker", partner_countries=["ZM"])
    for words in ("zebediah", "zmarker", "marker", "from_10m_to_50m"):
        filters = Filters(search=words)
        assert queries.entries(session, filters).total == 0
        assert all(one.count == 0 for counts in queries.facets(session, filters).values() for one in counts)
    assert "ZM" not in {one.value for one in queries.facets(session, Filters())["country"]}
    assert queries.entries(session).items[0].key == entry.key


def test_search_finds_names_companies_and_text_in_any_case_and_without_accents(session):
    make.entry(session, name="Étoile", lead_company="Société Orbitale", partners="Kibo")
    make.entry(session, name="Other", partners="Nobody")
    for words in ("ETOILE", "societe orbitale", "kibo étoile", "station"):
        assert "Étoile" in {row.name for row in queries.entries(session, Filters(search=words)).items}
    assert queries.entries(session, Filters(search="100%")).total == 0


def test_counts_are_true_under_the_other_filters(session):
    make.entry(session, name="A", category="station", openings=["equity"], partner_countries=["JP", "DE"])
    make.entry(session, name="B", category="station", openings=["payload"], partner_countries=["JP"])
    make.published(session, name="C", category="free_flyer", seeking=make.seeking("equity"), partner_countries=[])
    filters = Filters(category=(Category.STATION,), participation=(Participation.EQUITY,))
    assert [row.name for row in queries.entries(session, filters).items] == ["A"]
    counts = {
        field: {one.value: one.count for one in found} for field, found in queries.facets(session, filters).items()
    }
    assert counts["category"] == {"station": 1, "free_flyer": 1}
    assert counts["participation"] == {"equity": 1, "payload": 1}
    assert counts["country"] == {"JP": 1, "DE": 1}
    assert counts["standing"] == {"reported": 1}
    for field, of_field in counts.items():
        for value, count in of_field.items():
            narrowed = replace(filters, **{field: (value,)})
            assert queries.entries(session, narrowed).total == count


def test_each_filter_narrows_to_what_it_says(session):
    make.entry(session, name="A", stage_group="operational", openings=["crew_seat"])
    make.published(session, name="B", stage_group="design", openings=["payload"])
    for filters, names in (
        (Filters(stage=(StageGroup.OPERATIONAL,)), ["A"]),
        (Filters(opening=(Opening.PAYLOAD,)), ["B"]),
        (Filters(standing=(Standing.CONFIRMED,)), ["B"]),
        (Filters(standing=(Standing.REPORTED,)), ["A"]),
        (Filters(standing=(Standing.CONFIRMED, Standing.REPORTED)), ["A", "B"]),
        (Filters(country=("JP",), search="example"), []),
    ):
        found = queries.entries(session, filters)
        assert [row.name for row in found.items] == names or filters.search


def test_entries_come_in_the_order_asked_for(session):
    make.entry(session, name="beta", lead_company="Zeta", as_of="2026-02")
    make.entry(session, name="Alpha", lead_company="Yota", as_of="2025")
    make.entry(session, name="Álpha 2", lead_company="Xi", as_of="2026-02-12")
    names = {sort: [row.name for row in queries.entries(session, sort=sort).items] for sort in Sort}
    assert names[Sort.NAME] == ["Alpha", "Álpha 2", "beta"]
    assert names[Sort.COMPANY] == ["Álpha 2", "Alpha", "beta"]
    assert names[Sort.NEWEST] == ["Álpha 2", "beta", "Alpha"]


def test_kinds_of_company_that_are_not_american_cannot_claim(session):
    prime = people.organization(session, kind=OrganizationKind.PRIME)
    owner = people.member(session, organization=prime).user_id
    with pytest.raises((Refused, NotFound)):
        services.claim_entry(
            session, entry_id=make.entry(session).id, organization_id=prime.id, user_id=owner,
            proof="Our own page names it.", now=clock.now(),
        )  # fmt: skip
