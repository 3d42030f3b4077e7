"""The mails of following: what is new in a saved search, what changed in what one follows. One mail each a time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.lists import roles_of
from app.core import audit
from app.directory import queries as directory
from app.directory.queries import EntryView
from app.directory.rules import in_words
from app.directory.states import CATEGORY_LABELS, Tier
from app.following.models import Digest, SavedSearch
from app.following.queries.news import news_for
from app.following.queries.searches import found_now, my_search
from app.following.rules import MOST_IN_MAIL, is_due
from app.following.rules.stop_links import Stop, stop_token
from app.following.services.searches import mark_seen
from app.following.states import MailKind
from app.notifications import mail

ALERT, DIGEST = "following_alert", "following_digest"


def tier_now(session: Session, user_id: UUID) -> Tier:
    """Return how much a person may see as things stand now, whatever they could when they saved a search."""
    return directory.reader_tier(session, user_id, roles_of(session, [user_id]).get(user_id, []))


def send_alert(session: Session, search_id: UUID, *, secret_key: str, now: datetime) -> bool:
    """Queue the mail about what is new in one search, if it is due and anything is; tell whether it was.

    What it tells is what its reader may see now. A second call the same day finds it not due.
    """
    search = session.get(SavedSearch, search_id, with_for_update=True)
    if search is None or not is_due(search.often, search.looked_at, now):
        return False
    person = accounts.people(session, [search.user_id]).get(search.user_id)
    tier = tier_now(session, search.user_id)
    found = found_now(session, my_search(session, search.id, search.user_id), tier)
    mark_seen(session, search.id, [row.id for row in found.fresh])
    search.looked_at = now
    if not found.fresh or person is None:
        return False
    shown = [directory.entry(session, key=row.key, tier=tier) for row in found.fresh[:MOST_IN_MAIL]]
    path = _stop_path(MailKind.SEARCH, search.id, secret_key)
    context = {
        "search_name": search.name, "search_id": str(search.id), "count": len(found.fresh), "stop_path": path,
        "entries": [_entry_words(view) for view in shown if view], "more": max(0, len(found.fresh) - MOST_IN_MAIL),
    }  # fmt: skip
    mail.queue_mail(session, ALERT, to=[person.email], context=context, now=now, unsubscribe=path)
    audit.record(
        session, "saved_search.told", ("saved_search", search.id), actor_id=None, detail={"new": len(found.fresh)}
    )
    return True


def send_digest(session: Session, user_id: UUID, *, secret_key: str, now: datetime) -> bool:
    """Queue one mail about everything public that changed in what a person follows, if it is due and anything did."""
    digest = session.get(Digest, user_id, with_for_update=True)
    if digest is None or not is_due(digest.often, digest.told_until, now):
        return False
    person = accounts.people(session, [user_id]).get(user_id)
    news = news_for(session, user_id, since=digest.told_until)
    since, digest.told_until = digest.told_until, now
    if not news or person is None:
        return False
    path = _stop_path(MailKind.DIGEST, user_id, secret_key)
    context = {
        "count": len(news), "since": since.isoformat(), "zone": person.time_zone, "stop_path": path,
        "entries": [{"key": one.key, "name": one.name, "lines": one.lines} for one in news[:MOST_IN_MAIL]],
        "more": max(0, len(news) - MOST_IN_MAIL),
    }  # fmt: skip
    mail.queue_mail(session, DIGEST, to=[person.email], context=context, now=now, unsubscribe=path)
    audit.record(session, "digest.told", ("user", user_id), actor_id=None, detail={"entries": len(news)})
    return True


def _stop_path(kind: MailKind, subject_id: UUID, secret_key: str) -> str:
    return f"/stop-mail/{stop_token(Stop(kind, subject_id), secret_key)}"


def _entry_words(view: EntryView) -> dict[str, Any]:
    """Return one entry as the mail says it; what this reader's tier does not cover is empty in `seen` already."""
    row = view.row
    return {
        "key": row.key, "name": row.name, "lead_company": row.lead_company, "standing": row.standing,
        "category": CATEGORY_LABELS[row.category], "stage": in_words("stage", view.seen["stage"]),
        "first_launch": view.seen["target_first_launch"], "seeking": in_words("seeking", view.seen["seeking"]),
    }  # fmt: skip
