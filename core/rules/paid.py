"""What faster messages cost: beyond the free pace Telegram takes a tenth of a Star each, from the bot's own balance.

core.telegram.org/bots/api#paid-broadcasts: 0.1 Star for each message "over the free amount of 30 messages per second",
and only for those that arrived. Which thirty of a second were the free ones is not said, so each that may be charged is
counted: the bill is this at most.
"""

MESSAGES_A_STAR = 10


def stars(messages: int) -> int:
    """The most that so many messages cost, in whole Stars."""
    return -(-messages // MESSAGES_A_STAR)
