"""The door: badges, devices that scan them, who is inside."""
