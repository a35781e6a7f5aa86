"""The pages everyone may open: where a poster leads, the web chat, what became of it."""
