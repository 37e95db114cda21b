"""Vectors to neighbours to concepts: the performance core."""
