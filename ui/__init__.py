"""Everything a person touches: command line, page, and the use cases behind both."""
