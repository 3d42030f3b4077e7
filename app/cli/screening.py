"""`flask screening`: compare a file of names with a list, for measuring and for planning."""

import csv
import os
import tempfile
import time
from pathlib import Path

import click

from app.cli.reference import exits
from app.core.reference import parsed
from app.core.sheets import BadSheet, SheetRow, open_sheet
from app.screening.index import Index
from app.screening.loaders import LOADERS
from app.screening.queries import LIST_KIND, listed_row
from app.screening.states import NameKind

file = click.Path(path_type=Path, dir_okay=False)
HEADER = ("query_id", "entity_ids", "scores")


@click.group("screening")
def group() -> None:
    """Restricted-party screening."""


@group.command("batch")
@click.argument("queries_file", metavar="QUERIES.csv", type=file)
@click.option("--list", "list_file", metavar="LIST.csv[.gz]", type=file, required=True, help="The list to index.")
@click.option("--out", "out_file", metavar="PREDICTIONS.csv", type=file, required=True, help="Where the answers go.")
def batch(queries_file: Path, list_file: Path, out_file: Path) -> None:
    """Answer each query with up to 10 listed parties and their scores, best first.

    Reads query_id, query and kind only. Prints the time to index and the names answered per CPU-second.
    """
    with exits():
        began = time.process_time()
        index = _index(list_file)
        indexed = time.process_time() - began
        wanted = list(open_sheet(queries_file).rows(needs=("query_id", "query", "kind")))
        began = time.process_time()
        answers = [_answer(index, row, queries_file.name) for row in wanted]
        spent = time.process_time() - began
        _write(out_file, answers)
    click.echo(f"indexed {len(index.entries)} parties, {len(index.names)} names in {indexed:.1f} s")
    click.echo(
        f"{len(answers)} names in {spent:.1f} CPU-seconds: {len(answers) / max(spent, 1e-9):.0f} names a CPU-second"
    )


def _index(list_file: Path) -> Index:
    loader = LOADERS[LIST_KIND]
    rows = parsed(loader, open_sheet(list_file).rows(needs=loader.needs), file_name=list_file.name)
    return Index(listed_row(key, dict(content)) for key, content in rows.items())


def _answer(index: Index, row: SheetRow, file_name: str) -> tuple[str, str, str]:
    kind = row.cells["kind"]
    if kind not in list(NameKind):
        raise BadSheet(f"{kind!r} is none of {', '.join(NameKind)}.", file=file_name, line=row.line, field="kind")
    found = index.search(row.cells["query"], NameKind(kind))
    return (
        row.cells["query_id"],
        "|".join(match.key for match in found),
        "|".join(f"{match.score:.3f}" for match in found),
    )


def _write(path: Path, answers: list[tuple[str, str, str]]) -> None:
    """Write the file whole or not at all."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(HEADER)
            writer.writerows(answers)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        raise BadSheet(f"cannot be written ({error.strerror}).", file=str(path)) from None
