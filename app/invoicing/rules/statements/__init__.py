"""Statements of the bank, in whatever form they come, as plain movements."""
