"""What stops the start."""

import pytest

from app.config import SettingsError, read_settings


@pytest.mark.check("N1")
def test_production_refuses_every_unsafe_setting_by_name():
    with pytest.raises(SettingsError) as refusal:
        read_settings({"RENDEZVOUS_ENV": "production", "FLASK_DEBUG": "1", "STRIPE_API_BASE": "http://127.0.0.1:1"})
    for name in ("SECRET_KEY", "FLASK_DEBUG", "BASE_URL", "MAIL_TRANSPORT", "STRIPE_API_KEY", "STRIPE_API_BASE"):
        assert name in str(refusal.value)
