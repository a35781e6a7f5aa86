"""The table of channels: what each needs from the house to speak. A new channel is one folder and one line here."""

from collections.abc import Mapping
from dataclasses import dataclass

from bots.email.channel import LIMITS as EMAIL
from bots.email.decode import decode as decode_email
from bots.telegram.decode import decode as decode_telegram
from bots.terminal.channel import LIMITS as TERMINAL
from bots.terminal.decode import decode as decode_terminal
from bots.web.channel import LIMITS as WEB
from bots.web.decode import decode as decode_web
from core.rules.pacing import TELEGRAM, Limits
from core.work.ports import Decoder


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """`decode`: what its raw updates mean. `limits`: how fast one account of it may send, as far as is known."""

    decode: Decoder
    limits: Limits


CHANNELS: Mapping[str, ChannelKind] = {
    "email": ChannelKind(decode_email, EMAIL),
    "telegram": ChannelKind(decode_telegram, TELEGRAM),
    "terminal": ChannelKind(decode_terminal, TERMINAL),
    "web": ChannelKind(decode_web, WEB),
}
