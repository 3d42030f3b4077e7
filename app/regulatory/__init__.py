"""Who may attend, invest or see what, by country and status; every rule names its source."""
