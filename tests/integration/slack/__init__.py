"""The real slack-bolt and slack-sdk against the strict local Slack."""
