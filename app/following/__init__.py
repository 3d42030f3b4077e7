"""What readers keep about entries: saved searches, follows, a team's notes and tags."""
