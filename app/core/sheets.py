"""CSV files that somebody hands us: read whole or refused, naming file, line and field."""

import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import InvalidInput

csv.field_size_limit(1_000_000)


class BadSheet(InvalidInput):
    """A file that cannot be used; the message names the file, the line and the field."""

    code = "bad_sheet"

    def __init__(self, reason: str, *, file: str, line: int | None = None, field: str | None = None) -> None:
        place = file + (f", line {line}" if line else "") + (f", field {field}" if field else "")
        super().__init__(f"{place}: {reason}")


class BadField(ValueError):
    """A cell that cannot be used; the reader adds where it stands."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row as it stands in the file; `line` counts from 1 and the header is line 1."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as it came: its name, the digest of its bytes, and its text."""

    name: str
    sha256: str
    text: str

    def rows(self, *, needs: Sequence[str]) -> Iterator[SheetRow]:
        """Yield the rows. Raises BadSheet when a needed column or a cell is missing, or there are too many cells."""
        reader = csv.reader(io.StringIO(self.text, newline=""), strict=True)
        try:
            header = next(reader, [])
            for column in needs:
                if column not in header:
                    raise BadSheet("this column is missing from the header.", file=self.name, line=1, field=column)
            for cells in reader:
                if cells:
                    yield SheetRow(reader.line_num, self._named(header, cells, reader.line_num))
        except csv.Error as error:
            raise BadSheet(f"not readable as CSV ({error}).", file=self.name, line=reader.line_num) from None

    def _named(self, header: list[str], cells: list[str], line: int) -> dict[str, str]:
        if len(cells) < len(header):
            raise BadSheet("the row ends before this field.", file=self.name, line=line, field=header[len(cells)])
        if len(cells) > len(header):
            raise BadSheet(
                f"the row has {len(cells)} cells, the header {len(header)}.",
                file=self.name,
                line=line,
                field=header[-1],
            )
        return dict(zip(header, (cell.strip() for cell in cells), strict=True))


def open_sheet(path: Path, *, name: str | None = None) -> Sheet:
    """Read a .csv or .csv.gz file. Raises BadSheet when it is missing, damaged or not UTF-8."""
    shown = name or path.name
    try:
        raw = path.read_bytes()
        plain = gzip.decompress(raw) if path.suffix == ".gz" else raw
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or "damaged or not compressed"
        raise BadSheet(f"cannot be read ({reason}).", file=shown) from None
    try:
        text = plain.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = plain[: error.start].count(b"\n") + 1
        raise BadSheet("not UTF-8 text.", file=shown, line=line) from None
    return Sheet(shown, hashlib.sha256(plain).hexdigest(), text)
