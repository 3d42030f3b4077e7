"""Ways to misbehave, switched on one by one: for calls in (500, reset, 429, delay) and for webhooks out."""

import threading
from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What goes wrong. BEFORE means that nothing was done yet, AFTER that it was done and only the answer is lost."""

    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    RATE_LIMIT = "rate_limit"
    DELAY = "delay"
    WEBHOOK_DELAY = "webhook_delay"
    WEBHOOK_DUPLICATE = "webhook_duplicate"
    WEBHOOK_REORDER = "webhook_reorder"
    WEBHOOK_DROP = "webhook_drop"


@dataclass(slots=True)
class Fault:
    """A fault, `times` times, on paths or event types that contain `match`; `seconds` for delays."""

    kind: FaultKind
    match: str = ""
    times: int = 1
    seconds: float = 0.0


class Faults:
    """The faults still to happen; each is used up as it happens."""

    def __init__(self, waiting: list[Fault] | None = None) -> None:
        self._lock = threading.Lock()
        self._waiting = list(waiting or [])

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def take(self, kind: FaultKind, subject: str) -> Fault | None:
        """Return and use up the first fault of a kind that concerns `subject`, None when there is none."""
        with self._lock:
            for fault in self._waiting:
                if fault.kind is kind and fault.times > 0 and fault.match in subject:
                    fault.times -= 1
                    return fault
        return None
