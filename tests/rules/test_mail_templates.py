"""Every mail can be written: two parts, a subject on one line, nothing left to chance."""

import pytest
from jinja2 import meta

from app.notifications import mail

NAMES = sorted(p.stem for p in mail.FOLDER.glob("*.txt") if p.stem != "base")


def test_every_mail_has_a_text_and_an_html_part():
    assert sorted(p.stem for p in mail.FOLDER.glob("*.html") if p.stem != "base") == NAMES
    assert "test_message" in NAMES


@pytest.mark.check("E5")
@pytest.mark.parametrize("name", NAMES)
def test_a_mails_parts_compile_escape_and_share_one_frame(name):
    subject, body = mail._text_template(name)
    assert subject is not body
    words = mail._words()
    html = (mail.FOLDER / f"{name}.html").read_text()
    text = (mail.FOLDER / f"{name}.txt").read_text()
    words.get_template(f"{name}.html")
    assert "base.html" in meta.find_referenced_templates(words.parse(html))
    assert "base.txt" in meta.find_referenced_templates(words.parse(text))
    assert "|safe" not in html.replace(" ", "")
