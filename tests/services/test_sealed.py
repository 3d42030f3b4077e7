"""Sealed values: bound to their row, refused when altered, and sealed anew under another key while people work on."""

import base64
from dataclasses import replace

import pytest

from app.config import SettingsError, read_settings
from app.core import ids, sealed
from app.core.keys import make_key, read_keys
from tests.factories import registration

PASSPORT = "X1234567 <é>"


@pytest.fixture
def keys(app, monkeypatch):
    """Set the keys of the installation for one test."""

    def use(listed):
        monkeypatch.setitem(
            app.extensions, "settings", replace(app.extensions["settings"], field_keys=read_keys(listed))
        )

    return use


@pytest.mark.check("J3")
def test_a_sealed_value_opens_in_its_row_and_nowhere_else(session):
    row, other = ids.new_id(), ids.new_id()
    closed = sealed.seal(PASSPORT, context=sealed.place("letters", "passport", row))
    assert PASSPORT not in closed
    assert sealed.unseal(closed, context=sealed.place("letters", "passport", row)) == PASSPORT
    for elsewhere in (
        sealed.place("letters", "passport", other), sealed.place("letters", "name", row),
        sealed.place("people", "passport", row), "",
    ):  # fmt: skip
        with pytest.raises(sealed.Unreadable):
            sealed.unseal(closed, context=elsewhere)


@pytest.mark.check("J3")
def test_a_sealed_value_altered_by_any_one_bit_does_not_open(session):
    closed = sealed.seal("X1", context="here")
    key_id, _dot, body = closed.partition(".")
    raw = bytearray(base64.urlsafe_b64decode(body))
    for bit in range(len(raw) * 8):
        raw[bit // 8] ^= 1 << bit % 8
        with pytest.raises(sealed.Unreadable):
            sealed.unseal(f"{key_id}.{base64.urlsafe_b64encode(raw).decode()}", context="here")
        raw[bit // 8] ^= 1 << bit % 8
    for spoilt in (closed[:-4], f"{key_id}.", "", ".", f"{key_id}.é", f"other.{body}", body):
        with pytest.raises(sealed.Unreadable):
            sealed.unseal(spoilt, context="here")


def test_the_same_text_is_sealed_differently_each_time(session):
    assert sealed.seal("X1", context="here") != sealed.seal("X1", context="here")


@pytest.mark.check("J4")
def test_with_the_old_key_removed_after_a_rotation_every_value_still_reads(app, session, keys, monkeypatch):
    monkeypatch.setattr(sealed, "sealed_columns", [("registrations", "question")])
    old, new = make_key("old"), make_key("new")
    keys(old)
    people = [registration.in_review(session) for _ in range(3)]
    for person in people:
        person.question = sealed.seal(f"{PASSPORT} {person.number}", context=place(person))
    session.flush()
    keys(f"{new},{old}")
    assert sealed.unseal(people[0].question, context=place(people[0])).startswith(PASSPORT)
    found = sealed.to_reseal(session, "registrations", "question", after=None)
    assert {person.id for person in people} <= set(found)
    outcome = sealed.reseal(session, "registrations", "question", found)
    assert outcome.resealed == 3
    keys(new)
    session.expire_all()
    for person in people:
        assert sealed.unseal(person.question, context=place(person)) == f"{PASSPORT} {person.number}"
    assert sealed.keys_in_use(session)["new"] == 3


def place(person):
    return sealed.place("registrations", "question", person.id)


@pytest.mark.check("J4")
def test_a_rotation_counts_what_does_not_open_and_leaves_it(app, session, keys, monkeypatch):
    monkeypatch.setattr(sealed, "sealed_columns", [("registrations", "question")])
    keys(make_key("old"))
    person = registration.in_review(session)
    person.question = kept = sealed.seal("X1", context="another row")
    session.flush()
    keys(make_key("new"))
    outcome = sealed.reseal(session, "registrations", "question", [person.id])
    session.expire_all()
    assert (outcome.resealed, outcome.unreadable, person.question) == (0, 1, kept)


def test_an_installation_without_keys_makes_one_and_keeps_it_to_itself(app, session):
    sealed.seal("X1", context="here")
    kept = app.extensions["settings"].var_folder / sealed.FILE
    assert kept.stat().st_mode & 0o077 == 0
    assert len(read_keys(kept.read_text())) == 1


@pytest.mark.parametrize(
    "listed",
    ["a", "a:b", "a:AAAA", "é:" + "A" * 43 + "=", make_key("a") + "," + make_key("a")],
    ids=["no key", "no base64", "too short", "strange name", "one name twice"],
)
def test_keys_that_are_none_are_refused_without_showing_them(listed):
    with pytest.raises(SettingsError, match="FIELD_KEYS") as refusal:
        read_settings({"FIELD_KEYS": listed})
    assert listed[3:] not in str(refusal.value) or len(listed) < 4


@pytest.mark.check("N1")
def test_production_does_not_start_without_keys_for_sealed_values():
    with pytest.raises(SettingsError, match="FIELD_KEYS"):
        read_settings({"RENDEZVOUS_ENV": "production"})
