"""Commands; each calls one service. Exit 0 done, 1 refused, 2 unusable input."""

from click import Command
from flask import Flask

COMMANDS: list[Command] = []


def init_app(app: Flask) -> None:
    """Register every command."""
    for command in COMMANDS:
        app.cli.add_command(command)
