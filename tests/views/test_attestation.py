"""The attestation that forms of every room take in: the same words everywhere, and nothing said for anybody."""

import pytest
from flask import render_template_string
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from app.core import clock
from app.documents.forms import AttestationFields
from app.documents.rules.attest import TEXTS, VERSION
from app.documents.states import HANDLING_LABELS, Handling
from tests.factories import accounts

PAGE = "{% from 'components/attest.html' import attestation %}{{ attestation(form) }}"


class Upload(AttestationFields, FlaskForm):
    """A form of some room."""


def sent(app, **fields):
    with app.test_request_context(method="POST"):
        form = Upload(MultiDict(fields), meta={"csrf": False})
        return form, form.validate()


@pytest.mark.check("G1", "G2")
def test_the_form_shows_the_text_of_today_and_all_four_choices_with_none_made(app, session):
    with app.test_request_context():
        shown = render_template_string(PAGE, form=Upload(meta={"csrf": False}))
    assert TEXTS[VERSION] in shown
    assert f'value="{VERSION}"' in shown
    assert all(words in shown for words in HANDLING_LABELS.values())
    assert "checked" not in shown


@pytest.mark.check("G1")
def test_what_was_not_said_is_not_attested(app, session):
    person = accounts.user(session)
    full = {"handling": "public", "attested": "y", "attestation": VERSION}
    for missing in ("handling", "attested"):
        form, is_valid = sent(app, **{name: value for name, value in full.items() if name != missing})
        assert not is_valid
        assert form.attested_by(person.id, at=clock.now()) is None
    form, is_valid = sent(app, **full)
    said = form.attested_by(person.id, at=clock.now())
    assert is_valid
    assert (said.by, said.at, said.version, said.handling) == (person.id, clock.now(), VERSION, Handling.PUBLIC)


@pytest.mark.check("G2")
def test_unsure_can_be_sent_so_that_the_answer_says_whom_to_ask(app, session):
    form, is_valid = sent(app, handling="unsure", attested="y", attestation=VERSION)
    assert is_valid
    assert form.attested_by(accounts.user(session).id, at=clock.now()).handling is Handling.UNSURE
