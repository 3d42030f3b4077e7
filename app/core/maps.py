"""Outlines of the U.S. states and of the world's countries, to be drawn on a page as one picture.

scripts/build-maps makes the file from public-domain boundaries. A place that is too small to be seen has a middle
and no outline; it is shown as a mark. Nothing here takes a position on a border.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import dist
from pathlib import Path

ROUNDS = 200
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
    mark: tuple[float, float] | None

    @property
    def is_moved(self) -> bool:
        """Tell whether its mark stands away from it, for want of room, and needs a line that leads there."""
        return self.mark is not None and self.middle is not None and dist(self.mark, self.middle) > 1


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


def drawing(outlines: Outlines, counts: Mapping[str, int], names: Mapping[str, str], *, radius: float = 10) -> Drawing:
    """Return a map of `counts` by place; a place that the outlines do not know keeps its number and has no shape.

    Marks of `radius` are moved apart until none covers another.
    """
    most = max(counts.values(), default=0)
    counted = sorted(code for code, count in counts.items() if count)
    marks = apart({code: outlines.middles[code] for code in counted if code in outlines.middles}, 2 * radius + 1)
    places = [
        Place(code, names.get(code, code), counts[code], step_of(counts[code], most), outlines.paths.get(code, ""),
              outlines.middles.get(code), marks.get(code))
        for code in counted
    ]  # fmt: skip
    ground = [path for code, path in outlines.paths.items() if not counts.get(code)]
    return Drawing(outlines.width, outlines.height, ground, sorted(places, key=lambda one: (-one.count, one.name)))


def apart(points: Mapping[str, tuple[float, float]], least: float) -> dict[str, tuple[float, float]]:
    """Return points moved as little as it takes, bit by bit, until any two are `least` apart."""
    moved = dict(points)
    for _ in range(ROUNDS):
        near = [(one, two) for one, two in combinations(sorted(moved), 2) if dist(moved[one], moved[two]) < least]
        if not near:
            break
        for one, two in near:
            moved[one], moved[two] = _pushed(moved[one], moved[two], least)
    return {code: (round(x, 1), round(y, 1)) for code, (x, y) in moved.items()}


def _pushed(
    one: tuple[float, float], two: tuple[float, float], least: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    between = dist(one, two)
    across, down = ((two[0] - one[0]) / between, (two[1] - one[1]) / between) if between else (1.0, 0.0)
    by = max(0.0, least + 0.2 - between) / 2
    return (one[0] - across * by, one[1] - down * by), (two[0] + across * by, two[1] + down * by)


def step_of(count: int, most: int) -> int:
    """Return how strongly a number is coloured, 0 for none to 4 for the highest fourth."""
    return 0 if count <= 0 else min(4, 1 + 4 * (count - 1) // max(most, 1))
