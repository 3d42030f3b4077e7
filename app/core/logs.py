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
    r"(sk|rk|whsec|pi|seti|cs)_[A-Za-z0-9_]{8,}|[\w.+-]+@[\w-]+\.[\w.]+|(?<=token=)[^&\s]+|(?<=Bearer )\S+"
)
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


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
    if isinstance(value, str):
        return CONTROL.sub(lambda m: repr(m[0])[1:-1], SECRET_TEXT.sub("[masked]", value))
    if isinstance(value, dict):
        return {k: "[masked]" if SECRET_KEYS.search(str(k)) else masked(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item) for item in value]
    return value


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


def log() -> structlog.stdlib.BoundLogger:
    """Return the logger. Event names are facts in snake_case; particulars are keywords."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger()
    return logger
