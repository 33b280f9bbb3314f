"""Keeping the archive whole: what is wrong with it, what mends it, all of it in one file."""
