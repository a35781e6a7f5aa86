"""What faster messages cost: beyond the free pace Telegram takes a tenth of a Star each, from the bot's own balance.

core.telegram.org/bots/api#sendmessage (`allow_paid_broadcast`), core.telegram.org/bots/faq ("broadcasting"). Nobody
says which of them are charged when fewer than the free ones leave in a second, so each that may be is counted.
"""

MESSAGES_A_STAR = 10


def stars(messages: int) -> int:
    """The most that so many messages cost, in whole Stars."""
    return -(-messages // MESSAGES_A_STAR)
