"""The vector store: generations on disk, and one door for each engine."""
