"""Note, test and diploma to evidence to profile."""
