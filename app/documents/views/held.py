"""The reviewers' pages: files that are held or were taken down, what was found in them, who opened them."""

from collections.abc import Callable
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts.cookies import address
from app.accounts.services import require_recent_sign_in
from app.core import clock
from app.core.access import allow, holders, principal
from app.core.asked import page_number, words
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.documents import queries, services
from app.documents.forms import ReviewForm
from app.documents.rules.kinds import MEDIA_TYPES
from app.documents.states import (
    APART,
    GONE,
    HANDLING_LABELS,
    MARK_LABELS,
    PURPOSE_LABELS,
    STATE_LABELS,
    STEP_LABELS,
    FileState,
)
from app.documents.views.blueprint import bp, guarded

REVIEWERS = holders(*queries.REVIEWERS)
LISTS: dict[str, tuple[str, frozenset[FileState]]] = {
    "held": ("Held for a reviewer", frozenset({FileState.HELD})),
    "taken-down": ("Taken down", frozenset({FileState.TAKEN_DOWN})),
    "open": ("Open", frozenset({FileState.READY, FileState.WAITING})),
    "gone": ("Removed", GONE),
}
TONES = {FileState.HELD: "warn", FileState.TAKEN_DOWN: "warn", FileState.READY: "good", FileState.CONDEMNED: "bad",
         FileState.INFECTED: "bad"}  # fmt: skip
NO_SUCH = "There is no such file."
Act = Callable[[Session, str], str]


@bp.get("/documents/held")
@allow(read=REVIEWERS)
def held() -> ResponseReturnValue:
    """List what waits for reviewers, and by choice what was taken down, is open or gone."""
    shown = request.args.get("show", "held")
    shown = shown if shown in LISTS else "held"
    asked = {"show": shown, "q": words(), "sort": request.args.get("sort", "oldest")}
    page = queries.held_files(
        db(), states=LISTS[shown][1], search=asked["q"], sort=asked["sort"], number=page_number()
    )  # fmt: skip
    return render_template("documents/held.html", page=page, asked=asked, lists=LISTS, **_words())


@bp.get("/documents/held/<uuid:held_id>")
@allow(read=REVIEWERS)
def held_file(held_id: UUID) -> ResponseReturnValue:
    """Show one file: what was found where, who vouched for it, what reviewers did, who opened it."""
    return _page(held_id)


@bp.get("/documents/held/<uuid:held_id>/content")
@allow(read=REVIEWERS)
def held_content(held_id: UUID) -> ResponseReturnValue:
    """Hand a closed file to a reviewer, on the record."""
    with transaction() as session:
        found, content = services.open_apart(
            session, held_id, actor_id=principal().user_id, address=address(), now=clock.now()
        )
        name, kind = found.name, found.kind
    return guarded(Response(content, mimetype=MEDIA_TYPES[kind]), name)


@bp.post("/documents/held/<uuid:held_id>/release")
@allow(write=REVIEWERS)
def release(held_id: UUID) -> ResponseReturnValue:
    """Propose a release, or as the second person release."""

    def act(session: Session, reason: str) -> str:
        done = services.release(session, held_id, actor_id=principal().user_id, reason=reason, now=clock.now())
        return "Released. Its owner is told by mail." if done else "Noted. A second person must release it now."

    return _done(held_id, act)


@bp.post("/documents/held/<uuid:held_id>/refuse-release")
@allow(write=REVIEWERS)
def refuse_release(held_id: UUID) -> ResponseReturnValue:
    """Refuse a release that somebody proposed, or take one's own proposal back."""

    def act(session: Session, reason: str) -> str:
        services.object_to_release(session, held_id, actor_id=principal().user_id, reason=reason, now=clock.now())
        return "The file stays closed."

    return _done(held_id, act)


@bp.post("/documents/held/<uuid:held_id>/remove")
@allow(write=REVIEWERS)
def remove(held_id: UUID) -> ResponseReturnValue:
    """Remove a closed file with its content."""

    def act(session: Session, reason: str) -> str:
        services.condemn(session, held_id, actor_id=principal().user_id, reason=reason, now=clock.now())
        return "Removed with its content. Its owner is told by mail."

    return _done(held_id, act)


@bp.post("/documents/held/<uuid:held_id>/take-down")
@allow(write=REVIEWERS)
def take_down(held_id: UUID) -> ResponseReturnValue:
    """Close a file to everybody, at once."""

    def act(session: Session, reason: str) -> str:
        services.take_down(session, held_id, actor_id=principal().user_id, reason=reason, now=clock.now())
        return "Taken down. Nobody but reviewers can open it from now on, and its owner is told by mail."

    return _done(held_id, act)


def _done(held_id: UUID, act: Act) -> ResponseReturnValue:
    """Do what the form asks for its reason, or show the page with what was wrong."""
    require_recent_sign_in(db(), principal().session_id, now=clock.now())
    form = ReviewForm()
    if not form.validate_on_submit():
        return _page(held_id, form)
    try:
        with transaction() as session:
            told = act(session, form.reason.data or "")
    except NotFound:
        raise
    except DomainError as refusal:
        form.reason.errors = [*form.reason.errors, refusal.message]
        return _page(held_id, form)
    flash(told, "success")
    return redirect(url_for("documents.held_file", held_id=held_id), 303)


def _page(held_id: UUID, rejected: ReviewForm | None = None) -> ResponseReturnValue:
    found = queries.held_file(db(), held_id)
    if found is None:
        raise NotFound(NO_SUCH)
    person = principal().user_id
    openings = queries.openings_of(
        db(), [held_id], number=page_number(), search=words(), sort=request.args.get("sort", "newest")
    )
    return render_template(
        "documents/held_file.html", found=found, row=found.row, openings=openings,
        form=rejected or ReviewForm(formdata=None),
        asked={"q": words(), "sort": request.args.get("sort", "newest")}, is_apart=found.row.state in APART,
        is_own=person in found.people_apart, is_first=found.proposed_by == person, **_words(),
    ), 422 if rejected is not None else 200  # fmt: skip


def _words() -> dict[str, object]:
    return {"states": STATE_LABELS, "purposes": PURPOSE_LABELS, "tones": TONES, "marks": MARK_LABELS,
            "steps": STEP_LABELS, "handlings": HANDLING_LABELS}  # fmt: skip
