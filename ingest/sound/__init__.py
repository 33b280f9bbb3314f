"""Models, pieces, checks and guards of speech: below `ingest.transcribe` and `ingest.hearing`."""
