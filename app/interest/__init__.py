"""Who asked to know more about what, and the answer."""
