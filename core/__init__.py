"""What the system means: no network, no clock, no environment, no spaCy, no Telegram."""
