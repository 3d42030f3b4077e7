"""Files that the marking scan is measured on: written from how agencies and companies mark and discuss, not from it."""
