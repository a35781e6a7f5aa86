"""The example of a channel in docs/extending.md is a channel: tests/contracts holds its files to what every channel
promises; here is only what the page says of them."""

from bots.registry import ChannelKind
from tests.contracts.channels.pigeon import files, the_page


def test_four_small_files_and_one_line_in_the_table() -> None:
    names = ("decode", "outcomes", "channel", "ingress")
    assert [path for path, _ in files()] == [f"bots/pigeon/{name}.py" for name in names]
    assert ChannelKind(the_page()["decode"], the_page()["LIMITS"]).limits.most
