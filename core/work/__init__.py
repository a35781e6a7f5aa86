"""Use cases: load, decide, save, a batch at a time."""
