"""One render(archive) per screen."""
