"""One flat file per module, named as sentences."""
