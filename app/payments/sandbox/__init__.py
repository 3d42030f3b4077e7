"""A stateful stand-in for the payment provider, spoken to over the provider's own HTTP API.

The demo, the tests and the rehearsals run it; production refuses it. It knows nothing of the platform: what it
tells, it tells by signed webhook, and what it is asked, it is asked by the provider's client library.
"""

from app.payments.sandbox.program import Sandbox, SandboxRefused

__all__ = ["Sandbox", "SandboxRefused"]
