"""One `render(archive)` a screen; each says what it shows in its address."""
