"""Profile to ranked offers with reasons and gaps."""
