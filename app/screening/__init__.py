"""Vetting names against the restricted-party list."""
