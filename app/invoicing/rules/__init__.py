"""What is decided about papers, references, statements and matches without looking at a database."""
