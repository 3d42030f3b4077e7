"""A server under measurement: gunicorn as in production, what it and its database spend, when it first answers."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
GUNICORN = ["--worker-class", "gthread", "--workers", "2", "--threads", "8", "--log-level", "error"]


@dataclass(frozen=True)
class Server:
    """A running server; `database` is its address as psycopg reads it, None on SQLite."""

    port: int
    pids: tuple[int, ...]
    database: str | None
    started_in: float

    def cpu_seconds(self) -> float:
        """Return the CPU that the server's processes and its database's backends have spent so far."""
        pids = [pid for root in self.pids for pid in family(root)]
        if self.database:
            with psycopg.connect(self.database) as asked:
                wanted = (
                    "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
                )
                pids += [row[0] for row in asked.execute(wanted)]
        return sum(spent(pid) for pid in pids)

    def memory_mb(self) -> float:
        """Return the memory of the server's processes, what they share counted once (PSS)."""
        return sum(pss_kb(pid) for root in self.pids for pid in family(root)) / 1024


def family(root: int) -> list[int]:
    """Return a process and all it started."""
    found = [root]
    for pid in found:
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except OSError:
            continue
        found += [int(child) for child in children]
    return found


def spent(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def pss_kb(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)


@contextmanager
def serving(
    target: str, port: int, environment: Mapping[str, str], log: Path, *, database: str | None, path: str,
    beside: list[str] | None = None,
) -> Iterator[Server]:  # fmt: skip
    """Serve a WSGI application, with `beside` (a command of ours) running next to it, until the block ends."""
    bind = ["--bind", f"127.0.0.1:{port}"]
    with log.open("ab") as said:
        quiet = {"cwd": ROOT, "env": {**os.environ, **environment, "PYTHONPATH": str(ROOT)}, "stdout": said}
        quiet["stderr"] = said
        began = time.monotonic()
        running = [subprocess.Popen([sys.executable, "-m", "gunicorn", target, *bind, *GUNICORN], **quiet)]
        try:
            wait_for_answer(port, path, running[0], log)
            took = time.monotonic() - began
            if beside:
                running.append(subprocess.Popen([sys.executable, "-m", "flask", "--app", "app", *beside], **quiet))
                wait_until_idle(running[-1].pid)
            yield Server(port, tuple(process.pid for process in running), database, took)
        finally:
            stop(running)


def wait_until_idle(pid: int) -> None:
    """Wait until a process has done what it does when it starts."""
    before, calm = -1.0, 0
    while calm < 3:
        time.sleep(1)
        now = sum(spent(one) for one in family(pid))
        calm = calm + 1 if now - before < 0.1 else 0
        before = now


def stop(running: list[subprocess.Popen[bytes]]) -> None:
    for process in running:
        process.send_signal(signal.SIGTERM)
    for process in running:
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_for_answer(port: int, path: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for the first answer. Raises RuntimeError with what was said when the server ends instead."""
    while process.poll() is None:
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            asked.request("GET", path, headers={"X-Forwarded-Proto": "https"})
            asked.getresponse().read()
        except OSError:
            time.sleep(0.05)
        else:
            return
        finally:
            asked.close()
    raise RuntimeError(f"The server ended with status {process.returncode}: {log.read_text()[-2000:]}")
