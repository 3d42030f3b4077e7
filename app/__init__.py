"""Rendezvous: the platform that runs a Commercial LEO Investment Summit."""

from flask import Flask

from app.config import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from `settings`, or from the environment. Raises SettingsError if unfit to start."""
    # Here and not above: importing one rule of one room must not load every room and library.
    from app.wiring import build

    return build(settings)
