"""A sheet as somebody hands it in: CSV in the encodings spreadsheets write, or XLSX; read whole, or refused in words.

Cells are text, whatever they look like: nothing is ever computed from them.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from python_calamine import CalamineError, CalamineWorkbook

from app.core.errors import InvalidInput
from app.delegations.rules.people import HEADINGS, NEEDED, column_of

MOST_ROWS, MOST_COLUMNS, MOST_CHARACTERS = 1_000, 40, 500
DELIMITERS = (",", ";", "\t", "|")


class UnusableSheet(InvalidInput):
    """A sheet that cannot be read at all; the sentence says what to do."""

    code = "unusable_sheet"


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it stands in the sheet: `number` as the spreadsheet counts, cells by field."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a sheet, and the headings of columns that nobody reads."""

    lines: list[Line]
    ignored: list[str]


def read_sheet(content: bytes, *, is_xlsx: bool) -> Sheet:
    """Return the rows of a sheet. Raises UnusableSheet."""
    table = list(_numbered(_xlsx(content) if is_xlsx else _csv(content)))
    if not table:
        raise UnusableSheet("The sheet is empty. Take the template, fill in a row for each person and send that.")
    (_, header), rows = table[0], table[1:]
    if len(header) > MOST_COLUMNS:
        raise UnusableSheet(f"The sheet has {len(header)} columns. Keep those of the template.")
    if len(rows) > MOST_ROWS:
        raise UnusableSheet(f"The sheet has {len(rows):,} people. Send at most {MOST_ROWS:,} at a time.")
    if not rows:
        raise UnusableSheet("The sheet has headings but nobody below them. Fill in a row for each person.")
    places = _places(header)
    ignored = [words for words in header if words and column_of(words) is None]
    lines = [
        Line(number, {name: cells[at][:MOST_CHARACTERS] if at < len(cells) else "" for name, at in places.items()})
        for number, cells in rows
    ]
    return Sheet(lines, ignored)


def _places(header: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, words in enumerate(header):
        name = column_of(words)
        if name is not None and name in found:
            raise UnusableSheet(f"Two columns mean '{HEADINGS[name]}'. Remove one of them.")
        if name is not None:
            found[name] = at
    if absent := [HEADINGS[name] for name in NEEDED if name not in found]:
        listed = ", ".join(f"'{words}'" for words in absent)
        raise UnusableSheet(f"The first row must name the columns; {listed} is missing. Take the template's headings.")
    return found


def _numbered(rows: Iterable[Sequence[str]]) -> Iterable[tuple[int, list[str]]]:
    """Yield rows that hold anything, with their number, and the headings first wherever they begin."""
    for number, cells in enumerate(rows, start=1):
        kept = [cell.strip() for cell in cells]
        if any(kept):
            yield number, kept


def _csv(content: bytes) -> list[list[str]]:
    text = _text(content)
    first, _, rest = text.partition("\n")
    mark = first.strip().casefold()
    if mark.startswith("sep=") and len(mark) == 5:
        delimiter, text = first.strip()[4], "\n" + rest
    else:
        delimiter = max(DELIMITERS, key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UnusableSheet(
            f"The file cannot be read as CSV ({error}). Save the sheet as XLSX and send that."
        ) from None


def _text(content: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig")):
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                break
    raise UnusableSheet(
        "The file is not in Unicode, so names would come out wrong. Save the sheet as 'CSV UTF-8' or as XLSX and send "
        "that."
    )


def _xlsx(content: bytes) -> list[list[str]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        if sheet.total_height > MOST_ROWS + 100 or sheet.total_width > MOST_COLUMNS + 100:
            raise UnusableSheet(f"The first sheet is too large. Send at most {MOST_ROWS:,} people at a time.")
        return [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    except CalamineError as error:
        raise UnusableSheet(f"The file cannot be read as XLSX ({error}). Save it anew and send that.") from None


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)
