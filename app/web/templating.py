"""What every template may say: filters, names and tests of the shell."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g
from wtforms import (
    BooleanField,
    FileField,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields import Field

from app.config import Environment
from app.core.access import Principal, principal_or_none
from app.core.money import BAND_LABELS, AmountBand, Money, band_words, round_words
from app.core.paging import Page
from app.core.states import words
from app.documents.rules.kinds import ACCEPTED
from app.documents.states import Purpose
from app.regulatory.states import PARTICIPATION_LABELS
from app.web import moments, navigation
from app.web.form_words import UNNAMED
from app.web.headers import csp_nonce
from app.web.profile import profile_for

WIDGETS: list[tuple[type[Field], str]] = [
    (HiddenField, "hidden"),
    (RadioField, "radios"),
    (SelectMultipleField, "checkboxes"),
    (SelectField, "select"),
    (BooleanField, "checkbox"),
    (TextAreaField, "textarea"),
    (FileField, "file"),
]


@dataclass(frozen=True, slots=True)
class ErrorLink:
    """One line of the error summary; without an address the message concerns the whole form."""

    href: str | None
    message: str


def init_app(app: Flask) -> None:
    """Register filters and names, and stamp static addresses with a digest of the file's content."""
    profile = profile_for(app.extensions["settings"])
    app.jinja_env.filters.update(
        money=lambda cents, currency: str(Money(cents, currency)),
        round_money=round_words,
        long_date=long_date,
        sentence=lambda text: text[:1].upper() + text[1:] if text else "",
        day_range=lambda days: moments.day_range(days[0], days[-1]),
        words=words,
        band=lambda band, currency="USD": band_words(AmountBand(band), currency),
    )
    app.jinja_env.globals.update(
        site=profile,
        is_demo=app.extensions["settings"].environment is Environment.DEMO,
        BAND_LABELS=BAND_LABELS,
        PARTICIPATION_LABELS=PARTICIPATION_LABELS,
        csp_nonce=csp_nonce,
        endpoint_exists=endpoint_exists,
        error_links=error_links,
        may_open=lambda endpoint: navigation.open_to(endpoint, reader()),
        has_errors=lambda form: bool(form and form.errors),
        navigation=lambda: navigation.sections(reader()),
        page_window=page_window,
        reader=reader,
        two_zones=two_zones,
        upload_rule=lambda purpose: ACCEPTED[Purpose(purpose)],
        widget_of=widget_of,
    )
    app.url_defaults(_stamp)


def reader() -> Principal | None:
    """Return the signed-in person; an error page asks no database and knows only a person already read."""
    if g.get("page_of_last_resort"):
        known = g.get("_login_user")
        return known if isinstance(known, Principal) else None
    return principal_or_none()


def endpoint_exists(endpoint: str) -> bool:
    """Tell whether a room offers this endpoint."""
    return endpoint in current_app.view_functions


def two_zones(moment: datetime, zone: str | None = None) -> moments.ShownMoment:
    """Return the moment in the zone of the venue and in the reader's own."""
    person = reader()
    return moments.shown(moment, venue=zone, reader=person.time_zone if person else None)


def long_date(value: date | datetime | str | None) -> str:
    """Return `1 March 2027`; a date as text is read as ISO 8601, nothing stays nothing."""
    if not value:
        return ""
    return moments.long_date(date.fromisoformat(value) if isinstance(value, str) else value)


def widget_of(field: Field) -> str:
    """Return how the `field` macro shows a WTForms field; whatever has no form of its own is a text input."""
    return next((kind for type_, kind in WIDGETS if isinstance(field, type_)), "text")


def error_links(form: Form) -> list[ErrorLink]:
    """Return what is wrong with a form, in the order of its fields, then what concerns all of it."""
    links = [link for field in form for link in _links_of(field)]
    return links + [ErrorLink(None, str(message)) for message in form.form_errors]


def _links_of(field: Field) -> Iterator[ErrorLink]:
    nested = getattr(field, "entries", None) or (list(field.form) if hasattr(field, "form") else [])
    for part in nested:
        yield from _links_of(part)
    target = f"{field.id}-0" if widget_of(field) in ("radios", "checkboxes") else field.id
    own = [] if isinstance(field.errors, dict) else field.errors  # of a form in a form: told at its parts
    for message in own:
        if isinstance(message, str) or not nested:
            named = f"{field.label.text}: {message}" if str(message).startswith(UNNAMED) else str(message)
            yield ErrorLink(f"#{target}" if field.type != "CSRFTokenField" else None, named)


def page_window(page: Page[Any]) -> list[int | None]:
    """Return the page numbers to offer: first, last and those around the present one; None for a gap."""
    near = {1, page.pages, *range(max(1, page.number - 1), min(page.pages, page.number + 1) + 1)}
    window: list[int | None] = []
    for number in sorted(near):
        if window and isinstance(window[-1], int) and number - window[-1] > 1:
            window.append(number - 1 if number - window[-1] == 2 else None)
        window.append(number)
    return window


def _stamp(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and "v" not in values and current_app.static_folder:
        values["v"] = _digest(Path(current_app.static_folder) / values["filename"], current_app.debug)


def _digest(file: Path, changing: bool) -> str | None:
    return _digest_at(file, file.stat().st_mtime_ns if changing and file.exists() else 0)


@lru_cache(maxsize=256)
def _digest_at(file: Path, _modified_ns: int) -> str | None:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else None
