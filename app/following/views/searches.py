"""Saved searches: keep one, see what is new in it, change or drop it."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import InvalidInput, Refused
from app.directory.rules.filter_words import filter_words
from app.directory.states import CATEGORY_LABELS, STAGE_LABELS, Tier
from app.following import queries, services
from app.following.forms import SearchForm
from app.following.queries import SearchRow
from app.following.rules.query import canonical, filters_of
from app.following.states import OFTEN_LABELS, Often
from app.following.views.blueprint import bp, tier_of
from app.regulatory import queries as regulatory


def _asked() -> str:
    """Return the query that the address of this page carries, in the form it is kept in."""
    return canonical(request.query_string.decode("ascii", "ignore"), tier=tier_of(principal()))


def _address(query: str, tier: Tier) -> str:
    asked: dict[str, Any] = {**filters_of(query, tier=tier).to_args()}
    return url_for("directory.entries", **asked)


def _country_names() -> dict[str, str]:
    return dict(regulatory.country_choices(db()))


@bp.get("/saved-searches")
@allow(read=SIGNED_IN)
def saved_searches() -> ResponseReturnValue:
    """List the person's saved searches."""
    page = queries.my_searches(db(), principal().user_id, number=page_number())
    tier = tier_of(principal())
    names = _country_names()
    words = {one.id: filter_words(filters_of(one.query, tier=tier), names) for one in page.items}
    addresses = {one.id: _address(one.query, tier) for one in page.items}
    return render_template(
        "following/searches.html", page=page, words=words, addresses=addresses, oftens=OFTEN_LABELS
    )  # fmt: skip


@bp.route("/saved-searches/new", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def new_search() -> ResponseReturnValue:
    """Keep the search that the address carries."""
    form, query, tier = SearchForm(), _asked(), tier_of(principal())
    if form.validate_on_submit():
        try:
            with transaction() as session:
                made = services.save_search(
                    session, user_id=principal().user_id, name=form.name.data or "", query=query,
                    often=Often(form.often.data), tier=tier, now=clock.now(),
                ).id  # fmt: skip
        except (InvalidInput, Refused) as refusal:
            form.name.errors = [*form.name.errors, refusal.message]
        else:
            flash("Saved. What it finds today counts as seen; you hear of what comes later.", "success")
            return redirect(url_for("following.saved_search", search_id=made), 303)
    filters = filters_of(query, tier=tier)
    asked: dict[str, Any] = {**filters.to_args()}
    page = render_template(
        "following/new_search.html", form=form, words=filter_words(filters, _country_names()),
        back=_address(query, tier), action=url_for("following.new_search", **asked),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@bp.route("/saved-searches/<uuid:search_id>", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def saved_search(search_id: UUID) -> ResponseReturnValue:
    """Show what is new in a saved search, and let it be changed."""
    found = queries.my_search(db(), search_id, principal().user_id)
    form = SearchForm(data={"name": found.name, "often": found.often.value})
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.change_search(
                    session, search_id, user_id=principal().user_id, name=form.name.data or "",
                    often=Often(form.often.data), now=clock.now(),
                )  # fmt: skip
        except InvalidInput as refusal:
            form.name.errors = [*form.name.errors, refusal.message]
        else:
            flash("Saved.", "success")
            return redirect(url_for("following.saved_search", search_id=search_id), 303)
    return _page(found, form), 422 if form.errors else 200


def _page(found: SearchRow, form: SearchForm) -> str:
    tier = tier_of(principal())
    return render_template(
        "following/search.html", search=found, form=form, found=queries.found_now(db(), found, tier),
        words=filter_words(filters_of(found.query, tier=tier), _country_names()),
        address=_address(found.query, tier),
        categories=CATEGORY_LABELS, stages=STAGE_LABELS,
    )  # fmt: skip


@bp.post("/saved-searches/<uuid:search_id>/seen")
@allow(write=SIGNED_IN)
def seen(search_id: UUID) -> ResponseReturnValue:
    """Take what a search finds now as seen."""
    person = principal()
    queries.my_search(db(), search_id, person.user_id)
    tier = tier_of(person)
    with transaction() as session:
        count = services.look_through(session, search_id, user_id=person.user_id, tier=tier, now=clock.now())
    flash(f"{count} marked as seen." if count else "Nothing was new.", "success")
    return redirect(url_for("following.saved_search", search_id=search_id), 303)


@bp.post("/saved-searches/<uuid:search_id>/drop")
@allow(write=SIGNED_IN)
def drop_search(search_id: UUID) -> ResponseReturnValue:
    """Forget a saved search."""
    with transaction() as session:
        services.drop_search(session, search_id, user_id=principal().user_id)
    flash("The search is forgotten, and no mail of it comes any more.", "success")
    return redirect(url_for("following.saved_searches"), 303)
