"""From canonical text to hits. Deletable; never imports ingest."""
