"""What lies outside: the store of contents and the malware scanner."""
