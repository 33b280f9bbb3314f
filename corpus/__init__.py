"""What the archive holds: nouns, truth and files. Knows nothing of crawling, models or screens."""
