"""What reaches the log, and what never does."""

import io
import json
import logging
import sys
from pathlib import Path
from uuid import UUID

import pytest

from app.core import logs

PLANTED = {
    "address": "aiko.tanaka+summit@kibo.example.jp",
    "coded address": "aiko%40kibo.example",
    "provider key": "sk_live_51HxYzAbCdEfGh",
    "webhook secret": "whsec_AbCdEfGh12345678",
    "client secret": "seti_1AbCdEf_secret_GhIjKlMn",
    "link token": "q7Zr2XkVt0mJd9sWbY4nLp8E",
    "bearer": "Bearer abc.def.ghi",
    "database password": "postgresql://app:hunter2-hunter2@db.example/app",
}
HIDDEN = {
    "address": "aiko.tanaka", "coded address": "aiko%40", "provider key": "51HxYz", "webhook secret": "AbCdEfGh",
    "client secret": "GhIjKlMn", "link token": "q7Zr2XkV", "bearer": "abc.def", "database password": "hunter2",
}  # fmt: skip


@pytest.fixture
def written(monkeypatch):
    """Log as in production, into a buffer; the logger is set back afterwards."""
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    buffer = io.StringIO()
    monkeypatch.setattr(sys, "stderr", buffer)
    logs.configure(as_json=True, level="INFO")
    yield lambda: [json.loads(line) for line in buffer.getvalue().splitlines()]
    root.handlers, _ = before[0], root.setLevel(before[1])
    logs.configure(as_json=False, level="WARNING")
    root.handlers = before[0]


@pytest.mark.check("J7")
@pytest.mark.parametrize("kind", PLANTED)
def test_no_planted_secret_is_in_any_line_however_it_gets_there(written, kind):
    secret, hidden = PLANTED[kind], HIDDEN[kind]
    logs.log().info("request_failed", path=f"/verify/{secret}", deep={"list": [{"note": secret}], secret: 1})
    logs.log().info(f"refused {secret}", error=ValueError(secret), seen={secret})
    logging.getLogger("werkzeug").info('"GET /verify/%s HTTP/1.1" 200', secret)
    try:
        raise LookupError(f"no row for {secret}")
    except LookupError:
        logs.log().exception("it_failed")
        logging.getLogger("huey").exception("it failed")
    lines = written()
    assert len(lines) == 5
    assert hidden not in json.dumps(lines)


@pytest.mark.check("J7")
@pytest.mark.parametrize("key", ["password", "new_password", "token", "Cookie", "Authorization", "api_key", "email",
                                 "e-mail", "name", "full_name", "stripe_signature", "client_secret"])  # fmt: skip
def test_what_a_telling_key_names_is_covered_whatever_it_is(key):
    assert logs.masked({key: "plain words"}) == {key: "[masked]"}
    assert logs.masked({"deep": [{key: ["plain words"]}]}) == {"deep": [{key: "[masked]"}]}


@pytest.mark.check("J7")
def test_what_a_row_held_is_not_in_a_databases_complaint():
    complaint = (
        "(psycopg.errors.UniqueViolation) duplicate key\nDETAIL:  Key (name)=(Aiko Tanaka) already exists.\n"
        "[SQL: INSERT INTO users (name) VALUES (%(name)s)]\n[parameters: {'name': 'Aiko Tanaka', 'list': ['x]']}]\n"
        "(Background on this error at: https://sqlalche.me/e/21/gkpj)"
    )
    covered = logs.masked(complaint)
    assert "Aiko" not in covered
    assert "duplicate key" in covered
    assert "INSERT INTO users" in covered


def test_what_helps_is_kept():
    kept = {
        "message": "0b9f7c1e-9f0e-4c3a-8f5e-2d9c2f6c7b1a", "path": "/directory/a-very-long-programme-name-2031-station",
        "file": "app/notifications/transports.py", "seconds": 1.5, "count": 3, "fine": True, "nothing": None,
        "request_id": "9f8e7d6c5b4a39281706f5e4", "event": "screening_list_loaded",
    }  # fmt: skip
    assert logs.masked(kept) == kept
    assert logs.masked({"id": UUID(kept["message"]), "at": Path("/tmp")}) == {"id": kept["message"], "at": "/tmp"}  # noqa: S108


@pytest.mark.check("K5")
def test_no_input_can_forge_a_line(written):
    forged = 'x\n{"level": "info", "event": "admin_created"}\r\x1b[2J\x00\u2028\x85end'
    logs.log().info("request_failed", path=forged, **{f"key{forged}": 1})
    logs.log().info(forged)
    logging.getLogger("werkzeug").info("GET %s", forged)
    try:
        raise ValueError(forged)
    except ValueError:
        logs.log().exception("it_failed")
    lines = written()
    assert len(lines) == 4
    assert not any(line.get("event") == "admin_created" for line in lines)
    assert not any(
        ord(c) < 32 or c in "\x7f\x85\u2028\u2029" for line in lines for c in "".join(map(str, line.values()))
    )


@pytest.mark.check("K6")
def test_every_line_is_json_with_level_utc_time_and_the_requests_id(written):
    with logs.under_request("request-12345678"):
        logs.log().warning("list_is_old", days=3)
        logging.getLogger("some.library").error("away")
    ours, theirs = written()
    assert (ours["event"], ours["level"], ours["days"], ours["request_id"]) == (
        "list_is_old", "warning", 3, "request-12345678",
    )  # fmt: skip
    assert (theirs["event"], theirs["level"], theirs["request_id"]) == ("away", "error", "request-12345678")
    assert ours["timestamp"].endswith("Z")


@pytest.mark.check("K6")
@pytest.mark.parametrize(
    "given", ["short", "has spaces in it", "a" * 65, "line\nbreak-12345", "", None, "x;rm -rf /-----"]
)
def test_a_request_id_from_outside_is_used_only_when_it_is_well_formed(given):
    with logs.under_request(given) as chosen:
        assert chosen != given
        assert logs.request_id() == chosen
    with logs.under_request("proxy-id-123456") as chosen:
        assert chosen == "proxy-id-123456"
    assert logs.request_id() == "none"


def test_a_value_too_long_for_a_log_is_cut():
    assert len(logs.masked("a" * 1_000_000)) == logs.LONGEST
