"""Pure decisions: they take `now` and return values."""
