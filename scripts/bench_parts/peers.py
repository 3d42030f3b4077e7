"""What others take for the same work. Measured elsewhere on a like machine (2 cores, shared with other work), in
November 2026: pretix 2026.8.0 and Indico 3.3.14, each with two gunicorn workers, PostgreSQL and Redis. Never measured
in the same run as ours: compare the ratios to the bare Flask page, which every run measures beside itself.
"""

from dataclasses import dataclass

SOURCE = "measured elsewhere on a like machine"
FLASK_PAGE_CPU_MS = 5.7
"""The bare signed-in Flask page on PostgreSQL beside which the peers' pages were measured."""


@dataclass(frozen=True)
class Peer:
    """A figure of a peer: per second, milliseconds of CPU each, and what it was."""

    name: str
    per_second: float | None
    cpu_ms: float | None
    about: str

    @property
    def times_flask(self) -> float | None:
        return self.cpu_ms / FLASK_PAGE_CPU_MS if self.cpu_ms else None


PEERS: dict[str, list[Peer]] = {
    "page": [
        Peer("pretix", 9.8, 75, "shop page of an event, 5 products"),
        Peer("Indico", 9.3, 92, "page of an event"),
    ],
    "flow": [
        Peer("pretix", 0.70, 1180, "free order from shop to order page, 16 at once; CPU with its workers"),
        Peer("Indico", 2.16, 340, "event page, form, submission, summary, 16 at once; mails not sent"),
    ],
    "submit": [Peer("Indico", 7.2, 100, "the submission alone, 16 at once")],
    "capacity": [
        Peer("pretix", None, None, "100 places, 400 buyers: 100 sold, 0 oversold, took 313 s"),
        Peer("Indico", None, None, "100 places, 400 at once: 101 to 105 accepted, oversold every time"),
    ],
    "scans": [Peer("pretix", 14.6, 61, "check-in API with a device token, 8 at once")],
    "queue": [Peer("Indico", 0.18, None, "manager's list of 2,000 registrations on one page: 5.6 s, 6.3 MB")],
    "start": [
        Peer("pretix", None, None, "24 to 32 s to the first answer; 881 MB with its workers"),
        Peer("Indico", None, None, "27 to 31 s to the first answer; 512 MB without its worker"),
    ],
}
