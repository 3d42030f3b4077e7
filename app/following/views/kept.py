"""One's own list: what one follows and what one's team keeps notes or tags on; and how often to hear of it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.asked import page_number, words
from app.core.db import db, transaction
from app.core.errors import InvalidInput
from app.core.redirects import safe_local
from app.directory.states import CATEGORY_LABELS, STAGE_LABELS
from app.following import queries, services
from app.following.forms import DigestForm
from app.following.queries import SORTS, Wanted
from app.following.states import KEPT_LABELS, OFTEN_LABELS, Kept, Often
from app.following.views.blueprint import bp, shown_row


def _wanted() -> Wanted:
    asked = set(request.args.getlist("kept"))
    sort = chosen if (chosen := request.args.get("sort", "")) in SORTS else "name"
    kept = tuple(one for one in Kept if one.value in asked)
    return Wanted(words(), " ".join(request.args.get("tag", "").casefold().split())[:40], kept, sort)


@bp.get("/my-list")
@allow(read=SIGNED_IN)
def my_list() -> ResponseReturnValue:
    """Show what the person follows and what their team keeps notes or tags on."""
    person, wanted = principal(), _wanted()
    organizations = person.organizations()
    often = queries.digest_of(db(), person.user_id)
    asked = {"q": wanted.words, "tag": wanted.tag, "kept": [one.value for one in wanted.kept], "sort": wanted.sort}
    return render_template(
        "following/my_list.html",
        page=queries.my_list(db(), person.user_id, organizations, wanted, number=page_number()),
        wanted=wanted,
        asked={name: value for name, value in asked.items() if value and value != "name"},
        tags=queries.tag_words(db(), organizations),
        sorts=SORTS,
        kepts=KEPT_LABELS,
        often=often,
        oftens=OFTEN_LABELS,
        form=DigestForm(formdata=None, data={"often": (often or Often.WEEKLY).value}),
        has_team=bool(person.memberships),
        categories=CATEGORY_LABELS,
        stages=STAGE_LABELS,
    )


@bp.post("/my-list/digest")
@allow(write=SIGNED_IN)
def choose_digest() -> ResponseReturnValue:
    """Say how often the digest may come."""
    form = DigestForm()
    if not form.validate():
        raise InvalidInput("Choose how often a mail may come from the list on the page My list.")
    with transaction() as session:
        services.choose_digest(session, user_id=principal().user_id, often=Often(form.often.data), now=clock.now())
    flash("Saved.", "success")
    return redirect(url_for("following.my_list"), 303)


@bp.post("/directory/<string:key>/follow")
@allow(write=SIGNED_IN)
def follow(key: str) -> ResponseReturnValue:
    """Follow an entry, or stop following it."""
    person = principal()
    row = shown_row(key, person)
    stops = request.form.get("event") == "stop"
    with transaction() as session:
        if stops:
            services.unfollow_entry(session, user_id=person.user_id, entry_id=row.id)
        else:
            services.follow_entry(session, user_id=person.user_id, entry_id=row.id, now=clock.now())
    flash(
        f"You no longer follow {row.name}." if stops
        else f"You follow {row.name}. The company learns a number, never who it is.", "success",
    )  # fmt: skip
    return redirect(safe_local(request.form.get("next"), otherwise=url_for("directory.entry", key=row.key)), 303)
