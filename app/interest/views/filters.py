"""A company's hard filters: which requests its entries want to get at all, and how many were turned away."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import allow, principal
from app.core.db import db
from app.core.errors import NotFound, Refused
from app.core.money import BAND_SCALE
from app.directory import queries as directory
from app.directory.queries import EntryRow
from app.directory.services import EDITORS
from app.interest import queries, rules, services
from app.interest.edge import counting_refusals
from app.interest.forms import FilterForm
from app.interest.queries import FilterPage
from app.interest.views.base import COMPANY_EDITORS, WORDS, bp
from app.regulatory import queries as regulatory


def _entries() -> list[EntryRow]:
    companies = sorted(principal().organizations(*EDITORS), key=str)
    return [row for company in companies for row in directory.entries_of(db(), company)]


@bp.get("/pipeline/filters")
@allow(read=COMPANY_EDITORS)
def filters() -> ResponseReturnValue:
    """List the company's entries with what their filters let through and how many requests they turned away."""
    rows = _entries()
    ids = [row.id for row in rows]
    return render_template(
        "interest/filters.html", rows=rows, filters=queries.filters_of(db(), ids), off_labels=rules.OFF_LABELS,
        turned=queries.turned_away(db(), ids), **WORDS,
    )  # fmt: skip


@bp.route("/pipeline/filters/<string:key>", methods=["GET", "POST"])
@allow(read=COMPANY_EDITORS, write=COMPANY_EDITORS)
def entry_filter(key: str) -> ResponseReturnValue:
    """Set the filter of one entry."""
    row = next((row for row in _entries() if row.key == key), None)
    if row is None:
        raise NotFound("There is no such entry of your company.")
    page = queries.filter_page(db(), row.id)
    names = dict(regulatory.country_choices(db()))
    form = FilterForm(data=_shown(page, names))
    if form.validate_on_submit():
        try:
            wanted = form.wanted(_countries(form.countries.data or "", names))
            counting_refusals(
                lambda session: services.set_filter(
                    session, row.id, wanted, actor_id=principal().user_id, expected=form.revision.data,
                    now=clock.now(),
                )
            )  # fmt: skip
        except Refused as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("Saved. It holds for every new request from now on.", "success")
            return redirect(url_for("interest.filters"), 303)
    turned = queries.turned_away(db(), [row.id]).get(row.id, {})
    answer = render_template(
        "interest/filter.html", row=row, form=form, turned=turned, off_labels=rules.OFF_LABELS, **WORDS
    )
    return answer, 422 if form.errors else 200


def _shown(page: FilterPage, names: dict[str, str]) -> dict[str, object]:
    wanted = page.wanted
    least = {f"least_{currency}": band.value for currency, band in wanted.least.items()}
    return {
        "kinds": sorted(wanted.kinds), "refuses_undisclosed": wanted.refuses_undisclosed,
        "partner_kinds": sorted(wanted.partner_kinds), "country_rule": wanted.country_rule.value,
        "countries": "\n".join(sorted(names.get(code, code) for code in wanted.countries)),
        "stages": sorted(wanted.stages), "languages": sorted(wanted.languages), "revision": page.revision,
        **{f"least_{currency}": "" for currency in BAND_SCALE}, **least,
    }  # fmt: skip


def _countries(typed: str, names: dict[str, str]) -> frozenset[str]:
    """Return the codes of countries as typed, by name or code. Raises Refused naming what is none."""
    known = {name.casefold(): code for code, name in names.items()} | {code.casefold(): code for code in names}
    parts = [part.strip() for line in typed.splitlines() for part in _split(line, known) if part.strip()]
    unknown = [part for part in parts if part.casefold() not in known]
    if unknown:
        raise Refused(f"'{unknown[0][:60]}' is no country we know by that name. Use the name on the page Countries.")
    return frozenset(known[part.casefold()] for part in parts)


def _split(line: str, known: dict[str, str]) -> list[str]:
    """Split a line at commas, unless the whole of it is a country's name that has one."""
    return [line] if line.strip().casefold() in known else line.split(",")
