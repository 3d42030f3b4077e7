"""Outlines of the U.S. states and of the world's countries, to be drawn on a page as one picture.

scripts/build-maps makes the file from public-domain boundaries. A place that is too small to be seen has a middle
and no outline; it is shown as a mark. Nothing here takes a position on a border.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("map_shapes.json")


@dataclass(frozen=True, slots=True)
class Outlines:
    """A picture of places by their two letters: the outline of each as the path of an SVG, and a point within it."""

    width: int
    height: int
    paths: Mapping[str, str]
    middles: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Place:
    """A place to draw: its number and what it leads to; `step` 0 to 4 is how strongly it is coloured."""

    code: str
    name: str
    count: int
    step: int
    path: str
    middle: tuple[int, int] | None

    @property
    def is_marked(self) -> bool:
        """Tell whether it has a mark: everything that is counted and can be placed."""
        return self.count > 0 and self.middle is not None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map with numbers on it: every outline, and the places that are counted, the highest number first."""

    width: int
    height: int
    ground: list[str]
    places: list[Place]


@cache
def us_states() -> Outlines:
    """Return the fifty states and the District of Columbia, Alaska and Hawaii moved close."""
    return _outlines("us")


@cache
def world() -> Outlines:
    """Return the countries and territories of the world in an equal-area view, by ISO 3166-1 alpha-2."""
    return _outlines("world")


@cache
def _outlines(name: str) -> Outlines:
    kept = json.loads(FILE.read_text(encoding="utf-8"))[name]
    middles = {code: (int(x), int(y)) for code, (x, y) in kept["middles"].items()}
    return Outlines(kept["width"], kept["height"], kept["paths"], middles)


def drawing(outlines: Outlines, counts: Mapping[str, int], names: Mapping[str, str]) -> Drawing:
    """Return a map of `counts` by place; a place that the outlines do not know keeps its number and has no shape."""
    most = max(counts.values(), default=0)
    places = [
        Place(code, names.get(code, code), count, step_of(count, most), outlines.paths.get(code, ""),
              outlines.middles.get(code))
        for code, count in counts.items() if count
    ]  # fmt: skip
    ground = [path for code, path in outlines.paths.items() if not counts.get(code)]
    return Drawing(outlines.width, outlines.height, ground, sorted(places, key=lambda one: (-one.count, one.name)))


def step_of(count: int, most: int) -> int:
    """Return how strongly a number is coloured, 0 for none to 4 for the highest fourth."""
    return 0 if count <= 0 else min(4, 1 + 4 * (count - 1) // max(most, 1))
