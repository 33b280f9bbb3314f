"""Saved searches: what is new to whom, what is written to them, and where it goes."""
