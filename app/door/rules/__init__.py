"""Pure decisions of this room: codes on badges, whether a badge counts, who is inside."""
