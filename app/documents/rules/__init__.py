"""What may be handed in: kinds and sizes, names, and what must be true of the content."""
