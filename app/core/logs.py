"""Structured logs that carry the request's id and never a secret."""

import logging
import re
import secrets
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog

_request_id: ContextVar[str] = ContextVar("request_id", default="")
SECRET_KEYS = re.compile(r"pass(word|phrase)|secret|token|cookie|authorization|api_?key|signature|e-?mail|name$", re.I)
SECRET_TEXT = re.compile(
    r"(?<![A-Za-z0-9])(sk|rk|whsec|pi|seti|cs)_[A-Za-z0-9_]{8,}"  # the payment provider's keys and secrets
    r"|[\w.+%-]{1,64}(?:@|%40)[\w-]+(?:\.[\w-]+)+"  # addresses
    r"|(?<=token=)[^&\s]+|(?<=Bearer )\S+|(?<=Basic )\S+"
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"  # the name and password of a database or mail server
    r"|(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*[0-9])[\w-]{22,}(?![\w-])"  # our tokens, as in links
    r"|\[parameters: .*?\](?=\s*(?:\n|\(Background|$))|(?<=DETAIL:)[^\n]*",  # what a row held, in a complaint about it
    re.S | re.M,
)
LONGEST = 20_000  # characters of one value; the rest of a longer one is left out
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def request_id() -> str:
    """Return the id that ties together what one request causes: log lines, jobs, mails, audit entries."""
    return _request_id.get() or "none"


@contextmanager
def under_request(identifier: str | None = None) -> Iterator[str]:
    """Work under a request id: the given one when it is well formed, else a new one."""
    chosen = identifier if identifier and re.fullmatch(r"[A-Za-z0-9-]{8,64}", identifier) else secrets.token_hex(12)
    token = _request_id.set(chosen)
    try:
        yield chosen
    finally:
        _request_id.reset(token)


def masked(value: Any) -> Any:
    """Return `value` with secrets and addresses covered and control characters escaped."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {_covered(str(k)): "[masked]" if SECRET_KEYS.search(str(k)) else masked(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [masked(item) for item in value]
    return _covered(str(value))


def _covered(words: str) -> str:
    return CONTROL.sub(lambda found: repr(found[0])[1:-1], SECRET_TEXT.sub("[masked]", words[:LONGEST]))


def _mask(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    covered: dict[str, Any] = masked(dict(event))
    return covered


def _identify(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event["request_id"] = request_id()
    return event


def configure(*, as_json: bool, level: str) -> None:
    """Send structlog and the standard library's log through the same masking, to standard error."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _identify,
        structlog.processors.format_exc_info,
        _mask,
    ]
    final = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, final],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for chatty in ("alembic", "stripe", "huey"):
        logging.getLogger(chatty).setLevel("WARNING")


def log() -> structlog.stdlib.BoundLogger:
    """Return the logger. Event names are facts in snake_case; particulars are keywords."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger()
    return logger
