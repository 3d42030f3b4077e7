"""What every room stands on: database, access, errors, clock, money. Knows no room."""
