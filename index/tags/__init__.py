"""What a passage is about: topics, terms, incidents and rules, each with the words that show it."""
