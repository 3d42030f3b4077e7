"""What a partner organization offers and seeks: its mandate, and whom it keeps away from."""
