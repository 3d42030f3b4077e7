"""Plays a summit through the real services, for planning, testing and the demo."""
