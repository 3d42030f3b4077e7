"""Questions to the export desk about an entry: an owner, a clock, an answer."""
