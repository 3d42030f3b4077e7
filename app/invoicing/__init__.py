"""Numbered papers about money, bank transfers by invoice, statements of the bank, payouts."""
