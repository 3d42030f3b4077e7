"""The shell: layout, home, error pages, health."""
