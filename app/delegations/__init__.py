"""Delegations: focal points enter, import, endorse and pay for the people whom their organization sends."""
