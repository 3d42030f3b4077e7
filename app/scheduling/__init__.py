"""Slots, meetings, tables, agendas."""
