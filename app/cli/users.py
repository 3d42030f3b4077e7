"""`flask users`: the first administrator, roles from the console, a list."""

import sys
from uuid import UUID

import click
from sqlalchemy.orm import Session

from app.accounts import lists, passwords, services
from app.accounts.password_rules import weakness
from app.accounts.rules import normal_email
from app.accounts.states import STAFF_ROLES
from app.cli.standing import with_database
from app.core import clock
from app.core.access import Role
from app.core.db import db, transaction
from app.core.errors import DomainError, InvalidInput, NotFound

ROLES = click.Choice(sorted(role.value for role in STAFF_ROLES))


@click.group("users")
def users() -> None:
    """People who may sign in."""


@users.command("create")
@click.option("--email", prompt="E-mail address", help="The address to sign in with.")
@click.option("--name", prompt=True, help="The person's name.")
@click.option("--time-zone", default="UTC", show_default=True, help="An IANA name, such as Europe/Paris.")
@click.option("--role", type=ROLES, help="A role besides; the first person becomes administrator without being told.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input, up to the first line end.")
@with_database
def create(email: str, name: str, time_zone: str, role: str | None, password_stdin: bool) -> None:
    """Add a person with a confirmed address. The first one becomes administrator."""
    password = passwords.normal(_password(password_stdin))
    if why := weakness(password, (email, name)):
        raise click.ClickException(why)
    try:
        with transaction() as session:
            is_first = not lists.someone_holds(session, Role.ADMINISTRATOR)
            user = services.create_user(
                session, email=email, name=name, password=password, verified=True, time_zone=time_zone, now=clock.now()
            )
            roles = {Role(role)} if role else set()
            roles |= {Role.ADMINISTRATOR} if is_first else set()
            for granted in sorted(roles):
                _grant(session, user.id, granted, "Created from the console.")
    except InvalidInput as refusal:
        raise click.UsageError(refusal.message) from refusal
    except DomainError as refusal:
        raise click.ClickException(refusal.message) from refusal
    as_what = f" as {' and '.join(sorted(roles))}" if roles else ""
    click.echo(f"Created {normal_email(email)}{as_what}.")


@users.command("grant")
@click.argument("email")
@click.argument("role", type=ROLES)
@click.option("--reason", prompt=True, help="Goes on the record.")
@with_database
def grant(email: str, role: str, reason: str) -> None:
    """Let a person work for the summit in ROLE."""
    try:
        with transaction() as session:
            user_id = lists.user_with(session, normal_email(email))
            if user_id is None:
                raise NotFound(f"Nobody signs in with {email}.")
            _grant(session, user_id, Role(role), reason)
    except DomainError as refusal:
        raise click.ClickException(refusal.message) from refusal
    click.echo(f"{normal_email(email)} is {role} now.")


@users.command("list")
@click.option("--search", default="", help="Part of a name or address.")
@click.option("--role", type=ROLES, help="Only people with this role.")
@click.option("--page", default=1, show_default=True, help="25 people each.")
@with_database
def listed(search: str, role: str | None, page: int) -> None:
    """List people: address, name, roles, state, tab between them."""
    found = lists.users(db(), search=search, role=Role(role) if role else None, sort="email", number=page)
    for person in found.items:
        state = "suspended" if person.suspended_at else "confirmed" if person.verified_at else "unconfirmed"
        click.echo("\t".join([person.email, person.name, ",".join(person.roles) or "-", state]))
    click.echo(f"Page {found.number} of {found.pages}, {found.total} in all.", err=True)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _grant(session: Session, user_id: UUID, role: Role, reason: str) -> None:
    services.grant_role(session, user_id, role, actor_id=None, reason=reason, now=clock.now())
