"""Every channel there is, with its bench. A channel that is not here is not finished: a test says so."""

from collections.abc import Mapping

from bots.registry import CHANNELS
from tests.contracts.channels import email, pigeon, slack, telegram, terminal, web
from tests.contracts.channels.bench import Kind

BENCHES: Mapping[str, Kind] = {
    "email": Kind(email.PROMISES, email.open_bench, CHANNELS["email"].decode),
    "pigeon": Kind(pigeon.PROMISES, pigeon.open_bench, pigeon.decode),
    "slack": Kind(slack.PROMISES, slack.open_bench),
    "telegram": Kind(telegram.PROMISES, telegram.open_bench, CHANNELS["telegram"].decode),
    "terminal": Kind(terminal.PROMISES, terminal.open_bench, CHANNELS["terminal"].decode),
    "web": Kind(web.PROMISES, web.open_bench, CHANNELS["web"].decode),
    "web on postgresql": Kind(web.PROMISES, web.open_bench_on_postgresql),
}
