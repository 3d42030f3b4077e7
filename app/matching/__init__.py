"""Wishes of both sides, scores and proposed pairs."""
