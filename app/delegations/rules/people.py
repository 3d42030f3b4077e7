"""A delegate as a focal point names them, and what is wrong with what was written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from rapidfuzz import process
from rapidfuzz.fuzz import WRatio

from app.accounts.rules import folded, normal_email
from app.accounts.states import OrganizationKind
from app.registration.rules.application import type_refusal
from app.registration.states import TYPE_LABELS, ParticipantType

ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")
OLDEST, YOUNGEST = 1900, 2015
HEADINGS = {
    "name": "Name",
    "email": "E-mail address",
    "job_title": "Job title",
    "citizenship": "Citizenship",
    "birth_year": "Year of birth",
    "participant_type": "Comes as",
}
"""The columns of a sheet in words; the last two may be left out."""
ALSO = {
    "name": ("full name", "name as in the passport", "delegate", "participant"),
    "email": ("email", "e-mail", "email address", "mail"),
    "job_title": ("title", "position", "function", "job"),
    "citizenship": ("country of citizenship", "nationality", "country"),
    "birth_year": ("birth year", "born", "year born"),
    "participant_type": ("type", "participant type", "as"),
}
NEEDED = ("name", "email", "job_title", "citizenship")
LONGEST = {"name": 200, "email": 254, "job_title": 120}


@dataclass(frozen=True, slots=True)
class Named:
    """A delegate: name as in the passport, citizenship as two letters."""

    name: str
    email: str
    job_title: str
    citizenship: str
    birth_year: int | None
    participant_type: ParticipantType


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one thing that was written, and what to write instead."""

    field: str
    message: str

    @property
    def column(self) -> str:
        return HEADINGS[self.field]


@dataclass(frozen=True, slots=True)
class Known:
    """What written words are held against: countries by code, and the kind of the organization."""

    countries: Mapping[str, str]
    kind: OrganizationKind

    @property
    def usual_type(self) -> ParticipantType:
        """As what people of this kind of organization come unless somebody says otherwise."""
        if self.kind is OrganizationKind.US_COMPANY:
            return ParticipantType.COMPANY
        public = (OrganizationKind.AGENCY, OrganizationKind.MINISTRY)
        return ParticipantType.GOVERNMENT if self.kind in public else ParticipantType.PARTNER


def read_person(written: Mapping[str, str], known: Known) -> tuple[Named | None, list[Fault]]:
    """Return the delegate that was written, or what is wrong: all of it at once."""
    faults: list[Fault] = []
    texts = {name: " ".join(written.get(name, "").split()) for name in HEADINGS}
    faults += [Fault(name, f"{HEADINGS[name]} is missing. Write it.") for name in NEEDED if not texts[name]]
    for name, most in LONGEST.items():
        if len(texts[name]) > most:
            faults.append(Fault(name, f"Use at most {most} characters."))
    email = normal_email(texts["email"])
    if texts["email"] and not ADDRESS.fullmatch(email):
        faults.append(Fault("email", f"'{texts['email'][:60]}' is no address. Write it as name@example.org."))
    country = _country(texts["citizenship"], known, faults)
    year = _year(texts["birth_year"], faults)
    kind = _type(texts["participant_type"], known, faults)
    if faults:
        return None, faults
    return Named(texts["name"], email, texts["job_title"], country, year, kind), []


def _country(text: str, known: Known, faults: list[Fault]) -> str:
    if not text:
        return ""
    by_name = {folded(name): code for code, name in known.countries.items()}
    found = by_name.get(folded(text)) or (text.upper() if text.upper() in known.countries else "")
    if not found:
        faults.append(Fault("citizenship", f"'{text[:60]}' is no country in our list. {_near(text, known.countries)}"))
    return found


def _near(text: str, countries: Mapping[str, str]) -> str:
    close = process.extractOne(folded(text), {code: folded(name) for code, name in countries.items()}, scorer=WRatio)
    if close is None or close[1] < 70:
        return "Write its English name, or its two letters."
    return f"Did you mean {countries[close[2]]}? Write {countries[close[2]]} or {close[2]}."


def _year(text: str, faults: list[Fault]) -> int | None:
    if not text:
        return None
    if text.isdecimal() and OLDEST <= int(text) <= YOUNGEST:
        return int(text)
    faults.append(
        Fault("birth_year", f"'{text[:20]}' is no year of birth. Write four digits, such as 1980, or nothing.")
    )
    return None


def _type(text: str, known: Known, faults: list[Fault]) -> ParticipantType:
    labels = {folded(label): kind for kind, label in TYPE_LABELS.items()} | {kind.value: kind for kind in TYPE_LABELS}
    found = labels.get(folded(text), known.usual_type if not text else None)
    if found is None:
        listed = ", ".join(TYPE_LABELS.values())
        faults.append(Fault("participant_type", f"'{text[:40]}' is none of: {listed}. Write one, or nothing."))
        return known.usual_type
    if refusal := type_refusal(found, known.kind):
        said = refusal.partition(" Go back")[0]
        faults.append(Fault("participant_type", f"{said} Write {TYPE_LABELS[known.usual_type]}, or nothing."))
    return found


def column_of(heading: str) -> str | None:
    """Return the field that a column's heading names, None for a heading we do not know."""
    text = folded(heading.strip(" *:"))
    for name, words in HEADINGS.items():
        if text in (folded(words), name, *ALSO[name]):
            return name
    return None


def plain(person: Named) -> dict[str, Any]:
    """Return a delegate as plain values."""
    return {field.name: getattr(person, field.name) for field in fields(person)}
