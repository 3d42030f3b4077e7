"""Stopping a mail by the link in it: nobody has to sign in to be left alone."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core import audit
from app.following.models import Digest, SavedSearch
from app.following.rules.stop_links import Stop
from app.following.states import MailKind, Often


def stop_mail(session: Session, stop: Stop, *, now: datetime) -> None:
    """Send no more of the mails that a link names; a second use, or a search that is gone, changes nothing."""
    if stop.kind is MailKind.SEARCH:
        search = session.get(SavedSearch, stop.subject_id, with_for_update=True)
        if search is not None and search.often is not Often.NEVER:
            before, search.often = search.often, Often.NEVER
            audit.record(
                session, "saved_search.stopped", ("saved_search", search.id), actor_id=None, before=before,
                after=search.often, reason="By the link in a mail.",
            )  # fmt: skip
        return
    digest = session.get(Digest, stop.subject_id, with_for_update=True)
    if digest is not None and digest.often is not Often.NEVER:
        before, digest.often = digest.often, Often.NEVER
        audit.record(
            session, "digest.stopped", ("user", digest.user_id), actor_id=None, before=before, after=digest.often,
            reason="By the link in a mail.",
        )  # fmt: skip
