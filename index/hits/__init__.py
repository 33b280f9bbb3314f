"""What stands first, and what of it is shown: worth, variety, the sentences to quote."""
