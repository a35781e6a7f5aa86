"""Slack, where staff read: cards drawn as blocks, commands and buttons decoded, errors turned into outcomes."""
