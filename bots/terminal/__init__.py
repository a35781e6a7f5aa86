"""The command line, and the same dialogue in a terminal."""
