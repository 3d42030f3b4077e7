"""Named points at which a proof lets this process die at once, as a power cut would. Nothing arms them in service."""

import os
import signal

_armed: list[str] = []


def arm(name: str) -> None:
    """Let this process die when it reaches the point `name`. Only programs that prove recovery call this."""
    _armed[:] = [name]


def point(name: str) -> None:
    """Die here, without a chance to clean up, if this point is armed."""
    if name in _armed:
        os.kill(os.getpid(), signal.SIGKILL)
