"""Forms that organizers design: what is asked, of whom, and what was answered."""
