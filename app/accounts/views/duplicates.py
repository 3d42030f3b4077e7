"""Records that may be there twice: the work list, two records side by side, a preview, the merge."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from app.accounts import duplicate_lists, duplicates, merge, merging, services
from app.accounts.duplicate_lists import PairPage
from app.accounts.forms import DismissForm, WordsForm, merge_form
from app.accounts.merge import Merging, Question
from app.accounts.states import PairState, RecordKind
from app.accounts.views.blueprint import bp
from app.core import clock
from app.core.access import Role, allow, holders, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound, Refused
from app.regulatory import queries as regulatory

LOOKERS = holders(Role.REVIEWER, Role.ORGANIZER, Role.ADMINISTRATOR)
MERGERS = holders(Role.ORGANIZER, Role.ADMINISTRATOR)
DECIDABLE = frozenset({PairState.OPEN, PairState.DISMISSED})


@bp.route("/duplicates", methods=["GET", "POST"])
@allow(read=LOOKERS, write=LOOKERS)
def duplicate_pairs() -> ResponseReturnValue:
    """List pairs; a search is sent as a form, as what is typed there is a name."""
    form = WordsForm()
    asked_kind, asked_state = request.args.get("kind", ""), request.args.get("state", "")
    kind = RecordKind(asked_kind) if asked_kind in list(RecordKind) else None
    state = PairState(asked_state) if asked_state in list(PairState) else PairState.OPEN
    words = (form.words.data or "").strip() if form.validate_on_submit() else ""
    page = duplicate_lists.pairs(db(), kind=kind, state=state, words=words, number=page_number())
    return render_template(
        "accounts/duplicates.html", page=page, form=form, kind=kind, state=state, words=words,
        counts=duplicate_lists.open_count(db()), states=PairState, record_kinds=RecordKind,
    ), 422 if form.errors else 200  # fmt: skip


def _found(pair_id: UUID) -> tuple[PairPage, list[Question]]:
    page = duplicate_lists.pair_page(db(), pair_id, countries=dict(regulatory.country_choices(db())))
    if page.state not in DECIDABLE:
        return page, []
    return page, [question for ask in merge.questions[page.kind] for question in ask(db(), *page.ids)]


@bp.route("/duplicates/<uuid:pair_id>", methods=["GET"])
@allow(read=LOOKERS)
def duplicate_pair(pair_id: UUID) -> ResponseReturnValue:
    """Show two records side by side, and let somebody choose."""
    page, questions = _found(pair_id)
    form = merge_form(page.rows, questions, page.names)
    form.seen.data = page.digest
    return _show(page, questions, form)


def _show(
    page: PairPage, questions: list[Question], form: FlaskForm, *, dismiss: DismissForm | None = None, code: int = 200
) -> ResponseReturnValue:
    found = merging.obstacles(db(), page.kind, *page.ids, actor_id=principal().user_id)
    return render_template(
        "accounts/duplicate.html", pair=page, form=dismiss if dismiss is not None and dismiss.errors else form,
        merge_form=form, dismiss=dismiss or DismissForm(formdata=None), questions=questions, obstacles=found,
        may_merge=MERGERS.admits(principal()), may_decide=page.state in DECIDABLE,
    ), code  # fmt: skip


@bp.route("/duplicates/<uuid:pair_id>/dismiss", methods=["POST"])
@allow(write=LOOKERS)
def dismiss_duplicate(pair_id: UUID) -> ResponseReturnValue:
    """Note that two records are not one."""
    form = DismissForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                duplicates.dismiss(
                    session, pair_id, reason=form.reason.data, actor_id=principal().user_id, now=clock.now()
                )
        except NotFound:
            raise
        except DomainError as refusal:
            form.reason.errors.append(refusal.message)
        else:
            flash("They stay two records. The pair comes back only when a fact of either changes.", "success")
            return redirect(url_for("accounts.duplicate_pairs"), 303)
    page, questions = _found(pair_id)
    filled = merge_form(page.rows, questions, page.names)
    filled.seen.data = page.digest
    return _show(page, questions, filled, dismiss=form, code=422)


@bp.route("/duplicates/<uuid:pair_id>/preview", methods=["POST"])
@allow(write=MERGERS)
def preview_merge(pair_id: UUID) -> ResponseReturnValue:
    """Show what would move and what would end, before anybody confirms."""
    services.require_recent_sign_in(db(), principal().session_id, now=clock.now())
    page, questions = _found(pair_id)
    form = merge_form(page.rows, questions, page.names)
    if not form.validate_on_submit() or _has_changed(page, form):
        return _show(page, questions, form, code=422)
    asked = _asked(page, questions, form)
    return render_template(
        "accounts/merge_preview.html", pair=page, form=form, chosen=_chosen(page, questions, form),
        kept=page.names[page.ids.index(asked.kept_id)], gone=page.names[page.ids.index(asked.gone_id)],
        moving=merge.moving(db(), page.kind, asked.gone_id),
        obstacles=merging.obstacles(db(), page.kind, asked.kept_id, asked.gone_id, actor_id=principal().user_id),
    )  # fmt: skip


@bp.route("/duplicates/<uuid:pair_id>/merge", methods=["POST"])
@allow(write=MERGERS)
def merge_pair(pair_id: UUID) -> ResponseReturnValue:
    """Make one record of two."""
    services.require_recent_sign_in(db(), principal().session_id, now=clock.now())
    page, questions = _found(pair_id)
    form = merge_form(page.rows, questions, page.names)
    if not form.validate_on_submit() or _has_changed(page, form):
        return _show(page, questions, form, code=422)
    try:
        with transaction() as session:
            merging.merge_records(session, _asked(page, questions, form))
    except NotFound:
        raise
    except DomainError as refusal:
        form.form_errors.append(refusal.message)
        page, questions = _found(pair_id)
        return _show(page, questions, form, code=422)
    flash("The two records are one now.", "success")
    return redirect(url_for("accounts.duplicate_pairs", kind=page.kind.value), 303)


def _has_changed(page: PairPage, form: FlaskForm) -> bool:
    """Tell whether a record changed since the page was opened, or the pair was decided, and say so on the form."""
    if page.state not in DECIDABLE:
        raise Refused("Somebody decided about this pair meanwhile. Go back to the list.")
    if form.seen.data != page.digest:
        form.form_errors.append("A record changed since you opened the page. Look at both again, then go on.")
        form.seen.data = page.digest
        return True
    return False


def _asked(page: PairPage, questions: list[Question], form: FlaskForm) -> Merging:
    """Return the merge that the form describes; values are taken from the records, never from the form."""
    sides = ("first", "second")
    kept = sides.index(form.stays.data)
    values = {row.choice: row.values[kept] for row in page.rows if row.choice}
    for row in page.rows:
        if row.choice and row.differs:
            values[row.choice] = row.values[sides.index(form[f"value_{row.choice}"].data)]
    return Merging(
        kind=page.kind, kept_id=page.ids[kept], gone_id=page.ids[1 - kept], actor_id=principal().user_id,
        now=clock.now(), values=values, choices={question.name: form[question.name].data for question in questions},
        keep_roles=bool(form.keep_roles.data),
    )  # fmt: skip


def _chosen(page: PairPage, questions: list[Question], form: FlaskForm) -> list[tuple[str, str]]:
    """Return what was chosen, in words."""
    chosen = [
        (row.label, row.first if form[f"value_{row.choice}"].data == "first" else row.second)
        for row in page.rows
        if row.choice and row.differs
    ]
    chosen += [("Stays", dict(question.options)[form[question.name].data]) for question in questions]
    if page.kind is RecordKind.ORGANIZATION:
        chosen.append(
            ("Members of the record that goes", "keep their role" if form.keep_roles.data else "become participants")
        )
    return chosen
