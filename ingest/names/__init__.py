"""Who is meant and who speaks, from words and credits: below `ingest.naming`."""
