"""Decisions of this room that need no database: caps, sheets, rows, words."""
