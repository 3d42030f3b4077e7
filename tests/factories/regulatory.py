"""Makers of countries, topics and policy facts; `load_shipped` puts the shipped files into the database."""

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from app.core import clock, reference
from app.regulatory.facts import CountryRow, TopicRow
from app.regulatory.loaders import LOADERS
from app.regulatory.queries import country_row, topic_row
from app.regulatory.states import Tier

FOLDER = Path(__file__).resolve().parents[2] / "app" / "reference"


@cache
def shipped(kind: str) -> reference.Prepared:
    """The shipped file of `kind` ("countries" or "topics"), read and checked once."""
    return reference.prepare(LOADERS[kind], FOLDER)


def load_shipped(session: Session, *kinds: str) -> None:
    """Load the shipped countries and topics, or only some kinds."""
    for kind in kinds or tuple(LOADERS):
        reference.load(session, shipped(kind), now=clock.now())


@cache
def topics() -> dict[str, TopicRow]:
    """All shipped topics by key, without a database."""
    return {key: topic_row(dict(content)) for key, content in shipped("topics").rows.items()}


def country(iso2: str) -> CountryRow:
    """A shipped country by its two letters, without a database."""
    return country_row(dict(shipped("countries").rows[iso2]))


def invented(**facts: object) -> CountryRow:
    """A country that stands outside every regime and needs a licence, but for what is said otherwise."""
    plain = CountryRow(
        iso2="QQ", iso3="QQQ", name="Nowhere", tier=Tier.LICENSE, as_of=date(2026, 7, 23), artemis_accords="",
        artemis_date_status="", mtcr_member=False, ear_country_groups=("B",), ear_chart_marks=("NS1", "NS2"),
        ear_embargo="", ear_d5=False, itar_126_1="n", aukus_exemption=False, cfius_excepted=False, us_tsa="n",
        us_framework_agreement=False, iss_partner="n", esa_member="n", dependency_of="", notes="", source=(),
    )  # fmt: skip
    return replace(plain, **facts)
