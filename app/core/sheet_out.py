"""Tables that leave the house as XLSX: every cell is text, so nothing in it is ever run."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

from app.core.csv_out import neutral


def xlsx_bytes(sheet: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as XLSX with one sheet, its headings bold and in sight while one scrolls."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                     "strings_to_numbers": False})  # fmt: skip
    page, bold = book.add_worksheet(sheet[:31]), book.add_format({"bold": True})
    for at, words in enumerate(header):
        page.write_string(0, at, neutral(words), bold)
    for line, row in enumerate(rows, start=1):
        for at, cell in enumerate(row):
            page.write_string(line, at, neutral(cell))
    page.set_column(0, max(0, len(header) - 1), 24)
    page.freeze_panes(1, 0)
    book.close()
    return out.getvalue()
