"""Names of people and organizations: written one way, and how alike two are. Knows no list and no database."""
