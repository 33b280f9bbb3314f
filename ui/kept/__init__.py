"""Quotes and quote sets: keeping, asking a set's question again, exporting."""
