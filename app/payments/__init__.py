"""Saved cards, charges, provider events, refunds, the ledger."""
