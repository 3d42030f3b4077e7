"""The badge of the person who is signed in."""

import segno
from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.core.settings import settings
from app.documents.rules.disposition import attachment
from app.door import papers, queries, services
from app.door.forms import NamesForm
from app.door.queries import BadgeRow
from app.door.states import Layout
from app.door.views.blueprint import bp, summit_now
from app.registration.queries import SummitView
from app.registration.states import TYPE_LABELS
from app.regulatory.queries import country


@bp.get("/badge")
@allow(read=SIGNED_IN)
def badge() -> ResponseReturnValue:
    """My badge, to print or to show; before my place is confirmed, where to look instead."""
    summit = summit_now()
    mine = queries.badge_of(db(), summit.id, principal().user_id)
    form = NamesForm(data={"preferred": mine.preferred, "native": mine.native}, formdata=None) if mine else None
    return _render(summit, mine, form, 200)


def _render(summit: SummitView, mine: BadgeRow | None, form: NamesForm | None, code: int) -> ResponseReturnValue:
    if mine is None:
        return render_template("door/badge.html", summit=summit, badge=None)
    return render_template(
        "door/badge.html", summit=summit, badge=mine, form=form, type_labels=TYPE_LABELS, country=_country(mine),
        qr=_qr(papers.code_of(mine, summit, settings().secret_key)), letters=" ".join(papers.grouped(mine.code)),
    ), code  # fmt: skip


def _country(badge: BadgeRow) -> str:
    found = country(db(), badge.country)
    return found.name if found else badge.country


def _qr(code: str) -> Markup:
    """Return the code as an SVG of our own making: it holds squares and nothing anybody typed."""
    drawn = segno.make(code, error="m", micro=False, boost_error=False)
    svg = drawn.svg_inline(scale=6, border=4, svgclass="badge-qr", lineclass=None, title="Badge code", omitsize=True)
    return Markup(svg)  # noqa: S704 - drawn from the code's bits


@bp.post("/badge")
@allow(write=SIGNED_IN)
def name_badge() -> ResponseReturnValue:
    """Say how my badge is to name me."""
    summit, form = summit_now(), NamesForm()
    mine = queries.badge_of(db(), summit.id, principal().user_id)
    if mine is None:
        raise NotFound("You have no badge yet: your place is not confirmed.")
    if not form.validate_on_submit():
        return _render(summit, mine, form, 422)
    with transaction() as session:
        services.name_badge(
            session, summit.id, mine.registration_id, preferred=form.preferred.data or "",
            native=form.native.data or "", actor_id=principal().user_id, now=clock.now(), by_owner=True,
        )  # fmt: skip
    flash("Your badge will name you as shown here.", "success")
    return redirect(url_for("door.badge"), 303)


@bp.get("/badge/paper")
@allow(read=SIGNED_IN)
def badge_paper() -> ResponseReturnValue:
    """My badge as PDF, to print at home."""
    summit = summit_now()
    mine = queries.badge_of(db(), summit.id, principal().user_id)
    if mine is None or mine.stopped:
        raise NotFound("You have no badge that counts. Your application says what is missing.")
    return pdf_of(mine, summit)


def pdf_of(badge: BadgeRow, summit: SummitView) -> Response:
    """Return one badge as a PDF to save."""
    pdf = papers.sheet(
        [badge], summit, Layout.A6, countries={badge.country: _country(badge)}, secret=settings().secret_key,
        made_at=clock.now(),
    )  # fmt: skip
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = attachment(f"badge-{badge.number}.pdf")
    answer.headers["Cache-Control"] = "no-store"
    return answer
