"""Which buttons open a window, and the window at once: what stands in it comes when the desk has it.

A trigger lives three seconds and serves once, so a button that may lead to a form or to many words opens first and asks
afterwards. Every other button is answered where it was pressed.
"""

from bots.slack.campaigns import CAMPAIGN
from bots.slack.decode import Press

OPEN = "open:"
WINDOWS = (
    OPEN,
    "topics:",
    "all:",
    "like:",
    "answer:",
    "reply:",
    "one:",
    "wrong:",
    "hide:",
    "mask:",
    "waiting:",
    "prepare:",
    "meeting:",
    "came:",
    "keep:",
    "treated:",
    "untreated:",
    CAMPAIGN,
)


def opens_window(press: Press) -> bool:
    return press.action.startswith(WINDOWS)
