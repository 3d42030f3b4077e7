"""Ranking: partners rank programmes, companies rank partners, both keep pairs apart in private."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.core import clock
from app.core.access import COMPANY, SIGNED_IN, allow, principal
from app.core.asked import page_number, words
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.directory import queries as directory
from app.directory.queries import EntryRow
from app.directory.queries.policy import policy_lines_of
from app.matching import queries, rules, services
from app.matching.facts import Facts, read_pair
from app.matching.forms import BlockForm, RankingForm, ids_in, said_in
from app.matching.states import WISH_LABELS, Bar, BlockKind, Side, Wish
from app.matching.views.base import SPEAKERS, bp, summit
from app.regulatory.states import PARTICIPATION_LABELS

NOT_YOURS = "There is no such programme of your company. Go back to your ranking."
SHOWN = {"": "All", "unranked": "Not ranked yet", **{wish.value: label for wish, label in WISH_LABELS.items()}}


@bp.route("/ranking", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def ranking() -> ResponseReturnValue:
    """Let a partner rank programmes; lead company people to the programmes they rank partners for."""
    here, person = summit(), principal()
    seat = queries.partner_seat(db(), here.id, person.user_id)
    form = RankingForm()
    if form.validate_on_submit():
        if seat is None:
            raise NotFound("You rank programmes once your place as a partner is confirmed.")
        said = said_in(request.form, ids_in(request.form))
        changed = _saved(Side.PARTNER, {(seat, entry): wish for entry, wish in said.items()})
        flash(f"Saved: {changed} changed." if changed else "Saved. Nothing had changed.", "success")
        return redirect(_back("matching.ranking"), 303)
    wish = request.args.get("wish", "")
    page = queries.ranking_of_partner(db(), seat, search=words(), wish=wish, number=page_number()) if seat else None
    country = accounts.country_abroad(db(), person) if page else ""
    lines = policy_lines_of(db(), country, [(row.id, None) for row in page.items]) if page else {}
    return render_template(
        "matching/ranking.html", policy_lines=lines, page=page, form=form, search=words(), wish=wish,
        wishes=WISH_LABELS, shown=SHOWN,
        entries=_own_entries(),
    )  # fmt: skip


@bp.route("/ranking/partners/<string:key>", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def ranking_of_partners(key: str) -> ResponseReturnValue:
    """Let a company rank the partners who come, for one of its programmes."""
    here, entry = summit(), _own_entry(key)
    form = RankingForm()
    if form.validate_on_submit():
        said = said_in(request.form, ids_in(request.form))
        changed = _saved(Side.COMPANY, {(partner, entry.id): wish for partner, wish in said.items()})
        flash(f"Saved: {changed} changed." if changed else "Saved. Nothing had changed.", "success")
        return redirect(_back("matching.ranking_of_partners", key=key), 303)
    wish = request.args.get("wish", "")
    page = queries.ranking_of_company(db(), here.id, entry.id, search=words(), wish=wish, number=page_number())
    return render_template(
        "matching/ranking_of_partners.html", page=page, form=form, search=words(), wish=wish, wishes=WISH_LABELS,
        shown=SHOWN, entry=entry, kinds=PARTICIPATION_LABELS, may_write=_speaks_for(entry),
    )  # fmt: skip


def _saved(side: Side, said: dict[tuple[UUID, UUID], Wish]) -> int:
    here = summit()
    with transaction() as session:
        return services.set_wishes(
            session, summit_id=here.id, by=side, said=said, actor_id=principal().user_id, now=clock.now()
        )


def _back(endpoint: str, **values: Any) -> str:
    """Return the page of the ranking that was saved."""
    kept: dict[str, Any] = {name: request.args[name] for name in ("q", "wish", "page") if name in request.args}
    return url_for(endpoint, **values, **kept)


def _own_entries() -> list[EntryRow]:
    found = [
        row
        for organization in principal().organizations(*COMPANY)
        for row in directory.entries_of(db(), organization)
        if queries.meeting_entry_company(db(), row.id)
    ]
    return sorted(found, key=lambda row: (row.name, row.key))


def _own_entry(key: str) -> EntryRow:
    found = queries.own_meeting_entry(db(), key, principal().organizations(*COMPANY))
    if found is None:
        raise NotFound(NOT_YOURS)
    return found


def _speaks_for(entry: EntryRow) -> bool:
    return entry.organization_id in principal().organizations(*SPEAKERS)


@bp.route("/ranking/programmes/<string:key>", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def fit_for_partner(key: str) -> ResponseReturnValue:
    """Show a partner how a meeting suits them, and let them keep it from happening."""
    here, person = summit(), principal()
    seat = queries.partner_seat(db(), here.id, person.user_id)
    entry_id = queries.shown_entry_id(db(), key)
    facts = read_pair(db(), here.id, seat, entry_id) if seat and entry_id else None
    if facts is None or not facts.is_whole:
        raise NotFound("There is no such programme to rank. Go back to your ranking.")
    return _pair_page(
        here.id, Side.PARTNER, facts, facts.programmes[0].name, url_for("matching.ranking"), may_write=True
    )


@bp.route("/ranking/partners/<string:key>/<uuid:registration_id>", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def fit_for_company(key: str, registration_id: UUID) -> ResponseReturnValue:
    """Show a company how a partner suits its programme, and let it keep the meeting from happening."""
    here, entry = summit(), _own_entry(key)
    facts = read_pair(db(), here.id, registration_id, entry.id)
    if not facts.is_whole:
        raise NotFound("There is no such partner to rank. Go back to your ranking.")
    partner = facts.partners[0]
    back = url_for("matching.ranking_of_partners", key=key)
    title = f"{partner.name}, {partner.organization_name}"
    return _pair_page(here.id, Side.COMPANY, facts, title, back, may_write=_speaks_for(entry))


def _pair_page(
    summit_id: UUID, side: Side, facts: Facts, title: str, back: str, *, may_write: bool
) -> ResponseReturnValue:
    partner, entry = facts.partners[0], facts.programmes[0]
    pair = {"registration_id": partner.registration_id, "entry_id": entry.id}
    form = BlockForm()
    if form.validate_on_submit():
        kind = BlockKind(form.kind.data) if form.kind.data else None
        with transaction() as session:
            services.set_block(
                session, summit_id=summit_id, by=side, kind=kind, actor_id=principal().user_id, now=clock.now(), **pair
            )
        flash("Saved. The other side is not told.", "success")
        return redirect(request.path, 303)
    bar = facts.bar(partner, entry)
    own_wish = facts.wishes.get((side, partner.registration_id, entry.id))
    is_open = own_wish is not Wish.NO and bar is not Bar.POLICY
    block = facts.blocks.get((side, partner.registration_id, entry.id))
    if not form.is_submitted():
        form.kind.data = block.value if block else ""
    page = render_template(
        "matching/pair.html", form=form, title=title, back=back, entry=entry, side=side, may_write=may_write,
        fit=facts.fit(side, partner, entry) if is_open else None, is_policy=bar is Bar.POLICY,
        base=rules.BASE, registration_id=partner.registration_id,
    )  # fmt: skip
    return page, 422 if form.errors else 200
