"""Read-only figures and the organizers' dashboards."""
