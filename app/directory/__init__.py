"""U.S. programmes in low Earth orbit and what is public about each."""
