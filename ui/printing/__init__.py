"""How the command line prints what the archive returns: for people, and as JSON for programs."""
