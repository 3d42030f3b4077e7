"""Pure decisions of this room: the summit's plan, prices, days and refunds."""
