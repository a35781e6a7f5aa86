"""A strict local Bot API: `server.TelegramServer` inside a test, `python -m tests.stand_ins.telegram` apart from it.

    people ── say, press, edit, block ──▶ [updates] ── getUpdates | webhook ──▶ the bot
    inbox  ◀── what they see now ── [messages] ◀── sendMessage, edit*, deleteMessage ── the bot

Not covered, and refused with 400 or 404: Markdown, payments, games, groups beyond the bot's rights in them,
file downloads.
"""
