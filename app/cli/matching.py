"""`matching solve`: the best pairs of markets given in a file."""

from math import isfinite
from pathlib import Path
from typing import Any

import click

from app.cli.json_files import Unusable, listed, member, read_json, stop_at, whole, write_json
from app.matching.solver import Fusion, Market, MarketError, Pair, solve

in_file = click.Path(path_type=Path, dir_okay=False)


@click.group("matching")
def matching() -> None:
    """Propose who should meet whom."""


@matching.command("solve")
@click.argument("market_file", metavar="MARKET.json", type=in_file)
@click.option("--out", "out_file", metavar="PAIRS.json", type=in_file, required=True, help="Where the pairs go.")
@click.option(
    "--value", "fusion", type=click.Choice([f.value for f in Fusion]), default=Fusion.PRODUCT.value, show_default=True,
    help="How both scores make the value of a pair.",
)  # fmt: skip
def solve_file(market_file: Path, out_file: Path, fusion: str) -> None:
    """Find the pairs of greatest total mutual value in each market of MARKET.json.

    The value of a pair is the product of its two scores unless --value says otherwise. Floors are filled as
    far as they can be before value counts; `bound` is a proven upper bound on the value under that rule.
    """
    document = read_json(market_file)
    try:
        markets = [
            _market(entry, f"markets[{n}]", Fusion(fusion))
            for n, entry in enumerate(listed(member(document, "markets", ""), "markets"))
        ]
        answers = [_answer(name, market, f"markets[{n}]") for n, (name, market) in enumerate(markets)]
    except Unusable as problem:
        stop_at(market_file, problem)
    write_json(out_file, {"markets": answers})
    for answer in answers:
        words = f"{len(answer['pairs'])} pairs, value {answer['value']:.6g}, bound {answer['bound']:.6g}"
        print(f"{answer['id']}: {words}, {len(answer['unmet_floor'])} below the floor")


def _answer(name: Any, market: Market, at: str) -> dict[str, Any]:
    try:
        found = solve(market)
    except MarketError as error:
        raise Unusable(f"{at}.{error.field}", str(error).partition(": ")[2]) from error
    return {
        "id": name,
        "pairs": [list(pair) for pair in found.pairs],
        "value": found.value,
        "bound": found.bound,
        "unmet_floor": found.unmet_floor,
    }


def _market(entry: Any, at: str, fusion: Fusion) -> tuple[Any, Market]:
    n_left = whole(member(entry, "left", at), f"{at}.left")
    n_right = whole(member(entry, "right", at), f"{at}.right")
    market = Market(
        left_score=_scores(entry, "left_score", at, n_left, n_right),
        right_score=_scores(entry, "right_score", at, n_left, n_right),
        left_capacity=_capacities(entry, "left_capacity", at, n_left),
        right_capacity=_capacities(entry, "right_capacity", at, n_right),
        left_floor=whole(entry.get("left_floor", 0), f"{at}.left_floor"),
        forbidden=_pairs(entry, "forbidden", at, n_left, n_right),
        pinned=_pairs(entry, "pinned", at, n_left, n_right),
        fusion=fusion,
    )
    return member(entry, "id", at), market


def _scores(entry: Any, name: str, at: str, n_left: int, n_right: int) -> list[list[float | None]]:
    at = f"{at}.{name}"
    rows = listed(member(entry, name, at.rpartition(".")[0]), at, length=n_left)
    for i, row in enumerate(rows):
        listed(row, f"{at}[{i}]", length=n_right)
        for j, score in enumerate(row):
            if score is not None and not _is_score(score):
                raise Unusable(f"{at}[{i}][{j}]", "must be null or a number from 0 to 1e100")
    return rows


def _is_score(score: Any) -> bool:
    return isinstance(score, int | float) and not isinstance(score, bool) and isfinite(score) and 0 <= score <= 1e100


def _capacities(entry: Any, name: str, at: str, length: int) -> list[int]:
    at = f"{at}.{name}"
    found = listed(member(entry, name, at.rpartition(".")[0]), at, length=length)
    return [whole(capacity, f"{at}[{n}]") for n, capacity in enumerate(found)]


def _pairs(entry: Any, name: str, at: str, n_left: int, n_right: int) -> frozenset[Pair]:
    at = f"{at}.{name}"
    found = set()
    for n, pair in enumerate(listed(entry.get(name, []), at)):
        i, j = listed(pair, f"{at}[{n}]", length=2)
        left = whole(i, f"{at}[{n}][0]", most=n_left - 1)
        found.add((left, whole(j, f"{at}[{n}][1]", most=n_right - 1)))
    return frozenset(found)
