"""Tables of this room: reference rows, written by the versioned loader alone."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.reference import VersionedRow


class Country(VersionedRow, Base):
    """A country or territory of ISO 3166-1 (`key` is its two letters) and its standing in each regime."""

    __tablename__ = "regulatory_countries"

    name: Mapped[str] = mapped_column(String(120))
    tier: Mapped[str] = mapped_column(String(40), index=True)


class Topic(VersionedRow, Base):
    """A regulatory topic that a programme or a pair may meet."""

    __tablename__ = "regulatory_topics"

    name: Mapped[str] = mapped_column(String(200))
    domain: Mapped[str] = mapped_column(String(40), index=True)


class PolicyRule(VersionedRow, Base):
    """What is laid down about one topic: its cases, its place in the order of checks, and where it is said."""

    __tablename__ = "regulatory_rules"

    stage: Mapped[str] = mapped_column(String(40))
    place: Mapped[int]
