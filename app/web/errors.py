"""Refusals become pages or JSON; everything else is a 500 with a reference and no detail."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the handlers."""
