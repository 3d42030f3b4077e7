"""The home pages of participants and of companies; every room says what it puts there."""
