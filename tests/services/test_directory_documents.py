"""Documents of entries, proof of claims, the history of a stage, what changed, and reminders to confirm."""

from datetime import timedelta

import pytest

from app.accounts.models import User
from app.core import clock
from app.core.access import Principal, Role
from app.core.errors import InvalidInput, NotFound
from app.directory import queries, rules, services
from app.directory.models import Entry
from app.directory.queries.changes import public_changes
from app.directory.rules.evidence import evidence
from app.directory.services import load
from app.directory.states import ChangeKind, EntryState, StageGroup, Tier
from app.documents import services as files
from app.documents.models import File
from app.documents.rules.attest import MayNotEnter, NotAttested
from app.documents.states import FileState, Handling, Purpose
from tests.factories import accounts as people
from tests.factories import directory as make
from tests.factories import documents, notifications, registration


def owner_of(session, entry):
    house = session.get_one(people.Organization, entry.organization_id)
    return session.get_one(User, people.member(session, organization=house, role=Role.COMPANY_OWNER).user_id)


def principal(user, *roles):
    return Principal(user.id, user.email, user.name, "UTC", user.id, "", frozenset(roles))


@pytest.mark.check("D5")
@pytest.mark.parametrize("tier", rules.DOCUMENT_TIERS)
def test_a_document_is_seen_by_its_tier_and_the_company_alone(session, tier):
    entry = make.published(session)
    made = make.document(session, entry, by=owner_of(session, entry), tier=tier)
    for reader in Tier:
        seen = queries.entry(session, key=entry.key, tier=reader).documents
        assert [one.id for one in seen] == ([made.id] if reader >= tier else [])
    own = queries.entry(session, key=entry.key, own={entry.organization_id})
    assert [one.id for one in own.documents] == [made.id]


@pytest.mark.check("D9")
def test_who_may_open_a_document_is_asked_of_the_entry_at_every_request(session):
    entry = make.published(session)
    owner = owner_of(session, entry)
    made = make.document(session, entry, by=owner, tier=Tier.VETTED)
    admitted = principal(session.get_one(User, registration.registration(session).user_id))
    stranger = principal(people.user(session))
    assert files.readable_file(session, made.file_id, admitted)
    with pytest.raises(NotFound):
        files.readable_file(session, made.file_id, stranger)
    services.show_document_to(session, made.id, Tier.GRANTED, entry_id=entry.id, user_id=owner.id, now=clock.now())
    with pytest.raises(NotFound):
        files.readable_file(session, made.file_id, admitted)


@pytest.mark.check("D4")
def test_a_document_is_only_reached_through_its_own_entry(session):
    entry, other = make.published(session), make.published(session)
    made = make.document(session, entry, by=owner_of(session, entry))
    with pytest.raises(NotFound):
        services.remove_document(
            session, made.id, entry_id=other.id, user_id=owner_of(session, other).id, now=clock.now()
        )
    services.remove_document(session, made.id, entry_id=entry.id, user_id=made.added_by, now=clock.now())
    assert session.get_one(File, made.file_id).state is FileState.DROPPED


@pytest.mark.check("G1")
@pytest.mark.check("G2")
def test_no_document_is_kept_without_the_statement_or_when_somebody_is_unsure(session):
    entry = make.published(session)
    owner = owner_of(session, entry)
    upload = files.check(documents.text_pdf("Guide"), name="guide.pdf", purpose=Purpose.ENTRY_DOCUMENT)
    asked = {"entry_id": entry.id, "user_id": owner.id, "upload": upload, "label": "Guide", "tier": Tier.VETTED}
    with pytest.raises(NotAttested):
        services.add_document(session, **asked, attested=None, now=clock.now())
    unsure = documents.attested(owner.id, handling=Handling.UNSURE)
    with pytest.raises(MayNotEnter):
        services.add_document(session, **asked, attested=unsure, now=clock.now())
    with pytest.raises(InvalidInput):
        services.add_document(
            session, **{**asked, "tier": Tier.PUBLIC}, attested=documents.attested(owner.id), now=clock.now()
        )


def test_the_proof_of_a_claim_is_opened_by_those_who_decide_and_by_nobody_else(session):
    entry = make.entry(session)
    member = people.member(session, organization=people.company(session), role=Role.COMPANY_OWNER)
    claimant, organization = session.get_one(User, member.user_id), member.organization_id
    claim = services.claim_entry(
        session, entry_id=entry.id, organization_id=organization, user_id=claimant.id,
        proof="Our name stands on the reported page.", now=clock.now(),
        upload=files.check(documents.pdf(), name="proof.pdf", purpose=Purpose.CLAIM_PROOF),
        attested=documents.attested(claimant.id),
    )  # fmt: skip
    session.get_one(File, claim.file_id).state = FileState.READY
    session.flush()
    reviewer = principal(people.user(session), Role.REVIEWER)
    assert files.readable_file(session, claim.file_id, reviewer)
    for roles in ((), (Role.FINANCE,)):
        with pytest.raises(NotFound):
            files.readable_file(session, claim.file_id, principal(people.user(session), *roles))


@pytest.mark.parametrize(
    ("email", "website", "agrees"),
    [
        ("ada@vast.example", "https://www.vast.example/en", [True, True, True]),
        ("ada@eu.vast.example", "vast.example", [True, True, True]),
        ("ada@notvast.example", "https://vast.example", [True, False, True]),
        ("ada@gmail.com", "https://vast.example", [True, False, True]),
        ("ada@other.example", "", [True, False]),
    ],
)  # fmt: skip
def test_a_reviewer_sees_what_can_be_compared_about_a_claim(email, website, agrees):
    found = evidence(
        claimant_email=email, website=website, organization="Vast Inc.", lead_company="Vast",
        sources=["https://vast.example/haven (press)"],
    )  # fmt: skip
    assert [one.agrees for one in found] == agrees


def test_each_stage_that_was_shown_stays_in_the_history(session):
    entry = make.entry(session)
    for stage, group in (
        ("design", StageGroup.DESIGN),
        ("design", StageGroup.DESIGN),
        ("build", StageGroup.DEVELOPMENT),
    ):
        content = {**make.REPORTED, "stage": stage, "stage_group": group.value}
        load.report(session, entry.key, entry, content, now=clock.now())
    seen = queries.entry(session, key=entry.key)
    assert [one.stage for one in seen.stages] == ["build", "design"]


def test_changes_compare_what_was_shown_before_and_tell_no_more_than_the_tier(session):
    entry = make.entry(session)
    later = {**make.REPORTED, "stage": "build", "contacts": [{"name": "MARK", "role": "", "email": ""}]}
    load.report(session, entry.key, session.get_one(Entry, entry.id), later, now=clock.now() + timedelta(hours=1))
    changed, first = public_changes(session, entry_ids=[entry.id])
    assert (first.is_new, first.fields, changed.kind) == (True, [], ChangeKind.REPORTED)
    assert [(line.label, line.before, line.after) for line in changed.fields] == [
        ("Stage", "design; prototype planned", "build")
    ]
    told = public_changes(session, entry_ids=[entry.id], tier=Tier.VETTED)[0]
    assert "Contacts" in [line.label for line in told.fields]


def test_a_company_is_reminded_before_its_entry_grows_stale_unless_it_confirmed(session):
    entry = make.published(session)
    owner = owner_of(session, entry)
    services.confirm_entry(session, entry_id=entry.id, user_id=owner.id, now=clock.now())
    session.flush()
    assert notifications.queued(session, services.REMIND) == [{"entry": str(entry.id)}] * 2
    soon = clock.now() + rules.CONFIRM_EVERY - timedelta(days=29)
    assert services.remind_to_confirm(session, entry.id, now=soon)
    session.flush()
    told = [mail["context"] for mail in notifications.queued(session, "mail") if mail["to"] == [owner.email]]
    assert [(words["outcome"], words["days"]) for words in told] == [("due", "29")]
    entry.confirmed_at = soon
    assert not services.remind_to_confirm(session, entry.id, now=soon)
    entry.state = EntryState.DRAFT
    assert not services.remind_to_confirm(session, entry.id, now=soon + timedelta(days=179))


def test_what_a_company_publishes_meets_topics_and_never_loses_a_reported_one(session):
    company = people.company(session)
    own = make.entry(session, state=EntryState.DRAFT, organization=company, topic_keys=[])
    owner = owner_of(session, own)
    for kind, met in (("seat", "faa_human_spaceflight"), ("landing_site", "tsa")):
        version = services.edit_draft(
            session, entry_id=own.id, user_id=owner.id, fields={"seeking": [{"kind": kind}]},
            attestation=rules.ATTESTATION, now=clock.now(),
        )  # fmt: skip
        assert {"ear_9x515", met} <= set(version.content["topic_keys"])
    assert "faa_human_spaceflight" not in version.content["topic_keys"]  # what is no longer sought adds nothing
