"""`flask users`: the first administrator and what the console may do."""

import pytest
from sqlalchemy import select

from app.accounts import lists, passwords
from app.accounts.models import User
from app.core.access import Role
from tests.factories import accounts as make

PASSWORD = "granite lantern oboe fig"


def run(app, *words, **options):
    return app.test_cli_runner().invoke(args=["users", *words], **options)


def create(app, email="boss@example.org", password=PASSWORD, *more):
    words = ["create", "--email", email, "--name", "Zoe Boss", "--password-stdin", *more]
    return run(app, *words, input=f"{password}\n")


@pytest.mark.check("A14")
def test_the_first_person_becomes_administrator_and_later_ones_only_what_is_said(app, session):
    assert create(app).output == "Created boss@example.org as administrator.\n"
    assert create(app, "second@example.org").output == "Created second@example.org.\n"
    assert create(app, "third@example.org", PASSWORD, "--role", "finance").exit_code == 0
    people = {user.email: user for user in session.scalars(select(User))}
    roles = lists.roles_of(session, [user.id for user in people.values()])
    assert roles == {
        people["boss@example.org"].id: [Role.ADMINISTRATOR], people["third@example.org"].id: [Role.FINANCE],
    }  # fmt: skip
    assert passwords.matches(people["boss@example.org"].password_hash, PASSWORD)


@pytest.mark.check("A2")
def test_a_weak_password_is_refused_with_exit_code_1(app, session):
    for weak in ("short", "passwordpassword", "boss example zoe"):
        refused = create(app, "boss@example.org", weak)
        assert refused.exit_code == 1
        assert "password" in refused.stderr or "characters" in refused.stderr
    assert session.scalars(select(User)).all() == []


def test_a_password_typed_twice_is_asked_for_without_showing_it(app, session):
    words = ["create", "--email", "boss@example.org", "--name", "Zoe Boss"]
    asked = run(app, *words, input=f"{PASSWORD}\n{PASSWORD}\n")
    assert asked.exit_code == 0
    assert PASSWORD not in asked.output


def test_a_taken_address_is_refused_and_an_unusable_one_is_bad_input(app, session):
    create(app)
    assert create(app).exit_code == 1
    assert create(app, "nowhere").exit_code == 2
    assert create(app, "third@example.org", PASSWORD, "--time-zone", "Mars/Olympus").exit_code == 2


def test_roles_are_granted_and_people_listed(app, session):
    make.user(session, email="finn@example.org", name="Finn Ledger")
    session.commit()
    assert run(app, "grant", "finn@example.org", "finance", "--reason", "Books").exit_code == 0
    assert run(app, "grant", "nobody@example.org", "finance", "--reason", "Books").exit_code == 1
    assert "finn@example.org\tFinn Ledger\tfinance\tconfirmed\n" in run(app, "list").output
    assert "finn@" not in run(app, "list", "--role", "organizer").output
