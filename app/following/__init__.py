"""What people keep an eye on: saved searches with alerts, followed entries, and a team's own notes and tags."""
