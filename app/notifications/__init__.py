"""The outbox and the words we send."""
