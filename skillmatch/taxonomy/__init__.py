"""ESCO, ISCO and shortage lists as values."""
