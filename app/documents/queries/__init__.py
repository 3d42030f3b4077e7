"""Reads of this room."""

from app.documents.queries.files import FileRow, file_row, file_rows, files_of, room_bytes
from app.documents.queries.held import HeldPage, HeldRow, held_file, held_files
from app.documents.queries.home import REVIEWERS, desk_lines
from app.documents.queries.openings import OpeningRow, openings_of

__all__ = [
    "REVIEWERS", "FileRow", "HeldPage", "HeldRow", "OpeningRow", "desk_lines", "file_row", "file_rows", "files_of",
    "held_file", "held_files", "openings_of", "room_bytes",
]  # fmt: skip
