"""What a web page says, read from its tree and its lines: below `ingest.extract`."""
