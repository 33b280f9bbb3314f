"""From the web to canonical text. Never imports index."""
