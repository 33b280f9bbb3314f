"""The many ways a transcript is written: below `ingest.captions`."""
