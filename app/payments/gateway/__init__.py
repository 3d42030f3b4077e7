"""The one door to the payment provider: its client library is used here and nowhere else.

Nothing here opens a transaction, and nothing here may be called inside one.
"""

from app.payments.gateway.client import Gateway, gateway, install
from app.payments.gateway.refusals import EventRejected, ProviderRefused
from app.payments.gateway.signed import read_event

__all__ = ["EventRejected", "Gateway", "ProviderRefused", "gateway", "install", "read_event"]
