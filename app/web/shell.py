"""What every page shares: request id, security headers, template names and filters."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register hooks, filters and globals."""
