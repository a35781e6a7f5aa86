"""Strict local servers: the real client libraries talk to them over HTTP, and they refuse what the platforms refuse."""
