"""Saved searches, follows, notes and their mails: what is told, to whom, when, and to nobody else."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.merge import move_columns
from app.accounts.models import Organization, User
from app.accounts.states import RecordKind
from app.core import audit, clock
from app.core.audit import AuditDetail
from app.core.errors import InvalidInput, NotFound, Refused
from app.directory.queries.content import content_of
from app.directory.services.keep import keep_version, put
from app.directory.services.moves import hide
from app.directory.states import EntryEvent, EntryState, Tier, VersionKind
from app.following import queries, rules, services
from app.following.models import Digest, EntryNote, EntryTag, Follow, SavedSearch
from app.following.rules.stop_links import Stop
from app.following.services.telling import ALERT, DIGEST
from app.following.states import MailKind, Often
from app.following.tasks import DAILY
from app.notifications import mail, outbox
from app.notifications.models import OutboxMessage
from tests.factories import accounts
from tests.factories import directory as entries
from tests.factories import following as make
from tests.factories import registration as registrations

MARK, KEY, DAY = "planted-marker-9Z", "a-key-that-only-tests-use-0123456789", timedelta(days=1)


def mails(session, template):
    """Return the payloads of the queued mails of a kind."""
    found = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail")).all()
    return [row.payload for row in found if row.payload.get("template") == template]


def told(session, search):
    return services.send_alert(session, search.id, secret_key=KEY, now=clock.now())


def station(session, **content):
    made = entries.published(session, **content)
    session.flush()
    return made


def test_an_alert_tells_only_what_came_after_the_search_was_saved_and_tells_it_once(session):
    station(session, name="There already")
    search = make.search(session)
    clock.advance(DAY)
    assert told(session, search) is False
    station(session, name="Newcomer")
    clock.advance(DAY)
    assert told(session, search) is True
    assert told(session, search) is False
    clock.advance(DAY)
    assert told(session, search) is False
    (sent,) = mails(session, ALERT)
    assert [entry["name"] for entry in sent["context"]["entries"]] == ["Newcomer"]


@pytest.mark.parametrize(
    ("often", "days", "comes"), [(Often.WEEKLY, 2, False), (Often.WEEKLY, 7, True), (Often.NEVER, 30, False)]
)
def test_an_alert_comes_as_often_as_was_asked(session, often, days, comes):
    search = make.search(session, often=often)
    station(session)
    clock.advance(days * DAY)
    assert told(session, search) is comes


@pytest.mark.check("D5")
@pytest.mark.check("D6")
@pytest.mark.parametrize("is_vetted", [False, True])
def test_an_alert_says_what_its_reader_may_see_when_it_is_sent(session, is_vetted):
    user_id = registrations.registration(session).user_id if is_vetted else accounts.user(session).id
    search = make.search(session, user_id=user_id, tier=Tier.VETTED)
    station(
        session,
        seeking=[{"kind": "equity", "band": "from_10m_to_50m", "currency": "USD", "instrument": "", "terms": MARK}],
        contacts=[{"name": f"{MARK}-contact", "role": "", "email": "m@example.org"}],
    )  # fmt: skip
    clock.advance(DAY)
    assert told(session, search)
    (sent,) = mails(session, ALERT)
    assert (MARK in str(sent)) is is_vetted
    assert f"{MARK}-contact" not in str(sent)


def test_a_search_by_amount_finds_nothing_more_by_it_when_its_reader_may_no_longer_ask(session):
    search = make.search(session, query="category=station&band=from_10m_to_50m", tier=Tier.REGISTERED)
    assert "band" in search.query
    assert queries.found_now(session, queries.my_search(session, search.id, search.user_id), Tier.PUBLIC).total == 0
    station(session)
    assert queries.found_now(session, queries.my_search(session, search.id, search.user_id), Tier.PUBLIC).total == 1


def test_nobody_who_was_suspended_or_has_no_confirmed_address_is_written_to(session):
    search, follower = make.search(session), make.follow(session)
    other = make.search(session, user_id=accounts.user(session, verified=False).id)
    clock.advance(8 * DAY)
    assert search.id in queries.due_searches(session, clock.now())
    assert other.id not in queries.due_searches(session, clock.now())
    assert queries.due_digests(session, clock.now()) == [follower]
    for user_id in (search.user_id, follower):
        session.get_one(User, user_id).suspended_at = clock.now()
    session.flush()
    assert search.id not in queries.due_searches(session, clock.now())
    assert queries.due_digests(session, clock.now()) == []


def change(session, entry, **content):
    """Publish an entry anew with other content."""
    before = content_of(entry)
    after = {**before, **content}
    put(entry, after, now=clock.now())
    writer = accounts.user(session, name="Wren Writer").id
    keep_version(
        session, entry, VersionKind.PUBLISHED, after, author_id=writer, now=clock.now(), attested_by=writer,
        attested_at=clock.now(), attestation="2026-11",
    )  # fmt: skip
    session.flush()


def test_a_digest_is_one_mail_about_everything_public_that_changed(session):
    user_id = accounts.user(session).id
    moved, slipped, gone, quiet = (station(session, name=name) for name in ("Moved", "Slipped", "Gone", "Quiet"))
    for entry in (moved, slipped, gone, quiet):
        make.follow(session, entry, user_id=user_id)
    clock.advance(DAY)
    contact = {"name": MARK, "role": "", "email": "x@y.example"}
    change(session, moved, stage="flight hardware in build", contacts=[contact])
    change(session, slipped, milestones=[{"id": "a", "name": "Module", "due": "2031", "done": "", "earlier": ["2029"]}])
    hide(session, gone, EntryEvent.SUSPEND, actor_id=accounts.staff(session).id, reason="x", now=clock.now())
    clock.advance(7 * DAY)
    assert services.send_digest(session, user_id, secret_key=KEY, now=clock.now())
    assert not services.send_digest(session, user_id, secret_key=KEY, now=clock.now())
    (sent,) = mails(session, DIGEST)
    said = {entry["name"]: " ".join(entry["lines"]) for entry in sent["context"]["entries"]}
    assert set(said) == {"Moved", "Slipped", "Gone"}
    assert "flight hardware in build (before: design" in said["Moved"]
    assert "due 2031" in said["Slipped"]
    assert "before that 2029" in said["Slipped"]
    assert "not in the directory any more" in said["Gone"]
    assert MARK not in str(sent)
    clock.advance(8 * DAY)
    assert not services.send_digest(session, user_id, secret_key=KEY, now=clock.now())


def test_a_confirmation_is_news_and_never_means_no_mail(session):
    entry = station(session)
    user_id = make.follow(session, entry)
    clock.advance(7 * DAY)
    entry.confirmed_at = clock.now()
    clock.advance(DAY)
    services.choose_digest(session, user_id=user_id, often=Often.NEVER, now=clock.now())
    assert not services.send_digest(session, user_id, secret_key=KEY, now=clock.now())
    services.choose_digest(session, user_id=user_id, often=Often.DAILY, now=clock.now())
    assert session.get_one(Digest, user_id).told_until == clock.now(), "what happened meanwhile is not told late"


def test_a_mail_can_be_written_and_carries_the_way_to_stop_it_in_one_piece(session, app):
    search = make.search(session, name="A <b>search</b>")
    station(session, name="New & <i>shiny</i>")
    clock.advance(DAY)
    told(session, search)
    row = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail")).one()
    written = mail.compose(outbox.Job(row.id, row.kind, row.payload, message_id="<1@x.example>"))
    raw = written.as_bytes().decode()
    stop = next(line for line in raw.splitlines() if line.startswith("List-Unsubscribe: "))
    assert stop.startswith("List-Unsubscribe: <http://127.0.0.1:8000/stop-mail/")
    assert stop.endswith(">")
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in raw
    html = written.get_body(("html",)).get_content()
    assert "New &amp; &lt;i&gt;shiny" in html
    assert "/stop-mail/" in html
    assert f"/saved-searches/{search.id}" in written.get_body(("plain",)).get_content()


def test_a_digest_can_be_written_too(session, app):
    entry = station(session)
    user_id = make.follow(session, entry)
    clock.advance(7 * DAY)
    change(session, entry, stage="built")
    clock.advance(DAY)
    services.send_digest(session, user_id, secret_key=KEY, now=clock.now())
    row = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail")).all()[-1]
    text = mail.compose(outbox.Job(row.id, row.kind, row.payload, message_id="<1@x.example>")).as_string()
    assert "changed" in text
    assert "Stage" in text


def test_the_daily_job_looks_at_everything_that_is_due(session, app):
    search, _ = make.search(session), make.follow(session)
    station(session)
    session.commit()
    clock.advance(8 * DAY)
    outbox.queue(session, DAILY, {}, now=clock.now())
    session.commit()
    outbox.deliver_due(clock.now())
    session.expire_all()
    assert session.get_one(SavedSearch, search.id).looked_at == clock.now()


def test_a_stop_link_stops_once_and_a_search_that_is_gone_is_no_error(session):
    search, follower = make.search(session), make.follow(session)
    services.stop_mail(session, Stop(MailKind.SEARCH, search.id), now=clock.now())
    services.stop_mail(session, Stop(MailKind.DIGEST, follower), now=clock.now())
    assert search.often is Often.NEVER
    assert session.get_one(Digest, follower).often is Often.NEVER
    services.stop_mail(session, Stop(MailKind.SEARCH, search.id), now=clock.now())
    services.drop_search(session, search.id, user_id=search.user_id)
    services.stop_mail(session, Stop(MailKind.SEARCH, search.id), now=clock.now())


@pytest.mark.check("D3")
def test_a_search_of_somebody_else_does_not_exist(session):
    search, other = make.search(session), accounts.user(session).id
    with pytest.raises(NotFound):
        queries.my_search(session, search.id, other)
    with pytest.raises(NotFound):
        services.drop_search(session, search.id, user_id=other)
    with pytest.raises(NotFound):
        services.look_through(session, search.id, user_id=other, tier=Tier.PUBLIC, now=clock.now())


def test_a_name_is_used_once_a_person_and_there_is_an_end_to_searches(session, monkeypatch):
    search = make.search(session, name="Stations")
    with session.begin_nested(), pytest.raises(InvalidInput, match="of that name already"):
        make.search(session, user_id=search.user_id, name="Stations")
    monkeypatch.setattr(rules, "MOST_SEARCHES", 1)
    with pytest.raises(Refused):
        make.search(session, user_id=search.user_id, name="More")


def test_what_is_not_shown_cannot_be_followed_or_noted(session):
    hidden = entries.entry(session, state=EntryState.DRAFT, confirmed=False)
    member = accounts.member(session)
    with pytest.raises(NotFound):
        services.follow_entry(session, user_id=member.user_id, entry_id=hidden.id, now=clock.now())
    with pytest.raises(NotFound):
        services.write_note(
            session, user_id=member.user_id, organization_id=member.organization_id, entry_id=hidden.id, text="x",
            now=clock.now(),
        )  # fmt: skip


def test_only_members_keep_and_read_notes_of_an_organization(session):
    note = make.note(session)
    outsider = accounts.member(session)
    assert queries.notes_on(session, [note.entry_id], [outsider.organization_id]) == []
    with pytest.raises(NotFound):
        services.change_note(session, note.id, user_id=outsider.user_id, text="x", now=clock.now())
    with pytest.raises(NotFound):
        services.hang_tag(
            session, user_id=outsider.user_id, organization_id=note.organization_id, entry_id=note.entry_id, tag="x",
            now=clock.now(),
        )  # fmt: skip


def test_organizations_that_are_merged_keep_the_notes_and_tags_of_both(session):
    entry = station(session)
    kept, gone = accounts.member(session), accounts.member(session)
    for member in (kept, gone):
        place = session.get_one(Organization, member.organization_id)
        make.note(session, entry=entry, organization=place, user_id=member.user_id)
        for tag in ("both", f"only {member.user_id.hex[:6]}"):
            services.hang_tag(
                session, user_id=member.user_id, organization_id=place.id, entry_id=entry.id, tag=tag, now=clock.now()
            )
    session.flush()
    move_columns(session, RecordKind.ORGANIZATION, kept.organization_id, gone.organization_id)
    session.expire_all()
    mine = [kept.organization_id]
    assert len(queries.notes_on(session, [entry.id], mine)) == 2
    assert len(queries.tags_on(session, [entry.id], mine)) == 3


def test_people_who_are_merged_follow_and_search_once(session):
    entry = station(session)
    kept, gone = accounts.user(session).id, accounts.user(session).id
    for user_id in (kept, gone):
        make.follow(session, entry, user_id=user_id)
        make.search(session, user_id=user_id, name="Stations")
    session.flush()
    move_columns(session, RecordKind.PERSON, kept, gone)
    assert session.scalars(select(Follow.user_id)).all() == [kept]
    assert session.scalars(select(SavedSearch.user_id)).all() == [kept]
    assert session.scalars(select(Digest.user_id)).all() == [kept]


def test_what_is_written_in_a_note_is_never_in_the_record(session):
    note = make.note(session, text=MARK)
    services.change_note(session, note.id, user_id=note.author_id, text=f"{MARK} again", now=clock.now())
    services.remove_note(session, note.id, user_id=note.author_id)
    audit.write_waiting(session)
    assert all(MARK not in str(row.detail) + row.reason for row in session.scalars(select(AuditDetail)))
    assert session.scalar(select(func.count()).select_from(EntryNote)) == 0
    assert session.scalar(select(func.count()).select_from(EntryTag)) == 0
