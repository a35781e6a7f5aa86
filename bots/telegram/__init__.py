"""Telegram: citizens in private chats with the partner's bot. Only this folder knows python-telegram-bot."""
