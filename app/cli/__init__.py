"""Commands; each calls one service. Exit 0 done, 1 refused, 2 unusable input."""

from click import Command
from flask import Flask

from app.cli.audit import audit
from app.cli.backup import backup, restore
from app.cli.database import group as database
from app.cli.demo import demo
from app.cli.directory import group as directory
from app.cli.jobs import jobs
from app.cli.keys import keys
from app.cli.matching import matching
from app.cli.meetings import meetings
from app.cli.outbox import outbox
from app.cli.payments import group as payments
from app.cli.reference import group as reference
from app.cli.rehearse import rehearse
from app.cli.retention import retention
from app.cli.screening import group as screening
from app.cli.serve import serve
from app.cli.summit import summit
from app.cli.users import users

COMMANDS: list[Command] = [
    serve,
    demo,
    database,
    directory,
    rehearse,
    payments,
    users,
    audit,
    backup,
    jobs,
    keys,
    outbox,
    restore,
    retention,
    reference,
    screening,
    matching,
    meetings,
    summit,
]


def init_app(app: Flask) -> None:
    """Register every command."""
    for command in COMMANDS:
        app.cli.add_command(command)
