"""Run the payment sandbox on a loopback port of its own: `python -m app.payments.sandbox --help`."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from app.payments.sandbox.program import Sandbox, SandboxRefused
from app.payments.sandbox.server import running


def main() -> int:
    """Serve until interrupted. Exit 0 ended, 1 refused."""
    reader = argparse.ArgumentParser(prog="python -m app.payments.sandbox", description="Run the payment sandbox.")
    reader.add_argument("--port", type=int, required=True, help="loopback port to answer on")
    reader.add_argument("--webhook-url", required=True, help="where events go, such as .../payments/events")
    reader.add_argument("--secret", required=True, help="signing secret the receiver knows")
    reader.add_argument("--store", type=Path, required=True, help="file that keeps the state")
    given = reader.parse_args()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        given.store.parent.mkdir(parents=True, exist_ok=True)
        sandbox = Sandbox(secret=given.secret, store=given.store)
        with running(sandbox, port=given.port, webhook_url=given.webhook_url) as base:
            sys.stdout.write(f"Payment sandbox at {base}\n")
            sys.stdout.flush()
            ended.wait()
    except SandboxRefused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"Cannot run the payment sandbox on port {given.port}: {error.strerror or error}.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
