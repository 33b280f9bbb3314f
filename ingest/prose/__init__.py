"""Whose words stand in an article, from its grammar: below `ingest.quotations`."""
