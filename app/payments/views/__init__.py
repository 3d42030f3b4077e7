"""Pages of this room: the finance desk, a payment, the way to the provider and back, the provider's own door."""

from app.payments.views import desk, disputes, link, news, payment, provider, refunds, vouchers, waivers
from app.payments.views.blueprint import back_by_terms, bp, currencies, participant_types, subject_desk, subject_page

__all__ = [
    "back_by_terms", "bp", "currencies", "desk", "disputes", "link", "news", "participant_types", "payment",
    "provider", "refunds", "subject_desk", "subject_page", "vouchers", "waivers",
]  # fmt: skip
