"""The sample archive: an invented show and magazine, and a small server that publishes them."""
