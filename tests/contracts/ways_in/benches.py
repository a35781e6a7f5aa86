"""Every way in there is, with its bench. Slack's events come from staff: they are answered at once, owe nothing through
the inbox, and have tests of their own (tests/integration/slack/test_http.py)."""

from collections.abc import Mapping

from bots.registry import CHANNELS
from tests.contracts.channels.pigeon import decode
from tests.contracts.ways_in import pigeon, telegram, terminal, web
from tests.contracts.ways_in.bench import Way

BOTH = ("sqlite", "postgresql")

WAYS: Mapping[str, Way] = {
    "pigeon": Way("pigeon", decode, pigeon.open_bench),
    "telegram polling": Way("telegram", CHANNELS["telegram"].decode, telegram.open_polling, telegram.NEVER_POLLING),
    "telegram webhook": Way("telegram", CHANNELS["telegram"].decode, telegram.open_webhook, on=BOTH),
    "terminal": Way("terminal", CHANNELS["terminal"].decode, terminal.open_bench, terminal.NEVER),
    "web": Way("web", CHANNELS["web"].decode, web.open_bench, on=BOTH),
}
