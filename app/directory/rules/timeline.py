"""Which station or vehicle when: years as entries give them, placed on one axis beside the end of the old station.

Only stated years are placed. An entry that names none is listed as such; a year alone stands for the whole of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from app.directory.rules.text import as_of_words

ISS_LAST_YEAR = 2030
ISS_WORDS = (
    "The International Space Station is to be retired after 2030. That is how the conveners of this summit state it, "
    "as of 2026; no day is set."
)
LEFT, TOP, ROW, RIGHT = 236, 44, 34, 16
"""Parts of the picture: the column of names, the axis, the height of a row, the margin."""
YEARS_WIDTH = 700
LONGEST_LABEL = 30


class Dated(Protocol):
    """What the timeline needs of an entry, all of it public."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def target_first_launch(self) -> str: ...
    @property
    def launch_from(self) -> int | None: ...
    @property
    def launch_to(self) -> int | None: ...
    @property
    def milestones(self) -> list[dict[str, Any]]: ...


@dataclass(frozen=True, slots=True)
class Mark:
    """A milestone on the axis: where it stands now, whether it is done, and where it stood before."""

    name: str
    when: str
    is_done: bool
    earlier: tuple[str, ...]

    @property
    def words(self) -> str:
        """Return 'First module: due March 2028, slipped from 2027'."""
        said = f"{self.name}: {'done' if self.is_done else 'due'} {as_of_words(self.when)}"
        return f"{said}, slipped from {', then '.join(map(as_of_words, self.earlier))}" if self.earlier else said


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the timeline; the years are those read from its words and milestones."""

    key: str
    name: str
    said: str
    first: int
    last: int
    marks: tuple[Mark, ...]

    @property
    def years(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first} to {self.last}"

    @property
    def is_after(self) -> bool:
        """Tell whether even its first stated year lies after the old station's last."""
        return self.first > ISS_LAST_YEAR


def line_of(row: Dated) -> Line | None:
    """Return an entry's line, None when it states no year."""
    if row.launch_from is None or row.launch_to is None:
        return None
    marks = tuple(mark for one in row.milestones if (mark := _mark(one)))
    return Line(row.key, row.name, row.target_first_launch, row.launch_from, row.launch_to, marks)


def _mark(one: Mapping[str, Any]) -> Mark | None:
    when = one["done"] or one["due"]
    earlier = tuple(earlier for earlier in one["earlier"] if earlier)
    return Mark(one["name"], when, bool(one["done"]), earlier) if when else None


def span_of(partial: str) -> tuple[float, float]:
    """Return where a day, month or year begins and ends, in years: "2028" is (2028.0, 2029.0)."""
    parts = [int(part) for part in partial.split("-")]
    year, month = float(parts[0]), (parts[1] if len(parts) > 1 else 0)
    if not month:
        return year, year + 1
    if len(parts) == 2:
        return year + (month - 1) / 12, year + month / 12
    passed = (date(parts[0], month, parts[2]) - date(parts[0], 1, 1)).days
    return year + passed / 366, year + (passed + 1) / 366


@dataclass(frozen=True, slots=True)
class Axis:
    """The years shown, the first and the last, and how they become places in the picture."""

    first: int
    last: int

    @property
    def pitch(self) -> float:
        """Return how wide a year is."""
        return YEARS_WIDTH / (self.last + 1 - self.first)

    @property
    def years(self) -> Sequence[int]:
        """Return the years to write at the axis: every one, or every second or fifth where they would touch."""
        step = next((step for step in (1, 2, 5) if self.pitch * step >= 44), 10)
        return [year for year in range(self.first, self.last + 1) if (year - self.first) % step == 0]

    def x(self, year: float) -> float:
        """Return where a moment, in years, stands."""
        return round(LEFT + (year - self.first) * self.pitch, 1)


@dataclass(frozen=True, slots=True)
class Shape:
    """A milestone as drawn: from where to where, its middle, and the middles of the dates it slipped from."""

    mark: Mark
    x: float
    width: float
    middle: float
    earlier: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A line as drawn."""

    line: Line
    label: str
    y: int
    x: float
    width: float
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A picture and the table beside it, made of the same lines."""

    axis: Axis
    bars: tuple[Bar, ...]
    width: int = LEFT + YEARS_WIDTH + RIGHT
    height: int = 0
    iss_x: float = 0.0
    unstated: tuple[tuple[str, str, str], ...] = field(default=())

    @property
    def lines(self) -> list[Line]:
        return [bar.line for bar in self.bars]


def timeline(rows: Iterable[Dated]) -> Timeline:
    """Place entries on one axis in the given order; those that state no year are kept apart with their own words."""
    every = list(rows)
    lines = [line for row in every if (line := line_of(row))]
    unstated = tuple((row.key, row.name, row.target_first_launch) for row in every if line_of(row) is None)
    axis = _axis(lines)
    bars = tuple(_bar(axis, line, at) for at, line in enumerate(lines))
    return Timeline(axis, bars, height=TOP + ROW * len(bars) + 12, iss_x=axis.x(ISS_LAST_YEAR + 1), unstated=unstated)


def _axis(lines: Sequence[Line]) -> Axis:
    stated = [moment for line in lines for moment in _moments(line)]
    return Axis(min([ISS_LAST_YEAR - 2, *stated]), max([ISS_LAST_YEAR + 2, *stated]))


def _moments(line: Line) -> list[int]:
    dates = [when for mark in line.marks for when in (mark.when, *mark.earlier)]
    return [line.first, line.last, *(int(when[:4]) for when in dates)]


def _bar(axis: Axis, line: Line, at: int) -> Bar:
    label = line.name if len(line.name) <= LONGEST_LABEL else f"{line.name[: LONGEST_LABEL - 1].rstrip()}…"
    begins, ends = axis.x(line.first), axis.x(line.last + 1)
    shapes = tuple(_shape(axis, mark) for mark in line.marks)
    return Bar(line, label, TOP + ROW * at, begins, round(ends - begins, 1), shapes)


def _shape(axis: Axis, mark: Mark) -> Shape:
    begins, ends = map(axis.x, span_of(mark.when))
    return Shape(
        mark, begins, round(max(4.0, ends - begins), 1), _middle(axis, mark.when),
        tuple(_middle(axis, when) for when in mark.earlier),
    )  # fmt: skip


def _middle(axis: Axis, when: str) -> float:
    begins, ends = span_of(when)
    return axis.x((begins + ends) / 2)
